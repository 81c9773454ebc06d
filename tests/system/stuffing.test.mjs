// Many votes from one network: people who share an address can all vote, and a program that forges voters is held to the
// rate, even if it writes into X-Forwarded-For.
import assert from "node:assert/strict";
import { rename, rm } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { test } from "node:test";
import { ApiClient, password, setupToken } from "./api.mjs";
import { eventually } from "./eventually.mjs";
import { cookieOf, counts, formType, request, tally, vote, voterOf } from "./http.mjs";
import { mostRepeats } from "./log_schema.mjs";
import { answer, pageUrl, questions } from "./managed_polls.mjs";
import { metrics } from "./metrics.mjs";
import { Pollux, temporaryDirectory } from "./program.mjs";

const behindProxy = ["--trusted-proxies", "127.0.0.1"];
const defaults = ["--new-voter-rate", "100", "--vote-rate", "500"]; // of the program; the other tests have no limits

const from = (address) => ({ "X-Forwarded-For": address });

// Calls `act` with 0, 1, … count - 1, some at a time, each of those with a connection of its own.
async function each(t, count, act) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  t.after(() => agent.destroy());
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await act(next - 1, agent);
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

test("2,000 voters behind one address all vote at once", async (t) => {
  const voters = 2_000;
  const pollux = await Pollux.start(t, { args: [...behindProxy, ...defaults] });
  const started = performance.now();
  await each(t, voters, async (_, agent) => {
    const headers = from("203.0.113.7");
    const page = await request(`${pollux.voteUrl}/`, { headers, agent });
    assert.equal(page.status, 200);
    const answer = await vote(pollux, "a", { jar: { cookie: cookieOf(page) }, headers, agent });
    assert.equal(answer.status, 200);
  });
  t.diagnostic(`${voters} voters in ${Math.round(performance.now() - started)} ms`);
  await eventually(async () => assert.equal((await tally(pollux)).total, voters));
});

test("forged voters of one address are held to the rate, and stand out; others vote", async (t) => {
  const rate = 10;
  const atOnce = 100 * rate;
  const attempts = 4_000;
  const args = [...behindProxy, "--new-voter-rate", `${rate}`];
  const pollux = await Pollux.start(t, { args });
  const early = { cookie: cookieOf(await vote(pollux, "b", { headers: from("198.51.100.9") })) };
  const started = performance.now();
  const statuses = { 200: 0, 429: 0 };
  await each(t, attempts, async (n, agent) => {
    // What a client writes itself is left of what the proxy appends.
    const headers = from(`192.0.2.${n % 250}, 198.51.100.9`);
    const answer = await vote(pollux, "a", { headers, agent });
    statuses[answer.status] += 1;
    if (answer.status === 429) {
      assert.equal(answer.headers["retry-after"], "1");
    }
  });
  const most = atOnce + (rate * (performance.now() - started)) / 1000;
  t.diagnostic(`${JSON.stringify(statuses)} of ${attempts} attempts; at most ${Math.floor(most)} may pass`);
  assert.ok(statuses[200] <= most && statuses[200] >= atOnce - 1, JSON.stringify(statuses));
  assert.equal(statuses[200] + statuses[429], attempts);

  const asPerson = { jar: early, headers: from("198.51.100.9") };
  assert.equal((await vote(pollux, "a", asPerson)).status, 200, "who has an identity is not new");
  assert.equal((await vote(pollux, "b", { headers: from("198.51.100.10") })).status, 200);
  await eventually(async () => assert.deepEqual(await counts(pollux), { a: statuses[200] + 1, b: 1 }));
  const numbers = await metrics(pollux);
  assert.equal(numbers['pollux_votes_rejected_total{reason="too_many_new_voters"}'], statuses[429]);
  assert.equal(numbers.pollux_new_voters_total, statuses[200] + 2);
  const lines = await eventually(() => {
    const found = pollux.log.filter((line) => line.includes('"network":"198.51.100.9"'));
    assert.ok(found.length >= 1);
    return found;
  });
  assert.ok(lines.length <= mostRepeats(started), `${lines.length} lines`);

  // Many at once: while one is answered, the rate may allow the next.
  const refused = [];
  await each(t, 200, async (_, agent) => {
    const headers = { ...from("198.51.100.9"), Accept: "text/html", "Content-Type": formType };
    const page = await request(`${pollux.voteUrl}/`, { method: "POST", body: "vote=a", headers, agent });
    if (page.status !== 200) {
      refused.push(page);
    }
  });
  assert.ok(refused.length > 0);
  for (const page of refused) {
    assert.equal(page.status, 429);
    assert.match(page.body.toString(), /Too many votes came from your network just now/);
    assert.equal(page.headers["retry-after"], "1");
  }
});

test("the field of a client that is no trusted proxy does not count", async (t) => {
  const pollux = await Pollux.start(t, { args: ["--new-voter-rate", "1"] });
  const statuses = new Set();
  await each(t, 400, async (n, agent) => {
    statuses.add((await vote(pollux, "a", { headers: from(`192.0.2.${n % 250}`), agent })).status);
  });
  assert.deepEqual([...statuses].sort(), [200, 429]);
});

test("with --require-cookie a vote needs the cookie of an earlier page", async (t) => {
  const pollux = await Pollux.start(t, { args: ["--require-cookie"] });
  assert.equal((await vote(pollux, "a")).status, 403);
  const jar = { cookie: cookieOf(await request(`${pollux.voteUrl}/`)) };
  assert.equal((await vote(pollux, "a", { jar })).status, 200);
  await eventually(async () => assert.deepEqual(await counts(pollux), { a: 1, b: 0 }));
});

test("a poll may need the cookie by itself, also one that is open", async (t) => {
  const pollux = await Pollux.start(t);
  const owner = new ApiClient(pollux);
  await owner.ask("POST", "/setup", { body: { token: setupToken(pollux), name: "Ann", password } });
  const make = async (more) => {
    const body = { title: "Lunch", question: questions.single, ...more };
    const { id } = await owner.ask("POST", "/polls", { body });
    return owner.ask("POST", `/polls/${id}/open`);
  };
  const lax = await make({});
  const strict = await make({ policies: { require_cookie: true } });
  const counted = async ({ id }) =>
    (await owner.ask("GET", `/polls/${id}/results`)).results.options.map(({ count }) => count);

  // What a program sends that repeats the form of one page, or none.
  const page = await request(pageUrl(pollux, strict));
  const [, token] = page.body.toString().match(/name="voter" value="([^"]+)"/);
  for (const form of ["vote=a", `vote=a&voter=${token}`]) {
    const refused = await answer(pollux, strict, form);
    assert.equal(refused.status, 403);
    assert.match(refused.body.toString(), /this poll needs the cookie of this page\. Please allow cookies/);
  }
  assert.equal((await answer(pollux, lax, "vote=a")).status, 200, "other polls do not");
  assert.deepEqual([await counted(strict), await counted(lax)], [[0, 0], [1, 0]]);

  const cookie = cookieOf(page);
  for (const _ of ["once", "the same, sent again"]) {
    assert.equal((await answer(pollux, strict, `vote=b&voter=${token}`, { cookie })).status, 200);
  }
  await eventually(async () => assert.deepEqual(await counted(strict), [0, 1]));
  assert.equal((await metrics(pollux))['pollux_votes_rejected_total{reason="no_cookie"}'], 2);

  await owner.ask("PATCH", `/polls/${lax.id}`, {
    body: { policies: { require_cookie: true } },
    headers: { "If-Match": `"${lax.revision}"` },
  });
  assert.equal((await answer(pollux, lax, "vote=b")).status, 403);
  assert.deepEqual(await counted(lax), [1, 0], "what was counted stays");
});

test("a voter remains the same while the key of the cookies is replaced", async (t) => {
  const directory = await temporaryDirectory(t);
  const [key, previous] = ["key", "previous-key"].map((ending) => path.join(directory, `pollux.${ending}`));
  const jar = {};
  const voteAfter = async (change, option) => {
    await change();
    const pollux = await Pollux.start(t, { directory });
    assert.equal((await vote(pollux, option, { jar })).status, 200);
    assert.equal((await tally(pollux)).total, 1);
    assert.equal((await counts(pollux))[option], 1);
    await pollux.stop();
    return jar.cookie;
  };
  const first = await voteAfter(() => {}, "a");
  const voter = voterOf(jar);
  const second = await voteAfter(() => rename(key, previous), "b");
  assert.notEqual(second, first);
  assert.equal(voterOf(jar), voter);
  assert.equal(await voteAfter(() => rm(previous), "a"), second);
});
