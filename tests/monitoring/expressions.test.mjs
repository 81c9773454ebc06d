// Every expression that an operator sees or is woken by returns data from the running programs.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "../system/eventually.mjs";
import { vote } from "../system/http.mjs";
import { PostgresServer } from "../system/postgres_server.mjs";
import { Pollux } from "../system/program.mjs";
import { panelExpressions } from "./configuration.mjs";
import { MonitoredCluster, targetsOf } from "./monitored_cluster.mjs";
import { Notifications } from "./notifications.mjs";
import { operands } from "./promql.mjs";
import { PublicPage } from "./public_page.mjs";
import { Node, Prometheus, startAlertmanager, startBlackbox } from "./servers.mjs";

const t = { after };
const factor = 15;
const dataDeadlineMs = 90_000;
const pollMs = 250;

// What cannot return data here, and why.
const exceptions = {
  PolluxPagesFailing: "no page is answered with 5xx unless it has a defect",
};

const postgres = await PostgresServer.start(t);
const monitored = await MonitoredCluster.start(t, postgres, { votes: 2, workers: 2, results: 1 });
const { cluster } = monitored;
const pollux = await Pollux.start(t);
const page = await PublicPage.start(t, cluster.votes[0], 7); // so an alert fires
const notifications = await Notifications.start(t);
const [alertmanager, blackbox, node] = await Promise.all([
  startAlertmanager(t, { factor, url: notifications.url }),
  startBlackbox(t, page.authority),
  Node.start(t),
]);
const prometheus = await Prometheus.start(t, {
  factor,
  targets: [...monitored.targets, ...targetsOf({ pollux: [pollux] })],
  alertmanager,
  blackbox,
  node: node.address,
  pages: [{ targets: [page.url] }],
});

// Votes that are answered with 4xx and 5xx, and a worker that is behind: their series exist from then on.
async function makeTrouble() {
  assert.equal((await vote(cluster.votes[0], "nothing")).status, 400);
  await cluster.redis.command("CONFIG", "SET", "maxmemory", "1");
  await eventually(async () => assert.equal((await vote(cluster.votes[0], "a")).status, 503));
  await cluster.redis.command("CONFIG", "SET", "maxmemory", "100mb");
}

// { what, expression } of each expression; an alert may have several.
async function everyExpression() {
  const panels = (await panelExpressions()).map(({ dashboard, panel, expr }) => ({
    what: `${dashboard}: ${panel}`,
    expressions: [expr],
  }));
  const rules = (await prometheus.rules()).map(({ type, name, query }) => ({
    what: name,
    expressions: type === "recording" ? [name] : operands(query),
  }));
  return [...panels, ...rules].flatMap(({ what, expressions }) =>
    expressions.map((expression) => ({ what, expression })),
  );
}

// Those that never return a number until `enough` says of the others that they may remain.
async function withoutData(expressions, enough) {
  const deadline = Date.now() + dataDeadlineMs;
  let pending = expressions;
  while (!enough(pending) && Date.now() < deadline) {
    await delay(pollMs);
    const values = await Promise.all(pending.map(({ expression }) => prometheus.values(expression)));
    pending = pending.filter((_, index) => values[index].length === 0);
  }
  return pending;
}

test("every target is up", async () => {
  await eventually(async () => {
    const targets = await prometheus.targets();
    const jobs = targets.map(({ labels }) => labels.component ?? labels.job).sort();
    assert.deepEqual(jobs, ["node", "pollux", "probe", "result", "vote", "vote", "worker", "worker"]);
    for (const { labels, health, lastError } of targets) {
      assert.equal(health, "up", `${JSON.stringify(labels)}: ${lastError}`);
    }
  });
});

test("every rule is evaluated without an error", async () => {
  await eventually(async () => {
    const rules = await prometheus.rules();
    assert.ok(rules.length > 0);
    for (const { name, health, lastError } of rules) {
      assert.equal(health, "ok", `${name}: ${lastError}`);
    }
  });
});

test("every expression of panels, recording rules and alerts returns data", async () => {
  await makeTrouble();
  const isExcepted = ({ what }) => what in exceptions;
  const pending = await withoutData(await everyExpression(), (left) => left.every(isExcepted));
  const unexpected = pending.filter((entry) => !isExcepted(entry));
  assert.equal(unexpected.map(({ what, expression }) => `${what}: ${expression}`).join("\n"), "", "no data");
  assert.deepEqual(
    Object.keys(exceptions).filter((name) => !pending.some(({ what }) => what === name)),
    [],
    "these return data, so they are no exceptions",
  );
});
