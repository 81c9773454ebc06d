import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "./random.mjs";
import { isFlat, lineOf, meansOf } from "./trend.mjs";

// 180 samples in half an hour, with noise of up to 5 around 100; x is in hours.
function samples(perHour, random = new Random(1)) {
  return Array.from({ length: 180 }, (_, index) => {
    const hours = index / 360;
    return [hours, 100 + perHour * hours + 10 * (random.next() - 0.5)];
  });
}

test("the slope is found within its error", () => {
  const { mean, slope, error } = lineOf(samples(20));
  assert.ok(Math.abs(mean - 105) < 1, `mean ${mean}`);
  assert.ok(Math.abs(slope - 20) < 3 * error, `${slope} ± ${error}`);
});

test("noise is flat, and so is a decrease; a leak is not", () => {
  assert.equal(isFlat(lineOf(samples(0))), true);
  assert.equal(isFlat(lineOf(samples(-20))), true);
  assert.equal(isFlat(lineOf(samples(20))), false);
  assert.equal(isFlat(lineOf([[0, 5], [1, 5], [2, 5]])), true);
});

test("the parts of a series have their means", () => {
  const series = [1, 3, 5, 5, 9, 9].map((y, x) => [x, y]);
  assert.deepEqual(meansOf(series, 3), [2, 5, 9]);
});
