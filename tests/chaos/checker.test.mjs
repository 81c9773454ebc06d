// The checker finds what is wrong, and accepts what may be.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findFaults } from "./checker.mjs";
import { History } from "./history.mjs";

const second = 1000;
const t0 = 1_800_000_000_000;

// Votes of one voter: [option, outcome] each, ten seconds apart, answered after one.
function historyOf(votes) {
  const history = new History();
  history.add("ann");
  votes.forEach(([option, outcome], index) => {
    const start = t0 + index * 10 * second;
    history.voters.get("ann").push({ option, outcome, start, end: start + second });
  });
  return history;
}

// With the row of a vote's option that was queued half a second after the vote `index` began.
function check(votes, row, { tally, shown, ...options } = {}) {
  const rows = row ? [{ voter: "ann", option: row[0], time: t0 + row[1] * 10 * second + 500 }] : [];
  const counts = Object.fromEntries(rows.map(({ option }) => [option, 1]));
  const state = { rows, tally: tally ?? counts, shown: shown ?? counts, ...options };
  return findFaults(historyOf(votes), state).map(({ kind }) => kind);
}

const accepted = [
  ["a", "accepted"],
  ["b", "accepted"],
  ["c", "accepted"],
];

test("the last accepted vote is right, any other accepted one is a lost vote", () => {
  assert.deepEqual(check(accepted, ["c", 2]), []);
  assert.deepEqual(check(accepted, ["b", 1]), ["lost"]);
  assert.deepEqual(check(accepted, ["a", 0]), ["lost"]);
  assert.deepEqual(check(accepted, undefined), ["lost"]);
});

test("an option that the voter did not vote for is wrong", () => {
  assert.deepEqual(check(accepted, ["z", 2]), ["wrong"]);
});

test("the right option with the version of another moment is wrong", () => {
  assert.deepEqual(check(accepted, ["c", 5]), ["wrong"]);
  assert.deepEqual(check(accepted, ["c", 5], { versionsAreTimes: false }), []);
});

for (const outcome of ["rejected", "unknown"]) {
  test(`a vote that was ${outcome} may count or not`, () => {
    const votes = [
      ["a", "accepted"],
      ["b", outcome],
    ];
    assert.deepEqual(check(votes, ["a", 0]), []);
    assert.deepEqual(check(votes, ["b", 1]), []);
    assert.deepEqual(check([["b", outcome]], undefined), []);
    assert.deepEqual(check(votes, undefined), ["lost"]);
  });

  test(`a vote that was ${outcome} may be delayed beyond a later accepted one, not come back from before it`, () => {
    const votes = [
      ["a", outcome],
      ["b", "accepted"],
    ];
    assert.deepEqual(check(votes, ["a", 2]), []);
    assert.deepEqual(check(votes, ["a", 0]), ["lost"]);
  });
}

test("a vote that was never sent does not count", () => {
  assert.deepEqual(check([["a", "unsent"]], undefined), []);
  assert.deepEqual(check([["a", "unsent"]], ["a", 0]), ["wrong"]);
});

test("the tally and what viewers see must be the recount of the rows", () => {
  assert.deepEqual(check(accepted, ["c", 2], { tally: { c: 2 } }), ["tally"]);
  assert.deepEqual(check(accepted, ["c", 2], { tally: {} }), ["tally"]);
  assert.deepEqual(check(accepted, ["c", 2], { tally: { c: 1, b: 0 } }), []);
  assert.deepEqual(check(accepted, ["c", 2], { shown: { b: 1 } }), ["shown"]);
});

test("a voter has one row, and other voters' rows are those that were accepted", () => {
  const history = historyOf(accepted);
  const row = { voter: "ann", option: "c", time: t0 + 20 * second };
  const kinds = (rows, others) => {
    const counts = {};
    rows.forEach(({ option }) => (counts[option] = (counts[option] ?? 0) + 1));
    return findFaults(history, { rows, tally: counts, shown: counts, others }).map(({ kind }) => kind);
  };
  assert.deepEqual(kinds([row, { ...row }]), ["double"]);
  const stranger = { voter: "eve", option: "a", time: t0 };
  assert.deepEqual(kinds([row, stranger]), ["strangers"]);
  assert.deepEqual(kinds([row, stranger], { a: 1 }), []);
  assert.deepEqual(kinds([row, stranger], { a: 2 }), ["strangers"]);
});
