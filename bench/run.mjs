// node bench/run.mjs BUILD_DIR OUTPUT_DIR SECONDS [CLIENTS]
//
// Measures committed votes a second of `pollux` beside nginx, interleaved, three rounds; README.md says how to read
// it. Prints a table and writes OUTPUT_DIR/votes.json.
import { execFile, execFileSync } from "node:child_process";
import { closeSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { cpus, release } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { processorSeconds, residentMegabytes, startNginx, startPollux } from "./targets.mjs";
import { printReport } from "./report.mjs";

const [buildDir, outputDir, seconds, clients = "256"] = process.argv.slice(2);
const rounds = 3;
const output = resolve(outputDir);
const program = resolve(buildDir, "bin/pollux");
const generator = resolve(buildDir, "bench/pollux_load");

// One closed-loop run; what pollux_load reports, and the server's processor time for each answer.
async function load(server, path, method) {
  const before = processorSeconds(server.pid);
  const { stdout } = await promisify(execFile)(generator, [String(server.port), path, method, clients, seconds]);
  const run = JSON.parse(stdout);
  return { ...run, microsecondsPerAnswer: (1e6 * (processorSeconds(server.pid) - before)) / run.answers };
}

// Every acknowledged vote must be there: the voters' last ones in the tally, all of them in the count of the
// accepted.
async function checkNothingWasLost(pollux, run) {
  const { options } = await pollux.tally();
  const [a, b] = options.map(({ count }) => count);
  if (a !== run.lastA || b !== run.lastB) {
    throw new Error(`The tally says ${a} and ${b}, yet the last acknowledged votes were ${run.lastA} and ${run.lastB}.`);
  }
  const accepted = Number(/^pollux_votes_accepted_total(?:\{[^}]*\})? (\S+)$/m.exec(await pollux.metrics())?.[1]);
  if (accepted !== run.answers) throw new Error(`${run.answers} votes were acknowledged, ${accepted} counted as accepted.`);
}

// Milliseconds that this disk takes to make 4 KiB of an existing file durable, the median of 100: a commit can't be quicker.
function diskMilliseconds() {
  const file = openSync(join(output, "disk"), "w");
  writeSync(file, Buffer.alloc(1 << 20));
  fsyncSync(file);
  const times = Array.from({ length: 100 }, (_, i) => {
    const from = performance.now();
    writeSync(file, Buffer.alloc(4096, i), 0, 4096, 4096 * i);
    fdatasyncSync(file);
    return performance.now() - from;
  });
  closeSync(file);
  return times.sort((a, b) => a - b)[50];
}

async function round(number) {
  const pollux = await startPollux(join(output, `pollux-${number}`), program);
  const nginx = await startNginx(join(output, `nginx-${number}`), cpus().length, await pollux.pageBytes());
  try {
    const disk = diskMilliseconds();
    const empty = await load(nginx, "/", "post");
    const page = await load(nginx, "/page.html", "get");
    const votes = await load(pollux, "/", "post");
    await checkNothingWasLost(pollux, votes);
    return {
      empty, page, votes,
      diskMilliseconds: disk,
      readyMilliseconds: pollux.readyMilliseconds,
      idleMegabytes: pollux.idleMegabytes,
      loadedMegabytes: residentMegabytes(pollux.pid),
    };
  } finally {
    await Promise.all([pollux.stop(), nginx.stop()]);
  }
}

function machine() {
  return {
    processor: cpus()[0].model,
    cores: cpus().length,
    kernel: release(),
    system: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1],
  };
}

function commit() {
  const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();
  try {
    return git("rev-parse", "--short=12", "HEAD") + (git("status", "--porcelain") ? " with changes" : "");
  } catch {
    return "unknown";
  }
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const results = [];
for (let number = 1; number <= rounds; ++number) {
  console.error(`Round ${number} of ${rounds}: three servers, ${seconds} s each.`);
  results.push(await round(number));
}
const report = {
  command: `./dev bench ${seconds}`, commit: commit(), date: new Date().toISOString(), machine: machine(),
  clients: Number(clients), seconds: Number(seconds), rounds: results,
};
writeFileSync(join(output, "votes.json"), JSON.stringify(report, null, 2) + "\n");
printReport(report);
