// What viewers get of a poll that someone made: `GET /api/results/CODE` and the event `results`.
// result/public_results.hpp describes it.
import type { Logo } from "../shared/logo.js";
import { type Theme, schemes } from "../shared/theme.js";

export type Question =
  | { readonly kind: "single" | "multiple" | "ranking"; readonly text: string; readonly options: readonly string[] }
  | {
      readonly kind: "scale";
      readonly text: string;
      readonly size: number;
      readonly low: string;
      readonly high: string;
      readonly skippable: boolean;
    };

export interface ChoiceResults {
  readonly kind: "single" | "multiple";
  readonly voters: number;
  readonly options: readonly { readonly id: string; readonly label: string; readonly count: number; readonly share: number }[];
}

export interface ScaleResults {
  readonly kind: "scale";
  readonly voters: number;
  readonly skipped: number;
  /** Of the numbers 1, 2, 3 … */
  readonly counts: readonly number[];
  readonly mean: number | null;
  readonly median: number | null;
}

export interface RunoffRound {
  /** In the order of the options; null if the option was eliminated before. */
  readonly counts: readonly (number | null)[];
  readonly exhausted: number;
  readonly eliminated: string | null;
  readonly tied: readonly string[];
  /** Of a tie: the round, from 1, in which the eliminated option had fewer; null: its place in the question. */
  readonly decided_by_round: number | null;
}

export interface RankingResults {
  readonly kind: "ranking";
  readonly voters: number;
  readonly options: readonly {
    readonly id: string;
    readonly label: string;
    readonly ranked: number;
    readonly average_rank: number | null;
    readonly points: number;
  }[];
  /** Null if there are too many different rankings. */
  readonly runoff: { readonly winner: string | null; readonly rounds: readonly RunoffRound[] } | null;
}

export type Results = ChoiceResults | ScaleResults | RankingResults;

export interface PollNow {
  readonly poll: string;
  readonly state: "draft" | "open" | "closed" | "archived";
  readonly run: number;
  readonly revision: number;
  /** Null before the poll was opened. */
  readonly question: Question | null;
  readonly policy: "live" | "after_vote" | "after_close" | "hidden";
  /** Unix time in seconds. */
  readonly opens_at: number | null;
  readonly closes_at: number | null;
  /** Null if viewers must not know. */
  readonly voters: number | null;
  /** Of the results; null without them. */
  readonly version: number | null;
  /** Null if viewers must not see them. */
  readonly results: Results | null;
  /** How the page looks; absent: as the design has it. */
  readonly theme?: Theme;
  /** Absent: none. */
  readonly logo?: Logo;
}

export interface RemovedPoll {
  readonly poll: string;
  readonly state: "removed";
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const isNullOr = (value: unknown, is: (value: unknown) => boolean): boolean => value === null || is(value);
const isArrayOf = (value: unknown, is: (value: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(is);
const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);

function isQuestion(value: unknown): boolean {
  if (!isRecord(value) || !isText(value["text"])) {
    return false;
  }
  return value["kind"] === "scale"
    ? isCount(value["size"]) && isText(value["low"]) && isText(value["high"])
    : ["single", "multiple", "ranking"].includes(String(value["kind"])) && isArrayOf(value["options"], isText);
}

const isOption = (value: unknown): value is Fields =>
  isRecord(value) && isText(value["id"]) && isText(value["label"]);

function isRunoff(value: unknown): boolean {
  const isRound = (round: unknown): boolean =>
    isRecord(round) &&
    isArrayOf(round["counts"], (count) => isNullOr(count, isCount)) &&
    isArrayOf(round["tied"], isText);
  return isRecord(value) && isArrayOf(value["rounds"], isRound);
}

function isResults(value: unknown): boolean {
  if (!isRecord(value) || !isCount(value["voters"])) {
    return false;
  }
  switch (value["kind"]) {
    case "single":
    case "multiple":
      return isArrayOf(value["options"], (each) => isOption(each) && isCount(each["count"]) && isNumber(each["share"]));
    case "scale":
      return isArrayOf(value["counts"], isCount) && isCount(value["skipped"]) && isNullOr(value["mean"], isNumber);
    case "ranking":
      return (
        isArrayOf(value["options"], (each) => isOption(each) && isCount(each["points"]) && isCount(each["ranked"])) &&
        isNullOr(value["runoff"], isRunoff)
      );
    default:
      return false;
  }
}

const isTheme = (value: unknown): boolean =>
  isRecord(value) &&
  schemes.some((scheme) => scheme === value["scheme"]) &&
  isNullOr(value["accent"], (accent) => /^#[0-9a-f]{6}$/.test(String(accent)));

const isLogo = (value: unknown): boolean =>
  isRecord(value) &&
  /^[0-9a-f]{32}$/.test(String(value["hash"])) &&
  isCount(value["width"]) &&
  isCount(value["height"]) &&
  isText(value["alt"]);

/** Whether a value from the network is a poll with what viewers may see; anything else is ignored. */
export function isPollNow(value: unknown): value is PollNow {
  return (
    isRecord(value) &&
    isText(value["poll"]) &&
    ["draft", "open", "closed", "archived"].includes(String(value["state"])) &&
    isCount(value["run"]) &&
    isCount(value["revision"]) &&
    isNullOr(value["question"], isQuestion) &&
    isNullOr(value["voters"], isCount) &&
    isNullOr(value["version"], isCount) &&
    isNullOr(value["results"], isResults) &&
    (value["theme"] === undefined || isTheme(value["theme"])) &&
    (value["logo"] === undefined || isLogo(value["logo"]))
  );
}

export const isRemovedPoll = (value: unknown): value is RemovedPoll =>
  isRecord(value) && isText(value["poll"]) && value["state"] === "removed";

/** What a chart of the votes over time shows: the options of a choice, else the voters. Undefined without results. */
export function linesOf({ results }: PollNow): { readonly ids: string[]; readonly counts: number[] } | undefined {
  if (results?.kind === "single" || results?.kind === "multiple") {
    return { ids: results.options.map(({ id }) => id), counts: results.options.map(({ count }) => count) };
  }
  return results ? { ids: [""], counts: [results.voters] } : undefined;
}

/** What the page says about the poll: before it, during it, with hidden results, and after it. */
export type Stage = "draft" | "open" | "after_vote" | "later" | "never" | "final";

export function stageOf({ state, policy, results }: PollNow): Stage {
  if (state === "draft") {
    return "draft";
  }
  if (results === null) {
    return policy === "hidden" ? "never" : policy === "after_vote" && state === "open" ? "after_vote" : "later";
  }
  return state === "open" ? "open" : "final";
}

/** Accepts what is newer than what was shown, in whichever order it arrives. */
export class NewestPoll {
  private shown: PollNow | undefined;

  /** Whether to show it: false if it is older, or shown already. */
  accept(now: PollNow): boolean {
    const { shown } = this;
    if (shown && !isNewer(now, shown)) {
      return false;
    }
    this.shown = now;
    return true;
  }

  /** Accepts the next one in any case: a new connection begins with the current state. */
  startOver(): void {
    this.shown = undefined;
  }
}

// A revision is a change of the poll, a version one of its results. Without results, the number of voters grows.
function isNewer(now: PollNow, shown: PollNow): boolean {
  const order = [now.revision - shown.revision, (now.version ?? 0) - (shown.version ?? 0)];
  const first = order.find((difference) => difference !== 0) ?? (now.voters ?? 0) - (shown.voters ?? 0);
  return first > 0;
}
