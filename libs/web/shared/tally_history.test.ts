import assert from "node:assert/strict";
import { test } from "node:test";
import { isTallyHistory } from "./tally_history.js";

const good = { poll: "default", now: 9, options: ["a", "b"], points: [{ at: 7, counts: [1, 0] }] };

test("a history is recognised, an empty one too", () => {
  assert.equal(isTallyHistory(good), true);
  assert.equal(isTallyHistory({ ...good, points: [] }), true);
});

test("anything else is not drawn", () => {
  const bad: unknown[] = [
    null,
    undefined,
    "history",
    {},
    { ...good, now: "9" },
    { ...good, options: [1, 2] },
    { ...good, points: [{ at: 7, counts: [1] }] },
    { ...good, points: [{ at: NaN, counts: [1, 2] }] },
    { ...good, points: [{ at: 7, counts: [1, "2"] }] },
    { ...good, points: [null] },
  ];
  for (const value of bad) {
    assert.equal(isTallyHistory(value), false, JSON.stringify(value));
  }
});
