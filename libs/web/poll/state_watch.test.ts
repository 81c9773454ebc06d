import assert from "node:assert/strict";
import { test } from "node:test";
import { isPollState, StateWatch, type PollState, type StateResponse } from "./state_watch.js";

const open: PollState = { poll: "p", state: "open", revision: 2 };

// A watch with a simulated network and clock.
class Bench {
  readonly asked: string[] = [];
  readonly seen: string[] = [];
  readonly waits: number[] = [];
  visible = true;
  response: StateResponse | undefined = { state: open, etag: '"1"' };
  readonly watch = new StateWatch({
    request: async (etag) => {
      this.asked.push(etag);
      return this.response;
    },
    isVisible: () => this.visible,
    onState: ({ state, revision }) => this.seen.push(`${state} ${revision}`),
    setTimer: (callback, ms) => {
      this.waits.push(ms);
      this.fire = callback;
      return () => (this.fire = undefined);
    },
    random: () => 0.5,
  });
  private fire: (() => void) | undefined;

  get waiting(): boolean {
    return this.fire !== undefined;
  }

  async timer(): Promise<void> {
    const fire = this.fire;
    this.fire = undefined;
    assert.ok(fire, "no timer is set");
    fire();
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("the state is asked for every five seconds, with the tag of the last answer", async () => {
  const bench = new Bench();
  bench.watch.start();
  await bench.timer();
  bench.response = { state: undefined, etag: '"1"' };
  await bench.timer();
  bench.response = { state: { ...open, state: "closed", revision: 3 }, etag: '"2"' };
  await bench.timer();
  assert.deepEqual(bench.asked, ["", '"1"', '"1"']);
  assert.deepEqual(bench.seen, ["open 2", "open 2", "closed 3"]);
  assert.deepEqual(bench.waits, [5000, 5000, 5000, 5000]);
});

test("after failures the waits grow, up to a minute, until there is an answer", async () => {
  const bench = new Bench();
  bench.response = undefined;
  bench.watch.start();
  for (let failure = 0; failure < 5; ++failure) {
    await bench.timer();
  }
  assert.deepEqual(bench.waits.slice(1), [7500, 15_000, 30_000, 45_000, 45_000]);
  bench.response = { state: open, etag: "" };
  await bench.timer();
  assert.equal(bench.waits.at(-1), 5000);
});

test("a hidden page asks nothing until it is visible again", async () => {
  const bench = new Bench();
  bench.watch.start();
  bench.visible = false;
  await bench.timer();
  assert.deepEqual(bench.asked, []);
  assert.equal(bench.waiting, false);
  bench.visible = true;
  bench.watch.askNow();
  await settled();
  assert.deepEqual(bench.seen, ["open 2"]);
  assert.equal(bench.waiting, true);
});

test("a page without news for half an hour asks less often, until it is used again", async () => {
  const bench = new Bench();
  bench.response = { state: undefined, etag: '"1"' };
  bench.watch.start();
  for (let answer = 0; answer < 360; ++answer) {
    await bench.timer();
  }
  assert.equal(bench.waits.at(-1), 30_000);
  bench.watch.askNow();
  await settled();
  assert.equal(bench.waits.at(-1), 5000);
});

test("two requests are never on their way at the same time", async () => {
  const bench = new Bench();
  bench.watch.askNow();
  bench.watch.askNow();
  await settled();
  assert.equal(bench.asked.length, 1);
});

test("an archived poll is not asked for again", async () => {
  const bench = new Bench();
  bench.response = { state: { ...open, state: "archived" }, etag: "" };
  bench.watch.start();
  await bench.timer();
  await bench.timer();
  bench.watch.askNow();
  assert.equal(bench.asked.length, 1);
});

test("other values are no state of a poll", () => {
  assert.ok(isPollState(open));
  for (const value of [undefined, null, 7, {}, { ...open, state: "paused" }, { ...open, revision: "2" }]) {
    assert.equal(isPollState(value), false);
  }
});
