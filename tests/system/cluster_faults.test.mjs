// Servers and services that fail under load: what was accepted is counted, once, and everything recovers by itself.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Cluster } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, vote } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { seed } from "./seed_program.mjs";
import { VotingLoad } from "./voting_load.mjs";

const kills = 20;
const refusedAtOnce = 50;
const seeded = { a: 12_000, b: 6_000 };
const soon = { timeoutMs: 60_000 };

// A commit takes 20 ms, as on a slow disk, so that faults find votes under way.
const slowly = { commit_delay: 20_000, commit_siblings: 0 };
const postgres = await PostgresServer.start({ after }, { settings: slowly });
const quickly = { worker: ["--reclaim-after", "200ms", "--max-batch", "200"] };

// Checks that the recorded votes, the tally and the screens match the responses, voter by voter. Redis may have kept some
// of the `unsure` votes, which were rejected.
async function assertCounted(cluster, load, { others = { a: 0, b: 0 }, unsure = 0 } = {}) {
  const expected = { ...others };
  load.selections.forEach((option) => (expected[option] += 1));
  await eventually(async () => {
    const shown = await counts(cluster.results[0]);
    assert.deepEqual(shown, await cluster.recorded());
    for (const [option, count] of Object.entries(expected)) {
      assert.ok(
        shown[option] >= count && shown[option] <= count + unsure,
        JSON.stringify({ shown, expected }),
      );
    }
  }, soon);
  const recorded = await cluster.selections();
  load.selections.forEach((option, voter) => assert.equal(recorded.get(voter), option, voter));
  const { status, stdout } = await cluster.runWorker(["recount"]);
  assert.equal(status, 0, stdout);
}

function assertAllRun(cluster) {
  for (const service of [cluster.votes, cluster.workers, cluster.results].flat()) {
    assert.ok(service.running, service.log.join("\n"));
  }
}

// Votes that begin now, each by a voter of its own, are all refused as the protocol has it.
async function assertRefused(cluster) {
  const answers = await Promise.all(Array.from({ length: refusedAtOnce }, () => vote(cluster.votes[0], "a")));
  for (const { status, headers, body } of answers) {
    assert.equal(status, 503);
    assert.equal(headers["retry-after"], "1");
    assert.match(body.toString(), /^Your vote could not be taken just now\./);
  }
}

async function accepts(load, votes) {
  const before = load.accepted;
  await eventually(() => assert.ok(load.accepted >= before + votes), soon);
}

test(`a worker killed ${kills} times under load loses no vote and counts none twice`, async (t) => {
  const cluster = await Cluster.start(t, postgres, { workers: 2, args: quickly });
  const load = new VotingLoad(cluster.votes);
  const args = ["--votes", `a=${seeded.a},b=${seeded.b}`, "--rate", "3000", "--json"];
  const seeding = seed(t, ["--url", cluster.votes[0].voteUrl, ...args]);
  for (let kill = 0; kill < kills; ++kill) {
    const [victim] = cluster.workers;
    const enough = Math.random() * 200;
    await eventually(
      async () => assert.ok((await metrics(victim)).pollux_votes_recorded_total >= enough),
      soon,
    );
    await victim.kill();
    cluster.workers = [cluster.workers[1], await cluster.worker()];
  }
  const { status, stdout, stderr } = await seeding.ended;
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout).acceptedByOption, seeded);
  await load.stop();
  assert.equal(load.lost, 0);
  await assertCounted(cluster, load, { others: seeded });
});

test("votes are accepted while PostgreSQL is down for 10 seconds, and counted afterwards", async (t) => {
  const cluster = await Cluster.start(t, postgres, { workers: 2, args: quickly });
  const load = new VotingLoad(cluster.votes);
  const args = ["--votes", "a=4000,b=2000", "--rate", "500", "--json"];
  const seeding = seed(t, ["--url", cluster.votes[0].voteUrl, ...args]);
  await accepts(load, 100);
  await postgres.stop();
  await delay(10_000);
  await accepts(load, 100);
  await postgres.start();
  const { status, stdout, stderr } = await seeding.ended;
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout).acceptedByOption, { a: 4000, b: 2000 });
  await load.stop();
  assert.equal(load.lost, 0);
  await assertCounted(cluster, load, { others: { a: 4000, b: 2000 } });
  assertAllRun(cluster);
});

const afflictions = {
  stopped: { begin: (redis) => redis.stop(), end: (redis) => redis.start() },
  killed: { begin: (redis) => redis.kill(), end: (redis) => redis.start() },
  frozen: { begin: (redis) => redis.freeze(), end: (redis) => redis.thaw() },
  "out of memory": {
    begin: (redis) => redis.command("CONFIG", "SET", "maxmemory", "1"),
    end: (redis) => redis.command("CONFIG", "SET", "maxmemory", "0"),
  },
};

for (const [what, { begin, end }] of Object.entries(afflictions)) {
  test(`votes are refused with 503 while Redis is ${what}, and accepted again afterwards`, async (t) => {
    const cluster = await Cluster.start(t, postgres, { args: quickly });
    const load = new VotingLoad(cluster.votes);
    await accepts(load, 100);
    await begin(cluster.redis);
    await assertRefused(cluster);
    await assertRefused(cluster);
    await end(cluster.redis);
    await accepts(load, 100);
    await load.stop();
    assert.ok(load.refused > 0);
    assert.equal(load.lost, 0);
    await assertCounted(cluster, load, { unsure: what === "frozen" ? 2 * refusedAtOnce : 0 });
    assertAllRun(cluster);
  });
}
