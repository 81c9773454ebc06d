// One scenario under way: the system, the load, the faults, what the checker found and the figures.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findFaults } from "./checker.mjs";
import { Faults } from "./faults.mjs";
import { History } from "./history.mjs";
import { Load } from "./load.mjs";
import { Random } from "./random.mjs";
import { Scope } from "./scope.mjs";
import { System } from "./system.mjs";

const settleLimitMs = 180_000;
const shownFaults = 5;

export class Run {
  scope = new Scope();
  history = new History();
  figures = []; // { name, value, holds }: holds is undefined without a bound
  findings = [];

  // `seconds` is how long faults are made, `progress(text)` is called with the state of the scenario.
  constructor({ seed, seconds, progress = () => undefined }) {
    Object.assign(this, { seed, seconds, progress });
    // One for each purpose: how often one is used depends on timing, which must not change the others.
    this.random = { faults: new Random(seed), load: new Random(seed + 1), gates: new Random(seed + 2) };
  }

  async system(options) {
    this.running = await System.start(this.scope, this.random.gates, options);
    return this.running;
  }

  // Votes from now on; `voters` is how many take turns.
  async vote({ rate, voters, options }) {
    this.load = new Load(this.history, () => this.running.voteUrls, { rate, random: this.random.load, options });
    await this.load.prepare(voters);
    this.load.start();
    return this.load;
  }

  // Faults of the list while `goesOn()`, by default for the scenario's time. All of them have ended afterwards.
  async faults(list, every, goesOn = () => this.load.seconds < this.seconds) {
    const faults = new Faults(this.running, this.random.faults, list, every);
    faults.start();
    while (goesOn()) {
      await this.sleep(500);
      this.progress(`${this.answers()}; ${faults.count} faults`);
    }
    await faults.stop();
    for (const [name, count] of [...faults.made].sort()) {
      this.figure(name, count);
    }
    return faults.count;
  }

  sleep(milliseconds) {
    return delay(milliseconds);
  }

  // Until votes are accepted again.
  async untilAccepted(votes = 20) {
    const wanted = this.history.counts.accepted + votes;
    const deadline = performance.now() + settleLimitMs;
    while (this.history.counts.accepted < wanted) {
      if (performance.now() > deadline) {
        throw new Error("No votes were accepted again.");
      }
      await delay(20);
    }
  }

  answers() {
    const { accepted, rejected, unknown, unsent } = this.history.counts;
    return `${accepted} accepted, ${rejected} rejected, ${unknown} unknown, ${unsent} unsent`;
  }

  // A bound is for a run by hand: it is printed whether it holds, and decides nothing, as machines differ.
  figure(name, value, holds) {
    this.figures.push({ name, value, holds });
  }

  finding(about) {
    this.findings.push(about);
  }

  expect(condition, about) {
    if (!condition) {
      this.finding(about);
    }
  }

  // Stops the load, waits until nothing waits but `kept` entries, and compares. What differs for `quietMs` is a finding. The faults that the checker finds are returned; they are findings
  // unless `allowed(fault)`.
  async settle({ allowed = () => false, ...options } = {}) {
    await this.load?.stop();
    const from = performance.now();
    const faults = await this.#untilEqual(options);
    this.figure("votes", this.answers());
    this.figure("settled after", `${((performance.now() - from) / 1000).toFixed(1)} s`);
    const findings = faults.filter((fault) => !allowed(fault));
    this.findings.push(...findings.slice(0, shownFaults).map((fault) => JSON.stringify(fault)));
    if (findings.length > shownFaults) {
      this.finding(`… ${findings.length} in all`);
    }
    const lost = faults.filter(({ kind }) => kind === "lost").length;
    const others = faults.length - lost;
    this.figure("lost, otherwise wrong", `${lost}, ${others}`, faults.length === 0);
    for (const [status, count] of this.load?.unexpected ?? []) {
      this.finding(`${count} votes were answered with ${status}.`);
    }
    this.expect(!this.load?.withoutRetryAfter, "A 503 had no Retry-After.");
    await this.#recount();
    return faults;
  }

  // Once no vote waits, a difference that lasts for `quietMs` is final. Viewers see the newest result within moments, on a
  // machine that is busy with other programs within seconds.
  async #untilEqual({ others, versionsAreTimes, deadLetters = 0, kept = 0, quietMs = 10_000 } = {}) {
    const deadline = performance.now() + settleLimitMs;
    let differsSince;
    for (;;) {
      const waiting = await this.running.waiting().catch(() => undefined);
      const state = waiting === kept && (await this.#state().catch(() => undefined));
      const counts = state && typeof others === "function" ? others(state.rows) : others;
      const faults = state && findFaults(this.history, { ...state, others: counts, versionsAreTimes });
      if (faults?.length === 0) {
        this.expect(
          state.deadLetters === deadLetters,
          `${state.deadLetters} dead letters instead of ${deadLetters}.`,
        );
        return faults;
      }
      differsSince = faults ? (differsSince ?? performance.now()) : undefined;
      if (faults && performance.now() - differsSince > quietMs) {
        return faults;
      }
      if (performance.now() > deadline) {
        this.finding(`${waiting ?? "An unknown number of"} votes still wait after ${settleLimitMs / 1000} s.`);
        return faults ?? [];
      }
      this.progress(`waiting for ${waiting ?? "Redis"} votes`);
      await delay(200);
    }
  }

  async #state() {
    const { running } = this;
    const [rows, tally, shown, letters] = await Promise.all([
      running.rows(),
      running.tally(),
      running.shown(),
      running.redis.command("XLEN", "pollux:dead-letters"),
    ]);
    return { rows, tally, shown, deadLetters: Number(letters[0]) };
  }

  async #recount() {
    const { status, stdout, stderr } = await this.running.command(["recount"]);
    this.expect(status === 0, `pollux-worker recount: ${stdout}${stderr}`);
  }

  // Every process runs and becomes ready. Recoveries take seconds; the limit allows for a busy machine.
  async expectReady() {
    for (const service of Object.values(this.running.services).flat()) {
      const deadline = performance.now() + 60_000;
      for (;;) {
        const state = await this.running.isReady(service).catch((error) => ({ ready: false, why: error.message }));
        if (state.ready) {
          break;
        }
        if (performance.now() > deadline) {
          this.finding(`A service did not become ready: ${state.why}`);
          break;
        }
        await delay(100);
      }
    }
  }

  // Keeps what is needed to study a failure.
  async keep(folder, name) {
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, `${name}-${this.seed}.jsonl`);
    const log = Object.values(this.running?.services ?? {}).flat().map(({ log: lines }) => lines.slice(-200));
    await writeFile(file, [...this.history.lines(), ...log.flat(), ...this.findings].join("\n"));
    return file;
  }
}
