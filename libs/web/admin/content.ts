// What people enter for a poll: as the API has it, and as the form does.
import type { Scheme, Theme } from "../shared/theme.js";
import { knownZone, localTimeOf, type LocalTime } from "./zoned_time.js";

export const kinds = ["single", "multiple", "scale", "ranking"] as const;
export type Kind = (typeof kinds)[number];

export const changePolicies = ["while_open", "never"] as const;
export const resultsPolicies = ["live", "after_vote", "after_close", "hidden"] as const;
export type ChangePolicy = (typeof changePolicies)[number];
export type ResultsPolicy = (typeof resultsPolicies)[number];

/** Whether voters see results, at the latest after their vote. */
export const showsResults = (policy: ResultsPolicy, isClosed: boolean): boolean =>
  policy !== "hidden" && (policy !== "after_close" || isClosed);

export interface Question {
  readonly kind: Kind;
  readonly text: string;
  readonly options?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly size?: number;
  readonly low?: string;
  readonly high?: string;
  readonly skippable?: boolean;
}

export interface Logo {
  /** Of the image; none while it is not stored. */
  readonly hash?: string;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
}

export interface Content {
  readonly title: string;
  readonly question: Question;
  readonly policies: {
    readonly change: ChangePolicy;
    readonly results: ResultsPolicy;
    readonly keep_days: number | null;
    readonly require_cookie: boolean;
  };
  readonly schedule: {
    readonly opens_at: string | null;
    readonly closes_at: string | null;
    readonly zone: string;
  };
  readonly theme: Theme;
  /** It is not sent with the rest (LogoField). */
  readonly logo?: Logo | null | undefined;
}

/** The fields of the form as they are. */
export interface Draft {
  title: string;
  text: string;
  kind: Kind;
  options: string[];
  min: number;
  /** NaN: all options. */
  max: number;
  size: number;
  low: string;
  high: string;
  skippable: boolean;
  change: ChangePolicy;
  results: ResultsPolicy;
  keep: string;
  cookie: boolean;
  opens: LocalTime;
  closes: LocalTime;
  zone: string;
  /** Whether `accent` is used. */
  colored: boolean;
  accent: string;
  scheme: Scheme;
}

/** The bounds of the program; admin/openapi.json has them, too. */
export const bounds = { title: 200, text: 500, label: 200, options: 26, ranked: 8, scale: 10, keep: 3650 } as const;

export const bytes = (text: string) => new TextEncoder().encode(text).length;

export const mostOptions = (kind: Kind): number => (kind === "ranking" ? bounds.ranked : bounds.options);

/** The beginning of a text that has at most that many bytes, whole characters only. */
export function cut(text: string, most: number): string {
  let kept = "";
  let size = 0;
  for (const character of text) {
    size += bytes(character);
    if (size > most) {
      break;
    }
    kept += character;
  }
  return kept.trim();
}

/** The title of a poll without one: its question. */
export const titleFor = (text: string) => cut(text.trim().replace(/\s+/g, " "), bounds.title);

/** The form of a new poll. */
export const emptyDraft = (zone: string): Draft => ({
  title: "",
  text: "",
  kind: "single",
  options: ["", ""],
  min: 1,
  max: NaN,
  size: 5,
  low: "",
  high: "",
  skippable: false,
  change: "while_open",
  results: "live",
  keep: "30",
  cookie: false,
  opens: "",
  closes: "",
  zone,
  colored: false,
  accent: "#1d4ed8", // the first hue of the design
  scheme: "auto",
});

/** The form of a poll that is there. */
export function draftOf({ title, question, policies, schedule, theme }: Content): Draft {
  const zone = knownZone(schedule.zone);
  const empty = emptyDraft(zone);
  const local = (time: string | null) => (time === null ? "" : localTimeOf(Date.parse(time), zone));
  return {
    title: title === titleFor(question.text) ? "" : title,
    text: question.text,
    kind: question.kind,
    options: [...(question.options ?? empty.options)],
    min: question.min ?? empty.min,
    max: question.max === question.options?.length ? NaN : (question.max ?? NaN),
    size: question.size ?? empty.size,
    low: question.low ?? "",
    high: question.high ?? "",
    skippable: question.skippable ?? false,
    change: policies.change,
    results: policies.results,
    keep: policies.keep_days === null ? "" : String(policies.keep_days),
    cookie: policies.require_cookie,
    opens: local(schedule.opens_at),
    closes: local(schedule.closes_at),
    zone,
    colored: theme.accent !== null,
    accent: theme.accent ?? empty.accent,
    scheme: theme.scheme,
  };
}

const isNotBlank = (text: string) => text.trim() !== "";

/** The lines of a text that are not blank. */
export const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(isNotBlank);

/** Options after lines were pasted into the one at `index`, and the index of the last line. Blank ones make way. */
export function withLines(options: readonly string[], index: number, lines: readonly string[]) {
  const before = options.slice(0, index + 1).filter((option, at) => at < index || isNotBlank(option));
  const after = options.slice(index + 1).filter(isNotBlank);
  return { options: [...before, ...lines, ...after], last: before.length + lines.length - 1 };
}

/** The options that are not blank. */
export const optionsOf = (draft: Draft): string[] => draft.options.map((option) => option.trim()).filter(Boolean);
