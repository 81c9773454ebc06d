import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { eventually } from "./eventually.mjs";
import { counts, tally, vote } from "./http.mjs";
import { Pollux, temporaryDirectory } from "./program.mjs";

const clients = 50;
const kills = 5;
const ofCutConnection = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE"]);

// Votes of distinct voters from keep-alive clients, until the program is gone. `sent` counts every vote that
// may have arrived, `acknowledged` those whose answer came.
class Load {
  sent = 0;
  acknowledged = 0;
  #done;

  constructor(pollux) {
    this.#done = Promise.all(Array.from({ length: clients }, () => this.#client(pollux)));
  }

  async #client(pollux) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    try {
      for (;;) {
        this.sent += 1;
        const { status } = await vote(pollux, this.sent % 2 ? "a" : "b", { agent });
        assert.equal(status, 200);
        this.acknowledged += 1;
      }
    } catch (error) {
      if (!ofCutConnection.has(error.code)) {
        throw error;
      }
    } finally {
      agent.destroy();
    }
  }

  async over() {
    await this.#done;
  }
}

test("a restart keeps the tally", async (t) => {
  const directory = await temporaryDirectory(t);
  const first = await Pollux.start(t, { directory });
  for (const option of ["a", "a", "b"]) {
    assert.equal((await vote(first, option)).status, 200);
  }
  assert.deepEqual(await first.stop(), { status: 0, signal: null });

  const second = await Pollux.start(t, { directory });
  assert.deepEqual(await counts(second), { a: 2, b: 1 });
});

test("a voter stays the same voter after a restart", async (t) => {
  const directory = await temporaryDirectory(t);
  const jar = {};
  const first = await Pollux.start(t, { directory });
  await vote(first, "a", { jar });
  await first.stop();

  const second = await Pollux.start(t, { directory });
  await vote(second, "b", { jar });
  await eventually(async () => assert.deepEqual(await counts(second), { a: 0, b: 1 }));
});

test("kill -9 under load loses no acknowledged vote and counts none twice", async (t) => {
  const directory = await temporaryDirectory(t);
  let sent = 0;
  let acknowledged = 0;
  for (let kill = 0; kill < kills; ++kill) {
    const pollux = await Pollux.start(t, { directory });
    const load = new Load(pollux);
    const enough = 100 + Math.floor(Math.random() * 900);
    await eventually(() => assert.ok(load.acknowledged >= enough), { timeoutMs: 120_000 });
    await pollux.kill();
    await load.over();
    sent += load.sent;
    acknowledged += load.acknowledged;

    const again = await Pollux.start(t, { directory });
    const { total } = await tally(again);
    assert.ok(total >= acknowledged, `kill ${kill}: ${acknowledged} acknowledged, ${total} counted`);
    assert.ok(total <= sent, `kill ${kill}: ${sent} sent, ${total} counted`);
    await again.kill();
  }
});
