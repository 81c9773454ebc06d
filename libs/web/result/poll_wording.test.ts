import assert from "node:assert/strict";
import { test } from "node:test";
import { pollResultTexts, resultTexts } from "../shared/page.js";
import { PollWording } from "./poll_wording.js";

const english = new PollWording(resultTexts("en"), pollResultTexts("en"), "en-US");
const german = new PollWording(resultTexts("de"), pollResultTexts("de"), "de-DE");

test("voters are counted", () => {
  assert.equal(english.voters(0), "Waiting for the first vote");
  assert.equal(english.voters(1), "1 person has voted");
  assert.equal(german.voters(1200), "1.200 Personen haben abgestimmt");
});

test("averages have two digits, and a dash if there is none", () => {
  assert.equal(english.decimal(3.456), "3.46");
  assert.equal(german.decimal(4), "4,00");
  assert.equal(english.decimal(null), "–");
  assert.equal(english.pointsAndRanks().second(150), "⌀ 1.50");
  assert.equal(english.pointsAndRanks().second(0), "⌀ –");
  assert.equal(english.pointsAndRanks().first(1), "1 point");
});

test("shares of a single choice add up, those of a multiple choice are of the voters", () => {
  const option = (id: string, count: number, share: number) => ({ id, label: id, count, share });
  const options = [option("a", 1, 1 / 3), option("b", 1, 1 / 3), option("c", 1, 1 / 3)];
  assert.deepEqual(english.shares({ kind: "single", voters: 3, options }), [334, 333, 333]);
  assert.deepEqual(english.shares({ kind: "multiple", voters: 3, options }), [333, 333, 333]);
});

test("the time until the poll closes is shown for a day", () => {
  assert.equal(english.closing(1000 + 151, 1000), "Closes in 2:31");
  assert.equal(english.closing(1000 + 5, 1000.4), "Closes in 0:05");
  assert.equal(english.closing(1000 + 3600, 1000), "Closes in 1:00:00");
  assert.equal(english.closing(1000, 1000), "");
  assert.equal(english.closing(1000 + 86_401, 1000), "");
});

test("a tie and what decided it are said together", () => {
  const tie = { round: 2, tied: ["Red", "Blue"], eliminated: "Blue", decidedBy: null };
  assert.equal(
    english.tie(tie),
    "Round 2: Red, Blue are tied for the last place. Blue is out, because it comes last in the question.",
  );
  assert.equal(
    english.tie({ ...tie, decidedBy: 1 }),
    "Round 2: Red, Blue are tied for the last place. Blue is out, because it had fewer votes in round 1.",
  );
  assert.equal(english.winner("$& Red", 2), "$& Red wins in round 2.");
});

test("a screen reader gets the results in words", () => {
  const option = (label: string, count: number, share: number) => ({ id: "a", label, count, share });
  assert.equal(
    english.announcement({ kind: "single", voters: 3, options: [option("Cats", 1, 1 / 3), option("Dogs", 2, 2 / 3)] }),
    "Now: Dogs 66.7%, Cats 33.3%. 3 people have voted",
  );
  assert.equal(
    english.announcement({ kind: "scale", voters: 1, skipped: 0, counts: [0, 1], mean: 2, median: 2 }),
    "The average is 2.00. 1 person has voted",
  );
  const ranked = { id: "a", label: "Red", ranked: 1, average_rank: 1, points: 2 };
  assert.equal(
    english.announcement({ kind: "ranking", voters: 1, options: [ranked], runoff: null }),
    "Now: Red 2 points. 1 person has voted",
  );
});
