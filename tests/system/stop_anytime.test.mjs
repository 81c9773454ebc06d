// SIGTERM at random moments of start, load and drain: every program ends in order, and what it acknowledged is
// recorded. `./dev sanitize` runs this, too, so that a use of what has gone is found wherever it happens.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Child } from "./child.mjs";
import { Cluster, programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, request, vote } from "./http.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { Pollux } from "./program.mjs";
import { programOf, temporaryDirectory } from "./service.mjs";

const moments = 50; // of each program
const atOnce = 5;
const clients = 8;
const longestStartMs = 60;
const longestLoadMs = 250;
const sameSignalMs = 1_000;
const fault = /AddressSanitizer|ThreadSanitizer|LeakSanitizer|runtime error:|A second signal|is stuck/;

// Until the program takes its signals itself. Before that no program can.
async function takesSignals(child) {
  await eventually(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8");
    const [, blocked] = status.match(/^SigBlk:\s+([0-9a-f]+)$/m);
    assert.ok((BigInt(`0x${blocked}`) >> 14n) & 1n, "SIGTERM is not blocked yet");
  });
}

// What the program logged when its start was complete.
function started(child) {
  const line = child.log.find((each) => /^\{.*"message":"(Serving|Working)\."/.test(each));
  return line && JSON.parse(line);
}

// Votes, each by a voter of its own, until the child is gone; `votes` counts those that were acknowledged.
async function load(child, votes = { acknowledged: 0 }) {
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const cast = (said) => vote({ voteUrl: `http://${said.vote}` }, "a", { agent }).catch(() => undefined);
      while (child.running) {
        const said = started(child);
        const answer = said && (await cast(said));
        if (answer?.status === 200) {
          votes.acknowledged += 1;
        } else {
          await delay(1);
        }
      }
      agent.destroy();
    }),
  );
  return votes.acknowledged;
}

// Stops the child at a moment of its start or of its work, at times with Ctrl-C, whose SIGINT comes together with the
// SIGTERM of a supervisor.
async function stopSometime(child) {
  if (Math.random() < 0.5) {
    await takesSignals(child);
    await delay(Math.random() * longestStartMs);
  } else {
    await eventually(() => assert.ok(started(child), child.log.join("\n")));
    await delay(Math.random() * longestLoadMs);
  }
  const both = Math.random() < 0.3;
  if (both) {
    child.signal("SIGINT");
  }
  const sent = performance.now();
  if (both) {
    await delay(Math.random() * 20);
  }
  // They are the same signal for a second.
  if (!both || performance.now() - sent < sameSignalMs / 2) {
    child.signal("SIGTERM");
  }
  assert.deepEqual(await child.ended(), { status: 0, signal: null }, child.log.join("\n"));
  assert.ok(!child.log.some((line) => fault.test(line)), child.log.join("\n"));
}

// `run()` that many times, some at once.
async function repeatedly(times, run) {
  let left = times;
  await Promise.all(
    Array.from({ length: Math.min(atOnce, times) }, async () => {
      while (left > 0) {
        left -= 1;
        await run();
      }
    }),
  );
}

const anywhere = ["--management-listen", "127.0.0.1:0"];

test("pollux stops cleanly at any time and has recorded what it acknowledged", async (t) => {
  const program = programOf("POLLUX_PROGRAM");
  await repeatedly(moments, async () => {
    const directory = await temporaryDirectory(t);
    const listen = [...["vote", "result", "admin"].flatMap((name) => [`--${name}-listen`, "127.0.0.1:0"]), ...anywhere];
    const child = new Child(program, [...listen, "--database", path.join(directory, "pollux.db")], {});
    t.after(() => child.end("SIGKILL"));
    const [acknowledged] = await Promise.all([load(child), stopSometime(child)]);
    const again = await Pollux.start(t, { directory });
    const { a } = await counts(again);
    assert.ok(a >= acknowledged, `${acknowledged} acknowledged, ${a} recorded`);
    await again.kill();
  });
});

test("the services stop cleanly at any time and lose no vote", async (t) => {
  const postgres = await PostgresServer.start({ after });
  const cluster = await Cluster.start(t, postgres, { votes: 0, workers: 1, results: 0 });
  const env = { ...process.env, ...cluster.environment };
  const start = (program, args) => {
    const child = new Child(program, [...anywhere, ...args], { env });
    t.after(() => child.end("SIGKILL"));
    return child;
  };
  const votes = { acknowledged: 0 };
  await repeatedly(moments, async () => {
    const front = start(programs.vote, ["--listen", "127.0.0.1:0"]);
    const worker = start(programs.worker, []);
    const result = start(programs.result, ["--listen", "127.0.0.1:0"]);
    await Promise.all([load(front, votes), ...[front, worker, result].map(stopSometime)]);
  });
  // On a busy machine none of these moments may have left a vote enough time: this one does.
  const { acknowledged: before } = votes;
  const front = start(programs.vote, ["--listen", "127.0.0.1:0"]);
  const loaded = load(front, votes);
  await eventually(() => assert.ok(votes.acknowledged > before, front.log.join("\n")));
  await stopSometime(front);
  await loaded;
  // The worker that was never stopped gets the votes that the others released; a vote whose response was lost counts, too.
  await eventually(async () => {
    const metrics = (await request(`${cluster.workers[0].managementUrl}/metrics`)).body.toString();
    assert.match(metrics, /^pollux_queue_lag_entries 0$/m);
    assert.match(metrics, /^pollux_queue_pending_entries 0$/m); // both of a moment ago
    const { a } = await cluster.recorded();
    assert.ok(a >= votes.acknowledged, `${votes.acknowledged} acknowledged, ${a} recorded`);
  });
});
