// node tests/bench/hostile.mjs BUILD_DIR OUTPUT_DIR [SECONDS] [WORDS]
//
// Measures what people notice who vote and watch while others attack: `pollux` alone, beside another one that is attacked, and
// attacked itself, in turn, three rounds of each attack. README.md says how to read it. Prints a table and writes
// OUTPUT_DIR/hostile.json. WORDS: only attacks with these in their names.
import { execFile, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { provenance } from "./machine.mjs";
import { pause, processorSeconds, stop } from "./servers/process.mjs";
import { startPollux } from "./servers/services.mjs";
import { atMost, heading, line, median, withSpread } from "./table.mjs";

const [buildDir, outputDir, seconds = "3", words = ""] = process.argv.slice(2);
const names = [
  "10,000 idle connections",
  "10,000 heads that drip",
  "500 bodies that drip",
  "heads of 64 kB",
  "bodies of 1 GiB",
  "chunked bodies without end",
  "smuggled requests",
  "requests sent 100 at a time",
  "200 clients that ask and never read",
].filter((name) => name.includes(words));
const rounds = 3;
const rate = 200; // votes a second
const connections = 8;
const settleMilliseconds = 1500; // from then on slow clients are known as such
const greatestRatio = 2;
const greatestGrowthMegabytes = 192; // with 20,000 connections at most, the default
const attacker = resolve(import.meta.dirname, "hostile/attacker.mjs");
const output = resolve(outputDir);
const generator = resolve(buildDir, "tests/bench/path/pollux_path");
const run = promisify(execFile);

const peakMegabytes = ({ pid }) => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

// Real attackers have machines of their own: these get the processor time that is left.
async function startAttack(name, { port }) {
  const child = spawn("chrt", ["--idle", "0", process.execPath, attacker, name, `http://127.0.0.1:${port}`],
    { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value ?? "{}");
  const { connections: opened } = await next();
  if (opened === undefined) throw new Error(`The attack did not begin: ${name}`);
  return { opened, end: async () => {
    child.stdin.end();
    const { statuses } = await next();
    await stop(child);
    return statuses;
  } };
}

// The rate of an honest audience: p50 and p99 of a vote's answer, and until it is on a screen, in ms from its due time.
async function honest({ port, resultPort }) {
  const { stdout } = await run(generator, ["rate", port, resultPort, rate, seconds, connections].map(String));
  return JSON.parse(stdout);
}

async function measured(pollux, attacked, name) {
  if (!attacked) return honest(pollux);
  const attack = await startAttack(name, attacked);
  await pause(settleMilliseconds);
  const before = processorSeconds(attacked.pid);
  const since = performance.now();
  try {
    const figures = await honest(pollux);
    const cores = (processorSeconds(attacked.pid) - before) / ((performance.now() - since) / 1000);
    return { ...figures, opened: attack.opened, cores, statuses: await attack.end() };
  } catch (error) {
    await attack.end();
    throw error;
  }
}

async function measure(name) {
  const [own, other] = await Promise.all(["own", "other"].map((which) => startPollux(join(output, which), resolve(buildDir, "bin"))));
  try {
    await honest(own); // to warm up
    const before = peakMegabytes(own);
    const results = [];
    for (let round = 0; round < rounds; round += 1) {
      const alone = await measured(own);
      const beside = await measured(own, other, name);
      results.push({ alone, beside, attacked: await measured(own, own, name) });
    }
    return { name, rounds: results, grownMegabytes: peakMegabytes(own) - before };
  } finally {
    await Promise.all([own.stop(), other.stop()]);
    for (const which of ["own", "other"]) rmSync(join(output, which), { recursive: true });
  }
}

function printAttack({ name, rounds: results, grownMegabytes }) {
  const of = (pick) => results.map(pick);
  const { opened } = results[0].attacked;
  const statuses = Object.entries(results.at(-1).attacked.statuses).map(([status, count]) => `${status}: ${count}`);
  line("");
  line(`${name}${opened > 0 ? ` (${opened} opened)` : ""}`);
  for (const [situation, text] of [["alone", "alone"], ["beside", "another attacked"], ["attacked", "attacked"]]) {
    line(`  vote to answer, p50, ms, ${text}`, withSpread(of((r) => r[situation].answer.p50), 1));
    line(`  vote to answer, p99, ms, ${text}`, withSpread(of((r) => r[situation].answer.p99), 1));
  }
  line("  vote to screen, p99, ms, attacked", withSpread(of((r) => r.attacked.screen.p99), 1));
  const ratio = (to) => of((r) => r.attacked.answer.p99 / r[to].answer.p99);
  line("  p99, attacked to another attacked", withSpread(ratio("beside"), 2), atMost(ratio("beside"), greatestRatio));
  line("  p99, attacked to alone", withSpread(ratio("alone"), 2), atMost(ratio("alone"), greatestRatio));
  line("  its memory grew by, MB", grownMegabytes.toFixed(1), atMost([grownMegabytes], greatestGrowthMegabytes, "MB"));
  line("  cores of the attacked server", withSpread(of((r) => r.attacked.cores), 2));
  if (statuses.length > 0) line(`  answers to the attackers: ${statuses.join(", ")}`);
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const report = { ...provenance(`./dev bench hostile ${seconds}`), rounds: Array.from({ length: rounds }), attacks: [] };
for (const name of names) {
  console.error(`${name}, ${rounds} rounds`);
  report.attacks.push(await measure(name));
}
heading(report, `${rate} votes a second of new voters for ${seconds} s, open loop on ${connections} connections, and one viewer; the attackers have the lowest priority; all share the cores.`);
report.attacks.forEach(printAttack);
const late = report.attacks.flatMap(({ rounds: each }) => each.map((r) => r.alone.late.p99));
if (median(late) > 5) console.log("\nThe bench could not keep the rate even without an attack: the latencies are not the system's alone.");
console.log("\nEvery vote was answered with 200 and was on the screen.");
writeFileSync(join(output, "hostile.json"), JSON.stringify(report, undefined, 2));
