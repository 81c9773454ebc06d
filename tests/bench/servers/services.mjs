// Our own programs.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { answersOk, fetchText, freePorts, residentMegabytes, start, stop } from "./process.mjs";

async function startProgram(folder, program, args) {
  mkdirSync(folder, { recursive: true });
  const [management] = await freePorts(1);
  const all = [...args, "--management-listen", `127.0.0.1:${management}`];
  const { child, readyMilliseconds } = await start(folder, program, all, answersOk(management, "/readyz"), { endSignal: "SIGTERM" });
  return {
    pid: child.pid,
    readyMilliseconds,
    idleMegabytes: residentMegabytes(child.pid),
    // The value of a metric without labels, or of the first of those that have some.
    metric: async (name) => {
      const { body } = await fetchText(management, "/metrics");
      return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "m").exec(body)?.[1]);
    },
    stop: () => stop(child),
  };
}

const tallyOf = async (port) => JSON.parse((await fetchText(port, "/api/tally")).body);
const bytesOf = async (port) => Buffer.byteLength((await fetchText(port, "/")).body);

// All load comes from one address.
const withoutLimits = ["--new-voter-rate", "0", "--vote-rate", "0"];

export async function startPollux(folder, bin) {
  const [vote, result] = await freePorts(2);
  const service = await startProgram(folder, join(bin, "pollux"), ["--vote-listen", `127.0.0.1:${vote}`,
    "--result-listen", `127.0.0.1:${result}`, "--admin-listen", "127.0.0.1:0", "--database", join(folder, "pollux.db"),
    ...withoutLimits]);
  return { ...service, port: vote, resultPort: result, tally: () => tallyOf(result), pageBytes: () => bytesOf(vote) };
}

// `args` are more of the program's own.
export async function startVote(folder, bin, redis, args = []) {
  const [port] = await freePorts(1);
  const service = await startProgram(folder, join(bin, "pollux-vote"),
    ["--listen", `127.0.0.1:${port}`, "--redis-url", redis.url, ...withoutLimits, ...args]);
  return { ...service, port, pageBytes: () => bytesOf(port) };
}

// With an account `admin` and `password`.
export async function startAdmin(folder, bin, redis, databaseUrl, password) {
  const [port] = await freePorts(1);
  const service = await startProgram(folder, join(bin, "pollux-admin"), ["--listen", `127.0.0.1:${port}`, "--redis-url", redis.url,
    "--database-url", databaseUrl, "--admin-password", password, "--admin-requests", "10000"]);
  return { ...service, port };
}

export const startWorker = (folder, bin, redis, databaseUrl) =>
  startProgram(folder, join(bin, "pollux-worker"), ["--redis-url", redis.url, "--database-url", databaseUrl]);

export async function startResult(folder, bin, databaseUrl, args = []) {
  const [port] = await freePorts(1);
  const service = await startProgram(folder, join(bin, "pollux-result"),
    ["--listen", `127.0.0.1:${port}`, "--database-url", databaseUrl, ...args]);
  return { ...service, port, tally: () => tallyOf(port) };
}
