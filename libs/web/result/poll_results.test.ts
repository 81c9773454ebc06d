import assert from "node:assert/strict";
import { test } from "node:test";
import { isPollNow, isRemovedPoll, linesOf, NewestPoll, type PollNow, stageOf } from "./poll_results.js";

const open: PollNow = {
  poll: "019aa0f2",
  state: "open",
  run: 1,
  revision: 3,
  question: { kind: "single", text: "Tea or coffee?", options: ["Tea", "Coffee"] },
  policy: "live",
  opens_at: null,
  closes_at: null,
  voters: 1,
  version: 1,
  results: {
    kind: "single",
    voters: 1,
    options: [
      { id: "a", label: "Tea", count: 1, share: 1 },
      { id: "b", label: "Coffee", count: 0, share: 0 },
    ],
  },
};
const hidden: PollNow = { ...open, policy: "after_close", voters: 1, version: null, results: null };

test("the votes over time are those of the options of a choice, else the voters", () => {
  assert.deepEqual(linesOf(open), { ids: ["a", "b"], counts: [1, 0] });
  const scale = { kind: "scale", voters: 3, skipped: 0, counts: [1, 2], mean: 1.7, median: 2 } as const;
  assert.deepEqual(linesOf({ ...open, results: scale }), { ids: [""], counts: [3] });
  assert.equal(linesOf(hidden), undefined);
});

test("a theme is a color or none, and light, dark or both", () => {
  const withTheme = (theme: unknown) => isPollNow({ ...open, theme });
  assert.ok(withTheme({ accent: "#0b7267", scheme: "auto" }));
  assert.ok(withTheme({ accent: null, scheme: "dark" }));
  assert.ok(withTheme(undefined));
  for (const wrong of [null, {}, { accent: "red", scheme: "auto" }, { accent: "#0b7267", scheme: "dim" }]) {
    assert.ok(!withTheme(wrong));
  }
  assert.ok(!withTheme({ accent: '#0b7267"><script>', scheme: "auto" }));
});

test("polls of every kind are valid", () => {
  const scale = { kind: "scale", voters: 1, skipped: 0, counts: [0, 1], mean: 2, median: 2 };
  const round = { counts: [2, null], exhausted: 0, eliminated: null, tied: [], decided_by_round: null };
  const ranked = { id: "a", label: "Red", ranked: 1, average_rank: 1, points: 2 };
  for (const results of [
    open.results,
    { ...open.results, kind: "multiple" },
    scale,
    { ...scale, mean: null, median: null },
    { kind: "ranking", voters: 2, options: [ranked], runoff: null },
    { kind: "ranking", voters: 2, options: [ranked], runoff: { winner: "a", rounds: [round] } },
    null,
  ]) {
    assert.ok(isPollNow({ ...open, results }), JSON.stringify(results));
  }
  assert.ok(isPollNow({ ...open, state: "draft", question: null, results: null, voters: null, version: null }));
  assert.ok(isRemovedPoll({ poll: "019aa0f2", state: "removed" }));
});

test("anything else is not valid", () => {
  for (const wrong of [
    null,
    "text",
    {},
    { ...open, state: "removed" },
    { ...open, revision: -1 },
    { ...open, voters: "3" },
    { ...open, question: { kind: "other", text: "?" } },
    { ...open, results: { kind: "single", voters: 1 } },
    { ...open, results: { kind: "scale", voters: 1, skipped: 0, counts: [1.5], mean: null } },
    { ...open, results: { kind: "ranking", voters: 1, options: [], runoff: { rounds: [{}] } } },
  ]) {
    assert.ok(!isPollNow(wrong), JSON.stringify(wrong));
  }
});

test("the stage follows from the state and from what may be seen", () => {
  assert.equal(stageOf({ ...hidden, state: "draft" }), "draft");
  assert.equal(stageOf(open), "open");
  assert.equal(stageOf(hidden), "later");
  assert.equal(stageOf({ ...hidden, policy: "after_vote" }), "after_vote");
  assert.equal(stageOf({ ...hidden, policy: "hidden" }), "never");
  assert.equal(stageOf({ ...hidden, policy: "hidden", state: "closed" }), "never");
  assert.equal(stageOf({ ...open, state: "closed" }), "final");
  assert.equal(stageOf({ ...open, state: "archived" }), "final");
});

test("only what is newer is shown: first by the poll, then by its results", () => {
  const newest = new NewestPoll();
  assert.ok(newest.accept(open));
  assert.ok(!newest.accept(open));
  assert.ok(newest.accept({ ...open, version: 3 }));
  assert.ok(!newest.accept({ ...open, version: 2 }));
  assert.ok(newest.accept({ ...hidden, revision: 4 }), "hidden: without a version");
  assert.ok(!newest.accept({ ...open, version: 9 }), "numbers of before");
  assert.ok(newest.accept({ ...hidden, revision: 4, voters: 2 }));
  assert.ok(!newest.accept({ ...hidden, revision: 4, voters: 2 }));
  newest.startOver();
  assert.ok(newest.accept({ ...open, revision: 1 }));
});
