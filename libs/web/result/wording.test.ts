import assert from "node:assert/strict";
import { test } from "node:test";
import { resultTexts } from "../shared/texts.js";
import { Wording } from "./wording.js";

const english = new Wording(resultTexts("en"), "en-US");
const german = new Wording(resultTexts("de"), "de-DE");

test("numbers follow the reader's locale", () => {
  assert.equal(english.votes(1234567), "1,234,567 votes");
  assert.equal(german.votes(1234567), "1.234.567 Stimmen");
  assert.equal(new Wording(resultTexts("en"), "en-IN").votes(1234567), "12,34,567 votes");
  assert.equal(english.percentage(667), "66.7%");
  assert.equal(german.percentage(667), "66,7\u00a0%");
});

test("percentages keep their decimal, so that they do not change in width", () => {
  assert.equal(english.percentage(500), "50.0%");
});

test("one vote is one vote, and none is said in words", () => {
  assert.equal(english.total(1), "1 vote");
  assert.equal(english.total(2), "2 votes");
  assert.equal(english.total(0), "No votes yet");
});

test("the announcement is a sentence", () => {
  const options = [
    ["Cats", 667],
    ["Dogs", 333],
  ] as const;
  assert.equal(english.announcement(options, 3), "Now: Cats 66.7%, Dogs 33.3%. 3 votes in all.");
});
