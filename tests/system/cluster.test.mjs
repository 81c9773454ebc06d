// What people do, on the scaled-out system: from the post to the screens, whichever service answers.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { launchBrowser } from "./browser.mjs";
import { Cluster } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, vote } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { Viewer } from "./push_viewer.mjs";

const postgres = await PostgresServer.start({ after });

function follow(t, result) {
  return new Viewer(t, `${result.resultUrl}/polls/default`);
}

const shows = (expected) => (event) =>
  event.name === "tally" &&
  Object.entries(expected).every(([id, count]) =>
    event.values[0].options.some((option) => option.id === id && option.count === count),
  );

test("a vote travels from a browser through stream, row and tally to another browser", async (t) => {
  const cluster = await Cluster.start(t, postgres, { workers: 0 });
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const [voter, screen] = await Promise.all([browser.newPage(), browser.newPage()]);
  await screen.goto(cluster.results[0].resultUrl);
  await screen.getByText("Waiting for the first vote", { exact: true }).waitFor();

  await voter.goto(cluster.votes[0].voteUrl);
  await voter.getByRole("button", { name: "Cats" }).click();
  await voter.getByText("Your vote is in: Cats").waitFor();
  assert.deepEqual(await cluster.redis.command("XLEN", "pollux:votes:0"), ["1"], "it waits in the stream");
  assert.deepEqual(await cluster.recorded(), {});

  await cluster.worker();
  await screen.locator("#total").getByText("1 vote", { exact: true }).waitFor();
  assert.deepEqual(await cluster.sql("SELECT poll, selection FROM pollux_votes"), ["default|a"]);
  assert.deepEqual(await cluster.sql("SELECT selection, sum(count) FROM pollux_tallies GROUP BY 1"), ["a|1"]);
  await eventually(async () =>
    assert.deepEqual((await cluster.redis.command("XPENDING", "pollux:votes:0", "pollux"))[0], "0"),
  );

  await voter.getByRole("button", { name: "Dogs" }).click();
  await screen.locator('[data-option="b"]').getByText("1 vote", { exact: true }).waitFor();
  await screen.locator('[data-option="a"]').getByText("0 votes", { exact: true }).waitFor();
});

test("two instances of each service form one system", async (t) => {
  const cluster = await Cluster.start(t, postgres, { votes: 2, workers: 2, results: 2 });
  const viewers = cluster.results.map((result) => follow(t, result));
  const voters = [];
  for (let index = 0; index < 40; ++index) {
    voters[index] = {};
    const { status } = await vote(cluster.votes[index % 2], index < 30 ? "a" : "b", { jar: voters[index] });
    assert.equal(status, 200);
  }
  await Promise.all(viewers.map((viewer) => viewer.until(shows({ a: 30, b: 10 }))));

  // The other service accepts the voter's cookie, so this changes votes and adds none.
  for (let index = 0; index < 15; ++index) {
    assert.equal((await vote(cluster.votes[(index + 1) % 2], "b", { jar: voters[index] })).status, 200);
  }
  await Promise.all(viewers.map((viewer) => viewer.until(shows({ a: 15, b: 25 }))));
  for (const result of cluster.results) {
    await eventually(async () => assert.deepEqual(await counts(result), { a: 15, b: 25 }));
  }
  assert.deepEqual(await cluster.recorded(), { a: 15, b: 25 });
});

test("the last accepted vote of a voter counts, with 4 workers on 3 streams", async (t) => {
  const cluster = await Cluster.start(t, postgres, {
    votes: 2,
    workers: 4,
    args: { vote: ["--stream-shards", "3"], worker: ["--max-batch", "2"] },
  });
  const options = Array.from({ length: 12 }, () =>
    Array.from({ length: 25 }, () => (Math.random() < 0.5 ? "a" : "b")),
  );
  await Promise.all(
    options.map(async (selections) => {
      const jar = {};
      for (const [index, selection] of selections.entries()) {
        assert.equal((await vote(cluster.votes[index % 2], selection, { jar })).status, 200);
      }
    }),
  );
  const last = options.map((selections) => selections.at(-1));
  const b = last.filter((selection) => selection === "b").length;
  await eventually(async () => {
    const recorded = await Promise.all(
      cluster.workers.map(async (worker) => (await metrics(worker)).pollux_votes_recorded_total),
    );
    assert.equal(
      recorded.reduce((sum, votes) => sum + votes),
      12 * 25,
    );
  });
  await eventually(async () => assert.deepEqual(await counts(cluster.results[0]), { a: 12 - b, b }));
  assert.equal((await cluster.runWorker(["recount"])).status, 0);
});
