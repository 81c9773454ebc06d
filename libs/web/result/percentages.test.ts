import assert from "node:assert/strict";
import { test } from "node:test";
import { tenthsOfPercent } from "./percentages.js";

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0);
}

test("two thirds and one third are 66.7 % and 33.3 %", () => {
  assert.deepEqual(tenthsOfPercent([2000, 1000]), [667, 333]);
});

test("what rounding leaves over goes to the largest remainder, the earlier option first", () => {
  assert.deepEqual(tenthsOfPercent([1, 1, 1]), [334, 333, 333]);
  assert.deepEqual(tenthsOfPercent([1, 2, 4]), [143, 286, 571]);
  assert.deepEqual(tenthsOfPercent([2, 5998]), [0, 1000]);
});

test("no votes are no percentages", () => {
  assert.deepEqual(tenthsOfPercent([0, 0]), [0, 0]);
  assert.deepEqual(tenthsOfPercent([]), []);
});

test("an option without votes has nothing, one with all of them has everything", () => {
  assert.deepEqual(tenthsOfPercent([0, 7, 0]), [0, 1000, 0]);
});

test("the shares of any counts add up to 100 % and are at most a tenth away", () => {
  const seed = Number(process.env["TEST_SEED"] ?? Date.now() % 2147483647) || 1;
  let state = seed;
  const next = (below: number) => (state = (state * 48271) % 2147483647) % below;
  for (let round = 0; round < 2000; ++round) {
    const counts = Array.from({ length: 2 + next(25) }, () => next(10 ** next(10)));
    const total = sum(counts);
    const shares = tenthsOfPercent(counts);
    assert.equal(sum(shares), total === 0 ? 0 : 1000, `TEST_SEED=${seed}: ${counts}`);
    shares.forEach((share, index) => {
      const exact = total === 0 ? 0 : ((counts[index] ?? 0) * 1000) / total;
      assert.ok(Math.abs(share - exact) < 1, `TEST_SEED=${seed}: ${counts}`);
    });
  }
});
