import assert from "node:assert/strict";
import { test } from "node:test";
import { Announcer } from "./announcer.js";

function setUp() {
  const told: string[] = [];
  const timers: { callback: () => void; at: number }[] = [];
  const clock = { now: 0 };
  const announcer = new Announcer({
    everyMs: 10_000,
    settleMs: 1000,
    now: () => clock.now,
    setTimer: (callback, ms) => timers.push({ callback, at: clock.now + ms }),
    announce: (text) => told.push(text),
  });
  const passTo = (now: number) => {
    clock.now = now;
    const due = timers.filter(({ at }) => at <= now);
    due.forEach((timer) => timers.splice(timers.indexOf(timer), 1));
    due.forEach(({ callback }) => callback());
  };
  return { announcer, told, timers, passTo };
}

test("many results in a short time are one announcement, of the newest", () => {
  const { announcer, told, passTo } = setUp();
  for (let votes = 1; votes <= 50; ++votes) {
    announcer.offer(`${votes} votes`);
  }
  passTo(1000);
  assert.deepEqual(told, ["50 votes"]);
});

test("between two announcements there is a pause", () => {
  const { announcer, told, passTo } = setUp();
  announcer.offer("1 vote");
  passTo(1000);
  announcer.offer("2 votes");
  passTo(10_999);
  assert.deepEqual(told, ["1 vote"]);
  announcer.offer("3 votes");
  passTo(11_000);
  assert.deepEqual(told, ["1 vote", "3 votes"]);
});

test("what has not changed is not told again", () => {
  const { announcer, told, timers, passTo } = setUp();
  announcer.offer("1 vote");
  passTo(1000);
  announcer.offer("1 vote");
  assert.equal(timers.length, 0);
  announcer.offer("2 votes");
  announcer.offer("1 vote");
  passTo(20_000);
  assert.deepEqual(told, ["1 vote"]);
});
