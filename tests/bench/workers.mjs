// node tests/bench/workers.mjs BUILD_DIR OUTPUT_DIR [ROWS] [ROUNDS]
//
// Measures the votes a second that one and two `pollux-worker` record where ROWS are there already, beside the bare
// statement, interleaved; and what reading a tally costs the database. README.md says how to read it. Prints a
// table and writes OUTPUT_DIR/workers.json.
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { provenance } from "./machine.mjs";
import { makeDatabase, startPostgres, tallyIn } from "./servers/postgres.mjs";
import { pause, processorSeconds, residentMegabytes, until } from "./servers/process.mjs";
import { startRedis } from "./servers/redis.mjs";
import { startWorker } from "./servers/services.mjs";
import { atLeast, atMost, figure, heading, line, withSpread } from "./table.mjs";
import { fill, readTallies } from "./workers/tallies.mjs";

const [buildDir, outputDir, rows = "1000000", roundsWanted = "3"] = process.argv.slice(2);
const fewRows = 10_000;
const votes = 400_000;
const batch = 2000; // as the worker's --max-batch
const output = resolve(outputDir);
const bin = resolve(buildDir, "bin");
const generator = resolve(buildDir, "tests/bench/workers/pollux_rows");
const run = promisify(execFile);

// Recorded = queued, and the tally has as many as there are rows.
async function checkNothingWasLost(postgres, recorded, tallied) {
  const { rows: found, ...counts } = await tallyIn(postgres, "run");
  const sum = Object.values(counts).reduce((a, b) => a + b, 0);
  if (recorded !== votes || found !== Number(rows) + votes || (tallied && sum !== found)) {
    throw new Error(`${votes} votes were queued, ${recorded} recorded; with the ${rows} earlier ones there are ${found} rows, and the tally has ${sum}.`);
  }
}

async function bareUpsert(postgres) {
  await postgres.copy("run", "filled");
  const { stdout } = await run(generator, ["upsert", postgres.url("run"), 0, votes, batch].map(String));
  await checkNothingWasLost(postgres, votes, false);
  return JSON.parse(stdout);
}

async function queueVotes(redis) {
  await run("sh", ["-c", '"$0" queue 0 "$1" | redis-cli -p "$2" --pipe', generator, String(votes), String(redis.port)]);
  const waiting = await redis.waiting();
  if (waiting !== votes) throw new Error(`Of ${votes} votes ${waiting} were queued.`);
}

// Readings of the workers' own counter, from the first on which all of them work to that of the last vote.
async function timeWorkers(workers) {
  const read = async () => ({ each: await Promise.all(workers.map((worker) => worker.metric("pollux_votes_recorded_total"))), at: performance.now() });
  const sum = ({ each }) => each.reduce((a, b) => a + b, 0);
  const first = await until("every worker records", 30, 20, async () => {
    const reading = await read();
    return reading.each.every((count) => count > 0) && reading;
  });
  const last = await until("the votes are recorded", 300, 50, async () => {
    const reading = await read();
    return sum(reading) >= votes && reading;
  });
  return { perSecond: (1000 * (sum(last) - sum(first))) / (last.at - first.at), measured: sum(last) - sum(first), recorded: sum(last) };
}

async function recordWith(count, folder, postgres) {
  await postgres.copy("run", "filled");
  const redis = await startRedis(join(folder, "redis"), "everysec");
  await queueVotes(redis);
  const wal = () => postgres.sql("postgres", "SELECT pg_current_wal_lsn() - '0/0'").then(Number);
  const walBefore = await wal();
  const workers = await Promise.all(Array.from({ length: count }, (_, i) =>
    startWorker(join(folder, `worker-${i}`), bin, redis, postgres.url("run"))));
  try {
    const processes = { worker: workers[0], redis, postgres };
    const spent = () => Object.values(processes).map(({ pid }) => processorSeconds(pid));
    const before = spent();
    const timed = await timeWorkers(workers);
    const after = spent();
    const walBytes = (await wal()) - walBefore;
    await until("the stream is empty", 10, 20, async () => (await redis.waiting()) === 0);
    const megabytes = residentMegabytes(workers[0].pid);
    await checkNothingWasLost(postgres, timed.recorded, true);
    const bytes = Number(await postgres.sql("run", "SELECT pg_total_relation_size('pollux_votes') / count(*) FROM pollux_votes"));
    const microseconds = Object.fromEntries(Object.keys(processes).map((name, i) => [name, (1e6 * (after[i] - before[i])) / timed.measured]));
    return { ...timed, microseconds, megabytes, walBytes: walBytes / votes, bytes };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await redis.stop();
    rmSync(join(folder, "redis"), { recursive: true });
  }
}

async function round(number, postgres) {
  const say = (what) => console.error(`Round ${number} of ${roundsWanted}: ${what}.`);
  say("the bare upsert");
  const bare = await bareUpsert(postgres);
  say("one worker");
  const one = await recordWith(1, join(output, `${number}-one`), postgres);
  say("two workers");
  const two = await recordWith(2, join(output, `${number}-two`), postgres);
  return { bare, one, two };
}

function print(report) {
  const of = (pick) => report.rounds.map(pick);
  heading(report, `${figure(votes, 0)} votes of new voters that wait in Redis, ${figure(Number(rows), 0)} rows there before; all share the cores.`);
  line("bare upsert, libpq, batches of 2,000, rows/s", withSpread(of((r) => r.bare.perSecond)));
  line("one worker, votes/s", withSpread(of((r) => r.one.perSecond)));
  const toBare = of((r) => r.one.perSecond / r.bare.perSecond);
  line("  / bare upsert", withSpread(toBare, 2), atLeast(toBare, 0.7));
  line("two workers, votes/s", withSpread(of((r) => r.two.perSecond)));
  const toOne = of((r) => r.two.perSecond / r.one.perSecond);
  line("  / one worker", withSpread(toOne, 2), atLeast(toOne, 1.5));
  for (const name of ["worker", "postgres", "redis"]) {
    line(`processor time a vote, one worker: ${name}, µs`, withSpread(of((r) => r.one.microseconds[name]), 1));
  }
  line("memory of the worker, MB", withSpread(of((r) => r.one.megabytes), 1));
  line("PostgreSQL's disk, a recorded vote with its index, bytes", withSpread(of((r) => r.one.bytes), 0));
  line("PostgreSQL's log (WAL), a recorded vote, bytes", withSpread(of((r) => r.one.walBytes), 0));
  line("");
  const reads = (pick) => report.tallies.map(pick);
  line(`reading a tally, ${figure(fewRows, 0)} votes, µs`, withSpread(reads((r) => r.few), 1));
  line(`reading a tally, ${figure(Number(rows), 0)} votes, µs`, withSpread(reads((r) => r.many), 1));
  const toFew = reads((r) => r.many / r.few);
  line("  / few votes", withSpread(toFew, 2), atMost(toFew, 1.5));
  line("counting the rows instead, ms", withSpread(reads((r) => r.countMilliseconds), 1));
  console.log("\nEvery vote that was queued was recorded once, and the tally has as many as there are rows.");
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const report = { ...provenance(`./dev bench workers ${rows}`), rows: Number(rows), votes, rounds: [] };
const postgres = await startPostgres(join(output, "postgres"));
try {
  for (const [database, count] of [["few", fewRows], ["filled", Number(rows)]]) {
    console.error(`Filling a database with ${figure(count, 0)} votes.`);
    await makeDatabase(postgres, bin, database);
    await fill(postgres, database, count);
  }
  console.error("Reading tallies.");
  report.tallies = await readTallies(join(output, "result"), bin, postgres, Number(roundsWanted));
  await pause(500); // until their connections have ended: a template has none
  for (let number = 1; number <= Number(roundsWanted); ++number) {
    report.rounds.push(await round(number, postgres));
  }
} finally {
  await postgres.stop();
  rmSync(join(output, "postgres"), { recursive: true });
}
writeFileSync(join(output, "workers.json"), JSON.stringify(report, null, 2) + "\n");
print(report);
