// Every log line of every program that a test starts is checked, see service.mjs; this checks the check.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertLogLines } from "./log_schema.mjs";

const start = '{"time":"2026-01-31T12:00:00.123Z","level":"info","message":"Serving."';

test("lines as documented pass", () => {
  assertLogLines([`${start}}`, `${start},"votes":3,"duration_seconds":0.5,"reason":"none"}`]);
});

const wrong = {
  "plain text": "The disk is full.",
  "half a line": start,
  "no time": '{"level":"info","message":"Serving."}',
  "local time": start.replace("123Z", "123+01:00"),
  "an unknown level": start.replace("info", "notice") + "}",
  "an unknown field": `${start},"undocumented":1}`,
  "a number as text": `${start},"votes":"3"}`,
  "a voter's id": `${start},"reason":"${"0123456789ab".padEnd(44, "c")} voted for a"}`,
};

for (const [what, line] of Object.entries(wrong)) {
  test(`a line with ${what} fails`, () => {
    assert.throws(() => assertLogLines([line]), assert.AssertionError);
  });
}
