import assert from "node:assert/strict";
import { test } from "node:test";
import { feedState, isTally, isTallyHistory, NewestTally, type Tally } from "./tally.js";

const goodTally = {
  poll: "default",
  version: 3,
  question: "",
  options: [{ id: "a", label: "Cats", count: 2 }],
  total: 2,
};

test("a tally may have additional members", () => {
  assert.equal(isTally(goodTally), true);
  assert.equal(isTally({ ...goodTally, later: true }), true);
});

test("anything else is no tally", () => {
  const bad: unknown[] = [
    null,
    "tally",
    [],
    { ...goodTally, version: "3" },
    { ...goodTally, total: -1 },
    { ...goodTally, total: 0.5 },
    { ...goodTally, options: { a: 1 } },
    { ...goodTally, options: [{ id: "a", label: "Cats" }] },
    { ...goodTally, options: [null] },
  ];
  for (const value of bad) {
    assert.equal(isTally(value), false, JSON.stringify(value));
  }
});

function tally(version: number, poll = "default"): Tally {
  return { poll, version, question: "", options: [], total: 0 };
}

test("the first tally is shown, even version 0", () => {
  assert.equal(new NewestTally("default").accept(tally(0)), true);
});

test("an older tally and a repeated one are ignored", () => {
  const newest = new NewestTally("default");
  assert.equal(newest.accept(tally(7)), true);
  assert.equal(newest.accept(tally(6)), false);
  assert.equal(newest.accept(tally(7)), false);
  assert.equal(newest.accept(tally(8)), true);
});

test("a tally of another poll is ignored", () => {
  assert.equal(new NewestTally("default").accept(tally(9, "lunch")), false);
});

test("after a new connection the snapshot is accepted regardless of its version", () => {
  const newest = new NewestTally("default");
  newest.accept(tally(500));
  newest.startOver();
  assert.equal(newest.accept(tally(3)), true);
  assert.equal(newest.accept(tally(2)), false);
});

const goodHistory = { poll: "default", now: 9, options: ["a", "b"], points: [{ at: 7, counts: [1, 0] }] };

test("a history may be empty", () => {
  assert.equal(isTallyHistory(goodHistory), true);
  assert.equal(isTallyHistory({ ...goodHistory, points: [] }), true);
});

test("anything else is no history", () => {
  const bad: unknown[] = [
    null,
    undefined,
    "history",
    {},
    { ...goodHistory, now: "9" },
    { ...goodHistory, options: [1, 2] },
    { ...goodHistory, points: [{ at: 7, counts: [1] }] },
    { ...goodHistory, points: [{ at: NaN, counts: [1, 2] }] },
    { ...goodHistory, points: [{ at: 7, counts: [1, "2"] }] },
    { ...goodHistory, points: [null] },
  ];
  for (const value of bad) {
    assert.equal(isTallyHistory(value), false, JSON.stringify(value));
  }
});

test("unknown states of the feed are ignored", () => {
  assert.equal(feedState({ state: "live" }), "live");
  assert.equal(feedState({ state: "reconnecting", since: 7 }), "reconnecting");
  for (const other of [null, undefined, "live", 7, {}, { state: "gone" }, { state: null }]) {
    assert.equal(feedState(other), undefined);
  }
});
