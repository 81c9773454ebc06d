import assert from "node:assert/strict";
import { test } from "node:test";
import { Timeline } from "./over_time.js";

const options = { spanMs: 60_000, stepMs: 1000 };

test("the last counts hold until now", () => {
  const timeline = new Timeline(options);
  timeline.add(1000, [1, 0]);
  timeline.add(2500, [1, 1]);
  assert.deepEqual(timeline.columns(4000), [
    [1, 2.5, 4],
    [1, 1, 1],
    [0, 1, 1],
  ]);
});

test("a pause is flat, not a slope", () => {
  const timeline = new Timeline(options);
  timeline.add(1000, [1]);
  timeline.add(11_000, [9]);
  assert.deepEqual(timeline.columns(11_000), [
    [1, 10, 11],
    [1, 1, 9],
  ]);
});

test("fast changes are one point with the newest counts", () => {
  const timeline = new Timeline(options);
  for (let votes = 1; votes <= 100; ++votes) {
    timeline.add(1000 + votes * 9, [votes]);
  }
  assert.deepEqual(timeline.columns(1009), [[1.009], [100]]);
});

test("the points of the server precede those of the page", () => {
  const timeline = new Timeline(options);
  timeline.add(5000, [3]);
  timeline.prepend([
    { at: 3000, counts: [1] },
    { at: 4000, counts: [2] },
    { at: 6000, counts: [9] },
  ]);
  assert.deepEqual(timeline.columns(5000), [
    [3, 4, 5],
    [1, 2, 3],
  ]);
});

test("only the points of its span are kept", () => {
  const timeline = new Timeline(options);
  for (let second = 0; second < 10_000; ++second) {
    timeline.add(second * 1000, [second]);
  }
  const [times = [], counts = []] = timeline.columns(9_999_000);
  assert.ok(times.length <= 62, String(times.length));
  assert.equal(times[0], 9939);
  assert.equal(counts[0], 9939);
});

test("without points there are no columns", () => {
  assert.deepEqual(new Timeline(options).columns(7), []);
});
