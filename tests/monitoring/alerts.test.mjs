// A fault reaches the right receiver as one alert that names it, and is resolved when the fault ends. All faults happen
// at the same time, each in a namespace of its own, so every alert must concern its namespace only.
import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { after, test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { continueOtherWork, pauseOtherWork } from "../system/other_work.mjs";
import { PostgresServer } from "../system/postgres_server.mjs";
import { faster } from "./configuration.mjs";
import { clusterFaults } from "./faults.mjs";
import { MonitoredCluster } from "./monitored_cluster.mjs";
import { Notifications } from "./notifications.mjs";
import { PublicPage } from "./public_page.mjs";
import { Node, Prometheus, startAlertmanager, startBlackbox } from "./servers.mjs";

const t = { after };
const factor = 30; // 15 s of production take half a second
const evaluationsOf10m = 40;
const deadline = { timeoutMs: 120_000 };

// The windows of production are a few seconds here, so one second without progress on a busy disk is an incident.
pauseOtherWork();
after(continueOtherWork);

const postgres = await PostgresServer.start(t, { settings: { max_connections: 200 } }); // of all clusters without their own
const faults = { ...clusterFaults };
const monitored = {};
for (const [namespace, { ownPostgres, options }] of Object.entries(clusterFaults)) {
  const server = ownPostgres ? await PostgresServer.start(t) : postgres;
  monitored[namespace] = await MonitoredCluster.start(t, server, { namespace, ...options });
}

// The disk is that of the machine: its cluster has no namespace, as outside of Kubernetes.
monitored[""] = await MonitoredCluster.start(t, postgres);
const node = await Node.start(t);
faults[""] = {
  alert: "PolluxPostgresDiskFilling",
  severity: "page",
  begin: () => node.fillDisk(),
  end: () => node.emptyDisk(),
};

const page = await PublicPage.start(t, monitored[""].cluster.votes[0], 90);
faults.certificate = {
  alert: "PolluxCertificateExpiring",
  severity: "ticket",
  begin: () => page.renew(7),
  end: () => page.renew(90),
};

const notifications = await Notifications.start(t);
const targets = () => Object.values(monitored).flatMap((cluster) => cluster.targets);
const prometheus = await Prometheus.start(t, {
  factor,
  targets: targets(),
  alertmanager: await startAlertmanager(t, { factor, url: notifications.url }),
  blackbox: await startBlackbox(t, page.authority),
  node: node.address,
  pages: [{ targets: [page.url], labels: { namespace: "certificate" } }],
});

test("nothing is reported while all is well", async () => {
  await eventually(async () => {
    for (const { labels, health, lastError } of await prometheus.targets()) {
      assert.equal(health, "up", `${JSON.stringify(labels)}: ${lastError}`);
    }
    const [votes] = await prometheus.values("min(sum by (namespace) (pollux_votes_accepted_total))");
    assert.ok(votes > 20, `${votes} votes in a cluster`);
    const evaluations = await prometheus.values(
      `count_over_time(pollux:slo_errors:ratio5m[${faster("20m", factor)}])`,
    );
    assert.ok(evaluations.length > 0 && Math.min(...evaluations) >= evaluationsOf10m);
    const alerts = (await prometheus.alerts()).map(({ labels }) => labels);
    assert.deepEqual(alerts, [], "some wait, because not all targets were scraped at the first evaluation");
  }, deadline);
  assert.deepEqual(notifications.received, []);
});

test("each fault is reported once, and resolved when it ends", { concurrency: true }, async (context) => {
  await Promise.all(
    Object.entries(faults).map(([namespace, fault]) =>
      context.test(`${namespace || "disk-full"}: ${fault.alert}`, () => isReported(namespace, fault)),
    ),
  );
});

async function isReported(namespace, { alert, severity, begin, end }) {
  await begin(monitored[namespace]);
  await eventually(
    () => assert.ok(notifications.firing(namespace).includes(alert), `${notifications.fired(namespace)}`),
    deadline,
  );
  // Alerts that wait longer would be reported by then.
  const firing = `ALERTS{alertname="${alert}", namespace="${namespace}", alertstate="firing"}`;
  await eventually(async () => {
    const [evaluations] = await prometheus.values(
      `max(count_over_time(${firing}[${faster("30m", factor)}]))`,
    );
    assert.ok(evaluations >= evaluationsOf10m, `evaluated ${evaluations} times`);
  }, deadline);
  assert.deepEqual(notifications.firing(namespace), [alert]);

  await end(monitored[namespace]);
  prometheus.scrape(targets());
  await eventually(() => assert.deepEqual(notifications.firing(namespace), []), deadline);
  assert.deepEqual(notifications.fired(namespace), [alert]);
  for (const each of notifications.received.filter(({ labels }) => (labels.namespace ?? "") === namespace)) {
    assert.equal(each.receiver, each.severity);
    if (each.name === alert) {
      assert.equal(each.severity, severity);
    }
  }
}

test("nothing but these faults was reported, and each alert leads to its runbook", async () => {
  const names = new Set(notifications.received.map(({ namespace }) => namespace));
  assert.deepEqual([...names].sort(), Object.keys(faults).sort());
  for (const { name, annotations } of notifications.received) {
    assert.ok(annotations.summary && annotations.description, name);
    assert.ok(annotations.runbook_url.endsWith(`/docs/runbooks/${name}.md`), annotations.runbook_url);
    await access(new URL(`../../docs/runbooks/${name}.md`, import.meta.url));
  }
});
