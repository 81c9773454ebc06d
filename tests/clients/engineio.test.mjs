import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Socket } from "engine.io-client";
import { Events } from "../system/events.mjs";
import { startFixture } from "./server.mjs";

let server;
let url;
before(async () => ({ url } = server = await startFixture()));
after(() => server?.stop());

async function open(t, transports) {
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
  test(`engine.io-client, ${transport}: text and bytes come back as they were`, async (t) => {
    const socket = await open(t, [transport]);
    const messages = ["hello", "é🐶 \u0000", Buffer.from([1, 2, 0x1e, 4]), Buffer.alloc(100_000, 7)];
    messages.forEach((message) => socket.send(message));
    for (const message of messages) {
      assert.deepEqual(await socket.happened.next(), { name: "message", values: [message] });
    }
  });
}

test("engine.io-client goes from polling to WebSocket", async (t) => {
  const socket = await open(t, ["polling", "websocket"]);
  assert.equal((await socket.happened.next()).name, "upgrade");
  socket.send("hello");
  assert.deepEqual(await socket.happened.next(), { name: "message", values: ["hello"] });
});
