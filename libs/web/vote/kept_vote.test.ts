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

const vote = (selection: string) => ({ selection, voter: "me.signed", poll: "default.2" });

test("a vote is stored for an hour, with its voter and its poll", () => {
  const { kept, clock } = setUp();
  kept.put(vote("b"));
  clock.now += 59 * 60_000;
  assert.deepEqual(kept.get(), { selection: "b", voter: "me.signed", poll: "default.2" });
  clock.now += 60_000;
  assert.equal(kept.get(), undefined);
});

test("the outcome of one vote does not remove another", () => {
  const { kept } = setUp();
  kept.put(vote("b"));
  kept.accepted("a");
  kept.dropped("a");
  assert.deepEqual(kept.get(), vote("b"));
  kept.accepted("b");
  assert.equal(kept.get(), undefined);
});

test("invalid data is ignored", () => {
  const { kept, items } = setUp();
  const others = ['{"selection":7,"voter":"","poll":"","at":1000000}', '{"selection":"a","voter":"","poll":""}'];
  for (const text of ["", "x", "null", "7", "{}", '{"selection":"a","at":1000000}', ...others]) {
    items.set("vote", text);
    assert.equal(kept.get(), undefined, text);
  }
});

test("voting works without storage and with a full one", () => {
  const full = () => {
    throw new Error("QuotaExceededError");
  };
  for (const storage of [undefined, { getItem: full, setItem: full, removeItem: full }]) {
    const kept = new KeptVote({ storage, key: "vote", now: () => 0 });
    kept.put(vote("a"));
    kept.accepted("a");
    assert.equal(kept.get(), undefined);
  }
});
