// Hostile clients against every listener of the program: what is malformed is rejected, and while some clients attack, the
// others are served and memory is bounded.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "./eventually.mjs";
import { attacks } from "./hostile_attacks.mjs";
import { answerTo, asText, honest, latencies } from "./hostile_clients.mjs";
import { tally } from "./http.mjs";
import { harmless, rejected } from "./malformed_requests.mjs";
import { metrics } from "./metrics.mjs";
import { Pollux } from "./program.mjs";

const mebibyte = 1024 * 1024;

const listeners = (pollux) => ({
  vote: pollux.voteUrl,
  result: pollux.resultUrl,
  admin: pollux.adminUrl,
  management: pollux.managementUrl,
});

const statusesOf = (answer) => [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
const headOf = (answer) => answer.slice(0, answer.indexOf("\r\n\r\n"));

test("every listener rejects what is malformed, once, and says so", async (t) => {
  const pollux = await Pollux.start(t);
  for (const [listener, url] of Object.entries(listeners(pollux))) {
    await Promise.all(
      Object.entries(rejected).map(async ([name, bytes]) => {
        const answer = await answerTo(url, bytes);
        const statuses = statusesOf(answer);
        assert.equal(statuses.length, 1, `${listener}, ${name}: ${answer}`);
        assert.ok(statuses[0] >= 400 && statuses[0] !== 500, `${listener}, ${name}: ${answer}`);
        assert.doesNotMatch(headOf(answer), /^X-Injected/im, `${listener}, ${name}`);
      }),
    );
  }
  assert.equal((await tally(pollux)).total, 0);
  assert.equal((await latencies(honest(pollux), 1)).max > 0, true);
});

test("every listener answers what is well-formed and meant badly without harm", async (t) => {
  const pollux = await Pollux.start(t);
  for (const [listener, url] of Object.entries(listeners(pollux))) {
    await Promise.all(
      Object.entries(harmless).map(async ([name, bytes]) => {
        const answer = await answerTo(url, bytes);
        const statuses = statusesOf(answer);
        assert.equal(statuses.length, 1, `${listener}, ${name}: ${answer}`);
        assert.ok(statuses[0] < 500 || statuses[0] === 501 || statuses[0] === 505, `${listener}, ${name}: ${answer}`);
        assert.doesNotMatch(headOf(answer), /^X-Injected|<script/im, `${listener}, ${name}`);
        assert.doesNotMatch(answer, /root:x:0|X-Secret|<script>alert/, `${listener}, ${name}`);
      }),
    );
  }
  for (const line of pollux.log) {
    assert.notEqual(JSON.parse(line).message, "forged");
  }
  assert.equal((await tally(pollux)).total, 0);
});

// The figures are printed, not asserted: other programs run on the machine. What is asserted is that every honest request
// is answered with 200, and the memory.
test("an honest client is served while others attack each listener, and memory is bounded", async (t) => {
  const pollux = await Pollux.start(t);
  const resident = async () => (await metrics(pollux)).process_resident_memory_bytes;
  const alone = await latencies(honest(pollux), 50);
  const before = await resident();
  t.diagnostic(`p50 / p99 / max of an honest client's four requests, ms: alone ${asText(alone)}`);
  for (const [name, start] of Object.entries(attacks)) {
    // The management listener is not public, and keeps 64 connections.
    const { vote, result, admin } = listeners(pollux);
    const urls = name.startsWith("10,000") ? [vote] : [vote, result, admin];
    const running = await Promise.all(urls.map((url) => start(t, url)));
    const during = await latencies(honest(pollux), 25);
    const grown = (await resident()) - before;
    const count = running.reduce((sum, each) => sum + (each.count ?? 0), 0);
    t.diagnostic(`${name}${count > 0 ? ` (${count})` : ""}: ${asText(during)}, memory + ${(grown / mebibyte).toFixed(1)} MiB`);
    assert.ok(grown < 192 * mebibyte, `${name}: grew by ${grown} bytes`);
    running.forEach((each) => each.stop());
  }
  await eventually(async () => {
    const numbers = await metrics(pollux);
    const open = Object.entries(numbers).filter(([key]) => key.startsWith("pollux_http_connections"));
    assert.ok(open.reduce((sum, [, count]) => sum + count, 0) < 20, JSON.stringify(open));
  });
  assert.deepEqual(await pollux.stop(), { status: 0, signal: null });
});
