// ./dev chaos [SCENARIO…] [--minutes N] [--seed N] [--short] [--list] [--folder F]
//
// Runs scenarios one after the other and prints their figures. Exits with 1 if one has a finding; what was needed to find it
// is then in the folder. A seed repeats the schedule of faults, not the timing of the processes.
import { parseArgs } from "node:util";
import { provenance } from "../bench/machine.mjs";
import { Run } from "./run.mjs";
import { scenarios } from "./scenarios/index.mjs";

const options = {
  minutes: { type: "string" },
  seed: { type: "string" },
  short: { type: "boolean" }, // what .ci/run runs: fewer scenarios, seconds each
  folder: { type: "string", default: "build/chaos" },
  list: { type: "boolean" },
};
const progressEveryMs = process.stderr.isTTY ? 500 : 5000;

function fail(message) {
  console.error(message);
  process.exit(2);
}

function parse() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return fail(error.message);
  }
}

function numberOf(text, name) {
  const number = Number(text);
  return number > 0 && number <= 1e9 ? number : fail(`--${name} takes a number above 0, not '${text}'.`);
}

// One changing line on a terminal, otherwise one now and then.
function progressOf(name, from) {
  let last = 0;
  return (text) => {
    const now = performance.now();
    if (now - last < progressEveryMs) {
      return;
    }
    last = now;
    const line = `  ${name}, ${Math.round((now - from) / 1000)} s: ${text}`;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  };
}

const { values, positionals } = parse();

async function play(name, { seed, seconds }) {
  const scenario = scenarios[name];
  const from = performance.now();
  console.log(`${name} (${scenario.row}), seed ${seed}: ${scenario.about}`);
  const run = new Run({ seed, seconds, progress: progressOf(name, from) });
  try {
    await scenario.run(run);
  } catch (error) {
    run.finding(error.stack);
  }
  const kept = run.findings.length > 0 && (await run.keep(values.folder, name));
  await run.scope.close().catch((error) => run.finding(error.stack));
  if (process.stderr.isTTY) {
    process.stderr.write("\r\x1b[K");
  }
  for (const { name: what, value, holds } of run.figures) {
    console.log(`  ${what}: ${value}${holds === false ? "  (does not hold)" : ""}`);
  }
  for (const finding of run.findings) {
    console.log(`  FOUND: ${finding}`);
  }
  if (kept) {
    console.log(`  The history is in ${kept}; ./dev chaos ${name} --seed ${seed} repeats the schedule.`);
  }
  console.log(`  ${run.findings.length === 0 ? "ok" : "FAILED"} after ${Math.round((performance.now() - from) / 1000)} s`);
  return run.findings.length === 0;
}

const known = Object.keys(scenarios);
if (values.list) {
  for (const [name, { row, about }] of Object.entries(scenarios)) {
    console.log(`${name.padEnd(18)} ${row.padEnd(12)} ${about}`);
  }
  process.exit(0);
}
for (const name of positionals.filter((each) => !known.includes(each))) {
  fail(`There is no scenario '${name}'; there are ${known.join(", ")}.`);
}
const mode = values.short ? "short" : "full";
const chosen = (positionals.length > 0 ? positionals : known).filter(
  (name) => positionals.length > 0 || scenarios[name].seconds[mode] !== undefined,
);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : numberOf(values.seed, "seed");
const minutes = values.minutes === undefined ? undefined : numberOf(values.minutes, "minutes");
const { machine, commit, date, loadBefore } = provenance("./dev chaos");
console.log(`${date}, ${commit}, ${machine.processor}, ${machine.cores} cores, load ${loadBefore.toFixed(1)}`);
const failed = [];
for (const name of chosen) {
  const { seconds } = scenarios[name];
  const time = minutes === undefined ? (seconds[mode] ?? seconds.full) : (minutes * 60) / chosen.length;
  if (!(await play(name, { seed, seconds: time }))) {
    failed.push(name);
  }
}
console.log(`${chosen.length - failed.length} scenarios ok, ${failed.length} failed${failed.length ? `: ${failed.join(", ")}` : ""}.`);
process.exit(failed.length > 0 ? 1 : 0);
