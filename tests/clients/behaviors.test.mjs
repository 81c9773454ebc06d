// Cases of socket.io-client's own test suite that concern the server.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Manager } from "socket.io-client";
import { freePort } from "../system/free_port.mjs";
import { clients, open, startFixture } from "./clients.mjs";

let server;
let url;
before(async () => ({ url } = server = await startFixture()));
after(() => server?.stop());

const named = (name) => (event) => event.name === name;
const deadlineMs = 60_000;

function withDeadline(what, start) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No ${what} within ${deadlineMs} ms.`)), deadlineMs);
    start((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

const answerTo = (emit) => withDeadline("answer", (done) => emit((...values) => done(values)));
const once = (emitter, event) => withDeadline(event, (done) => emitter.once(event, done));
const current = clients.filter(({ name }) => name.startsWith("client 4"));
const quick = { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 50 };

function manage(t, options = {}, address = url) {
  const manager = new Manager(address, { forceNew: true, ...quick, ...options });
  t.after(() => manager._close());
  return manager;
}

for (const client of current) {
  describe(client.name, () => {
    for (const namespace of ["", "/custom"]) {
      test(`has the same id as the server in '${namespace}'`, async (t) => {
        const socket = open(t, client, url + namespace);
        const [id] = await answerTo((answer) => socket.emit("get-id", answer));
        assert.equal(id, socket.id);
        assert.notEqual(id, socket.io.engine.id);
      });
    }

    test("has no id while disconnected, and a new one after it reconnects", async (t) => {
      const socket = open(t, client, url, quick);
      await socket.happened.until(named("connect"));
      const { id } = socket;
      socket.io.engine.close();
      await socket.happened.until(named("disconnect"));
      assert.equal(socket.id, undefined);
      await socket.happened.until(named("connect"));
      assert.notEqual(socket.id, id);
    });

    test("is rejected by a namespace with a reason and data, and does not retry", async (t) => {
      const socket = open(t, client, `${url}/guarded`, quick);
      const error = await once(socket, "connect_error");
      assert.equal(error.message, "Not allowed");
      assert.deepEqual(error.data, { code: 7 });
      assert.equal(socket.active, false);
    });

    test("sends events emitted before it was connected, in order", async (t) => {
      const socket = open(t, client, url, { autoConnect: false });
      for (const word of ["first", "second", "third"]) {
        socket.emit("message", word);
      }
      socket.connect();
      for (const word of ["first", "second", "third"]) {
        assert.deepEqual((await socket.happened.until(named("message-back"))).values, [word]);
      }
    });

    test("sends a volatile event only while it is connected", async (t) => {
      const socket = open(t, client, url, { autoConnect: false });
      socket.volatile.emit("message", "lost");
      socket.emit("message", "kept");
      socket.connect();
      assert.deepEqual((await socket.happened.until(named("message-back"))).values, ["kept"]);
    });

    test("gets a promised acknowledgement, or an error in time", async (t) => {
      const socket = open(t, client, url);
      assert.equal(await socket.emitWithAck("message-with-ack", 123), 123);
      assert.equal(await socket.timeout(10_000).emitWithAck("message-with-ack", 42), 42);
      await assert.rejects(socket.timeout(50).emitWithAck("unknown"), /timed out/);
    });

    test("rejects pending acknowledgements when it disconnects, and keeps buffered events", async (t) => {
      const socket = open(t, client, url);
      await socket.happened.until(named("auth"));
      const promised = assert.rejects(socket.timeout(10_000).emitWithAck("message-with-ack", "a"), /disconnected/);
      socket.disconnect();
      await promised;
      const answer = answerTo((done) => socket.emit("message-with-ack", "b", done));
      socket.connect();
      assert.deepEqual(await answer, ["b"]);
    });

    test("sends events with retries one after the other", async (t) => {
      const socket = open(t, client, url, { retries: 1, ackTimeout: 10_000 });
      const sent = [];
      socket.io.engine.on("packetCreate", ({ type, data }) => type === "message" && sent.push(data));
      const answers = [1, 2, 3].map((value) =>
        answerTo((done) => socket.emit("message-with-ack", value, done)),
      );
      assert.deepEqual(await Promise.all(answers), [[null, 1], [null, 2], [null, 3]]);
      assert.deepEqual(sent.slice(0, 4), [
        "0",
        '20["message-with-ack",1]',
        '21["message-with-ack",2]',
        '22["message-with-ack",3]',
      ]);
    });

    test("resends an event that is not acknowledged, as often as configured", async (t) => {
      const socket = open(t, client, url, { retries: 3, ackTimeout: 30 });
      const answer = answerTo((done) => socket.emit("message", "again", done));
      const [error] = await answer;
      assert.match(error.message, /timed out/);
      for (let times = 0; times < 4; ++times) {
        assert.deepEqual((await socket.happened.until(named("message-back"))).values, ["again"]);
      }
    });

    test("receives bytes as the type that it asked for", async (t) => {
      const socket = open(t, client, url);
      await socket.happened.until(named("auth"));
      socket.io.engine.binaryType = "arraybuffer";
      socket.emit("message", Uint8Array.of(1, 2, 3).buffer);
      const { values } = await socket.happened.until(named("message-back"));
      assert.ok(values[0] instanceof ArrayBuffer);
      assert.deepEqual([...new Uint8Array(values[0])], [1, 2, 3]);
    });

    test("forces base64, and everything is echoed as usual", async (t) => {
      const socket = open(t, client, url, { forceBase64: true });
      const bytes = Buffer.from([0, 1, 2, 0x1e, 255]);
      socket.emit("message", bytes, "and", { deep: bytes });
      const { values } = await socket.happened.until(named("message-back"));
      assert.deepEqual(values, [bytes, "and", { deep: bytes }]);
    });

    test("reconnects when asked to, and by itself after its engine closed", async (t) => {
      const socket = open(t, client, url, quick);
      await socket.happened.until(named("connect"));
      socket.disconnect();
      await socket.happened.until(named("disconnect"));
      socket.connect();
      await socket.happened.until(named("connect"));
      socket.io.engine.close();
      await socket.happened.until(named("disconnect"));
      await socket.happened.until(named("connect"));
    });

    test("reconnects after an invalid packet", async (t) => {
      const socket = open(t, client, url, quick);
      await socket.happened.until(named("connect"));
      const { engine } = socket.io;
      engine.emit("data", "bad");
      await socket.happened.until(named("connect"));
      assert.notEqual(socket.io.engine, engine);
    });

    test("leaves one namespace, and closes its connection with the last", async (t) => {
      const manager = manage(t, client.options);
      const first = manager.socket("/");
      await once(first, "connect");
      const second = manager.socket("/custom");
      await once(second, "connect");
      first.disconnect();
      assert.deepEqual(typeof (await second.emitWithAck("get-id")), "string");
      const closed = once(manager, "close");
      second.disconnect();
      await closed;
      first.connect();
      await once(first, "connect");
    });

    test("gives up after the configured number of attempts", async (t) => {
      const address = `http://127.0.0.1:${await freePort()}`;
      const manager = manage(t, { ...client.options, reconnectionAttempts: 2 }, address);
      let attempts = 0;
      manager.on("reconnect_attempt", () => ++attempts);
      manager.socket("/");
      await once(manager, "reconnect_failed");
      assert.equal(attempts, 2);
    });
  });
}
