// The trace of a vote, from the POST to the screens, as a real OpenTelemetry collector receives it from the real services.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { Cluster } from "../system/cluster.mjs";
import { eventually } from "../system/eventually.mjs";
import { vote, voterOf } from "../system/http.mjs";
import { metrics } from "../system/metrics.mjs";
import { PostgresServer } from "../system/postgres_server.mjs";
import { showsTotal, Viewer } from "../system/push_viewer.mjs";
import { programOf, Service, temporaryDirectory } from "../system/service.mjs";
import { CollectorProcess } from "./collector_process.mjs";

const postgres = await PostgresServer.start({ after });
const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };

// A vote whose tally a result service finds at its start has no trace there.
async function followTheVotes(cluster) {
  for (const service of cluster.results) {
    await eventually(async () => assert.equal((await metrics(service)).pollux_feed_live, 1));
  }
}

function traced(url, ratio = 0) {
  const args = ["--otel-exporter-otlp-endpoint", url, "--otel-traces-sampler-arg", `${ratio}`];
  return { vote: args, worker: args, result: args };
}

// A traceparent field, and its parts.
function decision(sampled) {
  const trace = randomBytes(16).toString("hex");
  const parent = randomBytes(8).toString("hex");
  return { trace, parent, headers: { traceparent: `00-${trace}-${parent}-${sampled ? "01" : "00"}` } };
}

// The spans of a trace, once there are `names`.
function spansOf(collector, trace, names) {
  return eventually(async () => {
    const spans = (await collector.spans()).filter((span) => span.trace === trace);
    assert.deepEqual(spans.map(({ name }) => name).sort(), [...names].sort());
    return spans;
  });
}

// "service: name" of the span and its ancestors within the trace, the first one first.
function pathTo(spans, name) {
  const path = [];
  for (
    let span = spans.find((each) => each.name === name);
    span;
    span = spans.find(({ id }) => id === span.parent)
  ) {
    path.unshift(`${span.service}: ${span.name}`);
  }
  return path;
}

const named = (spans, name) => spans.find((span) => span.name === name);

const scaledOut = [
  "POST /",
  "send pollux:votes:0",
  "process pollux:votes",
  "INSERT pollux_votes",
  "publish pollux_tally",
  "process pollux_tally",
  "SELECT pollux_tallies",
  "push /polls/default",
];

test("one trace follows a vote through all processes", async (t) => {
  const collector = await CollectorProcess.start(t);
  const cluster = await Cluster.start(t, postgres, { args: traced(collector.url) });
  await followTheVotes(cluster);
  const viewer = new Viewer(t, `${cluster.results[0].resultUrl}/polls/default`);
  await viewer.until(showsTotal(0));
  const { trace, parent, headers } = decision(true);
  const jar = {};
  assert.equal((await vote(cluster.votes[0], "a", { jar, headers })).status, 200);
  await viewer.until(showsTotal(1));

  const spans = await spansOf(collector, trace, scaledOut);
  const worker = ["pollux-vote: POST /", "pollux-vote: send pollux:votes:0", "pollux-worker: process pollux:votes"];
  const result = [...worker, "pollux-worker: publish pollux_tally", "pollux-result: process pollux_tally"];
  assert.equal(named(spans, "POST /").parent, parent);
  assert.deepEqual(pathTo(spans, "INSERT pollux_votes"), [...worker, "pollux-worker: INSERT pollux_votes"]);
  assert.deepEqual(pathTo(spans, "SELECT pollux_tallies"), [...result, "pollux-result: SELECT pollux_tallies"]);
  assert.deepEqual(pathTo(spans, "push /polls/default"), [...result, "pollux-result: push /polls/default"]);

  const request = named(spans, "POST /");
  assert.equal(request.kind, kinds.server);
  assert.equal(request.attributes["http.request.method"], "POST");
  assert.equal(request.attributes["http.route"], "/");
  assert.equal(request.attributes["http.response.status_code"], 200);
  const sent = named(spans, "send pollux:votes:0");
  assert.equal(sent.kind, kinds.producer);
  assert.equal(sent.attributes["messaging.system"], "redis");
  assert.equal(sent.attributes["messaging.destination.name"], "pollux:votes:0");
  const processed = named(spans, "process pollux:votes");
  assert.equal(processed.kind, kinds.consumer);
  assert.equal(processed.attributes["messaging.message.id"], sent.attributes["messaging.message.id"]);
  const recorded = named(spans, "INSERT pollux_votes");
  assert.equal(recorded.kind, kinds.client);
  assert.equal(recorded.attributes["db.system.name"], "postgresql");
  assert.equal(recorded.attributes["db.namespace"], cluster.database);
  assert.equal(recorded.attributes["db.operation.name"], "INSERT");
  for (const span of spans) {
    assert.equal(span.failed, false, span.name);
    assert.ok(span.end >= span.start, span.name);
  }

  const received = await collector.received();
  assert.ok(!received.includes(voterOf(jar)), "no voter in a span");
  assert.ok(!received.includes("Cats"), "no selection in a span");
  await eventually(async () =>
    assert.equal((await metrics(cluster.votes[0])).pollux_spans_exported_total, 2),
  );
});

test("the sender decides, and otherwise the ratio", async (t) => {
  const collector = await CollectorProcess.start(t);
  const cluster = await Cluster.start(t, postgres, { args: traced(collector.url, 0) });
  await followTheVotes(cluster);
  const [service] = cluster.votes;
  assert.equal((await vote(service, "a")).status, 200);
  assert.equal((await vote(service, "a", { headers: decision(false).headers })).status, 200);
  const broken = { traceparent: `00-${"0".repeat(32)}-00f067aa0ba902b7-01` };
  assert.equal((await vote(service, "a", { headers: broken })).status, 200);
  const { trace, headers } = decision(true);
  assert.equal((await vote(service, "b", { headers })).status, 200);
  await spansOf(collector, trace, scaledOut);
  assert.deepEqual([...new Set((await collector.spans()).map((span) => span.trace))], [trace]);
  assert.deepEqual(await cluster.recorded(), { a: 3, b: 1 });
});

test("votes of one batch have a trace each, linked to the one that records them", async (t) => {
  const collector = await CollectorProcess.start(t);
  const cluster = await Cluster.start(t, postgres, { workers: 0, args: traced(collector.url) });
  await followTheVotes(cluster);
  const [first, second] = [decision(true), decision(true)];
  for (const { headers } of [first, second]) {
    assert.equal((await vote(cluster.votes[0], "a", { headers })).status, 200);
  }
  await cluster.worker();
  const leading = await spansOf(collector, first.trace, scaledOut);
  const other = await spansOf(collector, second.trace, ["POST /", "send pollux:votes:0", "process pollux:votes"]);
  const linkTo = (span) => `${span.trace}/${span.id}`;
  assert.deepEqual(named(other, "process pollux:votes").links, [linkTo(named(leading, "process pollux:votes"))]);
  assert.deepEqual(named(leading, "INSERT pollux_votes").links, [linkTo(named(other, "process pollux:votes"))]);
  assert.equal(named(leading, "INSERT pollux_votes").attributes["db.operation.batch.size"], 2);
});

test("a collector that is gone costs spans, and no votes", async (t) => {
  const collector = await CollectorProcess.start(t);
  const cluster = await Cluster.start(t, postgres, { args: traced(collector.url, 1) });
  const [service] = cluster.votes;
  await collector.kill();
  for (let index = 0; index < 20; ++index) {
    assert.equal((await vote(service, "a")).status, 200);
  }
  await eventually(async () => assert.deepEqual(await cluster.recorded(), { a: 20 }));
  await eventually(async () => {
    assert.ok((await metrics(service)).pollux_span_export_failures_total > 0);
    assert.ok(service.log.some((line) => line.includes("Spans could not be exported")));
  });
  service.signal("SIGTERM");
  assert.deepEqual(await service.ended(), { status: 0, signal: null });
});

test("pollux traces a vote within its process", async (t) => {
  const collector = await CollectorProcess.start(t);
  const database = `${await temporaryDirectory(t)}/pollux.db`;
  const listen = ["vote", "result", "management"].flatMap((name) => [`--${name}-listen`, "127.0.0.1:0"]);
  const args = [...listen, "--database", database, ...traced(collector.url).vote];
  const pollux = await Service.launch(t, programOf("POLLUX_PROGRAM"), args);
  const { trace, headers } = decision(true);
  assert.equal((await vote(pollux, "a", { headers })).status, 200);
  const spans = await spansOf(collector, trace, [
    "POST /",
    "process votes",
    "INSERT pollux_votes",
    "push /polls/default",
  ]);
  const path = ["pollux: POST /", "pollux: process votes"];
  assert.deepEqual(pathTo(spans, "INSERT pollux_votes"), [...path, "pollux: INSERT pollux_votes"]);
  assert.deepEqual(pathTo(spans, "push /polls/default"), [...path, "pollux: push /polls/default"]);
  assert.equal(named(spans, "INSERT pollux_votes").attributes["db.system.name"], "sqlite");
});
