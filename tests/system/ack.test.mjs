// What a vote waits for before it is answered (--ack): memory, the disk, a replica.
import assert from "node:assert/strict";
import http from "node:http";
import { after, test } from "node:test";
import { programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { cookieOf, request, vote, voterOf } from "./http.mjs";
import { LateLink } from "./late_link.mjs";
import { metrics } from "./metrics.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { RedisServer } from "./redis_server.mjs";
import { programOf, runProgram, Service } from "./service.mjs";

const anywhere = ["--management-listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"];
const unlimited = { POLLUX_NEW_VOTER_RATE: "0", POLLUX_VOTE_RATE: "0" };

function launchVote(t, redis, ack) {
  const env = { REDIS_URL: redis.url, ...unlimited };
  return Service.launch(t, programs.vote, [...anywhere, "--ack", ack], { env });
}

async function follow(replica, primary, { port } = primary) {
  await replica.command("REPLICAOF", "127.0.0.1", port);
  await eventually(async () => assert.deepEqual(await primary.command("WAIT", 1, 100), ["1"]));
}

async function replicated(t) {
  const primary = await RedisServer.start(t);
  const replica = await RedisServer.start(t);
  const link = await LateLink.to(primary.port, 50);
  t.after(() => link.cut());
  await follow(replica, primary, link);
  return { primary, replica, link };
}

// Distinct voters, one after the other from each client, until stop(). `accepted` has those with a vote.
class NewVoters {
  accepted = new Set();
  #stopping = false;
  #done;

  constructor(voting, { clients }) {
    this.#done = Promise.all(Array.from({ length: clients }, () => this.#client(voting)));
  }

  stop() {
    this.#stopping = true;
    return this.#done;
  }

  async #client(voting) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    while (!this.#stopping) {
      const answer = await vote(voting, "a", { agent });
      if (answer.status === 200) {
        this.accepted.add(voterOf({ cookie: cookieOf(answer) }));
      } else {
        assert.equal(answer.status, 503); // a replica on a busy machine may take longer than 400 ms
      }
    }
    agent.destroy();
  }
}

async function votersIn(redis) {
  const words = await redis.command("XRANGE", "pollux:votes:0", "-", "+");
  return new Set(words.filter((_, n) => words[n - 1] === "voter"));
}

test("a replica that takes over has every vote that was accepted", async (t) => {
  const { primary, replica, link } = await replicated(t);
  const voting = await launchVote(t, primary, "replica");
  const voters = new NewVoters(voting, { clients: 50 });
  await eventually(() => assert.ok(voters.accepted.size >= 1_000));
  link.cut(); // with the votes of the last 50 ms
  await primary.kill();
  await replica.command("REPLICAOF", "NO", "ONE");
  await voters.stop();

  const there = await votersIn(replica);
  assert.deepEqual(
    [...voters.accepted].filter((voter) => !there.has(voter)),
    [],
  );
});

test("without a replica votes get 503, and each counts once when it is sent again", async (t) => {
  const postgres = await PostgresServer.start({ after });
  const { primary, replica } = await replicated(t);
  const env = { REDIS_URL: primary.url, DATABASE_URL: postgres.url(await postgres.freshDatabase()) };
  const worker = await Service.launch(t, programs.worker, anywhere.slice(0, 2), { env });
  const voting = await launchVote(t, primary, "replica");
  const jar = { cookie: cookieOf(await request(`${voting.voteUrl}/`)) };
  let sent = 0;
  const untilAccepted = (option) =>
    eventually(async () => {
      ++sent; // again if the replica takes longer than 400 ms
      assert.equal((await vote(voting, option, { jar })).status, 200);
    });
  await untilAccepted("b");

  await replica.stop();
  const { pollux_votes_unconfirmed_total: before } = await metrics(voting);
  ++sent;
  const rejected = await vote(voting, "a", { jar });
  assert.equal(rejected.status, 503);
  assert.equal(rejected.headers["retry-after"], "1");
  assert.equal((await metrics(voting)).pollux_votes_unconfirmed_total, before + 1);
  await eventually(() => {
    const reasons = voting.log.map((line) => JSON.parse(line)).filter(({ level }) => level === "warning");
    assert.match(reasons.at(-1).reason, /did not confirm within 400 ms that a replica has the vote/);
  });

  await replica.start();
  await follow(replica, primary);
  await untilAccepted("a");
  await eventually(async () => assert.equal((await metrics(worker)).pollux_votes_recorded_total, sent));
  const database = new URL(env.DATABASE_URL).pathname.slice(1);
  assert.deepEqual(await postgres.sql(database, "SELECT vote FROM votes"), ["a"]);
});

test("a start without a replica says that votes will be rejected", async (t) => {
  const voting = await launchVote(t, await RedisServer.start(t), "replica");
  assert.ok(voting.log.some((line) => /has no replica at present/.test(line)));
});

test("votes wait until they are on disk", async (t) => {
  const redis = await RedisServer.start(t, {
    program: programOf("VALKEY_SERVER"),
    args: ["--appendfsync", "everysec"],
  });
  const voting = await launchVote(t, redis, "fsync");
  assert.ok(voting.log.some((line) => /may confirm votes before they are on disk/.test(line)), "a fault of Valkey");
  assert.equal((await vote(voting, "a")).status, 200);
  const asked = (await redis.command("INFO", "commandstats")).filter((line) => line.startsWith("cmdstat_waitaof:"));
  assert.match(asked[0], /calls=2,/, "one at the start, one for the vote");

  await redis.command("CONFIG", "SET", "appendonly", "no");
  assert.equal((await vote(voting, "a")).status, 503);
  assert.equal((await metrics(voting)).pollux_votes_unconfirmed_total, 1);
  await redis.command("CONFIG", "SET", "appendonly", "yes");
  await eventually(async () => assert.equal((await vote(voting, "a")).status, 200));
});

const unfit = {
  "a server without WAITAOF": [
    { program: programOf("VALKEY_SERVER"), args: ["--rename-command", "WAITAOF", ""] },
    /needs: that is in Redis 7\.2 and later\. With --ack memory and `appendfsync always`/,
  ],
  "a server without an append-only file": [
    { program: programOf("VALKEY_SERVER"), args: ["--appendonly", "no"] },
    /keeps no append-only file, which --ack fsync needs\. Set `appendonly yes`/,
  ],
};

for (const [what, [options, about]] of Object.entries(unfit)) {
  test(`${what} ends a start that waits for its disk`, async (t) => {
    const redis = await RedisServer.start(t, options);
    const env = { REDIS_URL: redis.url };
    const { status, stderr } = await runProgram(programs.vote, [...anywhere, "--ack", "fsync"], { env });
    assert.equal(status, 1);
    assert.match(stderr, about);
  });
}
