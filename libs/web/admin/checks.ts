// What the form of a poll sends, and what is wrong with it: the rules that the server has too, so that the form can say it
// in the reader's language, beside the field.
import { bounds, bytes, mostOptions, optionsOf, titleFor, type Content, type Draft, type Question } from "./content.js";
import { read, type TimeFault } from "./zoned_time.js";

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
      require_cookie: draft.cookie,
    },
    schedule: { opens_at: timeOf(opens), closes_at: timeOf(closes), zone: draft.zone },
    theme: { accent: draft.colored ? draft.accent : null, scheme: draft.scheme },
  };
  return { content, faults: checks.faults };
}
