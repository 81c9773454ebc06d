// Acknowledgements that the server requests.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { clients, open, startFixture } from "./clients.mjs";

let server;
let url;
before(async () => ({ url } = server = await startFixture()));
after(() => server?.stop());

const named = (...names) => (event) => names.includes(event.name);

for (const client of clients) {
  describe(client.name, () => {
    test("acknowledges with values of every kind", async (t) => {
      const socket = open(t, client, url);
      socket.on("question", (...values) => values.pop()(...values, "and", Buffer.from([1, 2])));
      socket.emit("ask", 1, { two: [3] });
      const { name, values } = await socket.happened.until(named("answered", "unanswered"));
      assert.deepEqual([name, values], ["answered", [1, { two: [3] }, "and", Buffer.from([1, 2])]]);
    });

    test("acknowledges many events in reverse order", async (t) => {
      const socket = open(t, client, url);
      const questions = [];
      socket.on("question", (number, answer) => questions.push(() => answer(number)));
      for (let number = 0; number < 100; ++number) {
        socket.emit("ask", number);
      }
      for (let number = 0; number < 100; ++number) {
        await socket.happened.until(named("question"));
      }
      questions.reverse().forEach((answer) => answer());
      for (let number = 99; number >= 0; --number) {
        assert.deepEqual((await socket.happened.until(named("answered", "unanswered"))).values, [number]);
      }
    });

    test("acknowledges without arguments, and only the first time counts", async (t) => {
      const socket = open(t, client, url);
      socket.on("question", (answer) => (answer(), answer("again")));
      socket.emit("ask");
      assert.deepEqual(await socket.happened.until(named("answered", "unanswered")), { name: "answered", values: [] });
    });

    test("does not acknowledge, which the server notices in time", async (t) => {
      const socket = open(t, client, url);
      let late;
      socket.on("question", (answer) => (late = answer));
      socket.emit("ask");
      const { name, values } = await socket.happened.until(named("answered", "unanswered"));
      assert.deepEqual([name, values], ["unanswered", ["The client did not acknowledge the event in time."]]);
      late("too late");
      socket.emit("message", "still here");
      assert.equal((await socket.happened.until(named("answered", "message-back"))).name, "message-back");
    });
  });
}
