import assert from "node:assert/strict";
import { test } from "node:test";
import { countsOfResults, countsOfTally } from "./option_counts.js";

const options = [
  { id: "a", label: "Noodles", count: 2 },
  { id: "b", label: "Pizza", count: 1 },
];

test("the counts of a tally are those of the same poll, once someone has voted", () => {
  const tally = { poll: "default", version: 3, question: "?", options, total: 3 };
  const read = countsOfTally("default");
  assert.deepEqual(read(tally), options);
  assert.equal(read({ ...tally, poll: "other" }), undefined);
  assert.equal(read({ ...tally, total: 0 }), undefined);
  assert.equal(read({}), undefined);
});

test("the counts of a poll that someone made are those of the run of the form", () => {
  const now = { poll: "64f0", run: 1, results: { kind: "single", voters: 3, options } };
  assert.deepEqual(countsOfResults("64f0")(now), options);
  assert.deepEqual(countsOfResults("64f0.2")({ ...now, run: 2 }), options);
  assert.equal(countsOfResults("64f0")({ ...now, run: 2 }), undefined);
  assert.equal(countsOfResults("64f0.2")(now), undefined);
});

test("what is hidden, empty or no result gives no counts", () => {
  const read = countsOfResults("64f0");
  for (const results of [
    null,
    undefined,
    { kind: "single", voters: 0, options },
    { kind: "scale", voters: 1, counts: [1] },
    { kind: "single", voters: 1, options: [{ id: "a", count: -1 }] },
    { kind: "single", voters: 1, options: [null] },
  ]) {
    assert.equal(read({ poll: "64f0", run: 1, results }), undefined, JSON.stringify(results));
  }
  assert.equal(read(null), undefined);
});
