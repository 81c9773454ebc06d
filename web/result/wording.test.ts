import assert from "node:assert/strict";
import { test } from "node:test";
import { Wording } from "./wording.js";

test("numbers follow the reader's locale", () => {
  assert.equal(new Wording("en-US").votes(1234567), "1,234,567 votes");
  assert.equal(new Wording("de-DE").votes(1234567), "1.234.567 votes");
  assert.equal(new Wording("en-US").percentage(667), "66.7%");
  assert.equal(new Wording("de-DE").percentage(667), "66,7\u00a0%");
});

test("percentages keep their decimal, so that they do not change in width", () => {
  assert.equal(new Wording("en-US").percentage(500), "50.0%");
});

test("one vote is one vote, and none is said in words", () => {
  const wording = new Wording("en-US");
  assert.equal(wording.total(1), "1 vote");
  assert.equal(wording.total(2), "2 votes");
  assert.equal(wording.total(0), "No votes yet");
});
