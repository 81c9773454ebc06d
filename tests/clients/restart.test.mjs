// Clients find the real program again after it was killed or stopped, and get what they get at first.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pollux, temporaryDirectory } from "../system/program.mjs";
import { vote } from "../system/http.mjs";
import { clients, open } from "./clients.mjs";

const named = (name) => (event) => event.name === name;
const retries = { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 200 };

for (const client of clients) {
  for (const [how, end] of [
    ["kill -9", (pollux) => pollux.kill()],
    ["SIGTERM", (pollux) => pollux.stop()],
  ]) {
    test(`${client.name}: comes back after ${how}`, async (t) => {
      const directory = await temporaryDirectory(t);
      const first = await Pollux.start(t, { directory });
      const { happened } = open(t, client, first.resultUrl, retries);
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
