// node tests/bench/durability.mjs BUILD_DIR OUTPUT_DIR [KILLS]
//
// Ends Redis under load, KILLS times in each of its ways to keep its append-only file, and counts the acknowledged votes that
// are not there when it is back: after kill -9, and after a power cut. README.md says how the latter is done. Prints
// a table and writes OUTPUT_DIR/durability.json.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { diskMilliseconds, provenance } from "./machine.mjs";
import { pause } from "./servers/process.mjs";
import { startRedis } from "./servers/redis.mjs";
import { startVote } from "./servers/services.mjs";
import { atMost, figure, heading, line, withSpread } from "./table.mjs";

const [buildDir, outputDir, kills = "10"] = process.argv.slice(2);
const clients = "64";
const modes = ["everysec", "always"];
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

async function killOnce(number, mode) {
  const folder = join(output, `redis-${mode}-${number}`);
  const report = join(output, `synced-${mode}-${number}`);
  const redis = await startRedis(folder, mode, { ...settings, environment: { LD_PRELOAD: unsynced, POLLUX_SYNCED: report } });
  const vote = await startVote(join(output, `vote-${mode}-${number}`), bin, redis);
  const votes = run(generator, [String(vote.port), clients], { maxBuffer: 2 ** 30 });
  votes.catch(() => {}); // handled below
  await pause(2000 + 1000 * Math.random()); // so that the kills come at any point of Redis's second
  await redis.kill();
  const acknowledged = (await votes).stdout.trim().split("\n");
  await vote.stop();

  const lostIn = async () => {
    const back = await startRedis(folder, mode, settings);
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
  for (const mode of modes) {
    const of = (pick) => report.rounds.map((round) => pick(round[mode]));
    line(`appendfsync ${mode}`);
    line("votes acknowledged before", withSpread(of((r) => r.acknowledged)));
    const bound = (values) => (mode === "always" ? atMost([Math.max(...values)], 0) : "");
    line("acknowledged and lost, kill -9", withSpread(of((r) => r.lostByKill)), bound(of((r) => r.lostByKill)));
    line("acknowledged and lost, power cut", withSpread(of((r) => r.lostByPowerCut)), bound(of((r) => r.lostByPowerCut)));
    line("append-only file, a vote, bytes", withSpread(of((r) => r.fileBytes)));
    line("");
  }
  line("making 4 KiB durable on this disk, ms", figure(report.diskMilliseconds, 2));
}

const report = { ...provenance(`./dev bench durability ${kills}`), diskMilliseconds: diskMilliseconds(output), rounds: [] };
for (let number = 1; number <= Number(kills); ++number) {
  console.error(`Kill ${number} of ${kills}, in each mode.`);
  const round = {};
  for (const mode of modes) round[mode] = await killOnce(number, mode);
  report.rounds.push(round);
}
writeFileSync(join(output, "durability.json"), JSON.stringify(report, null, 2) + "\n");
print(report);
