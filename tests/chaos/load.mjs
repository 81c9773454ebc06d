// Voters who vote in an open loop: each vote is due at its time, regardless of earlier responses, and its latency counts from
// then. A vote is sent to one of the vote services at random. A voter has one vote under way at most, and the next one has
// another option, so that the recorded row says which vote it is.
import { setTimeout as delay } from "node:timers/promises";
import { Connection } from "./connection.mjs";

const letters = "abcdefghijklmnopqrstuvwxyz";
const tickMs = 5;
const maxConnections = 400;
const requestTimeoutMs = 20_000; // beyond it the outcome is unknown; our programs answer within a second

export class Load {
  slowest = 0; // ms from when a vote was due to its response, of accepted votes
  slowestRejection = 0; // ms from the sending to the response
  slowestSince = 0; // ms from the sending to any response, or none; see since()
  withoutRetryAfter = 0; // rejected
  unexpected = new Map(); // other statuses → number
  acceptedAt = []; // second since the start → accepted votes
  #idle = []; // voters: { id, cookie, operations }
  #pools = new Map(); // URL → free connections
  #open = 0;
  #due = []; // times of votes that wait for a connection
  #pending = 0;
  #stopped = false;
  #loop;

  // `services()` are the URLs of the vote pages, `rate` is in votes per second.
  constructor(history, services, { rate, random, options = letters.length }) {
    Object.assign(this, { history, services, rate, random, options: letters.slice(0, options) });
  }

  // Gets the cookies of so many voters, as a browser does that opens the page.
  async prepare(voters) {
    const url = this.services()[0];
    const fetchSome = async (count) => {
      const connection = new Connection(url);
      for (let i = 0; i < count; ++i) {
        const { cookie } = await connection.request({ timeoutMs: requestTimeoutMs });
        const id = cookie.split("=")[1].split(".")[0];
        this.history.add(id);
        this.#idle.push({ id, cookie, votes: this.random.below(letters.length) });
      }
      connection.close();
    };
    const clients = 16;
    await Promise.all(Array.from({ length: clients }, () => fetchSome(Math.ceil(voters / clients))));
  }

  // The voters of a load that has ended go on.
  adopt(load) {
    this.#idle.push(...load.#idle);
  }

  start() {
    this.startedAt = performance.now();
    this.#loop = this.#run();
    this.#loop.catch(() => undefined);
  }

  // Resolves when every vote has an outcome.
  async stop() {
    this.#stopped = true;
    await this.#loop;
    while (this.#pending > 0) {
      await delay(tickMs);
    }
    for (const connection of [...this.#pools.values()].flat()) {
      connection.close();
    }
  }

  // The slowest response since the last call.
  since() {
    const slowest = this.slowestSince;
    this.slowestSince = 0;
    return slowest;
  }

  get seconds() {
    return (performance.now() - this.startedAt) / 1000;
  }

  async #run() {
    let sent = 0;
    while (!this.#stopped) {
      const target = this.seconds * this.rate;
      for (; sent < target; ++sent) {
        this.#due.push(this.startedAt + (sent / this.rate) * 1000);
      }
      this.#sendDue();
      await delay(tickMs);
    }
  }

  #sendDue() {
    while (this.#due.length > 0 && this.#idle.length > 0) {
      const connection = this.#connection(this.random.pick(this.services()));
      if (!connection) {
        return;
      }
      this.#vote(connection, this.#takeVoter(), this.#due.shift());
    }
  }

  #takeVoter() {
    const index = this.random.below(this.#idle.length);
    const voter = this.#idle[index];
    this.#idle[index] = this.#idle.at(-1);
    this.#idle.pop();
    return voter;
  }

  #connection(url) {
    const pool = this.#pools.get(url) ?? [];
    this.#pools.set(url, pool);
    while (pool.length > 0) {
      const connection = pool.pop();
      if (connection.usable) {
        return connection;
      }
      this.#open -= 1;
    }
    if (this.#open >= maxConnections) {
      return undefined;
    }
    this.#open += 1;
    return new Connection(url);
  }

  async #vote(connection, voter, due) {
    this.#pending += 1;
    const option = this.options[voter.votes++ % this.options.length];
    const operation = this.history.begin(voter.id, option);
    const from = performance.now();
    const outcome = await connection
      .request({ method: "POST", cookie: voter.cookie, body: `vote=${option}`, timeoutMs: requestTimeoutMs })
      .then(
        (response) => this.#outcomeOf(response, from, due),
        (error) => (error.sent ? "unknown" : "unsent"),
      );
    this.history.end(operation, outcome);
    this.slowestSince = Math.max(this.slowestSince, performance.now() - from);
    this.#idle.push(voter);
    if (connection.usable) {
      this.#pools.get(connection.url).push(connection);
    } else {
      this.#open -= 1;
    }
    this.#pending -= 1;
  }

  #outcomeOf({ status, retryAfter }, from, due) {
    const now = performance.now();
    if (status === 200) {
      this.slowest = Math.max(this.slowest, now - due);
      const second = Math.floor((now - this.startedAt) / 1000);
      this.acceptedAt[second] = (this.acceptedAt[second] ?? 0) + 1;
      return "accepted";
    }
    if (status === 503) {
      this.slowestRejection = Math.max(this.slowestRejection, now - from);
      this.withoutRetryAfter += retryAfter ? 0 : 1;
      return "rejected";
    }
    this.unexpected.set(status, (this.unexpected.get(status) ?? 0) + 1);
    return "rejected";
  }
}
