// node tests/bench/polls.mjs BUILD_DIR OUTPUT_DIR [SECONDS] [ROUNDS]
//
// Measures whether many polls make results late: 5,000 votes a second for one poll, and over 50 polls that are followed at
// once, in a system with 1,000 polls of 1,000 votes each. README.md says how to read it. Prints a table and writes
// OUTPUT_DIR/polls.json.
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { ApiClient, password } from "../system/api.mjs";
import { provenance } from "./machine.mjs";
import { makeDatabase, startPostgres } from "./servers/postgres.mjs";
import { fetchText, processorSeconds, until } from "./servers/process.mjs";
import { startRedis } from "./servers/redis.mjs";
import { startAdmin, startResult, startVote, startWorker } from "./servers/services.mjs";
import { atMost, figure, heading, line, median, withSpread } from "./table.mjs";

const [buildDir, outputDir, seconds = "10", roundsWanted = "3"] = process.argv.slice(2);
const systems = { one: { polls: 1, open: 1 }, many: { polls: 1000, open: 50 } };
const votesOfEach = 1000;
const rate = 5000;
const fillRate = 10_000;
const connections = 64;
const greatestRatio = 1.5;
const options = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (letter) => `Option ${letter}`);
const output = resolve(outputDir);
const bin = resolve(buildDir, "bin");
const generator = resolve(buildDir, "tests/bench/path/pollux_path");
const run = promisify(execFile);

// Votes for `votePolls` in turn, with a viewer of each: what pollux_path measured.
async function vote({ services }, votePolls, votesPerSecond, forSeconds) {
  const words = ["rate", services.vote.port, services.result.port, votesPerSecond, forSeconds, connections];
  const args = [...words.map(String), ...votePolls.map(({ code, id }) => `${code}:${id}`)];
  const { stdout } = await run(generator, args).catch(({ stderr }) => { throw new Error(stderr.trim()); });
  return JSON.parse(stdout);
}

async function stateOf({ port }, path) {
  const { status, body } = await fetchText(port, path);
  return status === 200 ? JSON.parse(body).state : undefined;
}

// Polls that take votes, as people make them.
async function openPolls(system, count) {
  const api = new ApiClient({ adminUrl: `http://127.0.0.1:${system.services.admin.port}` });
  await api.signIn("admin");
  const polls = [];
  for (let number = 1; number <= count; ++number) {
    const poll = await api.ask("POST", "/polls", { body: { title: `Poll ${number}`, question: { kind: "single", text: "Which?", options } } });
    await api.ask("POST", `/polls/${poll.id}/open`, { headers: { "Content-Length": "0" } });
    polls.push(poll);
  }
  const { code } = polls.at(-1);
  await until("the last poll is open everywhere", 60, 50, async () =>
    (await stateOf(system.services.vote, `/p/${code}/state`)) === "open" && (await stateOf(system.services.result, `/api/results/${code}`)) === "open");
  return { api, polls };
}

async function startSystem(name, postgres) {
  const folder = join(output, name);
  await postgres.copy(name, "empty");
  const redis = await startRedis(join(folder, "redis"), "everysec");
  const url = postgres.url(name);
  const services = {
    vote: await startVote(join(folder, "vote"), bin, redis, ["--managed-polls"]),
    worker: await startWorker(join(folder, "worker"), bin, redis, url),
    result: await startResult(join(folder, "result"), bin, url.replace("pollux@", "pollux_result@")),
    admin: await startAdmin(join(folder, "admin"), bin, redis, url, password),
  };
  const system = { name, redis, services, database: name, acknowledged: 0, stop: async () => {
    for (const { stop } of [...Object.values(services), redis]) await stop();
  } };
  await fill(system, systems[name]);
  return system;
}

// All polls get their votes, then all but those that are measured are closed.
async function fill(system, { polls: count, open }) {
  const { api, polls } = await openPolls(system, count);
  const votes = count * votesOfEach;
  const votesPerSecond = Math.min(fillRate, votes / 2); // pollux_path sends for a second more
  const { votes: sent } = await vote(system, polls, votesPerSecond, votes / votesPerSecond - 1);
  system.acknowledged += sent;
  for (const { id } of polls.slice(open)) await api.ask("POST", `/polls/${id}/close`, { headers: { "Content-Length": "0" } });
  system.polls = polls.slice(0, open);
}

async function measured(system, postgres) {
  const processes = { ...system.services, redis: system.redis };
  const spent = () => Object.values(processes).map(({ pid }) => processorSeconds(pid));
  const since = performance.now();
  const before = spent();
  const figures = await vote(system, system.polls, rate, Number(seconds));
  const after = spent();
  const taken = (performance.now() - since) / 1000;
  system.acknowledged += figures.votes;
  await checkNothingWasLost(system, postgres);
  const cores = Object.fromEntries(Object.keys(processes).map((name, i) => [name, (after[i] - before[i]) / taken]));
  return { ...figures, cores, talliesPerSecond: figures.tallies / taken };
}

// Acknowledged = recorded = in the tallies.
async function checkNothingWasLost({ database, acknowledged }, postgres) {
  const rows = Number(await postgres.sql(database, "SELECT count(*) FROM pollux_votes"));
  const counted = Number(await postgres.sql(database, "SELECT sum(count) FROM pollux_tallies"));
  if (rows !== acknowledged || counted !== acknowledged) throw new Error(`${acknowledged} votes were acknowledged, there are ${rows} rows, and the tallies have ${counted}.`);
}

function print(report) {
  const of = (name, pick) => report.rounds.map((round) => pick(round[name]));
  heading(report, `${figure(rate, 0)} votes a second for ${seconds} s, open loop on ${connections} connections, 26 options; all share the cores.\n` +
    `One poll and its viewer; then ${systems.many.open} polls with a viewer each, in a system with ${figure(systems.many.polls, 0)} polls of ${figure(votesOfEach, 0)} votes.`);
  for (const [name, title] of [["one", "one poll"], ["many", `${systems.many.open} polls`]]) {
    line(`${title}: POST to the viewer's socket, p50, ms`, withSpread(of(name, (r) => r.screen.p50), 1));
    line(`${title}: POST to the viewer's socket, p99, ms`, withSpread(of(name, (r) => r.screen.p99), 1));
    line(`${title}: POST to its answer, p99, ms`, withSpread(of(name, (r) => r.answer.p99), 1));
    line(`${title}: how late the bench itself sent, p99, ms`, withSpread(of(name, (r) => r.late.p99), 1));
    line(`${title}: tallies on all screens a second`, withSpread(of(name, (r) => r.talliesPerSecond), 0));
    for (const process of Object.keys(report.rounds[0].one.cores)) line(`${title}: cores of ${process}`, withSpread(of(name, (r) => r.cores[process]), 2));
    line("");
  }
  const ratios = report.rounds.map(({ one, many }) => many.screen.p99 / one.screen.p99);
  line("p99 on the screens, many polls / one", withSpread(ratios, 2), atMost(ratios, greatestRatio));
  if (median(of("many", (r) => r.late.p99)) > 5) console.log("\nThe bench could not keep the rate on this machine: the latencies are not the system's alone.");
  console.log("\nEvery acknowledged vote is one row and in a tally, and was on the screen.");
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const report = { ...provenance(`./dev bench polls ${seconds}`), rate, connections, seconds: Number(seconds), rounds: [] };
const postgres = await startPostgres(join(output, "postgres"));
const running = [];
try {
  await makeDatabase(postgres, bin, "empty");
  for (const [name, { polls }] of Object.entries(systems)) {
    console.error(`${figure(polls, 0)} ${polls === 1 ? "poll" : "polls"} with ${figure(votesOfEach, 0)} votes each are made.`);
    running.push(await startSystem(name, postgres));
  }
  for (let number = 1; number <= Number(roundsWanted); ++number) {
    const round = {};
    for (const system of running) {
      console.error(`Round ${number} of ${roundsWanted}: ${seconds} s at ${figure(rate, 0)} votes a second, ${system.polls.length} of ${figure(systems[system.name].polls, 0)} polls.`);
      round[system.name] = await measured(system, postgres);
    }
    report.rounds.push(round);
  }
} finally {
  for (const { stop } of running) await stop();
  await postgres.stop();
}
writeFileSync(join(output, "polls.json"), JSON.stringify(report, null, 2) + "\n");
print(report);
