// Connection-state recovery, with the clients that know of it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { clients, open } from "./clients.mjs";
import { startFixture } from "./server.mjs";

const retries = { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 50 };
const named = (name) => (event) => event.name === name;

let server;
let plain;
before(async () => {
  server = await startFixture("--recovery-time", "60000");
  plain = await startFixture();
});
after(async () => {
  await server?.stop();
  await plain?.stop();
});

async function openWelcomed(t, client, url, namespace = "") {
  const socket = open(t, client, url + namespace, retries);
  await socket.happened.until(named("auth"));
  return socket;
}

for (const client of clients.filter(({ name }) => name.startsWith("client 4"))) {
  describe(client.name, () => {
    for (const namespace of ["", "/custom"]) {
      test(`goes on with its id in the namespace '${namespace}'`, async (t) => {
        const socket = await openWelcomed(t, client, server.url, namespace);
        assert.equal(socket.recovered, false);
        const { id } = socket;
        socket.io.engine.close();
        await socket.happened.until(named("connect"));
        assert.equal(socket.recovered, true);
        assert.equal(socket.id, id);
      });
    }

    test("goes on again and again, and gets what the server said meanwhile, once", async (t) => {
      const socket = await openWelcomed(t, client, server.url);
      for (let round = 0; round < 5; ++round) {
        socket.emit("message", round, Buffer.from([round]));
        const { values } = await socket.happened.until(named("message-back"));
        assert.deepEqual(values.slice(0, 2), [round, Buffer.from([round])]);
        assert.equal(values.length, 3); // and its offset
        socket.io.engine.close();
        await socket.happened.until(named("connect"));
        assert.equal(socket.recovered, true, `in round ${round}`);
      }
      assert.equal((await socket.happened.until(named("auth"))).name, "auth");
      socket.emit("message", "last");
      const { name, values } = await socket.happened.until(({ name }) => name !== "auth");
      assert.deepEqual([name, values[0]], ["message-back", "last"]);
    });

    test("gets a new session after it said goodbye", async (t) => {
      const socket = await openWelcomed(t, client, server.url);
      const { id } = socket;
      socket.disconnect().connect();
      await socket.happened.until(named("connect"));
      assert.equal(socket.recovered, false);
      assert.notEqual(socket.id, id);
    });

    test("gets a new session where recovery is off", async (t) => {
      const socket = await openWelcomed(t, client, plain.url);
      const { id } = socket;
      socket.io.engine.close();
      await socket.happened.until(named("connect"));
      assert.ok(!socket.recovered);
      assert.notEqual(socket.id, id);
    });

    test("loses nothing of what waits for it when its connection breaks", async (t) => {
      const socket = await openWelcomed(t, client, server.url);
      for (let number = 0; number < 200; ++number) {
        socket.emit("message", number);
      }
      let expected = 0;
      let breaks = 3;
      while (expected < 200) {
        const { name, values } = await socket.happened.next();
        if (name === "connect") {
          assert.equal(socket.recovered, true);
          // What the client itself had sent may be lost with its connection; it is the server's part that is not.
          socket.emit("message", "resumed");
        }
        if (name !== "message-back") {
          continue;
        }
        if (values[0] === "resumed") {
          break;
        }
        assert.equal(values[0], expected++);
        if (expected % 20 === 0 && breaks-- > 0) {
          socket.io.engine.close();
        }
      }
    });
  });
}
