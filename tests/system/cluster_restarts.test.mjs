// Each part of the scaled-out system is restarted in turn: the others continue or wait, and recover without help.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { launchBrowser } from "./browser.mjs";
import { Cluster, programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { cookieOf, counts, request, vote } from "./http.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { showsTotal, Viewer } from "./push_viewer.mjs";
import { runProgram } from "./service.mjs";

const postgres = await PostgresServer.start({ after });

const listenOf = (url) => ({ listen: new URL(url).host });

const feedIs = (state) => (event) => event.name === "feed" && event.values[0].state === state;

// Until an event of each kind has come, in any order.
function untilAll(viewer, kinds) {
  const missing = new Set(kinds);
  return viewer.until((event) => {
    missing.forEach((kind) => kind(event) && missing.delete(kind));
    return missing.size === 0;
  });
}

test("every service recovers after another one restarts", async (t) => {
  const cluster = await Cluster.start(t, postgres, { workers: 1 });
  const restarts = {
    redis: async () => {
      await cluster.redis.stop();
      await cluster.redis.start();
    },
    postgres: async () => {
      await postgres.stop();
      await postgres.start();
    },
    vote: async () => {
      const [{ voteUrl }] = cluster.votes;
      assert.deepEqual(await cluster.votes[0].stop(), { status: 0, signal: null });
      cluster.votes = [await cluster.vote(listenOf(voteUrl))];
    },
    worker: async () => {
      assert.deepEqual(await cluster.workers[0].stop(), { status: 0, signal: null });
      cluster.workers = [await cluster.worker()];
    },
    result: async () => {
      const [{ resultUrl }] = cluster.results;
      assert.deepEqual(await cluster.results[0].stop(), { status: 0, signal: null });
      cluster.results = [await cluster.result(listenOf(resultUrl))];
    },
  };
  const viewer = new Viewer(t, `${cluster.results[0].resultUrl}/polls/default`, { reconnection: true });
  // A vote that was answered with 503 may count nevertheless, so the same voter casts it again.
  const newVoter = async () => ({ cookie: cookieOf(await request(`${cluster.votes[0].voteUrl}/`)) });
  const untilAccepted = (option, jar, part) =>
    eventually(async () => assert.equal((await vote(cluster.votes[0], option, { jar })).status, 200, part));
  const jar = await newVoter();
  let total = 0;
  for (const [part, restart] of Object.entries(restarts)) {
    await restart();
    await untilAccepted("a", await newVoter(), part);
    await untilAccepted("b", jar, part);
    total += 1;
    await viewer.until(showsTotal(total + 1));
    await eventually(async () => assert.deepEqual(await counts(cluster.results[0]), { a: total, b: 1 }, part));
  }
  for (const [program, [service]] of [
    [programs.vote, cluster.votes],
    [programs.worker, cluster.workers],
    [programs.result, cluster.results],
  ]) {
    const { host } = new URL(service.managementUrl);
    await eventually(async () => {
      const { status, stderr } = await runProgram(program, ["healthcheck", "--management-listen", host]);
      assert.equal(status, 0, stderr);
    });
  }
});

test("the result page shows that it is reconnecting while PostgreSQL is down", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  assert.equal((await vote(cluster.votes[0], "a")).status, 200);
  const [{ resultUrl, managementUrl }] = cluster.results;
  const viewer = new Viewer(t, `${resultUrl}/polls/default`);
  await viewer.until(showsTotal(1));
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage({ locale: "en-US" });
  await page.goto(resultUrl);
  await page.getByText("Live", { exact: true }).waitFor();

  await postgres.stop();
  await viewer.until(feedIs("reconnecting"));
  await page.getByText("Reconnecting to the database…").waitFor();
  await page.locator('[data-option="a"]').getByText("1 vote", { exact: true }).waitFor();
  const late = new Viewer(t, `${resultUrl}/polls/default`);
  await late.until(showsTotal(1));
  await late.until(feedIs("reconnecting"));
  const isReady = (status) =>
    eventually(async () => assert.equal((await request(`${managementUrl}/readyz`)).status, status));
  await isReady(503);
  assert.equal((await vote(cluster.votes[0], "b")).status, 200, "votes wait in Redis");

  await postgres.start();
  await Promise.all([viewer, late].map((each) => untilAll(each, [feedIs("live"), showsTotal(2)])));
  await page.getByText("Live", { exact: true }).waitFor();
  await page.locator('[data-option="b"]').getByText("1 vote", { exact: true }).waitFor();
  await isReady(200);
});
