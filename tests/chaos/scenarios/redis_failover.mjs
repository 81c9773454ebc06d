// The primary of Redis is lost; Sentinel promotes its replica. The programs have one address, which leads to the primary, as
// that of a proxy in front of Sentinel does: here the gates follow it.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Gate } from "../gate.mjs";
import { eventually } from "../../system/eventually.mjs";
import { RedisServer } from "../../system/redis_server.mjs";
import { temporaryDirectory } from "../../system/service.mjs";

const downAfterMs = 500;
const failoverLimitMs = 60_000;

// `between` is what the replica and Sentinel connect to instead of the primary, which can cut them off from it.
async function startPair(run, { between } = {}) {
  const primary = await RedisServer.start(run.scope);
  const gate = between && (await Gate.start(run.scope, () => ({ host: "127.0.0.1", port: primary.port }), run.random.gates));
  const port = String(gate?.port ?? primary.port);
  const replica = await RedisServer.start(run.scope, { args: ["--replicaof", "127.0.0.1", port] });
  const configuration = path.join(await temporaryDirectory(run.scope), "sentinel.conf");
  const lines = [
    `sentinel monitor votes 127.0.0.1 ${port} 1`,
    `sentinel down-after-milliseconds votes ${downAfterMs}`,
    "sentinel failover-timeout votes 3000",
  ];
  await writeFile(configuration, `${lines.join("\n")}\n`);
  const sentinel = await RedisServer.sentinel(run.scope, configuration);
  return { servers: [primary, replica], sentinel, gate };
}

const portOfPrimary = async (sentinel) =>
  Number((await sentinel.command("SENTINEL", "get-master-addr-by-name", "votes"))[1]);

async function info(server, section) {
  const lines = await server.command("INFO", section);
  return Object.fromEntries(lines.map((line) => line.trim().split(":")));
}

// The replica has everything, and Sentinel knows it.
async function replicates(primary, sentinel) {
  await eventually(async () => {
    const { connected_slaves: count, slave0 } = await info(primary, "replication");
    if (count !== "1" || !slave0.includes("state=online")) {
      throw new Error("The replica is not online.");
    }
    const known = await sentinel.command("SENTINEL", "replicas", "votes");
    const flags = known[known.indexOf("flags") + 1];
    if (flags !== "slave") {
      throw new Error(`Sentinel says of the replica: ${flags}.`);
    }
  }, { timeoutMs: failoverLimitMs });
}

// Until Sentinel has promoted the other one.
async function promoted(system, { servers, sentinel }) {
  await eventually(async () => {
    const port = await portOfPrimary(sentinel);
    const next = servers.find((server) => server.port === port);
    if (!next || next === system.redis || (await info(next, "replication")).role !== "master") {
      throw new Error("No replica was promoted.");
    }
    system.redis = next;
  }, { timeoutMs: failoverLimitMs });
  system.gates.voteRedis.cut();
  system.gates.workerRedis.cut();
}

// Sentinel does the same, but later.
async function becomeReplica(server, primary) {
  await server.start();
  await server.command("REPLICAOF", "127.0.0.1", primary.port);
}

// Seconds until votes can be queued again.
async function failOver(system, pair) {
  const lost = system.redis;
  const from = performance.now();
  await lost.kill();
  await promoted(system, pair);
  await becomeReplica(lost, system.redis);
  return (performance.now() - from) / 1000;
}

const lossIsMeasured = { allowed: ({ kind }) => kind === "lost" };

export const killed = {
  row: "R12",
  about: "the primary of Redis is killed, Sentinel promotes the replica, again and again: the loss is measured",
  seconds: { full: 60 },
  async run(run) {
    const pair = await startPair(run);
    const system = await run.system({ servers: { redis: pair.servers[0] } });
    const load = await run.vote({ rate: 500, voters: 10_000 });
    const times = [];
    do {
      await replicates(system.redis, pair.sentinel);
      await run.sleep(run.random.faults.between(1000, 3000));
      times.push(await failOver(system, pair));
      await run.untilAccepted();
      run.progress(`${times.length} fail-overs; ${run.answers()}`);
    } while (load.seconds < run.seconds);
    run.figure("fail-overs", `${times.length}, the slowest took ${Math.max(...times).toFixed(1)} s`);
    await run.settle(lossIsMeasured);
    await run.expectReady();
  },
};

// The primary still takes votes when the replica is promoted: what it accepted meanwhile, and no worker has recorded, is lost
// with it. The database is silent for this time, so that nothing is recorded.
function partition(about, { args, settling }) {
  return {
    row: "R12",
    about,
    seconds: { full: 10 },
    async run(run) {
      const pair = await startPair(run, { between: true });
      const system = await run.system({ servers: { redis: pair.servers[0] }, args });
      await replicates(system.redis, pair.sentinel);
      await run.vote({ rate: 500, voters: 5000 });
      await run.sleep((run.seconds * 1000) / 2);
      const before = { ...run.history.counts };
      system.gates.workerDatabase.hold();
      await run.sleep(100); // what was on its way to the database
      pair.gate.hold();
      await promoted(system, pair);
      await pair.servers[0].kill();
      system.gates.workerDatabase.release();
      await becomeReplica(pair.servers[0], system.redis);
      const { accepted, rejected } = run.history.counts;
      run.figure("while cut off from its replica", `${accepted - before.accepted} accepted, ${rejected - before.rejected} rejected`);
      await run.untilAccepted();
      await run.sleep((run.seconds * 1000) / 2);
      await run.settle(settling);
      await run.expectReady();
    },
  };
}

export const cutOff = partition("the primary of Redis is cut off from its replica, which is promoted: the loss is measured", {
  settling: lossIsMeasured,
});

export const cutOffConfirmed = partition("the same with --ack replica: nothing is lost", {
  args: { vote: ["--ack", "replica"] },
});
