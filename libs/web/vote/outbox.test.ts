import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../shared/backoff.js";
import { KeptVote, type Vote } from "./kept_vote.js";
import { Outbox, type Outcome, type VoteState } from "./outbox.js";

const accepted: Outcome = { kind: "accepted", answer: { host: "front-1", voter: "me", cookieKept: true, results: null } };
const failed: Outcome = { kind: "failed", retryAfterMs: 0 };

// An outbox with a simulated network and clock.
class Bench {
  readonly sent: string[] = [];
  readonly states: VoteState[] = [];
  readonly waits: number[] = [];
  readonly kept = new KeptVote({ storage: new MemoryStorage(), key: "vote", now: () => 0 });
  readonly outbox: Outbox;
  private answer: ((outcome: Outcome) => void) | undefined;
  private fire: (() => void) | undefined;

  constructor() {
    this.outbox = new Outbox({
      send: (vote) => {
        assert.equal(this.answer, undefined, "two requests are in flight");
        assert.equal(vote.voter, "me");
        this.sent.push(vote.selection);
        return new Promise((resolve) => (this.answer = resolve));
      },
      kept: this.kept,
      backoff: new Backoff({ firstMs: 100, longestMs: 400, random: () => 1 }),
      setTimer: (callback, ms) => {
        this.waits.push(ms);
        this.fire = callback;
        return () => (this.fire = undefined);
      },
      onState: (state) => this.states.push(state),
    });
  }

  get last(): string {
    const state = this.states.at(-1);
    return `${state?.kind} ${state?.selection}`;
  }

  get waiting(): boolean {
    return this.fire !== undefined;
  }

  async respond(outcome: Outcome): Promise<void> {
    const answer = this.answer;
    this.answer = undefined;
    assert.ok(answer, "no request is in flight");
    answer(outcome);
    await new Promise((resolve) => setImmediate(resolve));
  }

  timer(): void {
    const fire = this.fire;
    this.fire = undefined;
    assert.ok(fire, "no timer is set");
    fire();
  }
}

const vote = (selection: string): Vote => ({ selection, voter: "me", poll: "default" });

class MemoryStorage {
  private readonly items = new Map<string, string>();
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.items.set(key, value);
  removeItem = (key: string): void => void this.items.delete(key);
}

test("a vote is sent once, and stored until it is accepted", async () => {
  const bench = new Bench();
  bench.outbox.cast(vote("a"));
  assert.equal(bench.last, "sending a");
  assert.deepEqual(bench.kept.get(), vote("a"));
  await bench.respond(accepted);
  assert.equal(bench.last, "accepted a");
  assert.equal(bench.kept.get(), undefined);
  assert.deepEqual(bench.sent, ["a"]);
  assert.equal(bench.outbox.pending, false);
});

test("a failed request is retried with growing waits until the vote is accepted", async () => {
  const bench = new Bench();
  bench.outbox.cast(vote("a"));
  for (let attempt = 0; attempt < 4; ++attempt) {
    await bench.respond(failed);
    assert.equal(bench.last, "waiting a");
    assert.deepEqual(bench.kept.get(), vote("a"));
    bench.timer();
  }
  await bench.respond(accepted);
  assert.deepEqual(bench.waits, [100, 200, 400, 400]);
  assert.equal(bench.last, "accepted a");
});

test("a selection that changes during a request is sent after it", async () => {
  const bench = new Bench();
  bench.outbox.cast(vote("a"));
  bench.outbox.cast(vote("b"));
  bench.outbox.cast(vote("c"));
  assert.deepEqual(bench.sent, ["a"]);
  await bench.respond(accepted);
  assert.deepEqual(bench.sent, ["a", "c"]);
  assert.equal(bench.last, "sending c");
  await bench.respond(accepted);
  assert.equal(bench.last, "accepted c");
});

test("a new selection does not wait for the next retry", async () => {
  const bench = new Bench();
  bench.outbox.cast(vote("a"));
  await bench.respond(failed);
  bench.outbox.cast(vote("b"));
  assert.deepEqual(bench.sent, ["a", "b"]);
  assert.equal(bench.waiting, false);
});

test("tryNow() retries a waiting vote at once, and otherwise does nothing", async () => {
  const bench = new Bench();
  bench.outbox.tryNow();
  bench.outbox.cast(vote("a"));
  await bench.respond(failed);
  bench.outbox.tryNow();
  bench.outbox.tryNow();
  assert.deepEqual(bench.sent, ["a", "a"]);
  await bench.respond(accepted);
  bench.outbox.tryNow();
  assert.deepEqual(bench.sent, ["a", "a"]);
});

test("a rejected vote is not retried", async () => {
  const bench = new Bench();
  bench.outbox.cast(vote("a"));
  await bench.respond({ kind: "rejected" });
  assert.equal(bench.last, "rejected a");
  assert.equal(bench.kept.get(), undefined);
  assert.equal(bench.waiting, false);
});

test("the Retry-After of the server is respected", async () => {
  const bench = new Bench();
  bench.outbox.cast(vote("a"));
  await bench.respond({ kind: "failed", retryAfterMs: 300 });
  assert.deepEqual(bench.waits, [300]);
});

test("if the question has changed, nothing is retried, not even a newer selection", async () => {
  const bench = new Bench();
  bench.outbox.cast(vote("a"));
  bench.outbox.cast(vote("b"));
  await bench.respond({ kind: "changed", page: {} as Document });
  assert.equal(bench.last, "changed b");
  assert.equal(bench.kept.get(), undefined);
  assert.equal(bench.outbox.pending, false);
  assert.deepEqual(bench.sent, ["a"]);
});
