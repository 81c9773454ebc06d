// A process started by a test. It ends with the test's process at the latest, even if that is killed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

const sayDeadlineMs = 60_000;
const stopDeadlineMs = 60_000;

export class Child {
  log = []; // the lines of its output and of its errors
  #name;
  #process;
  #closed;
  #listeners = new Set();

  // `options.as` is the user to run as, `options.lastSignal` what it gets when the test's own process ends.
  constructor(command, args, { env = process.env, as, lastSignal = "KILL" } = {}) {
    this.#name = command;
    const user = as ? [`--reuid=${as}`, `--regid=${as}`, "--clear-groups"] : [];
    this.#process = spawn("setpriv", [...user, `--pdeathsig=${lastSignal}`, command, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env,
    });
    this.#closed = once(this.#process, "close");
    this.#closed.catch(() => undefined);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.log.push(line);
        this.#listeners.forEach((listener) => listener(line));
      });
    }
  }

  get pid() {
    return this.#process.pid;
  }

  get running() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  signal(name) {
    this.#process.kill(name);
  }

  // The first value that `find` returns for a line, from now on. Fails if the process ends before.
  async says(find) {
    let listener;
    const said = new Promise((resolve) => {
      listener = (line) => {
        const found = find(line);
        if (found) {
          resolve(found);
        }
      };
      this.#listeners.add(listener);
    });
    const ended = this.#closed.then(([status, signal]) => {
      throw this.#failure(`ended with ${signal ?? status} instead of starting`);
    });
    try {
      return await Promise.race([said, ended, this.#late(sayDeadlineMs, "did not start")]);
    } finally {
      this.#listeners.delete(listener);
    }
  }

  // { status, signal } of the end, which has to come soon.
  async ended() {
    const [status, signal] = await Promise.race([this.#closed, this.#late(stopDeadlineMs, "did not end")]);
    return { status, signal };
  }

  async end(signal) {
    this.signal(signal);
    return this.ended();
  }

  #late(milliseconds, what) {
    return delay(milliseconds, undefined, { ref: false }).then(() => {
      throw this.#failure(`${what} within ${milliseconds} ms`);
    });
  }

  #failure(what) {
    return new Error(`${this.#name} ${what}.\n${this.log.join("\n")}`);
  }
}
