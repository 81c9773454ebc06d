// node tests/bench/queue.mjs BUILD_DIR OUTPUT_DIR SECONDS [ROUNDS]
//
// Measures the votes a second that `pollux-vote` queues in Redis beside nginx, in each mode of Redis and of
// --ack, interleaved; README.md says how to read it. Prints a table and writes OUTPUT_DIR/queue.json.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { load } from "./load.mjs";
import { diskMilliseconds, provenance } from "./machine.mjs";
import { startNginx } from "./servers/nginx.mjs";
import { makeDatabase, startPostgres, tallyIn } from "./servers/postgres.mjs";
import { processorSeconds, until } from "./servers/process.mjs";
import { knowsWaitaof, startRedis } from "./servers/redis.mjs";
import { startVote, startWorker } from "./servers/services.mjs";
import { atLeast, atMost, heading, line, withSpread } from "./table.mjs";

const [buildDir, outputDir, seconds, roundsWanted = "3"] = process.argv.slice(2);
const audiences = [64, 256];
// `replica`: with one that follows; it shares the cores, too.
const modes = {
  everysec: { appendfsync: "everysec", ack: "memory", bound: 0.9 },
  always: { appendfsync: "always", ack: "memory", bound: 0.6 },
  replica: { appendfsync: "everysec", ack: "replica", replica: true },
  ...((await knowsWaitaof()) ? { "always, fsync": { appendfsync: "always", ack: "fsync" } } : {}),
};
const output = resolve(outputDir);
const bin = resolve(buildDir, "bin");
const generator = resolve(buildDir, "tests/bench/pollux_load");

// Acknowledged = queued = recorded, and of each voter the last one in the tally.
async function checkNothingWasLost(folder, redis, postgres, run, queued) {
  if (queued !== run.answers) throw new Error(`${run.answers} votes were acknowledged, yet the stream has ${queued}.`);
  await postgres.copy("votes", "empty");
  const worker = await startWorker(folder, bin, redis, postgres.url("votes"));
  try {
    await until("the worker has recorded the votes", 120, 50, async () => (await redis.waiting()) === 0);
    const recorded = await worker.metric("pollux_votes_recorded_total");
    const { a = 0, b = 0 } = await tallyIn(postgres, "votes");
    if (recorded !== run.answers || a !== run.lastA || b !== run.lastB) {
      throw new Error(`${run.answers} votes were acknowledged, the last ones ${run.lastA} for a and ${run.lastB} for b; ` +
        `${recorded} were recorded, and the tally says ${a} and ${b}.`);
    }
  } finally {
    await worker.stop();
  }
}

async function startReplica(folder, redis) {
  const replica = await startRedis(folder, "everysec");
  await replica.ask("REPLICAOF", "127.0.0.1", redis.port);
  await until("the replica follows", 30, 50, async () => (await redis.ask("WAIT", 1, 100)) === "1");
  return replica;
}

async function queueVotes(folder, postgres, mode, clients) {
  const { appendfsync, ack, replica: replicated } = modes[mode];
  const redis = await startRedis(join(folder, "redis"), appendfsync);
  const replica = replicated && (await startReplica(join(folder, "replica"), redis));
  const vote = await startVote(join(folder, "vote"), bin, redis, ["--ack", ack]);
  try {
    const memory = await redis.figure("used_memory");
    const spent = processorSeconds(redis.pid);
    const run = await load(generator, vote, "/", "post", clients, seconds);
    const redisSeconds = processorSeconds(redis.pid) - spent;
    const queued = await redis.waiting();
    const bytes = (await redis.figure("used_memory")) - memory;
    await checkNothingWasLost(join(folder, "worker"), redis, postgres, run, queued);
    return { ...run, redisMicroseconds: (1e6 * redisSeconds) / run.answers, redisBytes: bytes / queued };
  } finally {
    await vote.stop();
    await replica?.stop();
    await redis.stop();
    rmSync(folder, { recursive: true });
  }
}

async function pageBytes(folder) {
  const redis = await startRedis(join(folder, "redis"), "everysec");
  const vote = await startVote(join(folder, "vote"), bin, redis);
  const bytes = await vote.pageBytes();
  await vote.stop();
  await redis.stop();
  return bytes;
}

async function round(number, nginx, postgres) {
  const result = { diskMilliseconds: diskMilliseconds(output) };
  for (const clients of audiences) {
    console.error(`Round ${number} of ${roundsWanted}, ${clients} clients: nginx, ${Object.keys(modes).join(", ")}, ${seconds} s each.`);
    const page = await load(generator, nginx, "/page.html", "get", clients, seconds);
    const of = { page };
    for (const mode of Object.keys(modes)) {
      of[mode] = await queueVotes(join(output, `${number}-${mode}-${clients}`), postgres, mode, clients);
    }
    result[clients] = of;
  }
  return result;
}

function print(report) {
  heading(report, `Keep-alive clients in a closed loop, ${seconds} s a run; Redis, server and clients share the cores.`);
  for (const clients of audiences) {
    const of = (pick) => report.rounds.map((round) => pick(round[clients]));
    line(`${clients} clients`);
    line("nginx, GET, page file of the same size, /s", withSpread(of((r) => r.page.perSecond)));
    for (const [mode, { appendfsync, ack, bound }] of Object.entries(modes)) {
      line(`pollux-vote, POST, Redis ${appendfsync}, --ack ${ack}, votes/s`, withSpread(of((r) => r[mode].perSecond)));
      const ratio = of((r) => r[mode].perSecond / r.page.perSecond);
      line("  / nginx", withSpread(ratio, 2), bound ? atLeast(ratio, bound) : "");
    }
    line("processor time a page of nginx, µs", withSpread(of((r) => r.page.microsecondsPerAnswer), 1));
    line("processor time a vote of pollux-vote, µs", withSpread(of((r) => r.everysec.microsecondsPerAnswer), 1));
    const cost = of((r) => r.everysec.microsecondsPerAnswer / r.page.microsecondsPerAnswer);
    line("  / nginx", withSpread(cost, 2), atMost(cost, 1.3));
    line("processor time a vote of Redis, µs", withSpread(of((r) => r.everysec.redisMicroseconds), 1));
    line("memory of Redis for a vote that waits, bytes", withSpread(of((r) => r.everysec.redisBytes), 0));
    line("");
  }
  line("making 4 KiB durable on this disk, ms", withSpread(report.rounds.map((r) => r.diskMilliseconds), 2));
  console.log("\nEvery acknowledged vote was in the stream, was recorded, and the tally has the last one of each voter.");
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const report = { ...provenance(`./dev bench queue ${seconds}`), seconds: Number(seconds), rounds: [] };
const postgres = await startPostgres(join(output, "postgres"));
const nginx = await startNginx(join(output, "nginx"), cpus().length, await pageBytes(join(output, "page")));
try {
  await makeDatabase(postgres, bin, "empty");
  for (let number = 1; number <= Number(roundsWanted); ++number) {
    report.rounds.push(await round(number, nginx, postgres));
  }
} finally {
  await nginx.stop();
  await postgres.stop();
}
writeFileSync(join(output, "queue.json"), JSON.stringify(report, null, 2) + "\n");
print(report);
