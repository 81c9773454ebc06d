import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptVote } from "./kept_vote.js";

function setUp() {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  const clock = { now: 1_000_000 };
  return { items, clock, kept: new KeptVote({ storage, key: "vote", now: () => clock.now }) };
}

const ballot = (selection: string) => ({ selection, voter: "me.signed", poll: "default.2" });

test("a vote is kept for an hour, with its voter and its poll", () => {
  const { kept, clock } = setUp();
  kept.put(ballot("b"));
  clock.now += 59 * 60_000;
  assert.deepEqual(kept.get(), { selection: "b", voter: "me.signed", poll: "default.2" });
  clock.now += 60_000;
  assert.equal(kept.get(), undefined);
});

test("the end of one choice does not forget another", () => {
  const { kept } = setUp();
  kept.put(ballot("b"));
  kept.accepted("a");
  kept.dropped("a");
  assert.deepEqual(kept.get(), ballot("b"));
  kept.accepted("b");
  assert.equal(kept.get(), undefined);
});

test("what is none of ours is no vote", () => {
  const { kept, items } = setUp();
  const others = ['{"selection":7,"voter":"","poll":"","at":1000000}', '{"selection":"a","voter":"","poll":""}'];
  for (const text of ["", "x", "null", "7", "{}", '{"selection":"a","at":1000000}', ...others]) {
    items.set("vote", text);
    assert.equal(kept.get(), undefined, text);
  }
});

test("a browser without a store, or with a full one, votes all the same", () => {
  const full = () => {
    throw new Error("QuotaExceededError");
  };
  for (const storage of [undefined, { getItem: full, setItem: full, removeItem: full }]) {
    const kept = new KeptVote({ storage, key: "vote", now: () => 0 });
    kept.put(ballot("a"));
    kept.accepted("a");
    assert.equal(kept.get(), undefined);
  }
});
