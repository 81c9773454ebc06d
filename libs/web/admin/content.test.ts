import assert from "node:assert/strict";
import { test } from "node:test";
import { contentOf } from "./checks.js";
import {
  cut,
  draftOf,
  emptyDraft,
  linesOf,
  resultsPolicies,
  showsResults,
  withLines,
  type Content,
  type Draft,
} from "./content.js";

const draft = (changes: Partial<Draft> = {}): Draft => ({
  ...emptyDraft("Europe/Berlin"),
  text: "Tea or coffee?",
  options: ["Tea", "Coffee"],
  ...changes,
});

const faultsOf = (changes: Partial<Draft>) =>
  contentOf(draft(changes)).faults.map(({ field, name, limit }) => `${field} ${name} ${limit ?? ""}`.trim());

test("a question with two options is enough", () => {
  assert.deepEqual(contentOf(draft()), {
    content: {
      title: "Tea or coffee?",
      question: { kind: "single", text: "Tea or coffee?", options: ["Tea", "Coffee"] },
      policies: { change: "while_open", results: "live", keep_days: 30, require_cookie: false },
      schedule: { opens_at: null, closes_at: null, zone: "Europe/Berlin" },
      theme: { accent: null, scheme: "auto" },
    },
    faults: [],
  });
});

test("each kind has what it needs, and nothing else", () => {
  const questionOf = (changes: Partial<Draft>) => contentOf(draft(changes)).content.question;
  const { text } = draft();
  assert.deepEqual(questionOf({ kind: "multiple", min: 0, max: 2 }), {
    kind: "multiple",
    text,
    options: ["Tea", "Coffee"],
    min: 0,
    max: 2,
  });
  assert.equal(
    questionOf({ kind: "multiple", options: ["Tea", "Coffee", "Milk"] }).max,
    3,
    "all of them, if no number is given",
  );
  assert.deepEqual(questionOf({ kind: "ranking" }), { kind: "ranking", text, options: ["Tea", "Coffee"], min: 1 });
  assert.deepEqual(questionOf({ kind: "scale", low: " Poor ", high: "Great", skippable: true }), {
    kind: "scale",
    text,
    size: 5,
    low: "Poor",
    high: "Great",
    skippable: true,
  });
});

test("blank rows are no options, and spaces around texts do not count", () => {
  assert.deepEqual(contentOf(draft({ options: [" Tea", "", "Coffee ", "  "] })).content.question.options, [
    "Tea",
    "Coffee",
  ]);
});

test("what is wrong is said for the field", () => {
  assert.deepEqual(faultsOf({ text: "  " }), ["text required"]);
  assert.deepEqual(faultsOf({ text: "ü".repeat(251) }), ["text too_long 500"]);
  assert.deepEqual(faultsOf({ options: ["Tea", ""] }), ["option1 few_options"]);
  assert.deepEqual(faultsOf({ options: ["Tea", "Coffee", " tea "] }), ["option2 same_options"]);
  assert.deepEqual(faultsOf({ options: ["Tea", "x".repeat(201)] }), ["option1 too_long 200"]);
  assert.deepEqual(faultsOf({ kind: "ranking", options: [..."abcdefghi"] }), ["option8 many_options 8"]);
  assert.deepEqual(faultsOf({ kind: "multiple", min: 2, max: 1 }), ["min limits"]);
  assert.deepEqual(faultsOf({ kind: "multiple", max: 3 }), ["max range 2"]);
  assert.deepEqual(faultsOf({ kind: "multiple", min: NaN }), ["min range 2"]);
  assert.deepEqual(faultsOf({ kind: "scale", size: 11 }), ["size range 10"]);
  assert.deepEqual(faultsOf({ kind: "scale", low: "Good", high: "good" }), ["high same_labels"]);
  assert.deepEqual(faultsOf({ keep: "0" }), ["keep range 3650"]);
  assert.deepEqual(faultsOf({ keep: "1.5" }), ["keep range 3650"]);
});

test("a scale needs no options, and choices no numbers", () => {
  assert.deepEqual(faultsOf({ kind: "scale", options: ["", ""] }), []);
  assert.deepEqual(faultsOf({ kind: "single", min: 9, max: 0, size: 99 }), []);
});

test("times are those of the zone", () => {
  const { content, faults } = contentOf(draft({ opens: "2026-07-01T12:00", closes: "2026-12-01T12:00" }));
  assert.deepEqual(faults, []);
  assert.deepEqual(
    [content.schedule.opens_at, content.schedule.closes_at],
    ["2026-07-01T10:00:00Z", "2026-12-01T11:00:00Z"],
  );
});

test("times that do not exist, that exist twice or that are in the wrong order are rejected", () => {
  assert.deepEqual(faultsOf({ opens: "2026-03-29T02:30" }), ["opens missing"]);
  assert.deepEqual(faultsOf({ closes: "2026-10-25T02:30" }), ["closes repeated"]);
  assert.deepEqual(faultsOf({ closes: "2026-10-25T02:30", zone: "UTC" }), []);
  assert.deepEqual(faultsOf({ opens: "2026-07-02T12:00", closes: "2026-07-02T12:00" }), ["closes order_of_times"]);
});

test("the form of a poll that is there sends the same again", () => {
  const base: Pick<Content, "policies" | "schedule" | "theme"> = {
    policies: { change: "never", results: "hidden", keep_days: null, require_cookie: true },
    schedule: { opens_at: "2026-07-01T10:00:00Z", closes_at: null, zone: "Asia/Tokyo" },
    theme: { accent: "#0b7267", scheme: "dark" },
  };
  const contents: Content[] = [
    {
      ...base,
      title: "Drinks",
      question: { kind: "multiple", text: "Which?", options: ["Tea", "Coffee", "Milk"], min: 1, max: 3 },
    },
    { ...base, title: "Drinks", question: { kind: "ranking", text: "Which?", options: ["Tea", "Coffee"], min: 2 } },
    { ...base, title: "Which?", question: { kind: "single", text: "Which?", options: ["Tea", "Coffee"] } },
    {
      ...base,
      theme: { accent: null, scheme: "light" },
      title: "Mood",
      question: { kind: "scale", text: "How?", size: 10, low: "", high: "", skippable: false },
    },
  ];
  for (const content of contents) {
    assert.deepEqual(contentOf(draftOf(content)), { content, faults: [] });
  }
});

test("a long question is cut for the title, between characters", () => {
  assert.equal(cut("äöü", 5), "äö");
  assert.equal(cut("a 👍🏽", 3), "a");
  assert.ok(new TextEncoder().encode(contentOf(draft({ text: "日本語 ".repeat(40) })).content.title).length <= 200);
});

test("what voters see depends on the policy and on whether the poll is closed", () => {
  const shown = (isClosed: boolean) => resultsPolicies.filter((policy) => showsResults(policy, isClosed));
  assert.deepEqual(shown(false), ["live", "after_vote"]);
  assert.deepEqual(shown(true), ["live", "after_vote", "after_close"]);
});

test("pasted lines become options, and none that was there is lost", () => {
  assert.deepEqual(linesOf("Tea\r\n Coffee \n\nMilk\n"), ["Tea", "Coffee", "Milk"]);
  const lines = ["Tea", "Coffee"];
  assert.deepEqual(withLines(["", ""], 0, lines), { options: ["Tea", "Coffee"], last: 1 });
  assert.deepEqual(withLines(["Milk", "", "Juice"], 1, lines), {
    options: ["Milk", "Tea", "Coffee", "Juice"],
    last: 2,
  });
  assert.deepEqual(withLines(["Milk", "Juice", ""], 0, lines), {
    options: ["Milk", "Tea", "Coffee", "Juice"],
    last: 2,
  });
});

test("a poll whose zone the browser does not know has its times in UTC", () => {
  const { content } = contentOf(draft({ opens: "2031-07-01T12:00", zone: "UTC" }));
  const { opens, zone } = draftOf({ ...content, schedule: { ...content.schedule, zone: "Mars/Olympus" } });
  assert.deepEqual([opens, zone], ["2031-07-01T12:00", "UTC"]);
});
