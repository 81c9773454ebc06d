// Each fault of the gate, on a server that returns what it receives.
import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Gate } from "./gate.mjs";
import { Random } from "./random.mjs";

async function start(t) {
  const server = net.createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const gate = await Gate.start(t, () => ({ host: "127.0.0.1", port: server.address().port }), new Random(1));
  return gate;
}

async function connect(t, gate) {
  const socket = net.connect(gate.port, "127.0.0.1");
  t.after(() => socket.destroy());
  socket.on("error", () => undefined);
  socket.ended = new Promise((resolve) => socket.on("close", resolve));
  await once(socket, "connect");
  return socket;
}

async function echo(socket, text) {
  socket.write(text);
  const [data] = await once(socket, "data");
  return data.toString();
}

test("data passes in both directions, in its order", async (t) => {
  const gate = await start(t);
  const socket = await connect(t, gate);
  assert.equal(await echo(socket, "one"), "one");
  gate.delay = 30;
  gate.stalls = 2;
  socket.write("a");
  await delay(1);
  socket.write("b");
  let received = "";
  for await (const data of socket) {
    received += data;
    if (received.length === 2) {
      break;
    }
  }
  assert.equal(received, "ab");
});

test("what is held arrives after the release", async (t) => {
  const gate = await start(t);
  const socket = await connect(t, gate);
  assert.equal(await echo(socket, "one"), "one");
  gate.hold();
  let arrived = false;
  const two = echo(socket, "two").then((text) => ((arrived = true), text));
  await delay(50);
  assert.equal(arrived, false);
  gate.release();
  assert.equal(await two, "two");
});

test("a half-open connection gets no answer, a new one does", async (t) => {
  const gate = await start(t);
  const socket = await connect(t, gate);
  assert.equal(await echo(socket, "one"), "one");
  gate.halve();
  socket.write("two");
  assert.equal(await echo(await connect(t, gate), "three"), "three");
  gate.release();
  await socket.ended;
});

test("a bit of the answer is flipped", async (t) => {
  const gate = await start(t);
  const socket = await connect(t, gate);
  assert.equal(await echo(socket, "one"), "one");
  gate.corrupt();
  assert.notEqual(await echo(socket, "two"), "two");
  assert.equal(await echo(socket, "three"), "three");
  assert.equal(gate.made.corrupted, 1);
});

for (const fault of ["cut", "truncate"]) {
  test(`${fault} ends the connections, and new ones work`, async (t) => {
    const gate = await start(t);
    const socket = await connect(t, gate);
    assert.equal(await echo(socket, "one"), "one");
    gate[fault]();
    socket.write("two");
    await socket.ended;
    assert.equal(await echo(await connect(t, gate), "three"), "three");
  });
}

test("a closed gate rejects connections until it opens", async (t) => {
  const gate = await start(t);
  await gate.close();
  await assert.rejects(connect(t, gate));
  await gate.open();
  assert.equal(await echo(await connect(t, gate), "one"), "one");
});
