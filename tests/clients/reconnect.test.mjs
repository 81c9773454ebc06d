// Clients that reconnect: connection state recovery with the fixture server, and restarts of the program.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { vote } from "../system/http.mjs";
import { Pollux, temporaryDirectory } from "../system/program.mjs";
import { clients, open, startFixture } from "./clients.mjs";

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
      test(`keeps its id in the namespace '${namespace}'`, async (t) => {
        const socket = await openWelcomed(t, client, server.url, namespace);
        assert.equal(socket.recovered, false);
        const { id } = socket;
        socket.io.engine.close();
        await socket.happened.until(named("connect"));
        assert.equal(socket.recovered, true);
        assert.equal(socket.id, id);
      });
    }

    test("recovers repeatedly, and receives missed events once", async (t) => {
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

    test("gets a new session after it disconnected", async (t) => {
      const socket = await openWelcomed(t, client, server.url);
      const { id } = socket;
      socket.disconnect().connect();
      await socket.happened.until(named("connect"));
      assert.equal(socket.recovered, false);
      assert.notEqual(socket.id, id);
    });

    test("gets a new session if recovery is off", async (t) => {
      const socket = await openWelcomed(t, client, plain.url);
      const { id } = socket;
      socket.io.engine.close();
      await socket.happened.until(named("connect"));
      assert.ok(!socket.recovered);
      assert.notEqual(socket.id, id);
    });

    test("loses no event of the server when its connection breaks", async (t) => {
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
          // Events from the client may be lost with its connection; events from the server are not.
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

const retriesOfRestart = { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 200 };

for (const client of clients) {
  for (const [how, end] of [
    ["kill -9", (pollux) => pollux.kill()],
    ["SIGTERM", (pollux) => pollux.stop()],
  ]) {
    test(`${client.name}: reconnects after ${how}`, async (t) => {
      const directory = await temporaryDirectory(t);
      const first = await Pollux.start(t, { directory });
      const { happened } = open(t, client, first.resultUrl, retriesOfRestart);
      await happened.until(named("message"));
      await end(first);
      await happened.until(named("disconnect"));

      const second = await Pollux.start(t, { directory, resultListen: new URL(first.resultUrl).host });
      await happened.until(named("connect"));
      assert.deepEqual((await happened.until(named("message"))).values, [{ text: "Welcome!" }]);
      await vote(second, "b");
      await happened.until(({ name, values }) => name === "scores" && JSON.parse(values[0]).b === 1);
    });
  }
}
