// Every log line of every program that a test starts is checked, see service.mjs; this checks the check.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "./eventually.mjs";
import { request, vote } from "./http.mjs";
import { assertLogLines } from "./log_schema.mjs";
import { Pollux } from "./program.mjs";

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

test("the log line about a rejected request has the id of its response", async (t) => {
  const pollux = await Pollux.start(t);
  const answer = await vote(pollux, "a", { headers: { Origin: "https://elsewhere.example" } });
  assert.equal(answer.status, 403);
  const id = answer.headers["x-request-id"];
  assert.match(id, /^[0-9a-f]{16}$/);
  await eventually(() => {
    const entries = pollux.log.map((line) => JSON.parse(line));
    assert.equal(entries.filter(({ request_id }) => request_id === id).length, 1, pollux.log.join("\n"));
  });
});

test("an id from a proxy is kept", async (t) => {
  const pollux = await Pollux.start(t);
  const headers = { "X-Request-Id": "5f2a8c0b9d7e4f61a3b2c1d0e9f87654" };
  const answer = await request(`${pollux.voteUrl}/`, { headers });
  assert.equal(answer.headers["x-request-id"], headers["X-Request-Id"]);
});
