import assert from "node:assert/strict";
import { test } from "node:test";
import { rankingOf, setOf, valuesOf } from "./selection.js";

test("the values of a selection are those of the form", () => {
  assert.deepEqual(valuesOf("b"), ["b"]);
  assert.deepEqual(valuesOf("10"), ["10"]);
  assert.deepEqual(valuesOf("skip"), ["skip"]);
  assert.deepEqual(valuesOf("+a+c"), ["a", "c"]);
  assert.deepEqual(valuesOf("+"), []);
  assert.deepEqual(valuesOf(">b>a>c"), ["b", "a", "c"]);
});

test("sets and rankings are read back as they were written", () => {
  for (const values of [[], ["a"], ["a", "c", "z"]]) {
    assert.deepEqual(valuesOf(setOf(values)), values);
  }
  assert.equal(setOf(["a"]), "+a");
  assert.deepEqual(valuesOf(rankingOf(["c", "a"])), ["c", "a"]);
});
