// Two people edited a poll at the same time: what each of them changed, and what a third version has that keeps both.
import type { Content } from "./content.js";

/** What can be changed independently of the rest. The kind and its options are one: limits belong to options. */
export const parts = [
  "title",
  "text",
  "answers",
  "change",
  "results",
  "keep_days",
  "require_cookie",
  "opens_at",
  "closes_at",
  "zone",
  "accent",
  "scheme",
  "logo",
] as const;
export type Part = (typeof parts)[number];

function part({ title, question, policies, schedule, theme, logo }: Content, name: Part): unknown {
  const { text, ...answers } = question;
  return { title, text, answers, ...policies, ...schedule, ...theme, logo }[name];
}

// Members in any order, and without those that are undefined.
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    member && typeof member === "object" && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  ) ?? "";

const differ = (one: Content, other: Content, name: Part) =>
  canonical(part(one, name)) !== canonical(part(other, name));

/** The parts that differ. */
export const changes = (from: Content, to: Content): Part[] => parts.filter((name) => differ(from, to, name));

export interface Conflict {
  /** What both changed, differently. */
  readonly both: readonly Part[];
  /** What only the other one changed. */
  readonly theirs: readonly Part[];
  /** The newer version with all that was changed here. */
  readonly merged: Content;
}

/** `base` is what this edit began with, `mine` what it made of it, `theirs` what is stored now. */
export function conflictOf(base: Content, mine: Content, theirs: Content): Conflict {
  const changedHere = changes(base, mine);
  const changedThere = changes(base, theirs);
  const both = changedHere.filter((name) => changedThere.includes(name) && differ(mine, theirs, name));
  const from = (name: Part) => (changedHere.includes(name) ? mine : theirs);
  return {
    both,
    theirs: changedThere.filter((name) => !changedHere.includes(name)),
    merged: {
      title: from("title").title,
      question: { ...from("answers").question, text: from("text").question.text },
      policies: {
        change: from("change").policies.change,
        results: from("results").policies.results,
        keep_days: from("keep_days").policies.keep_days,
        require_cookie: from("require_cookie").policies.require_cookie,
      },
      schedule: {
        opens_at: from("opens_at").schedule.opens_at,
        closes_at: from("closes_at").schedule.closes_at,
        zone: from("zone").schedule.zone,
      },
      theme: { accent: from("accent").theme.accent, scheme: from("scheme").theme.scheme },
      logo: from("logo").logo,
    },
  };
}
