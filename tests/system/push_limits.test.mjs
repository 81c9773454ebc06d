// Output and memory of the program stay bounded, with any number of votes and any behavior of viewers.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { test } from "node:test";
import { Child } from "./child.mjs";
import { eventually } from "./eventually.mjs";
import { vote } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { Pollux } from "./program.mjs";
import { showsTotal, Viewer } from "./push_viewer.mjs";

const mebibyte = 1024 * 1024;
const longLabels = Array.from({ length: 26 }, (_, index) => [
  `--option-${String.fromCharCode(97 + index)}`,
  `${index} `.padEnd(200, "x"),
]).flat();

function residentBytes(numbers) {
  return numbers.process_resident_memory_bytes;
}

// Casts votes of new voters for option a on some connections, one after the other on each, until `enough`.
async function castUntil(t, pollux, enough) {
  const agent = new http.Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  let cast = 0;
  const voter = async () => {
    while (!enough(cast)) {
      cast += 1;
      assert.equal((await vote(pollux, "a", { agent })).status, 200);
    }
  };
  await Promise.all(Array.from({ length: 8 }, voter));
  return cast;
}

// Until the program has skipped that many updates: what the kernel takes for viewers that do not read is full then.
async function castUntilSkipped(t, pollux, updates) {
  let numbers = {};
  let looking = false;
  return castUntil(t, pollux, () => {
    if (!looking) {
      looking = true;
      void metrics(pollux).then((now) => ((numbers = now), (looking = false)));
    }
    return numbers.pollux_updates_coalesced_total >= updates;
  });
}

// A WebSocket that sends the given packets and reads only the handshake's response. It answers pings that it has not read, so
// that the time that a test takes does not matter.
async function openDeafViewer(t, pollux) {
  const { hostname, port, host } = new URL(pollux.resultUrl);
  const socket = net.connect(Number(port), hostname);
  t.after(() => socket.destroy());
  socket.on("error", () => undefined); // the program cuts it off
  socket.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}\r\n` +
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
  );
  const [answer] = await once(socket, "data");
  socket.pause();
  assert.match(answer.toString("latin1"), /^HTTP\/1\.1 101 /);
  const mask = Buffer.alloc(4); // of zeros: the text stays as it is
  const send = (text) =>
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length]), mask, Buffer.from(text)]));
  const pongs = setInterval(() => send("3"), 10_000);
  t.after(() => clearInterval(pongs));
  return { send };
}

test("a burst of votes is sent as one update per period, including the last one", async (t) => {
  const periodMs = 1000;
  const votes = 300;
  const pollux = await Pollux.start(t, { args: ["--publish-period", `${periodMs}ms`] });
  const viewer = new Viewer(t, `${pollux.resultUrl}/polls/default`);
  await viewer.next();

  const started = performance.now();
  await castUntil(t, pollux, (cast) => cast >= votes);
  const versions = [];
  for (let total = 0; total < votes; ) {
    const { values } = await viewer.next();
    versions.push(values[0].version);
    total = values[0].total;
  }
  // The server has its own clock, so that it may have begun a period before ours: hence one more.
  const periods = Math.ceil((performance.now() - started) / periodMs);
  assert.ok(versions.length <= periods + 1, `${versions.length} updates in ${periods} periods`);
  assert.deepEqual(
    versions,
    [...versions].sort((one, other) => one - other),
  );
  assert.equal(new Set(versions).size, versions.length);
});

test("200,000 subscribes, with and without a channel, leak nothing", async (t) => {
  const subscribes = 200_000;
  const pollux = await Pollux.start(t);
  const viewer = new Viewer(t, pollux.resultUrl);
  await viewer.until(({ name }) => name === "scores");
  viewer.socket.emit("subscribe");
  const before = residentBytes(await metrics(pollux));

  for (let sent = 0; sent < subscribes; ) {
    for (const end = sent + 1000; sent < end; ++sent) {
      viewer.socket.emit("subscribe", { channel: `channel ${sent}` });
    }
    await eventually(() => assert.equal(viewer.socket.io.engine.writeBuffer.length, 0));
  }
  await eventually(async () => {
    assert.equal((await metrics(pollux)).pollux_viewer_events_ignored_total, subscribes + 1);
  });
  const grown = residentBytes(await metrics(pollux)) - before;
  assert.ok(grown < 8 * mebibyte, `grew by ${grown} bytes`);

  await vote(pollux, "a");
  await viewer.until(({ name, values }) => name === "scores" && JSON.parse(values[0]).a === 1);
});

test("a viewer that never reads costs little and does not delay the others", async (t) => {
  const skipped = 1000;
  const pollux = await Pollux.start(t, { args: ["--publish-period", "1ms", ...longLabels] });
  const viewer = new Viewer(t, `${pollux.resultUrl}/polls/default`);
  const deaf = await openDeafViewer(t, pollux);
  deaf.send("40/polls/default,");
  await castUntil(t, pollux, (cast) => cast >= 100);
  const before = residentBytes(await metrics(pollux));

  const cast = await castUntilSkipped(t, pollux, skipped);
  await viewer.until(showsTotal(100 + cast));
  const grown = residentBytes(await metrics(pollux)) - before;
  assert.ok(grown < 16 * mebibyte, `grew by ${grown} bytes after ${cast} votes`);
});

test("1,000 viewers that never read cost little and do not delay the others", async (t) => {
  const deaf = 1000;
  const pollux = await Pollux.start(t, { args: ["--publish-period", "1ms", ...longLabels] });
  const before = residentBytes(await metrics(pollux));
  const program = path.join(import.meta.dirname, "deaf_viewers.py");
  const viewers = new Child("/usr/bin/python3", [program, new URL(pollux.resultUrl).port, `${deaf}`]);
  t.after(() => viewers.end("SIGKILL"));
  await viewers.says((line) => line === "joined");
  const viewer = new Viewer(t, `${pollux.resultUrl}/polls/default`);
  await viewer.next();

  const cast = await castUntilSkipped(t, pollux, 2 * deaf);
  await viewer.until(showsTotal(cast));
  const grown = residentBytes(await metrics(pollux)) - before;
  t.diagnostic(`grew by ${(grown / mebibyte).toFixed(1)} MiB after ${cast} votes`);
  assert.ok(grown < 32 * mebibyte, `grew by ${grown} bytes after ${cast} votes`);
});

test("a viewer that keeps sending and never reads is closed and counted", async (t) => {
  const pollux = await Pollux.start(t, { args: longLabels });
  const before = residentBytes(await metrics(pollux));
  const deaf = await openDeafViewer(t, pollux);
  const dropped = 'pollux_viewers_closed_total{reason="too_slow"}';
  await eventually(
    async () => {
      for (let index = 0; index < 100; ++index) {
        deaf.send("40/polls/default,");
        deaf.send("41/polls/default,");
      }
      assert.equal((await metrics(pollux))[dropped], 1);
    },
    { timeoutMs: 60_000 },
  );
  const grown = residentBytes(await metrics(pollux)) - before;
  assert.ok(grown < 16 * mebibyte, `grew by ${grown} bytes`);

  const viewer = new Viewer(t, `${pollux.resultUrl}/polls/default`);
  await vote(pollux, "a");
  await viewer.until(showsTotal(1));
});
