// More idle connections than descriptors: the pages and the probes still answer.
import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import path from "node:path";
import { test } from "node:test";
import { Cluster, programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { request, vote } from "./http.mjs";
import { mostRepeats } from "./log_schema.mjs";
import { metrics } from "./metrics.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { programOf, Service, temporaryDirectory } from "./service.mjs";

const descriptors = 512;
const idle = 700;
const idleOfManagement = 100;

// Starts a program with this limit of descriptors, regardless of the limit of the tests.
function launchLimited(t, program, args, options) {
  const script = `ulimit -n ${descriptors} && exec "$0" "$@"`;
  return Service.launch(t, "/bin/sh", ["-c", script, program, ...args], options);
}

// Connections that never send anything.
async function flood(t, url, count = idle) {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: count }, () => net.connect({ host: hostname, port }));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  await Promise.all(
    sockets.map((socket) => {
      socket.on("error", () => {});
      return Promise.race([once(socket, "connect"), once(socket, "close")]).catch(() => {});
    }),
  );
}

const shedLines = (service) =>
  service.log.filter((line) => line.includes("Connections are shed: descriptors are running out."));

async function holdsUnderFlood(t, service, url, listener) {
  const started = performance.now();
  await flood(t, url);
  await flood(t, service.managementUrl, idleOfManagement);
  const shed = await eventually(async () => {
    const count = (await metrics(service))[`pollux_http_shed_total{listener="${listener}"}`];
    assert.ok(count > 0, `${count} shed`);
    return count;
  });
  assert.ok(shed < 2 * idle, `${shed} shed`);
  for (let i = 0; i < 5; i += 1) {
    assert.equal((await request(`${service.managementUrl}/readyz`)).status, 200);
    assert.equal((await request(`${url}/`)).status, 200);
  }
  await eventually(() => assert.ok(shedLines(service).length >= 1));
  assert.ok(shedLines(service).length <= mostRepeats(started), service.log.join("\n"));
  assert.match(service.log.join("\n"), /The limit of open files is too small for max-connections/);
}

test("pollux serves its pages and probes under a flood of idle connections", async (t) => {
  const folder = await temporaryDirectory(t);
  const anywhere = ["vote", "result", "management"].flatMap((name) => [`--${name}-listen`, "127.0.0.1:0"]);
  const args = [...anywhere, "--database", path.join(folder, "pollux.db")];
  const pollux = await launchLimited(t, programOf("POLLUX_PROGRAM"), args);
  await holdsUnderFlood(t, pollux, pollux.voteUrl, "vote");
  assert.equal((await vote(pollux, "a")).status, 200);
  assert.equal((await request(`${pollux.resultUrl}/api/tally`)).status, 200);
  assert.deepEqual(await pollux.stop(), { status: 0, signal: null });
});

test("a flood of the result page leaves the vote page its connections", async (t) => {
  const folder = await temporaryDirectory(t);
  const anywhere = ["vote", "result", "management"].flatMap((name) => [`--${name}-listen`, "127.0.0.1:0"]);
  const args = [...anywhere, "--database", path.join(folder, "pollux.db")];
  const pollux = await launchLimited(t, programOf("POLLUX_PROGRAM"), args);
  await flood(t, pollux.resultUrl);
  for (let i = 0; i < 20; i += 1) {
    assert.equal((await request(`${pollux.voteUrl}/`)).status, 200);
    assert.equal((await vote(pollux, "a")).status, 200);
  }
  assert.equal((await metrics(pollux))['pollux_http_shed_total{listener="vote"}'], 0);
});

test("each service serves its page and probes under a flood of idle connections", async (t) => {
  const cluster = await Cluster.start(t, await PostgresServer.start(t), { votes: 0, workers: 1, results: 0 });
  const args = ["--listen", "127.0.0.1:0", "--management-listen", "127.0.0.1:0"];
  const votes = await launchLimited(t, programs.vote, args, { env: { REDIS_URL: cluster.redis.url } });
  await votes.ready();
  await holdsUnderFlood(t, votes, votes.voteUrl, "vote");
  assert.equal((await vote(votes, "a")).status, 200);

  const DATABASE_URL = cluster.postgres.url(cluster.database, { role: "pollux_result" });
  const results = await launchLimited(t, programs.result, args, { env: { DATABASE_URL } });
  await holdsUnderFlood(t, results, results.resultUrl, "result");
});
