import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "./backoff.js";

function waits(random: number, count = 6): number[] {
  const backoff = new Backoff({ firstMs: 100, longestMs: 1000, random: () => random });
  return Array.from({ length: count }, () => backoff.nextMs());
}

test("waits double up to a bound", () => {
  assert.deepEqual(waits(1), [100, 200, 400, 800, 1000, 1000]);
});

test("jitter shortens a wait by at most a half", () => {
  assert.deepEqual(waits(0), [50, 100, 200, 400, 500, 500]);
});

test("after a success the first wait is used again", () => {
  const backoff = new Backoff({ firstMs: 100, longestMs: 1000, random: () => 1 });
  backoff.nextMs();
  backoff.nextMs();
  backoff.reset();
  assert.equal(backoff.nextMs(), 100);
});

test("the wait that the server asks for is respected within the bound", () => {
  const backoff = new Backoff({ firstMs: 100, longestMs: 1000, random: () => 1 });
  assert.equal(backoff.nextMs(700), 700);
  assert.equal(backoff.nextMs(60_000), 1000);
});

test("a thousand failures do not overflow", () => {
  assert.equal(waits(1, 1100).at(-1), 1000);
});
