// What people enter for a poll: as the API has it, and as the form does; with the rules that the server has too, so that
// the form can say what is wrong in the reader's language, beside the field.
import { localTimeOf, read, type LocalTime, type TimeFault } from "./zoned_time.js";

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

export interface Content {
  readonly title: string;
  readonly question: Question;
  readonly policies: {
    readonly change: ChangePolicy;
    readonly results: ResultsPolicy;
    readonly keep_days: number | null;
  };
  readonly schedule: {
    readonly opens_at: string | null;
    readonly closes_at: string | null;
    readonly zone: string;
  };
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
  opens: LocalTime;
  closes: LocalTime;
  zone: string;
}

export const bounds = { title: 200, text: 500, label: 200, options: 26, ranked: 8, scale: 10, keep: 3650 } as const;

const bytes = (text: string) => new TextEncoder().encode(text).length;

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

// The title of a poll without one: its question.
const titleFor = (text: string) => cut(text.trim().replace(/\s+/g, " "), bounds.title);

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
  opens: "",
  closes: "",
  zone,
});

/** The form of a poll that is there. */
export function draftOf({ title, question, policies, schedule }: Content): Draft {
  const { zone } = schedule;
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
    opens: local(schedule.opens_at),
    closes: local(schedule.closes_at),
    zone,
  };
}

const isNotBlank = (text: string) => text.trim() !== "";

/** The lines of a text that are not blank. */
export const linesOf = (text: string): string[] => text.split(/\r?\n/).map((line) => line.trim()).filter(isNotBlank);

/** Options after lines were pasted into the one at `index`, and the index of the last line. Blank ones make way. */
export function withLines(options: readonly string[], index: number, lines: readonly string[]) {
  const before = options.slice(0, index + 1).filter((option, at) => at < index || isNotBlank(option));
  const after = options.slice(index + 1).filter(isNotBlank);
  return { options: [...before, ...lines, ...after], last: before.length + lines.length - 1 };
}

export type FaultName =
  | "required"
  | "too_long"
  | "few_options"
  | "many_options"
  | "same_options"
  | "range"
  | "limits"
  | "same_labels"
  | "order_of_times"
  | TimeFault;

/** What is wrong with a field, and the number that it exceeds. */
export interface Fault {
  readonly field: keyof Draft | `option${number}`;
  readonly name: FaultName;
  readonly limit?: number;
}

const folded = (text: string) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

/** The options that are not blank. */
export const optionsOf = (draft: Draft): string[] => draft.options.map((option) => option.trim()).filter(Boolean);

class Checks {
  readonly faults: Fault[] = [];

  add(field: Fault["field"], name: FaultName, limit?: number): void {
    this.faults.push(limit === undefined ? { field, name } : { field, name, limit });
  }

  length(field: Fault["field"], text: string, most: number): void {
    if (bytes(text.trim()) > most) {
      this.add(field, "too_long", most);
    }
  }

  range(field: keyof Draft, number: number, least: number, most: number): void {
    if (!Number.isInteger(number) || number < least || number > most) {
      this.add(field, "range", most);
    }
  }

  options(draft: Draft): void {
    const count = optionsOf(draft).length;
    const seen = new Set<string>();
    draft.options.forEach((option, index) => {
      this.length(`option${index}`, option, bounds.label);
      const key = folded(option);
      if (key !== "" && seen.has(key)) {
        this.add(`option${index}`, "same_options");
      }
      seen.add(key);
    });
    if (count < 2) {
      const blank = draft.options.findIndex((option) => option.trim() === "");
      this.add(`option${Math.max(0, blank)}`, "few_options");
    } else if (count > mostOptions(draft.kind)) {
      this.add(`option${mostOptions(draft.kind)}`, "many_options", mostOptions(draft.kind));
    }
    if (draft.kind === "ranking") {
      this.range("min", draft.min, 1, count);
    }
    if (draft.kind === "multiple") {
      this.range("min", draft.min, 0, count);
      if (!Number.isNaN(draft.max)) {
        this.range("max", draft.max, 1, count);
      }
      if (draft.min > draft.max) {
        this.add("min", "limits");
      }
    }
  }

  scale({ size, low, high }: Draft): void {
    this.range("size", size, 2, bounds.scale);
    this.length("low", low, bounds.label);
    this.length("high", high, bounds.label);
    if (low.trim() !== "" && folded(low) === folded(high)) {
      this.add("high", "same_labels");
    }
  }

  time(field: "opens" | "closes", { [field]: local, zone }: Draft): number | undefined {
    const entered = read(local, zone);
    if (entered.fault) {
      this.add(field, entered.fault);
      return undefined;
    }
    return entered.instant;
  }
}

const timeOf = (instant: number | undefined) =>
  instant === undefined ? null : new Date(instant).toISOString().replace(".000Z", "Z");

function questionOf(draft: Draft): Question {
  const { kind, min, max, size, skippable } = draft;
  const question = { kind, text: draft.text.trim() };
  if (kind === "scale") {
    return { ...question, size, low: draft.low.trim(), high: draft.high.trim(), skippable };
  }
  const options = optionsOf(draft);
  return {
    ...question,
    options,
    ...(kind !== "single" && { min }),
    ...(kind === "multiple" && { max: Number.isNaN(max) ? options.length : max }),
  };
}

/** What to send for the form, and what is wrong with it, in the order of the fields. Send it only if nothing is. */
export function contentOf(draft: Draft): { readonly content: Content; readonly faults: readonly Fault[] } {
  const checks = new Checks();
  if (draft.text.trim() === "") {
    checks.add("text", "required");
  }
  checks.length("text", draft.text, bounds.text);
  if (draft.kind === "scale") {
    checks.scale(draft);
  } else {
    checks.options(draft);
  }
  checks.length("title", draft.title, bounds.title);
  if (draft.keep.trim() !== "") {
    checks.range("keep", Number(draft.keep), 1, bounds.keep);
  }
  const opens = checks.time("opens", draft);
  const closes = checks.time("closes", draft);
  if (opens !== undefined && closes !== undefined && opens >= closes) {
    checks.add("closes", "order_of_times");
  }
  const content: Content = {
    title: draft.title.trim() || titleFor(draft.text),
    question: questionOf(draft),
    policies: {
      change: draft.change,
      results: draft.results,
      keep_days: draft.keep.trim() === "" ? null : Number(draft.keep),
    },
    schedule: { opens_at: timeOf(opens), closes_at: timeOf(closes), zone: draft.zone },
  };
  return { content, faults: checks.faults };
}
