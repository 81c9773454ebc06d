// node tests/bench/votes.mjs BUILD_DIR OUTPUT_DIR SECONDS [CLIENTS]
//
// Measures committed votes a second of `pollux` beside nginx, interleaved, three rounds; README.md says how to read
// it. Prints a table and writes OUTPUT_DIR/votes.json.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { load } from "./load.mjs";
import { diskMilliseconds, provenance } from "./machine.mjs";
import { startNginx } from "./servers/nginx.mjs";
import { residentMegabytes } from "./servers/process.mjs";
import { startPollux } from "./servers/services.mjs";
import { atLeast, atMost, heading, line, withSpread } from "./table.mjs";

const [buildDir, outputDir, seconds, clients = "256"] = process.argv.slice(2);
const rounds = 3;
const output = resolve(outputDir);
const generator = resolve(buildDir, "tests/bench/pollux_load");

// Every acknowledged vote must be there: the voters' last ones in the tally, all of them in the count of the
// accepted.
async function checkNothingWasLost(pollux, run) {
  const { options } = await pollux.tally();
  const [a, b] = options.map(({ count }) => count);
  if (a !== run.lastA || b !== run.lastB) {
    throw new Error(`The tally says ${a} and ${b}, yet the last acknowledged votes were ${run.lastA} and ${run.lastB}.`);
  }
  const accepted = await pollux.metric("pollux_votes_accepted_total");
  if (accepted !== run.answers) throw new Error(`${run.answers} votes were acknowledged, ${accepted} counted as accepted.`);
}

async function round(number) {
  const pollux = await startPollux(join(output, `pollux-${number}`), resolve(buildDir, "bin"));
  const nginx = await startNginx(join(output, `nginx-${number}`), cpus().length, await pollux.pageBytes());
  try {
    const disk = diskMilliseconds(output);
    const empty = await load(generator, nginx, "/", "post", clients, seconds);
    const page = await load(generator, nginx, "/page.html", "get", clients, seconds);
    const votes = await load(generator, pollux, "/", "post", clients, seconds);
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

function print(report) {
  const of = (pick) => report.rounds.map(pick);
  heading(report, `${clients} keep-alive clients in a closed loop, ${seconds} s a run; server and clients share the cores.`);
  line("nginx, POST, return 200, answers/s", withSpread(of((r) => r.empty.perSecond)));
  line("nginx, GET, page file of the same size, /s", withSpread(of((r) => r.page.perSecond)));
  line("pollux, POST, every vote on disk, votes/s", withSpread(of((r) => r.votes.perSecond)));
  // Ratios within a round, so that what disturbs the machine disturbs both sides.
  const toPage = of((r) => r.votes.perSecond / r.page.perSecond);
  line("pollux / nginx page file", withSpread(toPage, 2), atLeast(toPage, 0.7));
  line("pollux / nginx return 200", withSpread(of((r) => r.votes.perSecond / r.empty.perSecond), 2));
  line("processor time a vote, µs", withSpread(of((r) => r.votes.microsecondsPerAnswer), 1));
  line("processor time a page of nginx, µs", withSpread(of((r) => r.page.microsecondsPerAnswer), 1));
  line("making 4 KiB durable on this disk, ms", withSpread(of((r) => r.diskMilliseconds), 2));
  const ready = of((r) => r.readyMilliseconds);
  line("start to ready, ms", withSpread(ready), atMost(ready, 200, "ms"));
  const idle = of((r) => r.idleMegabytes);
  line("memory when idle, MB", withSpread(idle, 1), atMost(idle, 20, "MB"));
  line("memory after the load, MB", withSpread(of((r) => r.loadedMegabytes), 1));
  console.log("\nEvery acknowledged vote was found in the tally.");
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const report = { ...provenance(`./dev bench votes ${seconds}`), clients: Number(clients), seconds: Number(seconds), rounds: [] };
for (let number = 1; number <= rounds; ++number) {
  console.error(`Round ${number} of ${rounds}: three servers, ${seconds} s each.`);
  report.rounds.push(await round(number));
}
writeFileSync(join(output, "votes.json"), JSON.stringify(report, null, 2) + "\n");
print(report);
