import assert from "node:assert/strict";
import { test } from "node:test";
import { resultTexts } from "../shared/page.js";
import { Announcer, tenthsOfPercent, Wording } from "./wording.js";

const english = new Wording(resultTexts("en"), "en-US");
const german = new Wording(resultTexts("de"), "de-DE");

test("numbers follow the reader's locale", () => {
  assert.equal(english.votes(1234567), "1,234,567 votes");
  assert.equal(german.votes(1234567), "1.234.567 Stimmen");
  assert.equal(new Wording(resultTexts("en"), "en-IN").votes(1234567), "12,34,567 votes");
  assert.equal(english.percentage(667), "66.7%");
  assert.equal(german.percentage(667), "66,7\u00a0%");
});

test("percentages keep their decimal, so that their width is constant", () => {
  assert.equal(english.percentage(500), "50.0%");
});

test("the singular and zero have their own texts", () => {
  assert.equal(english.total(1), "1 vote");
  assert.equal(english.total(2), "2 votes");
  assert.equal(english.total(0), "Waiting for the first vote");
});

test("the announcement is a sentence", () => {
  const options = [
    ["Cats", 667],
    ["Dogs", 333],
  ] as const;
  assert.equal(english.announcement(options, 3), "Now: Cats 66.7%, Dogs 33.3%. 3 votes in total.");
});

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0);
}

test("two thirds and one third are 66.7 % and 33.3 %", () => {
  assert.deepEqual(tenthsOfPercent([2000, 1000]), [667, 333]);
});

test("the rest after rounding goes to the largest remainders, the earlier option first", () => {
  assert.deepEqual(tenthsOfPercent([1, 1, 1]), [334, 333, 333]);
  assert.deepEqual(tenthsOfPercent([1, 2, 4]), [143, 286, 571]);
  assert.deepEqual(tenthsOfPercent([2, 5998]), [0, 1000]);
});

test("without votes all percentages are zero", () => {
  assert.deepEqual(tenthsOfPercent([0, 0]), [0, 0]);
  assert.deepEqual(tenthsOfPercent([]), []);
});

test("an option without votes has 0 %, an option with all votes 100 %", () => {
  assert.deepEqual(tenthsOfPercent([0, 7, 0]), [0, 1000, 0]);
});

test("the shares of any counts add up to 100 % and are at most a tenth off", () => {
  const seed = Number(process.env["TEST_SEED"] ?? Date.now() % 2147483647) || 1;
  let state = seed;
  const next = (below: number) => (state = (state * 48271) % 2147483647) % below;
  for (let round = 0; round < 2000; ++round) {
    const counts = Array.from({ length: 2 + next(25) }, () => next(10 ** next(10)));
    const total = sum(counts);
    const shares = tenthsOfPercent(counts);
    assert.equal(sum(shares), total === 0 ? 0 : 1000, `TEST_SEED=${seed}: ${counts}`);
    shares.forEach((share, index) => {
      const exact = total === 0 ? 0 : ((counts[index] ?? 0) * 1000) / total;
      assert.ok(Math.abs(share - exact) < 1, `TEST_SEED=${seed}: ${counts}`);
    });
  }
});

function setUp() {
  const announced: string[] = [];
  const timers: { callback: () => void; at: number }[] = [];
  const clock = { now: 0 };
  const announcer = new Announcer({
    everyMs: 10_000,
    settleMs: 1000,
    now: () => clock.now,
    setTimer: (callback, ms) => timers.push({ callback, at: clock.now + ms }),
    announce: (text) => announced.push(text),
  });
  const advanceTo = (now: number) => {
    clock.now = now;
    const due = timers.filter(({ at }) => at <= now);
    due.forEach((timer) => timers.splice(timers.indexOf(timer), 1));
    due.forEach(({ callback }) => callback());
  };
  return { announcer, announced, timers, advanceTo };
}

test("many results in a short time are one announcement of the newest", () => {
  const { announcer, announced, advanceTo } = setUp();
  for (let votes = 1; votes <= 50; ++votes) {
    announcer.offer(`${votes} votes`);
  }
  advanceTo(1000);
  assert.deepEqual(announced, ["50 votes"]);
});

test("between two announcements there is a pause", () => {
  const { announcer, announced, advanceTo } = setUp();
  announcer.offer("1 vote");
  advanceTo(1000);
  announcer.offer("2 votes");
  advanceTo(10_999);
  assert.deepEqual(announced, ["1 vote"]);
  announcer.offer("3 votes");
  advanceTo(11_000);
  assert.deepEqual(announced, ["1 vote", "3 votes"]);
});

test("an unchanged result is not announced again", () => {
  const { announcer, announced, timers, advanceTo } = setUp();
  announcer.offer("1 vote");
  advanceTo(1000);
  announcer.offer("1 vote");
  assert.equal(timers.length, 0);
  announcer.offer("2 votes");
  announcer.offer("1 vote");
  advanceTo(20_000);
  assert.deepEqual(announced, ["1 vote"]);
});

test("what is hidden is taken back at once, and what waits is not announced", () => {
  const { announcer, announced, advanceTo } = setUp();
  announcer.withdraw();
  announcer.offer("1 vote");
  advanceTo(1000);
  announcer.offer("2 votes");
  announcer.withdraw();
  assert.deepEqual(announced, ["1 vote", ""]);
  advanceTo(30_000);
  assert.deepEqual(announced, ["1 vote", ""]);
  announcer.offer("2 votes");
  advanceTo(60_000);
  assert.deepEqual(announced, ["1 vote", "", "2 votes"]);
});
