// The real program, started on free ports of 127.0.0.1 with a data directory of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

const program = process.env.POLLUX_PROGRAM;
if (!program) {
  throw new Error("POLLUX_PROGRAM does not name the program to test.");
}

const startDeadlineMs = 20_000;
const stopDeadlineMs = 30_000;

// A directory that is gone when the test is over.
export async function temporaryDirectory(t) {
  const directory = await mkdtemp(path.join(os.tmpdir(), "pollux-system-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

// Runs until it ends by itself: { status, signal, stdout, stderr }.
export async function run(args, { timeoutMs = startDeadlineMs } = {}) {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8").on("data", (text) => (output[stream] += text));
  }
  const [status, signal] = await once(child, "close");
  return { status, signal, ...output };
}

export class Pollux {
  log = [];
  #child;
  #closed;

  constructor(child) {
    this.#child = child;
    this.#closed = once(child, "close");
    this.killIfLeft = () => child.kill("SIGKILL");
    process.once("exit", this.killIfLeft);
    this.#closed.then(
      () => process.off("exit", this.killIfLeft),
      () => undefined,
    );
  }

  // Starts the program and waits until it serves. At the end of the test it is killed where it still runs.
  static async start(t, { directory, resultListen = "127.0.0.1:0", args = [] } = {}) {
    const folder = directory ?? (await temporaryDirectory(t));
    const child = spawn(
      program,
      [
        "--vote-listen",
        "127.0.0.1:0",
        "--result-listen",
        resultListen,
        "--management-listen",
        "127.0.0.1:0",
        "--database",
        path.join(folder, "pollux.db"),
        ...args,
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const pollux = new Pollux(child);
    t.after(() => pollux.kill());
    await pollux.#serving();
    return pollux;
  }

  get running() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(name) {
    this.#child.kill(name);
  }

  // { status, signal } of the end, which has to come soon.
  async ended() {
    const late = delay(stopDeadlineMs, undefined, { ref: false }).then(() => {
      throw new Error(`The program did not end within ${stopDeadlineMs} ms.\n${this.log.join("\n")}`);
    });
    const [status, signal] = await Promise.race([this.#closed, late]);
    return { status, signal };
  }

  async stop() {
    this.signal("SIGTERM");
    return this.ended();
  }

  async kill() {
    this.signal("SIGKILL");
    return this.ended();
  }

  // Reads the log up to the line that says where it listens, and on after it, so that the pipe never fills.
  #serving() {
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => fail("did not serve in time"), startDeadlineMs);
      const fail = (what) => {
        clearTimeout(deadline);
        reject(new Error(`The program ${what}.\n${this.log.join("\n")}`));
      };
      this.#closed.then(([status]) => fail(`ended with ${status} before it served`), fail);
      createInterface({ input: this.#child.stderr }).on("line", (line) => {
        this.log.push(line);
        const { message, vote, result, management } = parsed(line);
        if (message === "serving") {
          clearTimeout(deadline);
          this.voteUrl = `http://${vote}`;
          this.resultUrl = `http://${result}`;
          this.managementUrl = `http://${management}`;
          resolve();
        }
      });
    });
  }
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
