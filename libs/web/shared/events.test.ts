import assert from "node:assert/strict";
import { test } from "node:test";
import { feedState } from "./events.js";

test("the feed's state is one of two words", () => {
  assert.equal(feedState({ state: "live" }), "live");
  assert.equal(feedState({ state: "reconnecting", since: 7 }), "reconnecting");
  for (const other of [null, undefined, "live", 7, {}, { state: "gone" }, { state: null }]) {
    assert.equal(feedState(other), undefined);
  }
});
