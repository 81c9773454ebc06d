// Faults, each of which begins and ends: { name, begin(system, choice), end }. `choice` is a number from the schedule, so that
// a seed repeats which process it hits; `for` are bounds of the duration in ms.
import { setTimeout as delay } from "node:timers/promises";

const oneOf = (system, kind, choice) => choice % system.services[kind].length;

function killService(kind) {
  return {
    name: `kill -9 ${kind}`,
    for: [0, 0],
    begin: (system, choice) => system.restart(kind, oneOf(system, kind, choice)),
  };
}

export const killWorker = killService("worker");
export const killVote = killService("vote");
export const killResult = killService("result");

// Longer than another worker waits before it takes over the votes: they are recorded by both.
export const freezeWorker = {
  name: "freeze worker",
  for: [700, 2000],
  begin: (system, choice) => {
    const service = system.services.worker[oneOf(system, "worker", choice)];
    service.signal("SIGSTOP");
    return () => service.signal("SIGCONT");
  },
};

export const killRedis = {
  name: "kill -9 Redis",
  for: [0, 400],
  begin: async (system) => {
    await system.redis.kill();
    return () => system.redis.start();
  },
};

export const freezeRedis = {
  name: "freeze Redis",
  for: [500, 3000],
  begin: (system) => {
    system.redis.freeze();
    return () => system.redis.thaw();
  },
};

// All its processes end at once, without a checkpoint; the start recovers what was committed.
export const killPostgres = {
  name: "kill PostgreSQL",
  for: [0, 400],
  begin: async (system) => {
    await system.postgres.kill();
    return () => system.postgres.start();
  },
};

// PostgreSQL then ends all other sessions and recovers by itself.
export const killBackend = {
  name: "kill -9 a process of PostgreSQL",
  for: [0, 0],
  begin: async (system, choice) => {
    const pids = await system
      .sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid")
      .catch(() => []); // it recovers from the last fault
    if (pids.length > 0) {
      process.kill(Number(pids[choice % pids.length]), "SIGKILL");
    }
  },
};

function ofGate(name, bounds, begin, end = () => undefined) {
  return {
    name: `network: ${name}`,
    for: bounds,
    begin: (system, choice) => {
      const gates = Object.values(system.gates);
      const gate = gates[choice % gates.length];
      begin(gate);
      return () => end(gate);
    },
  };
}

export const network = [
  ofGate("cut", [0, 0], (gate) => gate.cut()),
  ofGate("truncate", [0, 0], (gate) => gate.truncate()),
  ofGate("half-open", [500, 3000], (gate) => gate.halve(), (gate) => gate.release()),
  ofGate("hold", [500, 3000], (gate) => gate.hold(), (gate) => gate.release()),
  ofGate("unreachable", [200, 2000], (gate) => gate.close(), (gate) => gate.open()),
];

export const corrupt = ofGate("corrupt", [0, 0], (gate) => gate.corrupt());

// Makes faults by a schedule that the seed decides: one every `every` ms (bounds), each of the list at random. A fault that is
// due while another one of the same kind lasts waits for it.
export class Faults {
  made = new Map(); // name → number
  #busy = new Map(); // name → promise
  #stopped = false;
  #loop;

  constructor(system, random, list, every) {
    Object.assign(this, { system, random, list, every });
  }

  get count() {
    return [...this.made.values()].reduce((sum, count) => sum + count, 0);
  }

  start() {
    this.#loop = this.#run();
    this.#loop.catch(() => undefined);
  }

  // All faults have ended. Throws what a fault threw.
  async stop() {
    this.#stopped = true;
    await this.#loop;
    await Promise.all(this.#busy.values());
  }

  async #run() {
    let due = performance.now();
    while (!this.#stopped && this.list.length > 0) {
      due += this.random.between(...this.every);
      const fault = this.random.pick(this.list);
      const [choice, lasts] = [this.random.below(1000), this.random.between(...fault.for)];
      await delay(Math.max(0, due - performance.now()));
      await this.#busy.get(fault.name);
      if (!this.#stopped) {
        const made = this.#make(fault, choice, lasts);
        made.catch(() => undefined);
        this.#busy.set(fault.name, made);
      }
    }
  }

  async #make(fault, choice, lasts) {
    this.made.set(fault.name, (this.made.get(fault.name) ?? 0) + 1);
    const end = await fault.begin(this.system, choice);
    await delay(lasts);
    await end?.();
  }
}
