// ./dev soak [--minutes N] [--rate N] [--viewers N]
//
// The scaled-out system under a constant load. Memory and descriptors of each process are sampled, and whether they grow is
// printed with the slope, its spread, and the means of parts of the time, which distinguish a leak from memory that fills up
// once. The first 12 minutes do not count, but at most 40 % of the time. At the end the tally must be right.
import { readdir, readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { provenance } from "../bench/machine.mjs";
import { Viewer } from "../system/push_viewer.mjs";
import { Run } from "./run.mjs";
import { seed } from "./seed.mjs";
import { isFlat, lineOf, meansOf } from "./trend.mjs";

const options = {
  minutes: { type: "string", default: "30" },
  rate: { type: "string", default: "2500" }, // half of what ./dev bench path sends
  viewers: { type: "string", default: "20" },
};
const samplesAtMost = 360;
const shortestPeriodMs = 1000;
const followedRate = 100; // votes whose voters the checker follows; the others come from pollux-seed
const warmUpMinutes = 12; // recorded votes stay in Redis for 10 minutes (--keep-recorded)
const warmUpAtMost = 0.4; // of the time
const parts = 6;
const shortestMinutes = 10; // to decide about growth: caches fill for some minutes
const mebibyte = 2 ** 20;

const { values } = parseArgs({ options });
const [minutes, rate, viewers] = [values.minutes, values.rate, values.viewers].map(Number);
if (!(minutes > 0 && rate > followedRate && viewers >= 0)) {
  console.error(`./dev soak takes --minutes above 0, --rate above ${followedRate} and --viewers from 0.`);
  process.exit(2);
}

async function memoryOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) / 1024;
}

async function sampleProcess(series, name, pid, hours) {
  series.add(`${name}, memory, MiB`, hours, await memoryOf(pid));
  series.add(`${name}, descriptors`, hours, (await readdir(`/proc/${pid}/fd`)).length);
}

class Series {
  samples = new Map();

  add(name, hours, value) {
    this.samples.set(name, [...(this.samples.get(name) ?? []), [hours, value]]);
  }
}

async function sample(series, system, hours) {
  for (const [kind, services] of Object.entries(system.services)) {
    for (const [index, { pid }] of services.entries()) {
      await sampleProcess(series, `pollux-${kind} ${index + 1}`, pid, hours);
    }
  }
  const info = (await system.redis.command("INFO")).map((line) => line.trim().split(":"));
  const of = Object.fromEntries(info);
  await sampleProcess(series, "Redis", Number(of.process_id), hours);
  series.add("Redis, its own figure of memory, MiB", hours, Number(of.used_memory) / mebibyte);
  series.add("votes that wait", hours, await system.waiting());
}

function report(series, hours) {
  const from = Math.min(warmUpMinutes / 60, hours * warmUpAtMost);
  let flat = true;
  for (const [name, samples] of series.samples) {
    const counted = samples.filter(([at]) => at >= from);
    const line = lineOf(counted);
    const holds = isFlat(line);
    flat &&= holds;
    const digits = name.includes("memory") ? 2 : 1;
    const [mean, slope, error] = [line.mean, line.slope, line.error].map((value) => value.toFixed(digits));
    const [, first] = samples[0];
    const means = meansOf(counted, parts).map((value) => value.toFixed(digits));
    console.log(
      `  ${name}: mean ${mean}, slope ${slope} ± ${error} an hour, at first ${first.toFixed(digits)}, then ${means.join(" ")}` +
        (holds ? "" : "  GROWS"),
    );
  }
  return flat;
}

// Votes of pollux-seed, which has no voters that the checker follows: the number of recorded ones must be right.
function othersOf(run, rows, { accepted, unsure }) {
  const counts = {};
  let total = 0;
  for (const { voter, option } of rows) {
    if (!run.history.voters.has(voter)) {
      counts[option] = (counts[option] ?? 0) + 1;
      total += 1;
    }
  }
  if (total < accepted || total > accepted + unsure) {
    throw new Error(`${accepted} accepted, ${unsure} unsure, ${total} recorded.`);
  }
  return counts;
}

async function soak(run) {
  const system = await run.system({ counts: { vote: 2, worker: 2, result: 1 } });
  const load = await run.vote({ rate: followedRate, voters: 5000 });
  const watching = Array.from(
    { length: viewers },
    () => new Viewer(run.scope, `${system.services.result[0].resultUrl}/polls/default`),
  );
  watching.forEach((viewer) => viewer.socket.onAny(() => viewer.takeAll()));
  const half = (rate - followedRate) / 2;
  const seeding = Promise.all(system.voteUrls.map((url) => seed(url, Math.round(half), Math.round(minutes * 60))));
  seeding.catch(() => undefined);
  const series = new Series();
  const period = Math.max(shortestPeriodMs, (minutes * 60_000) / samplesAtMost);
  while (load.seconds < minutes * 60) {
    await sample(series, system, load.seconds / 3600);
    run.progress(run.answers());
    await run.sleep(period);
  }
  const seeded = await seeding;
  await load.stop();
  const total = (of) => seeded.reduce((sum, each) => sum + of(each), 0);
  const accepted = total((each) => each.accepted);
  const unsure = total(({ unknown, rejectedByStatus }) => unknown + (rejectedByStatus[503] ?? 0));
  const flat = report(series, minutes / 60);
  run.figure("votes of pollux-seed", seeded.map((each) => JSON.stringify(each)).join(" "));
  await run.settle({ others: (rows) => othersOf(run, rows, { accepted, unsure }) });
  run.expect(flat || minutes < shortestMinutes, "Something grows.");
}

const { machine, commit, date, loadBefore } = provenance("./dev soak");
console.log(`${date}, ${commit}, ${machine.processor}, ${machine.cores} cores, load ${loadBefore.toFixed(1)}`);
console.log(`${minutes} minutes, ${rate} votes/s, ${viewers} viewers:`);
let last = 0;
const run = new Run({
  seed: 1,
  seconds: minutes * 60,
  progress: (text) => {
    if (performance.now() - last > 60_000) {
      last = performance.now();
      process.stderr.write(`  ${Math.round(last / 60_000)} min: ${text}\n`);
    }
  },
});
await soak(run).catch((error) => run.finding(error.stack));
await run.scope.close().catch((error) => run.finding(error.stack));
run.figures.forEach(({ name, value }) => console.log(`  ${name}: ${value}`));
run.findings.forEach((finding) => console.log(`  FOUND: ${finding}`));
console.log(run.findings.length === 0 ? "ok" : "FAILED");
process.exit(run.findings.length === 0 ? 0 : 1);
