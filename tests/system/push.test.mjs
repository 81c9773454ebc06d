import assert from "node:assert/strict";
import { test } from "node:test";
import { vote } from "./http.mjs";
import { Pollux } from "./program.mjs";
import { Viewer } from "./push_viewer.mjs";

test("example-voting-app's client is welcomed and then gets the scores as a JSON string", async (t) => {
  const pollux = await Pollux.start(t);
  const viewer = new Viewer(t, pollux.resultUrl);
  assert.deepEqual(await viewer.next(), { name: "message", values: [{ text: "Welcome!" }] });
  assert.deepEqual(await viewer.next(), { name: "scores", values: ['{"a":0,"b":0}'] });

  await vote(pollux, "b");
  const { values } = await viewer.until(
    ({ name, values: [scores] }) => name === "scores" && !scores.includes('"b":0'),
  );
  assert.deepEqual(JSON.parse(values[0]), { a: 0, b: 1 });
});

test("example-voting-app's subscribe is accepted and has no effect", async (t) => {
  const pollux = await Pollux.start(t);
  const viewer = new Viewer(t, pollux.resultUrl);
  await viewer.until(({ name }) => name === "scores");
  viewer.socket.emit("subscribe");
  viewer.socket.emit("subscribe", { channel: "x".repeat(1000) });
  await vote(pollux, "a");
  await viewer.until(({ name, values }) => name === "scores" && JSON.parse(values[0]).a === 1);
});

test("a poll's namespace gets the tally on connect, then a higher version after each change", async (t) => {
  const pollux = await Pollux.start(t);
  const viewer = new Viewer(t, `${pollux.resultUrl}/polls/default`);
  const snapshot = await viewer.next();
  assert.deepEqual(snapshot, {
    name: "tally",
    values: [
      {
        poll: "default",
        version: 0,
        question: "Cats vs Dogs!",
        options: [
          { id: "a", label: "Cats", count: 0 },
          { id: "b", label: "Dogs", count: 0 },
        ],
        total: 0,
      },
    ],
  });

  let version = 0;
  for (let total = 1; total <= 3; ++total) {
    await vote(pollux, "a");
    const {
      values: [tally],
    } = await viewer.until(({ values }) => values[0].total === total);
    assert.equal(tally.options[0].count, total);
    assert.ok(tally.version > version);
    version = tally.version;
  }
});

test("every viewer sees a vote", async (t) => {
  const pollux = await Pollux.start(t);
  const viewers = Array.from({ length: 50 }, () => new Viewer(t, `${pollux.resultUrl}/polls/default`));
  await Promise.all(viewers.map((viewer) => viewer.next()));
  await vote(pollux, "b");
  await Promise.all(viewers.map((viewer) => viewer.until(({ values: [tally] }) => tally.total === 1)));
});

test("an unknown namespace is rejected, and the connection's other namespaces keep working", async (t) => {
  const pollux = await Pollux.start(t);
  for (const name of ["/polls/none", "/polls", "/elsewhere"]) {
    assert.equal((await new Viewer(t, pollux.resultUrl + name).next()).name, "connect_error");
  }
  assert.equal((await new Viewer(t, pollux.resultUrl).next()).name, "message");
});
