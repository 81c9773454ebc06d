// Processes that a bench starts: each in its own folder, on its own ports, stopped by process id in any case.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync, readdirSync } from "node:fs";
import { createServer, get } from "node:http";
import { join } from "node:path";

const running = new Map(); // the signal that ends each of them at once

process.on("exit", () => running.forEach((signal, child) => child.kill(signal)));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return server;
  }));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

// {status, body} of a GET to 127.0.0.1, on a connection of its own.
export function fetchText(port, path) {
  return new Promise((done, failed) => {
    get({ host: "127.0.0.1", port, path, agent: false }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (chunk) => (body += chunk)).on("end", () => done({ status: answer.statusCode, body }));
    }).on("error", failed);
  });
}

export const pause = (milliseconds) => new Promise((over) => setTimeout(over, milliseconds));

// What `ask` resolves to, as soon as that is true; asked again every `period` milliseconds. `what` says what was awaited.
export async function until(what, seconds, period, ask) {
  const deadline = performance.now() + 1000 * seconds;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error(`Not within ${seconds} s: ${what}.`);
    await pause(period);
  }
}

export const answersOk = (port, path) => async () => (await fetchText(port, path).catch(() => undefined))?.status === 200;

// Starts a process and waits until `isReady` resolves to true. The log is in its folder. `options` are those of spawn();
// `endSignal` is what ends it when the bench itself ends early.
export async function start(folder, command, args, isReady, { endSignal = "SIGKILL", period = 1, ...options } = {}) {
  const log = openSync(join(folder, "log"), "a");
  const since = performance.now();
  const child = spawn(command, args, { ...options, stdio: ["ignore", log, log] });
  running.set(child, endSignal);
  child.on("error", () => {});
  child.on("exit", () => running.delete(child));
  await until(`${command} is ready; its log is in ${folder}`, 30, period, () => {
    if (child.exitCode !== null || child.pid === undefined) throw new Error(`${command} ended at once; its log is in ${folder}.`);
    return isReady();
  });
  return { child, readyMilliseconds: performance.now() - since };
}

export async function stop(child, signal = "SIGTERM") {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), 30_000);
  await ended;
  clearTimeout(late);
}

// The process and its direct children, as nginx and PostgreSQL work in those.
function family(pid) {
  const children = readdirSync(`/proc/${pid}/task`)
    .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" "))
    .filter(Boolean);
  return [pid, ...children];
}

export function residentMegabytes(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

// Processor time so far; the kernel counts it in hundredths of a second.
export function processorSeconds(pid) {
  return family(pid)
    .map((member) => readFileSync(`/proc/${member}/stat`, "utf8").replace(/^.*\) /, "").split(" "))
    .reduce((sum, fields) => sum + (Number(fields[11]) + Number(fields[12])) / 100, 0);
}
