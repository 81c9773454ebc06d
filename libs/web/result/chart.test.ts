import assert from "node:assert/strict";
import { test } from "node:test";
import { placeLabels } from "./chart.js";

const room = { top: 0, bottom: 100, gap: 10 };
const ends = (...ys: number[]) => ys.map((y, index) => ({ index, y }));

test("labels are beside the ends of their lines", () => {
  assert.deepEqual(placeLabels(ends(50, 10), room), [
    { index: 1, y: 10 },
    { index: 0, y: 50 },
  ]);
});

test("labels that would overlap are moved apart within the chart", () => {
  assert.deepEqual(placeLabels(ends(100, 100, 100), room).map(({ y }) => y), [80, 90, 100]);
  assert.deepEqual(placeLabels(ends(0, 0, 5), room).map(({ y }) => y), [0, 10, 20]);
});

test("if there are too many lines, the upper ones have labels", () => {
  const placed = placeLabels(ends(...Array.from({ length: 26 }, (_, index) => (index % 5) * 25)), room);
  assert.equal(placed.length, 11);
  placed.reduce((above, label) => {
    assert.ok(label.y - above.y >= 10 - 1e-9, `${above.y} ${label.y}`);
    return label;
  });
  assert.ok(placed.every(({ y }) => y >= 0 && y <= 100));
});
