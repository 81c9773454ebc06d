// The command `pollux-worker replay-dead-letters` with real servers, while workers and voters are active.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Cluster } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, vote, voterOf } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { PostgresServer } from "./postgres_server.mjs";

const postgres = await PostgresServer.start({ after });

const command = "replay-dead-letters";
const letters = "pollux:dead-letters";
const longAgo = (sequence) => `1700000000000-${sequence}`;
const voteOf = (voter, selection) => ["poll", "default", "voter", voter, "selection", selection];

// As an earlier version set an entry aside which it could not read.
async function setAside(redis, entryId, fields) {
  const about = ["reason", "The entry has a field other than poll.", "stream", "pollux:votes:0", "id", entryId];
  const [id] = await redis.command("XADD", letters, "*", ...about, ...fields);
  return id;
}

const kept = async (redis) => Number((await redis.command("XLEN", letters))[0]);

async function assertReplay(cluster, expected, args = []) {
  const { status, stdout, stderr } = await cluster.runWorker([command, ...args]);
  assert.deepEqual({ status, stdout }, expected, stderr);
  return stderr;
}

async function assertTalliesAreRight(cluster) {
  const { status, stdout } = await cluster.runWorker(["recount"]);
  assert.equal(status, 0, stdout);
}

test("each vote is recorded once, in its original order; a repeated replay does nothing", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const [result] = cluster.results;
  const jar = {};
  assert.equal((await vote(cluster.votes[0], "b", { jar })).status, 200);
  const changedHerMind = voterOf(jar);
  await eventually(async () => assert.deepEqual(await counts(result), { a: 0, b: 1 }));

  await setAside(cluster.redis, longAgo(1), [...voteOf(changedHerMind, "a"), "color", "red"]);
  await setAside(cluster.redis, longAgo(2), voteOf("bob", "b"));
  await setAside(cluster.redis, longAgo(3), voteOf("bob", "a"));
  await setAside(cluster.redis, longAgo(4), ["original", '{"voter_id": "eve", "vote": "a"}']);
  await eventually(async () => assert.equal((await metrics(cluster.workers[0])).pollux_dead_letters, 4));

  const progress = await assertReplay(cluster, { status: 0, stdout: "4 recorded, 0 cannot be.\n" });
  assert.equal(progress, "4 dead letters read.\n");
  assert.equal(await kept(cluster.redis), 0);
  const expected = new Map([
    [changedHerMind, "b"],
    ["bob", "a"],
    ["eve", "a"],
  ]);
  assert.deepEqual(await cluster.selections(), expected);
  await eventually(async () => assert.deepEqual(await counts(result), { a: 2, b: 1 }));

  assert.equal(await assertReplay(cluster, { status: 0, stdout: "0 recorded, 0 cannot be.\n" }), "");
  // As after a replay that was killed between its commit and the removal.
  await setAside(cluster.redis, longAgo(3), voteOf("bob", "a"));
  await setAside(cluster.redis, longAgo(2), voteOf("bob", "b"));
  await assertReplay(cluster, { status: 0, stdout: "2 recorded, 0 cannot be.\n" });
  assert.equal(await kept(cluster.redis), 0);
  assert.deepEqual(await cluster.selections(), expected);
  assert.deepEqual(await counts(result), { a: 2, b: 1 });
  await assertTalliesAreRight(cluster);
  await eventually(async () => assert.equal((await metrics(cluster.workers[0])).pollux_dead_letters, 0));
});

test("a replay of thousands reports its progress while workers and voters continue", async (t) => {
  const cluster = await Cluster.start(t, postgres, { workers: 2 });
  const fill = `for i = 1, 1200 do
    redis.call('XADD', KEYS[1], '*', 'reason', 'x', 'stream', 'pollux:votes:0', 'id', '1700000000000-' .. i,
               'poll', 'default', 'voter', 'voter-' .. i, 'selection', i % 3 == 0 and 'b' or 'a')
  end`;
  await cluster.redis.command("EVAL", fill, 1, letters);
  const replay = cluster.runWorker([command]);
  for (let n = 0; n < 20; ++n) {
    assert.equal((await vote(cluster.votes[0], "a")).status, 200);
  }
  const { status, stdout, stderr } = await replay;
  assert.deepEqual({ status, stdout }, { status: 0, stdout: "1200 recorded, 0 cannot be.\n" });
  assert.equal(stderr, "500 dead letters read.\n1000 dead letters read.\n1200 dead letters read.\n");
  await eventually(async () => assert.deepEqual(await counts(cluster.results[0]), { a: 820, b: 400 }));
  await assertTalliesAreRight(cluster);
});

test("an entry that cannot be recorded remains, is reported with the reason, and does not block others", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const { redis } = cluster;
  await cluster.sql("ALTER TABLE pollux_votes ADD CONSTRAINT no_zed CHECK (voter <> 'zed')");
  // The worker itself sets this one aside.
  await redis.command("XADD", "pollux:votes:0", longAgo(1), "hello", "world");
  await eventually(async () => assert.equal(await kept(redis), 1));
  const [unreadable] = await redis.command("XRANGE", letters, "-", "+", "COUNT", 1);
  const newer = await setAside(redis, longAgo(2), ["format", "4", ...voteOf("ann", "a")]);
  const refused = await setAside(redis, longAgo(3), voteOf("zed", "a"));
  const strange = await redis.command(
    ...["XADD", letters, "*", "reason", "\u001b[2J", "stream", "s".repeat(300), "id", "1\n2", "any", "thing"],
  );
  const readable = await setAside(redis, longAgo(4), voteOf("bob", "b"));

  const { stdout: listed } = await cluster.runWorker([command, "--dry-run"]);
  assert.match(listed, new RegExp(`^${readable} \\(.*\\) would be recorded$`, "m"));
  assert.match(listed, /^2 would be recorded, 3 cannot be\.$/m);
  assert.equal(await kept(redis), 5);
  assert.deepEqual(await cluster.selections(), new Map());

  for (const already of [false, true]) {
    const { status, stdout, stderr } = await cluster.runWorker([command]);
    assert.equal(status, 3, stderr);
    const [summary, ...lines] = stdout.trimEnd().split("\n").reverse();
    assert.equal(summary, `${already ? 0 : 1} recorded, 4 cannot be.`);
    const reasons = {
      [unreadable]: /\(pollux:votes:0 1700000000000-1, was: .*\) stays: The entry has no field poll\.$/,
      [newer]: /stays: It has format 4, which a newer version reads\.$/,
      [refused]: /stays: The database .* rejects the data \(.*violates check constraint "no_zed"\)\.$/,
      [strange[0]]: /^\S+ \(\(not shown.*\) \(not shown.*\), was: \(not shown.*\)\) stays: /,
    };
    assert.equal(lines.length, Object.keys(reasons).length, stdout);
    for (const [id, reason] of Object.entries(reasons)) {
      assert.match(lines.find((line) => line.startsWith(`${id} `)) ?? stdout, reason);
    }
    assert.doesNotMatch(stdout, /\b(ann|zed|bob)\b/, "who voted is not shown");
    assert.equal(await kept(redis), 4);
    assert.deepEqual(await cluster.selections(), new Map([["bob", "b"]]));
  }
  await assertTalliesAreRight(cluster);
});

test("without Redis or the database it exits with status 1 and changes nothing", async (t) => {
  const cluster = await Cluster.start(t, postgres, { votes: 0, workers: 0, results: 0 });
  await setAside(cluster.redis, longAgo(1), voteOf("ann", "a"));
  const fails = async (about, args = []) => {
    const { status, stdout, stderr } = await cluster.runWorker([command, ...args]);
    assert.equal(status, 1, stdout);
    assert.equal(stdout, "");
    assert.match(stderr, about);
    assert.equal(stderr.split("\n").filter((line) => /^(The|Redis) /.test(line)).length, 1, stderr);
  };

  await t.test("a database that does not answer", async () => {
    postgres.freeze();
    try {
      await fails(/^Waiting for the database .* to answer\.\nThe database .* does not answer in time\./, [
        "--start-wait",
        "3s",
      ]);
    } finally {
      postgres.thaw();
    }
  });
  await t.test("a database that can only be read", async () => {
    await cluster.sql(`ALTER DATABASE ${cluster.database} SET default_transaction_read_only = on`);
    await fails(/^The database .* can only be read/);
    await cluster.sql(`SET transaction_read_only = off; ALTER DATABASE ${cluster.database} RESET ALL`);
  });
  await t.test("a database that is not there", async () => {
    await postgres.stop();
    await fails(/^The database .* can't be reached/);
    await postgres.start();
  });
  await t.test("Redis that is not there", async () => {
    await cluster.redis.stop();
    await fails(/^Redis at .* can't be reached/);
    await cluster.redis.start();
  });
  assert.equal(await kept(cluster.redis), 1);
  assert.deepEqual(await cluster.selections(), new Map());
  await assertReplay(cluster, { status: 0, stdout: "1 recorded, 0 cannot be.\n" });
  assert.deepEqual(await cluster.selections(), new Map([["ann", "a"]]));
});
