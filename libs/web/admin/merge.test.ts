import assert from "node:assert/strict";
import { test } from "node:test";
import type { Content } from "./content.js";
import { changes, conflictOf } from "./merge.js";

const base: Content = {
  title: "Drinks",
  question: { kind: "single", text: "Which?", options: ["Tea", "Coffee"] },
  policies: { change: "while_open", results: "live", keep_days: 30, require_cookie: false },
  schedule: { opens_at: null, closes_at: null, zone: "UTC" },
  theme: { accent: null, scheme: "auto" },
  logo: null,
};

const withPolicies = (content: Content, policies: Partial<Content["policies"]>): Content => ({
  ...content,
  policies: { ...content.policies, ...policies },
});
const withSchedule = (content: Content, schedule: Partial<Content["schedule"]>): Content => ({
  ...content,
  schedule: { ...content.schedule, ...schedule },
});

test("changes of different parts are both kept", () => {
  const mine: Content = { ...base, question: { ...base.question, text: "Which one?" } };
  const options = ["Tea", "Coffee", "Milk"];
  const theirs = withPolicies({ ...base, question: { ...base.question, options } }, { results: "hidden" });
  assert.deepEqual(conflictOf(base, mine, theirs), {
    both: [],
    theirs: ["answers", "results"],
    merged: { ...theirs, question: { ...theirs.question, text: "Which one?" } },
  });
});

test("what both changed is named, and the version from here is the one in the merged version", () => {
  const mine = withPolicies({ ...base, title: "Mine" }, { keep_days: null });
  const theirs = withSchedule({ ...base, title: "Theirs" }, { zone: "Asia/Tokyo" });
  assert.deepEqual(conflictOf(base, mine, theirs), {
    both: ["title"],
    theirs: ["zone"],
    merged: withPolicies({ ...theirs, title: "Mine" }, { keep_days: null }),
  });
});

test("a color and light or dark are changed independently", () => {
  const mine: Content = { ...base, theme: { accent: "#0b7267", scheme: "auto" } };
  const theirs: Content = { ...base, theme: { accent: null, scheme: "dark" } };
  assert.deepEqual(conflictOf(base, mine, theirs), {
    both: [],
    theirs: ["scheme"],
    merged: { ...base, theme: { accent: "#0b7267", scheme: "dark" } },
  });
});

test("whether votes need a cookie is changed independently", () => {
  const mine = withPolicies(base, { require_cookie: true });
  const theirs = withPolicies(base, { change: "never" });
  assert.deepEqual(conflictOf(base, mine, theirs), {
    both: [],
    theirs: ["change"],
    merged: withPolicies(theirs, { require_cookie: true }),
  });
});

test("a logo is part of what was changed", () => {
  const stored = { hash: "00", width: 64, height: 32, alt: "School" };
  const mine: Content = { ...base, logo: { width: 64, height: 32, alt: "School" } };
  assert.deepEqual(conflictOf(base, mine, { ...base, logo: stored }).both, ["logo"]);
  const theirs = conflictOf(base, { ...base, title: "Mine" }, { ...base, logo: stored });
  assert.deepEqual([theirs.both, theirs.theirs, theirs.merged.logo], [[], ["logo"], stored]);
});

test("the same change on both sides is no conflict", () => {
  const both = withSchedule(base, { closes_at: "2026-07-01T10:00:00Z" });
  assert.deepEqual(conflictOf(base, both, both), { both: [], theirs: [], merged: both });
});

test("the kind is not mixed with the options of another one", () => {
  const mine: Content = {
    ...base,
    question: { kind: "scale", text: "Which?", size: 7, low: "", high: "", skippable: false },
  };
  const theirs: Content = { ...base, question: { ...base.question, options: ["Tea", "Milk"] } };
  const { both, merged } = conflictOf(base, mine, theirs);
  assert.deepEqual(both, ["answers"]);
  assert.deepEqual(merged.question, mine.question);
});

test("the order of members makes no difference", () => {
  const { kind, options, text } = base.question;
  assert.deepEqual(changes(base, { ...base, question: { options: options ?? [], text, kind } }), []);
});
