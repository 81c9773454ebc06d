import assert from "node:assert/strict";
import { test } from "node:test";
import { isTally } from "./tally.js";

const good = {
  poll: "default",
  version: 3,
  question: "",
  options: [{ id: "a", label: "Cats", count: 2 }],
  total: 2,
};

test("a tally is recognised, whatever else it carries", () => {
  assert.equal(isTally(good), true);
  assert.equal(isTally({ ...good, later: true }), true);
});

test("anything else is not shown", () => {
  const bad: unknown[] = [
    null,
    "tally",
    [],
    { ...good, version: "3" },
    { ...good, total: -1 },
    { ...good, total: 0.5 },
    { ...good, options: { a: 1 } },
    { ...good, options: [{ id: "a", label: "Cats" }] },
    { ...good, options: [null] },
  ];
  for (const value of bad) {
    assert.equal(isTally(value), false, JSON.stringify(value));
  }
});
