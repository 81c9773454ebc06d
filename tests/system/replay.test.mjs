// Recorded votes stay in Redis for a while: `pollux-worker replay` records those again that PostgreSQL has lost.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Cluster } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, vote, voterOf } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { PostgresServer } from "./postgres_server.mjs";

const soon = { timeoutMs: 60_000 };

// Voter → option.
class Voters {
  selections = new Map();
  #jars = [];

  async cast(cluster, from, to, option) {
    for (let n = from; n < to; ++n) {
      const jar = (this.#jars[n] ??= {});
      await eventually(async () => assert.equal((await vote(cluster.votes[0], option, { jar })).status, 200));
      this.selections.set(voterOf(jar), option);
    }
  }
}

const recordedAre = (cluster, expected) =>
  eventually(async () => assert.deepEqual(await cluster.selections(), expected), soon);

async function assertReplay(cluster, stdout, args = []) {
  const replay = await cluster.runWorker(["replay", ...args]);
  assert.deepEqual({ status: replay.status, stdout: replay.stdout }, { status: 0, stdout }, replay.stderr);
}

async function assertRight(cluster, expected) {
  await recordedAre(cluster, expected);
  await eventually(async () => {
    assert.deepEqual(await counts(cluster.results[0]), { a: 0, b: 0, ...(await cluster.recorded()) });
  }, soon);
  const { status, stdout } = await cluster.runWorker(["recount"]);
  assert.equal(status, 0, stdout);
}

test("a standby that takes over without the newest commits has them after a replay", async (t) => {
  const primary = await PostgresServer.start(t);
  const standby = await PostgresServer.standby(t, primary);
  await primary.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = ''");
  await primary.sql("postgres", "SELECT pg_reload_conf()");
  let current = primary;
  const cluster = await Cluster.start(t, {
    url: (name, { role = "postgres" } = {}) =>
      `postgresql://${role}@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/${name}`,
    freshDatabase: () => primary.freshDatabase(),
    sql: (...words) => current.sql(...words),
  });
  const voters = new Voters();
  await voters.cast(cluster, 0, 20, "a");
  await recordedAre(cluster, voters.selections);
  const before = new Map(voters.selections);
  const copied = "SELECT count(*) FROM pollux_votes";
  await eventually(async () => assert.deepEqual(await standby.sql(cluster.database, copied), ["20"]), soon);

  await standby.stop(); // what follows does not reach it
  await voters.cast(cluster, 10, 35, "b");
  await recordedAre(cluster, voters.selections);
  await primary.kill();
  await standby.start();
  await standby.promote();
  current = standby;
  assert.deepEqual(await cluster.selections(), before, "the newest commits are lost");

  await voters.cast(cluster, 35, 40, "a");
  await eventually(async () => assert.equal((await cluster.selections()).size, 25), soon);
  await assertReplay(
    cluster,
    "50 votes are recorded, 0 are of deleted runs, 0 cannot be recorded. Tallies of 1 poll have changed.\n",
  );
  await assertRight(cluster, voters.selections);
  await assertReplay(
    cluster,
    "50 votes are recorded, 0 are of deleted runs, 0 cannot be recorded. Tallies of 0 polls have changed.\n",
  );
});

const postgres = await PostgresServer.start({ after });

test("what was removed stays removed, and what is too old is skipped", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const voters = new Voters();
  await voters.cast(cluster, 0, 5, "a");
  for (const poll of ["gone", "gone.2", "expired"]) {
    await cluster.redis.command("XADD", "pollux:votes:0", "*", "poll", poll, "voter", "ann", "selection", "a");
  }
  const all = async () => Number((await cluster.sql("SELECT count(*) FROM pollux_votes"))[0]);
  await eventually(async () => assert.equal(await all(), 8));
  await cluster.sql(`
    INSERT INTO pollux_managed_polls VALUES ('gone', 'code', '', '', 'archived', 2, 9, 'while_open', 'live', NULL, NULL, NULL,
      'UTC', 0, 0, 1);
    INSERT INTO pollux_managed_polls VALUES ('expired', 'other', '', '', 'closed', 1, 9, 'while_open', 'live', 1, NULL, NULL,
      'UTC', 0, 0, NULL);
    INSERT INTO pollux_managed_runs (poll, run, question, votes_deleted_at)
      VALUES ('gone', 1, '{}', NULL), ('gone', 2, '{}', NULL), ('expired', 1, '{}', 1);
    DELETE FROM pollux_votes; DELETE FROM pollux_tallies`);

  await assertReplay(
    cluster,
    "8 votes would be recorded, 0 are of deleted runs, 0 cannot be recorded. Tallies of 0 polls have changed.\n",
    ["--dry-run"],
  );
  await assertReplay(
    cluster,
    "0 votes are recorded, 0 are of deleted runs, 0 cannot be recorded. Tallies of 0 polls have changed.\n",
    ["--since", "2100-01-01T00:00:00Z"],
  );
  assert.equal(await all(), 0);
  await assertReplay(
    cluster,
    "5 votes are recorded, 3 are of deleted runs, 0 cannot be recorded. Tallies of 1 poll have changed.\n",
    ["--since", "2020-02-29T23:59:59Z"],
  );
  await assertRight(cluster, voters.selections);
  for (const time of ["yesterday", "2021-02-29T00:00:00Z", "2021-02-28T24:00:00Z", "2021-02-28 10:00:00Z"]) {
    const { status, stderr } = await cluster.runWorker(["replay", "--since", time]);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /a time in UTC such as 2030-05-01T18:30:00Z/);
  }
});

test("recorded votes stay for a while and are no backlog", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const [worker] = cluster.workers;
  const voters = new Voters();
  await voters.cast(cluster, 0, 30, "a");
  await eventually(async () => assert.equal((await metrics(worker)).pollux_queue_recorded_entries, 30));
  const seen = await metrics(worker);
  assert.equal(seen.pollux_queue_lag_entries, 0);
  assert.equal(seen.pollux_queue_pending_entries, 0);
  assert.equal(seen.pollux_queue_oldest_vote_age_seconds, 0);
  await worker.stop();
  cluster.args = { ...cluster.args, worker: ["--keep-recorded", "2s"] };
  const next = await cluster.worker();
  await eventually(async () => assert.deepEqual(await cluster.redis.command("XLEN", "pollux:votes:0"), ["0"]));
  await eventually(async () => assert.equal((await metrics(next)).pollux_queue_recorded_entries, 0));
});
