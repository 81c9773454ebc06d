import assert from "node:assert/strict";
import { test } from "node:test";
import { barLengths, byResult, chartedOf, leaderOf } from "./ranking.js";

test("the order by result keeps the order of the poll among equals", () => {
  assert.deepEqual(byResult([1, 3, 3, 0, 7]), [4, 1, 2, 0, 3]);
  assert.deepEqual(byResult([0, 0, 0]), [0, 1, 2]);
});

test("only one option can lead", () => {
  assert.equal(leaderOf([1, 3, 2]), 1);
  assert.equal(leaderOf([3, 3, 2]), undefined);
  assert.equal(leaderOf([0, 0]), undefined);
  assert.equal(leaderOf([]), undefined);
});

test("bars are the share of the votes, and with more than seven options of the leader's votes", () => {
  assert.deepEqual(barLengths([1, 3]), [0.25, 0.75]);
  assert.deepEqual(barLengths([0, 0]), [0, 0]);
  assert.deepEqual(barLengths([2, 4, 0, 0, 0, 0, 0, 2]), [0.5, 1, 0, 0, 0, 0, 0, 0.5]);
  assert.deepEqual(barLengths([0, 0, 0, 0, 0, 0, 0, 0]), [0, 0, 0, 0, 0, 0, 0, 0]);
});

test("the chart has all options, and of more than seven the five leading ones", () => {
  assert.deepEqual(chartedOf([1, 5, 3]), [0, 1, 2]);
  assert.deepEqual(chartedOf([1, 5, 3, 9, 0, 0, 2, 7]), [1, 2, 3, 6, 7]);
});
