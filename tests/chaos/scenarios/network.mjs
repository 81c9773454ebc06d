// Servers that are reached slowly, wrongly or not at all.
import { Certificates } from "../../system/certificates.mjs";
import { PostgresServer } from "../../system/postgres_server.mjs";
import { RedisServer } from "../../system/redis_server.mjs";
import { corrupt, network } from "../faults.mjs";

const hangMs = 5000;

// The slowest response to a voter; nothing may hang.
function hangs(run, milliseconds) {
  run.figure("slowest response", `${Math.round(milliseconds)} ms (at most ${hangMs})`, milliseconds <= hangMs);
}

export const slow = {
  row: "R6",
  about: "round trips between services take 200 ms more, and 5 % of the data arrives late as after a lost packet",
  seconds: { full: 60 },
  async run(run) {
    const { gates } = await run.system();
    Object.values(gates).forEach((gate) => Object.assign(gate, { delay: 100, stalls: 20 }));
    const load = await run.vote({ rate: 300, voters: 3000 });
    await run.faults([], [1000, 1000]);
    hangs(run, load.since());
    await run.settle();
    await run.expectReady();
  },
};

export const faults = {
  row: "R6",
  about: "connections between services are cut, truncated, half-open, silent or rejected, at random",
  seconds: { short: 6, full: 120 },
  async run(run) {
    await run.system({ counts: { vote: 2, worker: 2 } });
    const load = await run.vote({ rate: 500, voters: 5000 });
    await run.faults(network, [300, 1500]);
    hangs(run, load.since());
    await run.settle();
    await run.expectReady();
  },
};

async function underTls(run) {
  const certificates = await Certificates.start(run.scope);
  const authority = await certificates.authority("authority");
  const pair = await certificates.issue("server", authority, "DNS:localhost");
  const settings = { max_connections: 100 };
  return {
    redis: await RedisServer.start(run.scope, { tls: { ...pair, authority: authority.certificate } }),
    postgres: await PostgresServer.start(run.scope, { settings, tls: pair }),
    redisUrl: (port) => `rediss://localhost:${port}`,
    databaseUrl: (port, name, role) => `postgresql://${role}@127.0.0.1:${port}/${name}?sslmode=require`,
    env: { POLLUX_REDIS_CA_FILE: authority.certificate },
  };
}

export const corruption = {
  row: "R6",
  about: "bits of what Redis and PostgreSQL send are flipped; with TLS nothing wrong is recorded",
  seconds: { short: 4, full: 60 },
  async run(run) {
    const { gates } = await run.system({ servers: await underTls(run) });
    await run.vote({ rate: 500, voters: 5000 });
    await run.faults([corrupt], [100, 500]);
    const flipped = Object.values(gates).reduce((sum, { made }) => sum + made.corrupted, 0);
    run.figure("flipped bits", flipped);
    run.expect(flipped > 0, "No bit was flipped.");
    await run.settle();
    await run.expectReady();
  },
};

const withinMs = 1000;

// How Redis becomes unreachable for vote services, and how it comes back.
const outages = {
  "Redis is stopped": { begin: ({ redis }) => redis.stop(), end: ({ redis }) => redis.start() },
  "Redis is killed": { begin: ({ redis }) => redis.kill(), end: ({ redis }) => redis.start() },
  "Redis is frozen": { begin: ({ redis }) => redis.freeze(), end: ({ redis }) => redis.thaw() },
  "its port is closed": { begin: ({ gates }) => gates.voteRedis.close(), end: ({ gates }) => gates.voteRedis.open() },
  "the network is silent": { begin: ({ gates }) => gates.voteRedis.hold(), end: ({ gates }) => gates.voteRedis.release() },
  "connections are half-open": { begin: ({ gates }) => gates.voteRedis.halve(), end: ({ gates }) => gates.voteRedis.release() },
};

export const redisAway = {
  row: "R5",
  about: "Redis is stopped, killed, frozen, unreachable, silent, half-open: votes get a 503 within a second, never a false 200",
  seconds: { short: 1, full: 10 }, // of each
  async run(run) {
    const system = await run.system();
    const load = await run.vote({ rate: 300, voters: 5000 });
    await run.sleep(1000);
    const all = Object.entries(outages);
    // The short run leaves out those that tests/system/cluster_faults.test.mjs has.
    for (const [what, { begin, end }] of run.seconds < 5 ? all.slice(-3) : all) {
      const before = run.history.counts.rejected;
      await begin(system);
      load.since();
      load.slowestRejection = 0;
      await run.sleep(run.seconds * 1000);
      for (let more = 0; run.history.counts.rejected === before && more < 300; ++more) {
        await run.sleep(100); // a busy machine
      }
      run.progress(`${what}: ${run.answers()}`);
      const [slowest, rejected] = [load.since(), run.history.counts.rejected - before];
      await end(system);
      run.figure(
        what,
        `${rejected} votes got 503, the slowest response took ${Math.round(slowest)} ms (at most ${withinMs})`,
        slowest <= withinMs,
      );
      run.expect(rejected > 0, `${what}: no vote was rejected.`);
      await run.untilAccepted();
    }
    await run.settle();
    await run.expectReady();
  },
};
