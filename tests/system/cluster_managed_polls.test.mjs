// Scaled out, polls that people made: several vote services take votes for them without the database.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Cluster } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { cookieOf, request } from "./http.mjs";
import { announce, answer, change, managedPoll, pageUrl, questions } from "./managed_polls.mjs";
import { PostgresServer } from "./postgres_server.mjs";

const postgres = await PostgresServer.start({ after });

function start(t) {
  return Cluster.start(t, postgres, { votes: 2, results: 0, args: { vote: ["--managed-polls"] } });
}

// Until all vote services show the poll in that revision.
async function shown(cluster, { code, revision }) {
  for (const service of cluster.votes) {
    await eventually(async () => {
      const { body } = await request(`${service.voteUrl}/p/${code}/state`);
      assert.equal(JSON.parse(body).revision, revision);
    });
  }
}

// { key: count }
async function tallyOf(cluster, run) {
  const rows = await cluster.sql(
    `SELECT selection, sum(count) FROM pollux_tallies WHERE poll = '${run}' GROUP BY selection HAVING sum(count) <> 0`,
  );
  return Object.fromEntries(
    rows
      .filter(Boolean)
      .map((row) => row.split("|"))
      .map(([key, count]) => [key, Number(count)]),
  );
}

test("answers of every kind are counted by their keys", async (t) => {
  const cluster = await start(t);
  const [first, second] = cluster.votes;
  const cases = {
    single: { forms: ["vote=a", "vote=b"], tally: { a: 1, b: 1 } },
    multiple: { forms: ["vote=c&vote=a", "vote=a"], tally: { "+": 2, a: 2, c: 1 } },
    scale: { forms: ["vote=10", "vote=skip"], tally: { 10: 1, skip: 1 } },
    ranking: {
      forms: ["vote=b&vote=a&vote=", "vote=b&vote=c&vote=a"],
      tally: { b1: 2, a2: 1, c2: 1, a3: 1, ">b>a": 1, ">b>c>a": 1 },
    },
  };
  for (const [kind, { forms, tally }] of Object.entries(cases)) {
    const poll = managedPoll({ question: questions[kind] });
    await announce(cluster.redis, poll);
    await shown(cluster, poll);
    for (const [index, form] of forms.entries()) {
      assert.equal((await answer(index === 0 ? first : second, poll, form)).status, 200, `${kind} ${form}`);
    }
    assert.equal((await answer(first, poll, "vote=z")).status, 400);
    await eventually(async () => assert.deepEqual(await tallyOf(cluster, poll.id), tally));
  }
});

test("a poll whose votes need the cookie takes none without it from any service, whichever gave the cookie", async (t) => {
  const cluster = await start(t);
  const [first, second] = cluster.votes;
  const lax = managedPoll({ of_a_later_version: true });
  await announce(cluster.redis, lax);
  const strict = await change(cluster.redis, lax, { require_cookie: true });
  await shown(cluster, strict);
  const cookie = cookieOf(await request(pageUrl(first, strict)));
  assert.equal((await answer(second, strict, "vote=b")).status, 403);
  for (const service of [second, first]) {
    assert.equal((await answer(service, strict, "vote=a", { cookie })).status, 200);
  }
  await eventually(async () => assert.deepEqual(await tallyOf(cluster, strict.id), { a: 1 }));
  const again = await change(cluster.redis, strict, { require_cookie: undefined });
  await shown(cluster, again);
  assert.equal((await answer(second, again, "vote=b")).status, 200);
  await eventually(async () => assert.deepEqual(await tallyOf(cluster, strict.id), { a: 1, b: 1 }));
});

test("a poll that was closed takes no vote from any service, and says so", async (t) => {
  const cluster = await start(t);
  const open = managedPoll();
  await announce(cluster.redis, open);
  await shown(cluster, open);
  for (const service of cluster.votes) {
    assert.equal((await answer(service, open, "vote=a")).status, 200);
  }
  const closed = await change(cluster.redis, open, { state: "closed" });
  for (const service of cluster.votes) {
    const { status, headers } = await answer(service, open, `vote=a&poll=${open.id}`);
    assert.equal(status, 409);
    assert.equal(headers["retry-after"], undefined);
  }
  const reset = await change(cluster.redis, closed, { state: "open", run: 2 });
  for (const service of cluster.votes) {
    assert.equal((await answer(service, open, `vote=a&poll=${open.id}`)).status, 409);
  }
  await shown(cluster, reset);
  assert.equal((await answer(cluster.votes[0], open, "vote=b")).status, 200);
  await eventually(async () => assert.deepEqual(await tallyOf(cluster, `${open.id}.2`), { b: 1 }));
  assert.deepEqual(await tallyOf(cluster, open.id), { a: 2 });
});

test("where votes can't be changed, the first one counts, even if Redis loses its data", async (t) => {
  const cluster = await start(t);
  const { redis, votes } = cluster;
  const [first, second] = votes;
  const poll = managedPoll({ change: "never" });
  await announce(redis, poll);
  await shown(cluster, poll);
  const cookie = cookieOf(await request(pageUrl(first, poll))); // of the voter alone: the selection is not remembered
  assert.equal((await answer(first, poll, "vote=a", { cookie })).status, 200);
  assert.equal((await answer(second, poll, "vote=b", { cookie })).status, 409);
  assert.equal((await answer(second, poll, "vote=a", { cookie })).status, 200, "the same tap, sent again");
  await eventually(async () => assert.deepEqual(await tallyOf(cluster, poll.id), { a: 1 }));

  await redis.command("FLUSHALL");
  assert.equal((await answer(second, poll, "vote=b", { cookie })).status, 503, "there is no gate");
  await announce(redis, poll);
  assert.equal((await answer(second, poll, "vote=b", { cookie })).status, 200, "what was lost is not known");
  assert.equal((await answer(second, poll, "vote=b")).status, 200, "another voter");
  await eventually(async () => assert.deepEqual(await tallyOf(cluster, poll.id), { a: 1, b: 1 }));
});

test("without the setting, a vote service has no such polls", async (t) => {
  const cluster = await Cluster.start(t, postgres, { workers: 0, results: 0 });
  const poll = managedPoll();
  await announce(cluster.redis, poll);
  assert.equal((await answer(cluster.votes[0], poll, "vote=a")).status, 404);
  assert.equal((await request(`${cluster.votes[0].voteUrl}/join`)).status, 404);
});
