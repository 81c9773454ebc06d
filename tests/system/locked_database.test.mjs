// SIGTERM while somebody else has locked the database: each program ends in order and in time, and no vote that was
// accepted is lost. A program that does not keep to its drain time ends itself with exit status 1.
import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Child } from "./child.mjs";
import { Cluster, programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, vote } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { Pollux, run, temporaryDirectory } from "./program.mjs";

const lockFile = fileURLToPath(new URL("sqlite_lock.py", import.meta.url));
const stoppedInOrder = { status: 0, signal: null };

async function lockedFile(t, file) {
  const holder = new Child("/usr/bin/python3", [lockFile, file]);
  t.after(() => holder.end("SIGKILL"));
  await holder.says((line) => line === "locked");
  return { release: () => holder.end("SIGKILL") };
}

function assertDrained(service, ended) {
  const log = service.log.join("\n");
  assert.deepEqual(ended, stoppedInOrder, log);
  assert.match(service.log.at(-1), /"message":"Drained\."/);
  assert.doesNotMatch(log, /"level":"error"/);
}

// The answers to votes that wait to be recorded, once all of them do.
async function waitingVotes(pollux, count) {
  const answers = Array.from({ length: count }, () => vote(pollux, "b"));
  await eventually(async () => assert.equal((await metrics(pollux)).pollux_queue_depth_votes, count));
  return answers;
}

test("pollux with a locked file: voters get an error, and no unaccepted vote is recorded", async (t) => {
  const directory = await temporaryDirectory(t);
  const pollux = await Pollux.start(t, { directory });
  assert.equal((await vote(pollux, "a")).status, 200);
  const lock = await lockedFile(t, path.join(directory, "pollux.db"));
  const answers = await waitingVotes(pollux, 30);
  assertDrained(pollux, await pollux.stop());
  for (const { status, headers } of await Promise.all(answers)) {
    assert.equal(status, 503);
    assert.ok(headers["retry-after"]);
  }
  assert.match(pollux.log.join("\n"), /"Votes were released unrecorded\.".* is in use by another program\./);
  await lock.release();
  const again = await Pollux.start(t, { directory });
  assert.deepEqual(await counts(again), { a: 1, b: 0 });
});

test("pollux records waiting votes if its file is unlocked during the drain", async (t) => {
  const directory = await temporaryDirectory(t);
  const pollux = await Pollux.start(t, { directory, args: ["--drain-time", "1m"] });
  const lock = await lockedFile(t, path.join(directory, "pollux.db"));
  const answers = await waitingVotes(pollux, 30);
  pollux.signal("SIGTERM");
  await eventually(() => assert.match(pollux.log.join("\n"), /"Draining\."/));
  await lock.release();
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assert.deepEqual(new Set(statuses), new Set([200]));
  assertDrained(pollux, await pollux.ended());
  const again = await Pollux.start(t, { directory });
  assert.deepEqual(await counts(again), { a: 0, b: 30 });
});

test("pollux shows how long votes have waited for a locked file", async (t) => {
  const directory = await temporaryDirectory(t);
  const pollux = await Pollux.start(t, { directory });
  const age = async () => (await metrics(pollux)).pollux_queue_oldest_vote_age_seconds;
  assert.equal(await age(), 0);
  const lock = await lockedFile(t, path.join(directory, "pollux.db"));
  const answers = await waitingVotes(pollux, 3);
  const first = await age();
  await eventually(async () => assert.ok((await age()) > first));
  await lock.release();
  assert.deepEqual(new Set((await Promise.all(answers)).map(({ status }) => status)), new Set([200]));
  await eventually(async () => assert.equal(await age(), 0));
});

test("pollux neither starts with a locked file nor deletes from it, and reports it", async (t) => {
  const directory = await temporaryDirectory(t);
  const file = path.join(directory, "pollux.db");
  await (await Pollux.start(t, { directory })).stop();
  const lock = await lockedFile(t, file);
  const listen = ["vote", "result", "admin", "management"].flatMap((name) => [`--${name}-listen`, "127.0.0.1:0"]);
  for (const args of [[...listen, "--new-run"], ["reset", "--yes"]]) {
    const { status, stderr } = await run([...args, "--database", file]);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^The database .*pollux\.db is in use by another program\. .*\n$/);
  }
  await lock.release();
});

const postgres = await PostgresServer.start({ after });

// Locks what `statement` locks, until it is released.
async function lockedDatabase(t, cluster, statement) {
  const held = cluster.sql(`BEGIN; ${statement}; SELECT pg_sleep(600)`);
  held.catch(() => undefined);
  await eventually(async () => assert.equal((await sleepers(cluster)).length, 1));
  const release = async () => {
    await cluster.sql(`SELECT pg_terminate_backend(${(await sleepers(cluster))[0] ?? 0})`);
    await held.catch(() => undefined);
  };
  t.after(release);
  return { release };
}

const sleepers = (cluster) =>
  cluster.sql(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep' AND query LIKE 'BEGIN%'",
  );

// Until so many of our calls wait for a lock.
function someWait(cluster, count = 1) {
  const waiting =
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  return eventually(async () => assert.ok(Number((await cluster.sql(waiting))[0]) >= count));
}

const locks = {
  "its table of votes": "LOCK TABLE pollux_votes IN ACCESS EXCLUSIVE MODE",
  "one voter's row": "UPDATE pollux_votes SET selection = selection",
  "its tallies": "LOCK TABLE pollux_tallies IN ACCESS EXCLUSIVE MODE",
  "its questions": "LOCK TABLE pollux_polls, pollux_votes IN ACCESS EXCLUSIVE MODE",
};

for (const [what, statement] of Object.entries(locks)) {
  test(`a worker that waits for ${what} ends in time and leaves the votes to the next one`, async (t) => {
    const args = { worker: ["--drain-time", "1s"], result: ["--drain-time", "1s"] };
    const cluster = await Cluster.start(t, postgres, { args });
    const [worker, result, voting] = [cluster.workers[0], cluster.results[0], cluster.votes[0]];
    const jar = {};
    assert.equal((await vote(voting, "a", { jar })).status, 200);
    await eventually(async () => assert.deepEqual(await counts(result), { a: 1, b: 0 }));

    const lock = await lockedDatabase(t, cluster, statement);
    assert.equal((await vote(voting, "b", { jar })).status, 200, "changes her vote");
    for (let n = 0; n < 20; ++n) {
      assert.equal((await vote(voting, "b")).status, 200);
    }
    await someWait(cluster);
    assertDrained(worker, await worker.stop());
    assertDrained(result, await result.stop());
    const pending = await cluster.redis.command("XPENDING", "pollux:votes:0", "pollux");
    const inStream = Number((await cluster.redis.command("XLEN", "pollux:votes:0"))[0]);
    assert.ok(inStream >= 21, `${inStream} in the stream, pending: ${pending}`);

    await lock.release();
    await cluster.worker();
    const later = await cluster.result();
    await eventually(async () => assert.deepEqual(await counts(later), { a: 0, b: 21 }));
    const { status, stdout } = await cluster.runWorker(["recount"]);
    assert.equal(status, 0, stdout);
  });
}

test("SIGTERM ends a program that waits for another program's migration", async (t) => {
  const cluster = await Cluster.start(t, postgres, { migrated: false, votes: 0, workers: 0, results: 0 });
  const lock = await lockedDatabase(t, cluster, `SELECT pg_advisory_xact_lock(${0x506f6c78}, 1000)`);
  const child = new Child(programs.worker, ["--management-listen", "127.0.0.1:0", "--start-wait", "10m"], {
    env: { ...process.env, ...cluster.environment },
  });
  t.after(() => child.end("SIGKILL"));
  await someWait(cluster);
  assert.deepEqual(await child.end("SIGTERM"), stoppedInOrder, child.log.join("\n"));
  assert.match(child.log.at(-1), /"Stopped before the service could start\."/);
  await lock.release();
  assert.equal((await cluster.runWorker(["migrate"])).status, 0);
});
