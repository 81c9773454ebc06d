import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { clients, open } from "./clients.mjs";
import { startFixture } from "./server.mjs";

let server;
let url;
before(async () => ({ url } = server = await startFixture()));
after(() => server?.stop());

// A socket that has been welcomed.
async function openWelcomed(t, client, namespace = "/", options = {}) {
  const socket = open(t, client, url + namespace, options);
  assert.deepEqual(await socket.happened.next(), { name: "connect", values: [] });
  assert.equal((await socket.happened.next()).name, "auth");
  return socket;
}

function acknowledged(socket, event, ...values) {
  return new Promise((resolve) => socket.emit(event, ...values, (...answer) => resolve(answer)));
}

// Resolves at the event of an emitter, which may be the server's doing and so has to come soon.
function once(emitter, event) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`There was no ${event} in time.`)), 10_000);
    emitter.once(event, (value) => (clearTimeout(late), resolve(value)));
  });
}

for (const client of clients) {
  describe(client.name, () => {
    test("connects, and the server gets what it sends with that", async (t) => {
      const auth = { token: "Zoë 🐶", number: 1.5, list: [null, true] };
      const socket = open(t, client, url, { auth });
      assert.equal((await socket.happened.next()).name, "connect");
      assert.deepEqual(await socket.happened.next(), { name: "auth", values: [auth] });
    });

    test("gets back values of every kind", async (t) => {
      const socket = await openWelcomed(t, client);
      const values = [1, -2.5, "two", "\u0000 \"\\ 🐶 \u2028", null, true, [[]], { 3: [false], "": {} }];
      socket.emit("message", ...values);
      assert.deepEqual(await socket.happened.next(), { name: "message-back", values });
    });

    test("gets back binary values in their places", async (t) => {
      const socket = await openWelcomed(t, client);
      const values = [Buffer.from([0, 1, 0x1e, 0xff]), "between", { deep: [Buffer.alloc(70_000, "x")] }];
      socket.emit("message", ...values);
      assert.deepEqual(await socket.happened.next(), { name: "message-back", values });
    });

    test("gets answers to events, text and binary", async (t) => {
      const socket = await openWelcomed(t, client);
      assert.deepEqual(await acknowledged(socket, "message-with-ack", 1, "2", { 3: [true] }), [
        1,
        "2",
        { 3: [true] },
      ]);
      const bytes = Buffer.from([1, 2, 3]);
      assert.deepEqual(await acknowledged(socket, "message-with-ack", bytes, "x"), [bytes, "x"]);
    });

    test("gets a thousand events back in their order", async (t) => {
      const socket = await openWelcomed(t, client);
      for (let index = 0; index < 1000; ++index) {
        socket.emit("message", index, index % 10 ? "text" : Buffer.from([index & 255]));
      }
      for (let index = 0; index < 1000; ++index) {
        assert.equal((await socket.happened.next()).values[0], index);
      }
    });

    test("gets back a text of 900,000 bytes", async (t) => {
      const socket = await openWelcomed(t, client);
      const text = "é".repeat(450_000);
      socket.emit("message", text);
      assert.deepEqual((await socket.happened.next()).values, [text]);
    });

    test("uses two namespaces at a time and leaves one of them", async (t) => {
      const socket = await openWelcomed(t, client);
      const custom = socket.io.socket("/custom", { auth: { token: "123" } });
      const auth = once(custom, "auth");
      assert.deepEqual(await auth, { token: "123" });
      custom.disconnect();
      assert.deepEqual(await acknowledged(socket, "message-with-ack", "still here"), ["still here"]);
    });

    test("is told of a namespace that there is not, and may try another", async (t) => {
      const socket = open(t, client, `${url}/random`);
      const { name, values } = await socket.happened.next();
      assert.deepEqual([name, ...values], ["connect_error", "Invalid namespace"]);
      await openWelcomed(t, client);
    });

    test("answers heartbeats", async (t) => {
      const socket = await openWelcomed(t, client);
      for (let pings = 0; pings < 4; ) {
        const { type } = await once(socket.io.engine, "packet");
        pings += type === "ping" ? 1 : 0;
      }
      assert.deepEqual(await acknowledged(socket, "message-with-ack", 1), [1]);
      assert.deepEqual(socket.happened.takeAll(), []);
    });

    test("leaves, and comes back by itself", async (t) => {
      const socket = await openWelcomed(t, client);
      const closed = once(socket.io.engine, "close");
      socket.disconnect();
      assert.deepEqual(await socket.happened.next(), {
        name: "disconnect",
        values: ["io client disconnect"],
      });
      await closed;
      socket.connect();
      assert.equal((await socket.happened.next()).name, "connect");
    });

    if (client.upgrades) {
      test("goes over to WebSocket and loses nothing on the way", async (t) => {
        const socket = open(t, client, url);
        const upgraded = once(socket.io.engine, "upgrade");
        let sent = 0;
        const sending = setInterval(() => socket.emit("message", sent++), 1);
        t.after(() => clearInterval(sending));
        assert.equal((await upgraded).name, "websocket");
        socket.emit("message", sent++);
        clearInterval(sending);

        assert.equal((await socket.happened.until(({ name }) => name === "auth")).name, "auth");
        for (let index = 0; index < sent; ++index) {
          assert.deepEqual(await socket.happened.next(), { name: "message-back", values: [index] });
        }
        assert.equal(socket.io.engine.transport.name, "websocket");
      });
    }
  });
}
