// What each client sends and receives, and clients that speak another protocol.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Socket } from "engine.io-client";
import { io } from "socket.io-client";
import io2 from "socket.io-client-v2";
import { Events } from "../system/events.mjs";
import { request } from "../system/http.mjs";
import { clients, open, startFixture } from "./clients.mjs";

let server;
let url;
before(async () => ({ url } = server = await startFixture()));
after(() => server?.stop());

// A connected socket, after its `auth` event.
async function openWelcomed(t, client, namespace = "/", options = {}) {
  const socket = open(t, client, url + namespace, options);
  assert.deepEqual(await socket.happened.next(), { name: "connect", values: [] });
  assert.equal((await socket.happened.next()).name, "auth");
  return socket;
}

function acknowledged(socket, event, ...values) {
  return new Promise((resolve) => socket.emit(event, ...values, (...answer) => resolve(answer)));
}

// Resolves at the next event of an emitter, rejects if it takes too long.
function once(emitter, event) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`There was no ${event} in time.`)), 60_000);
    emitter.once(event, (value) => (clearTimeout(late), resolve(value)));
  });
}

for (const client of clients) {
  describe(client.name, () => {
    test("connects, and the server receives its auth data", async (t) => {
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

    test("gets acknowledgements, text and binary", async (t) => {
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

    test("uses two namespaces and leaves one of them", async (t) => {
      const socket = await openWelcomed(t, client);
      const custom = socket.io.socket("/custom", { auth: { token: "123" } });
      const auth = once(custom, "auth");
      assert.deepEqual(await auth, { token: "123" });
      custom.disconnect();
      assert.deepEqual(await acknowledged(socket, "message-with-ack", "still here"), ["still here"]);
    });

    test("gets an error for an unknown namespace, and may try another", async (t) => {
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

    test("disconnects, and reconnects when asked to", async (t) => {
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
      test("upgrades to WebSocket and loses nothing", async (t) => {
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

async function openEngine(t, transports) {
  const socket = new Socket(url, { path: "/engine.io/", transports });
  t.after(() => socket.close());
  const happened = new Events();
  for (const name of ["open", "upgrade", "message", "close"]) {
    socket.on(name, (value) => happened.keep(name, value));
  }
  assert.equal((await happened.next()).name, "open");
  return Object.assign(socket, { happened });
}

for (const transport of ["polling", "websocket"]) {
  test(`engine.io-client, ${transport}: text and bytes are echoed unchanged`, async (t) => {
    const socket = await openEngine(t, [transport]);
    const messages = ["hello", "é🐶 \u0000", Buffer.from([1, 2, 0x1e, 4]), Buffer.alloc(100_000, 7)];
    messages.forEach((message) => socket.send(message));
    for (const message of messages) {
      assert.deepEqual(await socket.happened.next(), { name: "message", values: [message] });
    }
  });
}

test("engine.io-client upgrades from polling to WebSocket", async (t) => {
  const socket = await openEngine(t, ["polling", "websocket"]);
  assert.equal((await socket.happened.next()).name, "upgrade");
  socket.send("hello");
  assert.deepEqual(await socket.happened.next(), { name: "message", values: ["hello"] });
});

// Client 2 speaks an older protocol, which is not supported. Its error does not affect other clients.
for (const transports of [["polling", "websocket"], ["polling"], ["websocket"]]) {
  test(`client 2 over ${transports.join(" and ")} is rejected`, async (t) => {
    const socket = io2(url, { transports, forceNew: true, reconnection: false });
    t.after(() => socket.close());
    const happened = new Events();
    socket.on("connect", () => happened.keep("connect"));
    socket.on("connect_error", ({ message }) => happened.keep("refused", message));
    const error = transports[0] === "polling" ? "xhr poll error" : "websocket error";
    assert.deepEqual(await happened.next(), { name: "refused", values: [error] });

    const other = io(url, { forceNew: true, reconnection: false });
    t.after(() => other.disconnect());
    other.on("auth", () => happened.keep("served"));
    assert.equal((await happened.next()).name, "served");
  });
}

test("the response to protocol 3 names the error", async () => {
  const { status, body } = await request(`${url}/socket.io/?EIO=3&transport=polling`);
  assert.equal(status, 400);
  assert.equal(body.toString(), '{"code":5,"message":"Unsupported protocol version"}');
});
