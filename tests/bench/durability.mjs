// node tests/bench/durability.mjs BUILD_DIR OUTPUT_DIR [KILLS]
//
// Ends Redis under load, KILLS times in each mode, and counts the acknowledged votes that are not there when it is back:
// after kill -9, and after a power cut; or not on the replica that takes over. README.md says how that is done. Prints a
// table and writes OUTPUT_DIR/durability.json.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { LateLink } from "../system/late_link.mjs";
import { diskMilliseconds, provenance } from "./machine.mjs";
import { pause, until } from "./servers/process.mjs";
import { knowsWaitaof, startRedis } from "./servers/redis.mjs";
import { startVote } from "./servers/services.mjs";
import { atMost, figure, heading, line, withSpread } from "./table.mjs";

const [buildDir, outputDir, kills = "10"] = process.argv.slice(2);
const clients = "64";
const distance = 20; // of the replica, in milliseconds
const onOneServer = {
  everysec: { appendfsync: "everysec", ack: "memory", bound: false },
  always: { appendfsync: "always", ack: "memory", bound: true },
  ...((await knowsWaitaof()) ? { fsync: { appendfsync: "everysec", ack: "fsync", bound: true } } : {}),
};
const withReplica = { memory: { bound: false }, replica: { bound: true } };
rmSync(outputDir, { recursive: true, force: true });
mkdirSync(outputDir, { recursive: true });
const output = realpathSync(outputDir); // as the kernel names the files in it
const bin = resolve(buildDir, "bin");
const generator = resolve(buildDir, "tests/bench/durability/pollux_until_refused");
const unsynced = resolve(buildDir, "tests/bench/durability/unsynced.so");
const run = promisify(execFile);

// Nothing rewrites the file: then what was synced is its beginning.
const settings = { more: ["--auto-aof-rewrite-percentage", "0", "--save", ""] };

const appendOnlyFiles = (folder) => {
  const files = join(folder, "appendonlydir");
  return readdirSync(files).filter((name) => name.endsWith(".incr.aof")).map((name) => join(files, name));
};

// Cuts off what the append-only file has beyond its last sync; bytes that went.
function cutPower(folder, report) {
  const synced = new Map(readFileSync(report, "utf8").trim().split("\n").map((entry) => {
    const space = entry.indexOf(" ");
    return [entry.slice(space + 1), Number(entry.slice(0, space))];
  }));
  return appendOnlyFiles(folder).reduce((cut, file) => {
    const kept = synced.get(file) ?? 0;
    const size = statSync(file).size;
    truncateSync(file, kept);
    return cut + size - kept;
  }, 0);
}

async function votersIn(redis) {
  const words = (await redis.ask("--raw", "XRANGE", "pollux:votes:0", "-", "+")).split("\n");
  return new Set(words.filter((_, i) => words[i - 1] === "voter"));
}

// Votes until Redis is killed, at any point of its second; the voters that were acknowledged.
async function voteUntilKilled(name, redis, ack, link) {
  const vote = await startVote(join(output, `vote-${name}`), bin, redis, ["--ack", ack]);
  const votes = run(generator, [String(vote.port), clients], { maxBuffer: 2 ** 30 });
  votes.catch(() => {}); // handled below
  await pause(2000 + 1000 * Math.random());
  link?.cut();
  await redis.kill();
  const acknowledged = (await votes).stdout.trim().split("\n");
  await vote.stop();
  return acknowledged;
}

async function failOver(number, ack) {
  const name = `failover-${ack}-${number}`;
  const primary = await startRedis(join(output, name), "everysec", settings);
  const replica = await startRedis(join(output, `${name}-replica`), "everysec", settings);
  const link = await LateLink.to(primary.port, distance);
  await replica.ask("REPLICAOF", "127.0.0.1", link.port);
  await until("the replica follows", 30, 50, async () => (await primary.ask("WAIT", 1, 100)) === "1");
  const acknowledged = await voteUntilKilled(name, primary, ack, link);
  await replica.ask("REPLICAOF", "NO", "ONE");
  const there = await votersIn(replica);
  await replica.kill();
  for (const folder of [name, `${name}-replica`]) rmSync(join(output, folder), { recursive: true });
  return { acknowledged: acknowledged.length, lost: acknowledged.filter((voter) => !there.has(voter)).length };
}

async function killOnce(number, mode) {
  const { appendfsync, ack } = onOneServer[mode];
  const folder = join(output, `redis-${mode}-${number}`);
  const report = join(output, `synced-${mode}-${number}`);
  const redis = await startRedis(folder, appendfsync, { ...settings, environment: { LD_PRELOAD: unsynced, POLLUX_SYNCED: report } });
  const acknowledged = await voteUntilKilled(`${mode}-${number}`, redis, ack);

  const lostIn = async () => {
    const back = await startRedis(folder, appendfsync, settings);
    const there = await votersIn(back);
    await back.kill(); // its file stays as it is
    return acknowledged.filter((voter) => !there.has(voter)).length;
  };
  const bytes = appendOnlyFiles(folder).reduce((sum, file) => sum + statSync(file).size, 0);
  const lostByKill = await lostIn();
  const cutBytes = cutPower(folder, report);
  const lostByPowerCut = await lostIn();
  rmSync(folder, { recursive: true });
  return { acknowledged: acknowledged.length, lostByKill, lostByPowerCut, cutBytes, fileBytes: bytes / acknowledged.length };
}

function print(report) {
  heading(report, `Redis is killed after 2 to 3 s, ${clients} clients in a closed loop, every vote a new voter's.`);
  for (const [mode, { appendfsync, ack, bound: bounded }] of Object.entries(onOneServer)) {
    const of = (pick) => report.rounds.map((round) => pick(round[mode]));
    line(`appendfsync ${appendfsync}, --ack ${ack}`);
    line("votes acknowledged before", withSpread(of((r) => r.acknowledged)));
    const bound = (values) => (bounded ? atMost([Math.max(...values)], 0) : "");
    line("acknowledged and lost, kill -9", withSpread(of((r) => r.lostByKill)), bound(of((r) => r.lostByKill)));
    line("acknowledged and lost, power cut", withSpread(of((r) => r.lostByPowerCut)), bound(of((r) => r.lostByPowerCut)));
    line("append-only file, a vote, bytes", withSpread(of((r) => r.fileBytes)));
    line("");
  }
  for (const [ack, { bound: bounded }] of Object.entries(withReplica)) {
    const of = (pick) => report.rounds.map((round) => pick(round[`failover, ${ack}`]));
    line(`fail-over to a replica ${distance} ms away, --ack ${ack}`);
    line("votes acknowledged before", withSpread(of((r) => r.acknowledged)));
    const lost = of((r) => r.lost);
    line("acknowledged and lost", withSpread(lost), bounded ? atMost([Math.max(...lost)], 0) : "");
    line("");
  }
  line("making 4 KiB durable on this disk, ms", figure(report.diskMilliseconds, 2));
}

const report = { ...provenance(`./dev bench durability ${kills}`), diskMilliseconds: diskMilliseconds(output), rounds: [] };
for (let number = 1; number <= Number(kills); ++number) {
  console.error(`Kill ${number} of ${kills}, in each mode.`);
  const round = {};
  for (const mode of Object.keys(onOneServer)) round[mode] = await killOnce(number, mode);
  for (const ack of Object.keys(withReplica)) round[`failover, ${ack}`] = await failOver(number, ack);
  report.rounds.push(round);
}
writeFileSync(join(output, "durability.json"), JSON.stringify(report, null, 2) + "\n");
print(report);
