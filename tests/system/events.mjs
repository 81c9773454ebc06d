import assert from "node:assert/strict";

const deadlineMs = 60_000; // only a failure takes so long

// Keeps every event from the first moment on, and hands them out in their order to a test that waits.
export class Events {
  #kept = [];
  #wake = () => undefined;

  keep(name, ...values) {
    this.#kept.push({ name, values });
    this.#wake();
  }

  async next({ timeoutMs = deadlineMs } = {}) {
    const deadline = Date.now() + timeoutMs;
    while (this.#kept.length === 0) {
      const left = deadline - Date.now();
      assert.ok(left > 0, "No event came in time.");
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => (clearTimeout(timer), resolve());
      });
    }
    return this.#kept.shift();
  }

  // The next that is so, past all those before it.
  async until(predicate, options) {
    for (;;) {
      const event = await this.next(options);
      if (predicate(event)) {
        return event;
      }
    }
  }

  // What has come and was not handed out yet.
  takeAll() {
    return this.#kept.splice(0);
  }
}
