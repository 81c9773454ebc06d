// node tests/bench/path.mjs BUILD_DIR OUTPUT_DIR [SECONDS] [ROUNDS]
//
// Measures the way of a vote through the whole scaled-out system, at 5,000 votes a second: from the POST to the
// socket of a viewer's browser; how long 3,000 seed votes take to be on the screen; and how each service starts.
// README.md says how to read it. Prints a table and writes OUTPUT_DIR/path.json.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { provenance } from "./machine.mjs";
import { makeDatabase, startPostgres, tallyIn } from "./servers/postgres.mjs";
import { processorSeconds, residentMegabytes } from "./servers/process.mjs";
import { startRedis } from "./servers/redis.mjs";
import { startResult, startVote, startWorker } from "./servers/services.mjs";
import { atMost, figure, heading, line, median, withSpread } from "./table.mjs";

const [buildDir, outputDir, seconds = "10", roundsWanted = "3"] = process.argv.slice(2);
const rate = 5000;
const connections = 64;
const seedVotes = 3000;
const options = Array.from("abcdefghijklmnopqrstuvwxyz", (letter) => [`--option-${letter}`, `Option ${letter.toUpperCase()}`]).flat();
const output = resolve(outputDir);
const bin = resolve(buildDir, "bin");
const generator = resolve(buildDir, "tests/bench/path/pollux_path");
const run = promisify(execFile);

async function startSystem(folder, postgres) {
  await postgres.copy("votes", "empty");
  const redis = await startRedis(join(folder, "redis"), "everysec");
  const url = postgres.url("votes");
  const vote = await startVote(join(folder, "vote"), bin, redis, options);
  const worker = await startWorker(join(folder, "worker"), bin, redis, url);
  const result = await startResult(join(folder, "result"), bin, url.replace("pollux@", "pollux_result@"), options);
  const services = { vote, worker, result };
  return { redis, postgres, services, stop: async () => {
    for (const { stop } of [...Object.values(services), redis]) await stop();
  } };
}

// Acknowledged = recorded = in the tally.
async function checkNothingWasLost(postgres, acknowledged) {
  const { rows, ...counts } = await tallyIn(postgres, "votes");
  const sum = Object.values(counts).reduce((a, b) => a + b, 0);
  if (rows !== acknowledged || sum !== acknowledged) throw new Error(`${acknowledged} votes were acknowledged, there are ${rows} rows, and the tally has ${sum}.`);
}

// Seconds from the start of pollux-seed to the tally with its last vote on the screen.
async function secondsToScreen({ services, postgres }) {
  const watcher = spawn(generator, ["watch", services.result.port, seedVotes].map(String), { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface(watcher.stdout)[Symbol.asyncIterator]();
  await lines.next(); // it has joined
  const start = process.hrtime.bigint();
  const ended = once(watcher, "exit");
  const seed = run(join(bin, "pollux-seed"), ["--url", `http://127.0.0.1:${services.vote.port}`]);
  const shown = (await lines.next()).value;
  const [status] = await ended;
  await seed;
  if (status !== 0) throw new Error("The seed's votes did not come to the screen.");
  await checkNothingWasLost(postgres, seedVotes);
  return Number(BigInt(shown) - start) / 1e9;
}

async function keepRate({ services, redis, postgres }) {
  const processes = { ...services, redis, postgres };
  const spent = () => Object.values(processes).map(({ pid }) => processorSeconds(pid));
  const since = performance.now();
  const before = spent();
  const { stdout } = await run(generator, ["rate", services.vote.port, services.result.port, rate, seconds, connections].map(String));
  const after = spent();
  const taken = (performance.now() - since) / 1000;
  const figures = JSON.parse(stdout);
  await checkNothingWasLost(postgres, seedVotes + figures.votes);
  const cores = Object.fromEntries(Object.keys(processes).map((name, i) => [name, (after[i] - before[i]) / taken]));
  return { ...figures, cores, talliesPerSecond: figures.tallies / taken };
}

async function round(number, postgres) {
  const folder = join(output, String(number));
  const system = await startSystem(folder, postgres);
  try {
    const seedSeconds = await secondsToScreen(system);
    const kept = await keepRate(system);
    const services = Object.fromEntries(Object.entries(system.services).map(([name, { pid, readyMilliseconds, idleMegabytes }]) =>
      [name, { readyMilliseconds, idleMegabytes, loadedMegabytes: residentMegabytes(pid) }]));
    return { ...kept, seedSeconds, services };
  } finally {
    await system.stop();
    rmSync(join(folder, "redis"), { recursive: true });
  }
}

function print(report) {
  const of = (pick) => report.rounds.map(pick);
  heading(report, `${figure(rate, 0)} votes a second for ${seconds} s, open loop on ${connections} connections, 26 options, one viewer; all share the cores.`);
  const milliseconds = (name, pick, verdict = () => "") => line(name, withSpread(of(pick), 1), verdict(of(pick)));
  milliseconds("POST to the viewer's socket, p50, ms", (r) => r.screen.p50, (values) => atMost(values, 15, "ms"));
  milliseconds("POST to the viewer's socket, p99, ms", (r) => r.screen.p99, (values) => atMost(values, 60, "ms"));
  milliseconds("POST to the viewer's socket, greatest, ms", (r) => r.screen.max);
  milliseconds("POST to its answer, p50, ms", (r) => r.answer.p50);
  milliseconds("POST to its answer, p99, ms", (r) => r.answer.p99);
  milliseconds("how late the bench itself sent, p99, ms", (r) => r.late.p99);
  milliseconds("tallies on the screen a second", (r) => r.talliesPerSecond);
  for (const name of Object.keys(report.rounds[0].cores)) line(`cores of ${name} meanwhile`, withSpread(of((r) => r.cores[name]), 2));
  line("");
  const seed = of((r) => r.seedSeconds);
  line(`${figure(seedVotes, 0)} seed votes sent and on the screen, s`, withSpread(seed, 2), atMost(seed, 2, "s"));
  for (const name of ["vote", "worker", "result"]) {
    const ready = of((r) => r.services[name].readyMilliseconds);
    line(`pollux-${name}, start to ready, ms`, withSpread(ready), atMost(ready, 200, "ms"));
    const idle = of((r) => r.services[name].idleMegabytes);
    line(`pollux-${name}, memory when idle, MB`, withSpread(idle, 1), atMost(idle, 20, "MB"));
    line(`pollux-${name}, memory after the load, MB`, withSpread(of((r) => r.services[name].loadedMegabytes), 1));
  }
  if (median(of((r) => r.late.p99)) > 5) console.log("\nThe bench could not keep the rate on this machine: the latencies are not the system's alone.");
  console.log("\nEvery acknowledged vote is one row and in the tally, and was on the screen.");
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const report = { ...provenance(`./dev bench path ${seconds}`), rate, connections, seconds: Number(seconds), rounds: [] };
const postgres = await startPostgres(join(output, "postgres"));
try {
  await makeDatabase(postgres, bin, "empty");
  for (let number = 1; number <= Number(roundsWanted); ++number) {
    console.error(`Round ${number} of ${roundsWanted}: start, ${figure(seedVotes, 0)} seed votes, ${seconds} s at ${figure(rate, 0)} votes a second.`);
    report.rounds.push(await round(number, postgres));
  }
} finally {
  await postgres.stop();
}
writeFileSync(join(output, "path.json"), JSON.stringify(report, null, 2) + "\n");
print(report);
