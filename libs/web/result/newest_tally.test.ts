import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tally } from "../shared/tally.js";
import { NewestTally } from "./newest_tally.js";

function tally(version: number, poll = "default"): Tally {
  return { poll, version, question: "", options: [], total: 0 };
}

test("the first tally is shown, even version 0", () => {
  assert.equal(new NewestTally("default").accept(tally(0)), true);
});

test("an older tally and the same one again are left out", () => {
  const newest = new NewestTally("default");
  assert.equal(newest.accept(tally(7)), true);
  assert.equal(newest.accept(tally(6)), false);
  assert.equal(newest.accept(tally(7)), false);
  assert.equal(newest.accept(tally(8)), true);
});

test("another poll's tally is left out", () => {
  assert.equal(new NewestTally("default").accept(tally(9, "lunch")), false);
});

test("after a new connection the snapshot counts, even where versions began again", () => {
  const newest = new NewestTally("default");
  newest.accept(tally(500));
  newest.startOver();
  assert.equal(newest.accept(tally(3)), true);
  assert.equal(newest.accept(tally(2)), false);
});
