import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { promisify } from "node:util";
import { freePorts, start, stop } from "./process.mjs";

const run = promisify(execFile);
// POLLUX_BENCH_REDIS names another program, such as one that knows WAITAOF.
const redisProgram = process.env.POLLUX_BENCH_REDIS ?? "redis-server";
const most = { maxBuffer: 2 ** 30 };

// Redis as `./dev cluster` has it: with its append-only file, and no memory that it may forget votes for. A folder that
// was used before is gone on with. `more` are further settings, `environment` more variables.
export async function startRedis(folder, appendfsync, { more = [], environment = {} } = {}) {
  mkdirSync(folder, { recursive: true });
  const [port] = await freePorts(1);
  const ask = async (...words) => (await run("redis-cli", ["-p", port, ...words], most)).stdout.trimEnd();
  const args = ["--bind", "127.0.0.1", "--port", port, "--dir", folder, "--appendonly", "yes", "--appendfsync", appendfsync,
    "--maxmemory-policy", "noeviction", ...more];
  const isReady = async () => (await ask("PING").catch(() => "")) === "PONG";
  const { child } = await start(folder, redisProgram, args, isReady, { period: 20, env: { ...process.env, ...environment } });
  return {
    port,
    pid: child.pid,
    url: `redis://127.0.0.1:${port}`,
    ask,
    // Votes that are not recorded yet; others stay in the stream for a while.
    waiting: async () => {
      const words = (await ask("XINFO", "GROUPS", "pollux:votes:0").catch(() => "")).split("\n");
      if (!words.includes("lag")) return Number(await ask("XLEN", "pollux:votes:0"));
      const of = (name) => Number(words[words.indexOf(name) + 1]);
      return of("lag") + of("pending");
    },
    // A number from INFO.
    figure: async (name) => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(await ask("INFO"))?.[1]),
    kill: () => stop(child, "SIGKILL"),
    stop: () => stop(child),
  };
}

// Whether the program can say that a vote is on disk: Redis 7.2 and Valkey can.
export async function knowsWaitaof() {
  const version = /v=(\d+)\.(\d+)/.exec((await run(redisProgram, ["--version"])).stdout);
  return version !== null && (Number(version[1]) > 7 || (Number(version[1]) === 7 && Number(version[2]) >= 2));
}
