// What the services of a cluster report about votes on their way, and about their servers.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Cluster } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, request, vote } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { PostgresServer } from "./postgres_server.mjs";

const postgres = await PostgresServer.start({ after });

const soon = { timeoutMs: 60_000 };
const seen = "pollux_vote_to_screen_seconds";
const withinASecond = `${seen}_bucket{le="1"}`;
const oldest = "pollux_queue_oldest_vote_age_seconds";
const connections = (server, state) => `pollux_${server}_connections{state="${state}"}`;

async function castBy(cluster, voters) {
  const answers = await Promise.all(Array.from({ length: voters }, () => vote(cluster.votes[0], "a")));
  answers.forEach(({ status }) => assert.equal(status, 200));
}

// Waits until the service reports these values. A vote that is recorded before the feed of a result service is live belongs to
// what the service finds at its start, and is not counted.
function reports(service, expected) {
  return eventually(async () => {
    const numbers = await metrics(service);
    const shown = Object.fromEntries(Object.keys(expected).map((name) => [name, numbers[name]]));
    assert.deepEqual(shown, expected);
  }, soon);
}

test("each vote is counted once with its time to the screens", async (t) => {
  const cluster = await Cluster.start(t, postgres, { workers: 2 });
  const [result] = cluster.results;
  await reports(result, { pollux_feed_live: 1, [`${seen}_count`]: 0 });
  const begun = Date.now();
  await castBy(cluster, 20);
  await reports(result, { [`${seen}_count`]: 20 });
  const { [`${seen}_sum`]: sum, ...first } = await metrics(result);
  const elapsed = (Date.now() + 1 - begun) / 1000;
  assert.ok(sum > 0 && sum <= 20 * elapsed, `${sum} of 20 times ${elapsed} seconds`);

  // A vote that changes no screen is not counted, nor is a tally that is read again, as it is every second.
  const jar = {};
  await vote(cluster.votes[0], "b", { jar });
  await reports(result, { [`${seen}_count`]: 21 });
  await vote(cluster.votes[0], "b", { jar });
  await vote(cluster.votes[0], "a", { jar });
  await eventually(async () => assert.deepEqual(await counts(result), { a: 21, b: 0 }));
  await eventually(async () => {
    const { [`${seen}_count`]: count } = await metrics(result);
    assert.ok(count === 22 || count === 23, `${count}, not 22, or 23 if both votes were recorded in one batch`);
  }, soon);

  // Nor what a service finds at its start.
  const late = await cluster.result();
  await eventually(async () => assert.deepEqual(await counts(late), { a: 21, b: 0 }));
  await reports(late, { pollux_feed_live: 1, [`${seen}_count`]: 0 });
  await castBy(cluster, 1);
  await reports(late, { [`${seen}_count`]: 1 });
  assert.equal(first.pollux_feed_live, 1);
});

test("votes that wait while PostgreSQL is down are seen to age, and count as late on the screens", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const [worker] = cluster.workers;
  const [result] = cluster.results;
  await reports(result, { pollux_feed_live: 1 });
  await castBy(cluster, 1);
  await reports(result, { [`${seen}_count`]: 1, pollux_feed_live: 1, [connections("postgres", "disconnected")]: 0 });
  await reports(worker, { [oldest]: 0, [connections("postgres", "disconnected")]: 0 });
  const before = await metrics(result);

  await postgres.kill();
  await castBy(cluster, 3);
  const age = async () => (await metrics(worker))[oldest];
  await eventually(async () => assert.ok((await age()) > 1), soon);
  const first = await age();
  await eventually(async () => assert.ok((await age()) > first), soon);
  await eventually(async () => {
    const waiting = await metrics(worker);
    assert.equal(waiting.pollux_queue_lag_entries + waiting.pollux_queue_pending_entries, 3);
  }, soon);
  await reports(worker, { [connections("postgres", "connected")]: 0 });
  assert.ok((await metrics(worker))[connections("postgres", "disconnected")] >= 1);
  await reports(result, { pollux_feed_live: 0, [connections("postgres", "connected")]: 0 });
  assert.equal((await metrics(result))[`${seen}_count`], 1);

  await postgres.start();
  await reports(worker, {
    [oldest]: 0,
    pollux_queue_lag_entries: 0,
    pollux_queue_pending_entries: 0,
    [connections("postgres", "disconnected")]: 0,
  });
  await reports(result, { pollux_feed_live: 1, [connections("postgres", "disconnected")]: 0 });
  await eventually(async () => {
    const now = await metrics(result);
    assert.ok(now[`${seen}_count`] >= 4, "every vote");
    assert.equal(now[withinASecond], before[withinASecond], "none of them within a second");
    assert.ok(now[`${seen}_sum`] > 3);
  }, soon);
});

test("votes of a stopped worker wait, and their age is 0 again once another has recorded them", async (t) => {
  const cluster = await Cluster.start(t, postgres, { args: { worker: ["--reclaim-after", "1s"] } });
  const [result] = cluster.results;
  await reports(result, { pollux_feed_live: 1 });
  await cluster.workers[0].kill();
  await castBy(cluster, 5);
  const worker = await cluster.worker();
  await reports(worker, { [oldest]: 0, pollux_queue_lag_entries: 0, pollux_votes_recorded_total: 5 });
  await reports(result, { [`${seen}_count`]: 5 });
  // For scalers that ask Redis itself.
  const group = await cluster.redis.command("XINFO", "GROUPS", "pollux:votes:0");
  const lag = group.indexOf("lag");
  assert.ok(lag === -1 || group[lag + 1] === "0", group.join(" "));
});

test("connections to Redis are counted by state", async (t) => {
  const cluster = await Cluster.start(t, postgres, { args: { vote: ["--io-threads", "3"] } });
  const both = { vote: [cluster.votes[0], 3], worker: [cluster.workers[0], 1] };
  for (const [service, count] of Object.values(both)) {
    await reports(service, { [connections("redis", "connected")]: count, [connections("redis", "disconnected")]: 0 });
  }
  await cluster.redis.stop();
  for (const [service, count] of Object.values(both)) {
    await reports(service, { [connections("redis", "connected")]: 0, [connections("redis", "disconnected")]: count });
  }
  await cluster.redis.start();
  for (const [service, count] of Object.values(both)) {
    await reports(service, { [connections("redis", "connected")]: count, [connections("redis", "disconnected")]: 0 });
  }
});

test("a worker reports the memory of Redis and its eviction policy", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const [worker] = cluster.workers;
  await reports(worker, { pollux_redis_noeviction: 1, pollux_redis_memory_max_bytes: 0 });
  assert.ok((await metrics(worker)).pollux_redis_memory_used_bytes > 100_000);
  await cluster.redis.command("CONFIG", "SET", "maxmemory", "200mb");
  await cluster.redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
  await reports(worker, { pollux_redis_noeviction: 0, pollux_redis_memory_max_bytes: 200 * 1024 * 1024 });
  await cluster.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
  await reports(worker, { pollux_redis_noeviction: 1 });
});

test("rejected votes are counted by reason", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const [service] = cluster.votes;
  const rejected = (reason) => `pollux_votes_rejected_total{reason="${reason}"}`;
  const counted = ["other_poll", "cross_origin", "not_a_form", "unknown_option", "unavailable"];
  const expected = Object.fromEntries(
    [...counted, "closed", "not_open", "queue_full"].map((reason) => [rejected(reason), 0]),
  );
  await reports(service, { ...expected, pollux_votes_accepted_total: 0 });
  await vote(service, "a&poll=default.7");
  await vote(service, "a", { headers: { Origin: "https://elsewhere.example" } });
  await request(`${service.voteUrl}/`, { method: "POST", headers: { "Content-Type": "text/plain" }, body: "vote=a" });
  await vote(service, "z");
  await cluster.redis.stop();
  await vote(service, "a");
  counted.forEach((reason) => (expected[rejected(reason)] = 1));
  await reports(service, { ...expected, pollux_votes_accepted_total: 0 });
});
