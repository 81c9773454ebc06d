// One line for each thing tried, and the count at the end, in the form of test-e2e.sh.
import { setTimeout as delay } from "node:timers/promises";

// What the counts are kept in. A check prints through `report.for("its name")`.
export class Report {
  passed = 0;
  failed = 0;
  #write;

  constructor(write = (line) => console.log(line)) {
    this.#write = write;
  }

  for(check) {
    return new CheckReport(check, this);
  }

  line(text) {
    this.#write(text);
  }

  // Whether at least one thing was tried and all held.
  summary(seconds) {
    this.line(`${this.passed} passed, ${this.failed} failed in ${seconds.toFixed(0)} s`);
    return this.failed === 0 && this.passed > 0;
  }
}

class CheckReport {
  #check;
  #report;

  constructor(check, report) {
    this.#check = check;
    this.#report = report;
  }

  // Passes if `action` does not throw. Its result is printed as a detail, its error as the reason. Returns whether
  // it held.
  async attempt(title, action) {
    try {
      const detail = await action();
      this.#report.passed += 1;
      this.#line("pass", `${title}${detail ? ` (${oneLine(detail)})` : ""}`);
      return true;
    } catch (error) {
      this.#report.failed += 1;
      this.#line("FAIL", `${title}: ${oneLine(error.message)}`);
      if (process.env.POLLUX_K8S_DEBUG) {
        this.#report.line(error.stack);
      }
      return false;
    }
  }

  // A figure, which neither passes nor fails.
  note(text) {
    this.#line("note", text);
  }

  #line(verdict, text) {
    this.#report.line(`${verdict}  ${this.#check.padEnd(11)} ${text}`);
  }
}

function oneLine(text) {
  return String(text).trim().split("\n").slice(-3).join(" ").slice(0, 600);
}

// Throws the message if the condition is false.
export function require(condition, reason) {
  if (!condition) {
    throw new Error(reason);
  }
}

export function requireEqual(actual, wanted, what = "it") {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(wanted)];
  require(a === b, `${what} is ${a} instead of ${b}`);
}

// Retries until `attempt` does not throw and returns its result; throws the last error after the deadline.
export async function within(seconds, attempt, { everyMs = 100 } = {}) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`not within ${seconds} s: ${error.message}`, { cause: error });
      }
    }
    await delay(everyMs);
  }
}

export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
