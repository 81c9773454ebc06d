import assert from "node:assert/strict";
import { test } from "node:test";
import { formerPolicy, rememberPolicy, switched } from "./results_switch.js";

test("results that were hidden for a while are shown to the same people as before", () => {
  for (const before of ["live", "after_vote"] as const) {
    assert.equal(switched(before, false, undefined), "hidden");
    assert.equal(switched("hidden", false, before), before);
  }
});

test("results that were shown early are hidden until the close again", () => {
  assert.equal(switched("after_close", false, undefined), "live");
  assert.equal(switched("live", false, "after_close"), "after_close");
});

test("a former policy that would change nothing is not used", () => {
  assert.equal(switched("hidden", false, "after_close"), "live");
  assert.equal(switched("hidden", true, "after_close"), "after_close");
  assert.equal(switched("after_close", true, "live"), "hidden");
  assert.equal(switched("live", true, "after_vote"), "hidden");
});

test("the former policy is that of the poll, and a browser that keeps nothing has none", () => {
  const kept = new Map<string, string>();
  const memory = () => ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  rememberPolicy(memory, "one", "after_vote");
  assert.equal(formerPolicy(memory, "one"), "after_vote");
  assert.equal(formerPolicy(memory, "other"), undefined);
  const none = () => {
    throw new Error("denied");
  };
  rememberPolicy(none, "one", "live");
  assert.equal(formerPolicy(none, "one"), undefined);
  kept.forEach((_, key) => kept.set(key, "something else"));
  assert.equal(formerPolicy(memory, "one"), undefined);
});
