// One of our programs as a process, with its log and metrics.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Child } from "./child.mjs";
import { eventually } from "./eventually.mjs";
import { request } from "./http.mjs";
import { assertLogLines } from "./log_schema.mjs";

const endDeadlineMs = 60_000;

// A directory that is gone when the test is over.
export async function temporaryDirectory(t) {
  const directory = await mkdtemp(path.join(os.tmpdir(), "pollux-system-"));
  // Repeated, because hooks run in the order of registration: a server in it may still be writing.
  t.after(() => rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  return directory;
}

// The path of a program, from the variable of the environment that CTest sets.
export function programOf(variable) {
  const program = process.env[variable];
  if (!program) {
    throw new Error(`${variable} does not name the program to test.`);
  }
  return program;
}

// The environment without what CTest sets for the tests alone, which the programs would take for settings.
function inherited() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("POLLUX_")));
}

// All voters of a test share the address 127.0.0.1. Tests of the limits per network set others.
export const withoutLimits = { POLLUX_NEW_VOTER_RATE: "0", POLLUX_VOTE_RATE: "0" };

// Runs until it ends by itself: { status, signal, stdout, stderr }. Lines of a log must be as documented; other text is
// for people.
export async function runProgram(program, args, { env, timeoutMs = endDeadlineMs } = {}) {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...inherited(), ...env },
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8").on("data", (text) => (output[stream] += text));
  }
  const [status, signal] = await once(child, "close");
  assertLogLines(output.stderr.split("\n").filter((line) => line.startsWith("{")));
  return { status, signal, ...output };
}

export class Service {
  #child;

  // Starts the program and waits until it serves. At the end of the test it is killed if it still runs, and every line
  // that it has written must be as documented.
  static async launch(t, program, args, { env } = {}) {
    const service = new this();
    service.#child = new Child(program, args, { env: { ...inherited(), ...env } });
    t.after(async () => {
      await service.kill();
      assertLogLines(service.log);
    });
    const { vote, result, admin, management } = await service.#child.says(servingLine);
    service.voteUrl = vote && `http://${vote}`;
    service.resultUrl = result && `http://${result}`;
    service.adminUrl = admin && `http://${admin}`;
    service.managementUrl = `http://${management}`;
    return service;
  }

  // Resolves when it is ready: a service may listen before all of its servers answer.
  async ready() {
    await eventually(async () => {
      const { status, body } = await request(`${this.managementUrl}/readyz`);
      assert.equal(status, 200, body.toString());
    });
    return this;
  }

  get log() {
    return this.#child.log;
  }

  get running() {
    return this.#child.running;
  }

  get pid() {
    return this.#child.pid;
  }

  signal(name) {
    this.#child.signal(name);
  }

  // { status, signal } of the end, which has to come soon.
  ended() {
    return this.#child.ended();
  }

  stop() {
    return this.#child.end("SIGTERM");
  }

  kill() {
    return this.#child.end("SIGKILL");
  }
}

// The log entry with the addresses of the program.
function servingLine(line) {
  try {
    const said = JSON.parse(line);
    return said.message === "Serving." || said.message === "Working." ? said : undefined;
  } catch {
    return undefined;
  }
}
