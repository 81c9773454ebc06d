import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../shared/backoff.js";
import { KeptVote, type Ballot } from "./kept_vote.js";
import { Outbox, type Outcome, type VoteState } from "./outbox.js";

const accepted: Outcome = { kind: "accepted", answer: { host: "front-1", voter: "me", cookieKept: true } };
const failed: Outcome = { kind: "failed", retryAfterMs: 0 };

// An outbox whose network and clock the test is.
class Bench {
  readonly sent: string[] = [];
  readonly states: VoteState[] = [];
  readonly waits: number[] = [];
  readonly kept = new KeptVote({ storage: new MemoryStorage(), key: "vote", now: () => 0 });
  readonly outbox: Outbox;
  private answer: ((outcome: Outcome) => void) | undefined;
  private ring: (() => void) | undefined;

  constructor() {
    this.outbox = new Outbox({
      send: (ballot) => {
        assert.equal(this.answer, undefined, "two requests are under way");
        assert.equal(ballot.voter, "me");
        this.sent.push(ballot.selection);
        return new Promise((resolve) => (this.answer = resolve));
      },
      kept: this.kept,
      backoff: new Backoff({ firstMs: 100, longestMs: 400, random: () => 1 }),
      setTimer: (callback, ms) => {
        this.waits.push(ms);
        this.ring = callback;
        return () => (this.ring = undefined);
      },
      onState: (state) => this.states.push(state),
    });
  }

  get last(): string {
    const state = this.states.at(-1);
    return `${state?.kind} ${state?.selection}`;
  }

  get waiting(): boolean {
    return this.ring !== undefined;
  }

  async respond(outcome: Outcome): Promise<void> {
    const answer = this.answer;
    this.answer = undefined;
    assert.ok(answer, "no request is under way");
    answer(outcome);
    await new Promise((resolve) => setImmediate(resolve));
  }

  timer(): void {
    const ring = this.ring;
    this.ring = undefined;
    assert.ok(ring, "nothing waits");
    ring();
  }
}

const ballot = (selection: string): Ballot => ({ selection, voter: "me", poll: "default" });

class MemoryStorage {
  private readonly items = new Map<string, string>();
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.items.set(key, value);
  removeItem = (key: string): void => void this.items.delete(key);
}

test("a vote is sent once, kept until it is accepted, then forgotten", async () => {
  const bench = new Bench();
  bench.outbox.cast(ballot("a"));
  assert.equal(bench.last, "sending a");
  assert.deepEqual(bench.kept.get(), ballot("a"));
  await bench.respond(accepted);
  assert.equal(bench.last, "accepted a");
  assert.equal(bench.kept.get(), undefined);
  assert.deepEqual(bench.sent, ["a"]);
  assert.equal(bench.outbox.pending, false);
});

test("what failed is sent again with growing waits until it is accepted", async () => {
  const bench = new Bench();
  bench.outbox.cast(ballot("a"));
  for (let attempt = 0; attempt < 4; ++attempt) {
    await bench.respond(failed);
    assert.equal(bench.last, "waiting a");
    assert.deepEqual(bench.kept.get(), ballot("a"));
    bench.timer();
  }
  await bench.respond(accepted);
  assert.deepEqual(bench.waits, [100, 200, 400, 400]);
  assert.equal(bench.last, "accepted a");
});

test("a choice that is changed while another is under way is sent after it, never beside it", async () => {
  const bench = new Bench();
  bench.outbox.cast(ballot("a"));
  bench.outbox.cast(ballot("b"));
  bench.outbox.cast(ballot("c"));
  assert.deepEqual(bench.sent, ["a"]);
  await bench.respond(accepted);
  assert.deepEqual(bench.sent, ["a", "c"]);
  assert.equal(bench.last, "sending c");
  await bench.respond(accepted);
  assert.equal(bench.last, "accepted c");
});

test("a new choice does not wait for the old one's next attempt", async () => {
  const bench = new Bench();
  bench.outbox.cast(ballot("a"));
  await bench.respond(failed);
  bench.outbox.cast(ballot("b"));
  assert.deepEqual(bench.sent, ["a", "b"]);
  assert.equal(bench.waiting, false);
});

test("back online it is sent at once, and nothing is where nothing waits", async () => {
  const bench = new Bench();
  bench.outbox.tryNow();
  bench.outbox.cast(ballot("a"));
  await bench.respond(failed);
  bench.outbox.tryNow();
  bench.outbox.tryNow();
  assert.deepEqual(bench.sent, ["a", "a"]);
  await bench.respond(accepted);
  bench.outbox.tryNow();
  assert.deepEqual(bench.sent, ["a", "a"]);
});

test("a refused vote is not sent again", async () => {
  const bench = new Bench();
  bench.outbox.cast(ballot("a"));
  await bench.respond({ kind: "refused" });
  assert.equal(bench.last, "refused a");
  assert.equal(bench.kept.get(), undefined);
  assert.equal(bench.waiting, false);
});

test("the server's wish for a pause is kept to", async () => {
  const bench = new Bench();
  bench.outbox.cast(ballot("a"));
  await bench.respond({ kind: "failed", retryAfterMs: 300 });
  assert.deepEqual(bench.waits, [300]);
});

test("where the question has changed, nothing is sent again, not even a choice made meanwhile", async () => {
  const bench = new Bench();
  bench.outbox.cast(ballot("a"));
  bench.outbox.cast(ballot("b"));
  await bench.respond({ kind: "changed", page: {} as Document });
  assert.equal(bench.last, "changed b");
  assert.equal(bench.kept.get(), undefined);
  assert.equal(bench.outbox.pending, false);
  assert.deepEqual(bench.sent, ["a"]);
});
