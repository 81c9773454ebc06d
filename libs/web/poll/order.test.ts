import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, placeAmong } from "./order.js";

test("an element is moved to each place", () => {
  assert.deepEqual(moved(["a", "b", "c"], 0, 2), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, 0), ["c", "a", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], 1, 1), ["a", "b", "c"]);
});

test("an element is not moved out of the order", () => {
  assert.deepEqual(moved(["a", "b", "c"], 0, -1), ["a", "b", "c"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, 3), ["a", "b", "c"]);
  assert.deepEqual(moved(["a"], 0, 5), ["a"]);
});

test("a dragged element takes the place after those whose middle it has passed", () => {
  const middles = [50, 150, 250];
  assert.equal(placeAmong(middles, 10), 0);
  assert.equal(placeAmong(middles, 151), 2);
  assert.equal(placeAmong(middles, 1000), 3);
  assert.equal(placeAmong([], 10), 0);
});
