// Votes at a constant rate, regardless of responses (an open loop), each by a new voter. It runs in a thread of its own,
// so that nothing that the suite does delays it.
import { Worker } from "node:worker_threads";
import { continueOtherWork, pauseOtherWork } from "../../system/other_work.mjs";
import { require } from "./report.mjs";

export class Load {
  #worker;
  #replies = [];
  #failed;

  // `url` is where to connect, `host` the name in the request.
  static async start({ url, host, votesPerSecond = 500, reads = [], readsPerSecond = 20 }) {
    const load = new Load();
    load.#worker = new Worker(new URL("./load_worker.mjs", import.meta.url), {
      workerData: { url, host, votesPerSecond, reads, readsPerSecond },
    });
    load.#worker.on("message", (message) => load.#replies.shift()?.(message));
    load.#worker.on("error", (error) => (load.#failed = error));
    pauseOtherWork();
    await load.#ask({ phase: "start" });
    return load;
  }

  // What is sent from now on is counted under this name.
  phase(name) {
    return this.#ask({ phase: name });
  }

  // Sends no more, and waits for what has no answer yet. Returns the counts by phase, each { votes, reads }, and `votes` and
  // `reads` of all phases together; and the ids of the voters whose votes were accepted.
  async stop() {
    const { phases, voters } = await this.#ask({ stop: true });
    await this.#worker.terminate();
    continueOtherWork();
    return { phases, ...total(phases), voters };
  }

  #ask(message) {
    if (this.#failed) {
      throw this.#failed;
    }
    return new Promise((resolve) => {
      this.#replies.push(resolve);
      this.#worker.postMessage(message);
    });
  }
}

function total(phases) {
  const sum = { votes: emptyCounts(), reads: emptyCounts() };
  for (const counts of Object.values(phases)) {
    add(sum.votes, counts.votes);
    add(sum.reads, counts.reads);
  }
  return sum;
}

// What was sent, and how it was answered: by status; or not, by the reason.
export function emptyCounts() {
  return { sent: 0, statuses: {}, errors: {}, withoutRetryAfter: 0, slowestMs: 0, latestMs: 0 };
}

function add(sum, counts) {
  sum.sent += counts.sent;
  sum.withoutRetryAfter += counts.withoutRetryAfter;
  for (const key of ["statuses", "errors"]) {
    for (const [name, number] of Object.entries(counts[key])) {
      sum[key][name] = (sum[key][name] ?? 0) + number;
    }
  }
  for (const key of ["slowestMs", "latestMs"]) {
    sum[key] = Math.max(sum[key], counts[key]);
  }
}

export function accepted(counts) {
  return counts.statuses[200] ?? 0;
}

export function failed(counts) {
  return counts.sent - accepted(counts);
}

// Every request was sent and answered 200. Returns how many, for the report.
export function requireAllAccepted(counts, what = "votes") {
  require(counts.sent > 0, `no ${what} were sent`);
  require(failed(counts) === 0, `${failed(counts)} of ${counts.sent} ${what} failed: ${describe(counts)}`);
  return `${counts.sent} ${what}, 0 failed, the slowest answer ${Math.round(counts.slowestMs)} ms`;
}

export function describe(counts) {
  const parts = [...Object.entries(counts.statuses), ...Object.entries(counts.errors)];
  return parts.map(([reason, number]) => `${reason}: ${number}`).join(", ");
}
