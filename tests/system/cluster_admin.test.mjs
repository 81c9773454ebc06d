// Scaled out, pollux-admin: polls are made by its API, in PostgreSQL, and the services for voters learn of them by Redis.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ApiClient, password, setupToken } from "./api.mjs";
import { Child } from "./child.mjs";
import { Cluster, programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { formType, request } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { runProgram } from "./service.mjs";

const postgres = await PostgresServer.start({ after });
const question = { kind: "ranking", text: "Where do we go?", options: ["Lake", "Hills", "Museum"] };
const named = ["--admin-name", "Ann", "--admin-password", password];

function start(t, counts = {}) {
  const args = { vote: ["--managed-polls"], admin: named };
  return Cluster.start(t, postgres, { admins: 1, args, ...counts });
}

async function signedIn(service) {
  const client = new ApiClient(service);
  await client.signIn("Ann");
  return client;
}

async function openPoll(client, changes = {}) {
  const { id } = await client.ask("POST", "/polls", { body: { title: "Trip", question, ...changes } });
  return client.ask("POST", `/polls/${id}/open`);
}

async function cast(service, { code }, ...values) {
  const { status } = await request(`${service.voteUrl}/p/${code}`, {
    method: "POST",
    headers: { "Content-Type": formType },
    body: values.map((value) => `vote=${value}`).join("&"),
  });
  return status;
}

// Until each of the vote services takes a vote; how many votes that makes.
async function takenByAll(cluster, poll, ...values) {
  for (const service of cluster.votes) {
    await eventually(async () => assert.equal(await cast(service, poll, ...values), 200));
  }
  return cluster.votes.length;
}

const votersOf = async (client, { id }) => (await client.ask("GET", `/polls/${id}/results`)).results.voters;

test("from the address in the log to the results on the screen, and a start that finds what was there", async (t) => {
  const cluster = await start(t, { votes: 2, args: { vote: ["--managed-polls"], admin: ["--public-url", "http://vote.example/"] } });
  const [service] = cluster.admins;
  const ann = new ApiClient(service);
  await ann.ask("POST", "/setup", { body: { token: setupToken(service), name: "Ann", password } });
  assert.match((await request(`${service.adminUrl}/`)).body.toString(), /<title>/);
  const poll = await openPoll(ann);
  assert.equal(poll.vote_url, `http://vote.example/p/${poll.code}`);
  assert.equal(poll.result_url, `http://127.0.0.1:8081/r/${poll.code}`);
  const voters = await takenByAll(cluster, poll, "b", "a");
  await eventually(async () => assert.equal(await votersOf(ann, poll), voters));
  await eventually(async () => {
    const { status, body } = await request(`${cluster.results[0].resultUrl}/api/results/${poll.code}`);
    assert.equal(status, 200);
    assert.equal(JSON.parse(body).results.runoff.winner, "b");
  });
  assert.deepEqual(await service.stop(), { status: 0, signal: null });

  const again = await cluster.admin();
  assert.ok(!again.log.some((line) => line.includes("#setup=")), "there is an account");
  const later = await signedIn(again);
  assert.equal((await later.ask("POST", `/polls/${poll.id}/close`)).state, "closed");
  assert.equal(await cast(cluster.votes[0], poll, "a"), 409);
});

test("with four vote services, accepted votes count and rejected ones do not, however many race against the close", async (t) => {
  const cluster = await start(t, { votes: 4, results: 0 });
  const ann = await signedIn(cluster.admins[0]);
  for (let round = 0; round < 5; ++round) {
    const poll = await openPoll(ann);
    const before = await takenByAll(cluster, poll, "a");
    const votes = Array.from({ length: 100 }, (_, each) => cast(cluster.votes[each % 4], poll, "a"));
    await Promise.race(votes);
    await ann.ask("POST", `/polls/${poll.id}/close`);
    const late = await Promise.all(cluster.votes.map((service) => cast(service, poll, "a")));
    assert.deepEqual(late, [409, 409, 409, 409], "after the response to close");
    const statuses = await Promise.all(votes);
    assert.ok(statuses.every((status) => status === 200 || status === 409), `${statuses}`);
    const accepted = before + statuses.filter((status) => status === 200).length;
    await eventually(async () => assert.equal(await votersOf(ann, poll), accepted));
  }
});

// Where "See the results" of the vote page leads this browser, as JSON; `pass` is what the vote service signed.
async function seenBy(cluster, result, poll, cookie) {
  const headers = { ...(cookie ? { Cookie: cookie } : {}) };
  const answer = await request(`${cluster.votes[0].voteUrl}/p/${poll.code}/results`, { headers });
  const pass = new URL(answer.headers.location).search;
  const { body } = await request(`${result.resultUrl}/api/results/${poll.code}${pass}`);
  return { pass, ...JSON.parse(body) };
}

test("those who have voted see results that others see later, if vote and result services share the secret", async (t) => {
  const secret = ["--pass-secret", "shared"];
  const cluster = await start(t, { args: { admin: named, vote: ["--managed-polls", ...secret], result: secret } });
  const [service] = cluster.results;
  const ann = await signedIn(cluster.admins[0]);
  const poll = await openPoll(ann, { policies: { results: "after_vote" } });
  await takenByAll(cluster, poll, "b");
  const { headers } = await request(`${cluster.votes[0].voteUrl}/p/${poll.code}`, {
    method: "POST",
    headers: { "Content-Type": formType },
    body: "vote=b",
  });
  const voter = headers["set-cookie"].map((cookie) => cookie.split(";")[0]).join("; ");
  await eventually(async () => {
    const { pass, results } = await seenBy(cluster, service, poll, voter);
    assert.match(pass, /^\?pass=[0-9a-f]{32}$/);
    assert.equal(results?.voters, 2);
  });
  const other = await seenBy(cluster, service, poll);
  assert.deepEqual([other.pass, other.results, other.voters], ["", null, 2]);

  cluster.args.result = ["--pass-secret", "another"];
  const stranger = await cluster.result();
  await eventually(async () => assert.equal((await seenBy(cluster, stranger, poll)).voters, 2));
  const rejected = await seenBy(cluster, stranger, poll, voter);
  assert.ok(rejected.pass !== "" && rejected.results === null);
  const metrics = (await request(`${stranger.managementUrl}/metrics`)).body.toString();
  assert.match(metrics, /^pollux_results_invalid_passes_total 1$/m);
});

test("two services are one: sessions, changes, and a schedule that is kept once", async (t) => {
  const cluster = await start(t, { admins: 2 });
  const ann = await signedIn(cluster.admins[0]);
  const other = ann.at(cluster.admins[1]);
  const poll = await openPoll(ann);
  await takenByAll(cluster, poll, "a");
  const { revision } = await other.ask("GET", `/polls/${poll.id}`);
  const soon = new Date(Date.now() + 2000).toISOString().replace(/\.\d+Z/, "Z");
  await other.ask("PATCH", `/polls/${poll.id}`, {
    body: { schedule: { closes_at: soon } },
    headers: { "If-Match": `"${revision}"` },
  });
  await eventually(async () => assert.equal((await ann.ask("GET", `/polls/${poll.id}`)).state, "closed"));
  await eventually(async () => assert.equal(await cast(cluster.votes[0], poll, "a"), 409));
  const { items } = await ann.ask("GET", `/audit?poll=${poll.id}`);
  assert.deepEqual(
    items.map(({ action, actor }) => `${action} ${actor}`),
    ["poll.closed pollux", "poll.edited Ann", "poll.opened Ann", "poll.created Ann"],
  );
});

test("without Redis changes are not confirmed, and a Redis that lost its data gets the polls back", async (t) => {
  const cluster = await start(t, { results: 0 });
  const [service] = cluster.admins;
  const ann = await signedIn(service);
  const poll = await openPoll(ann);
  await takenByAll(cluster, poll, "a");
  await cluster.redis.command("FLUSHALL");
  await takenByAll(cluster, poll, "a");

  await cluster.redis.stop();
  assert.equal((await ann.send("POST", `/polls/${poll.id}/close`)).status, 503);
  await eventually(async () => {
    const { status, body } = await request(`${service.managementUrl}/readyz`);
    assert.equal(status, 503);
    assert.match(body.toString(), /polls: .*Redis/);
  });
  await eventually(async () => {
    const now = await metrics(service);
    assert.ok(now.pollux_admin_unannounced_changes_total > 0);
    assert.ok(now.pollux_managed_polls_failures_total > 0);
    assert.ok(now['pollux_redis_connections{state="disconnected"}'] > 0);
  });
  await cluster.redis.start();
  await service.ready();
  await eventually(async () => assert.equal(await cast(cluster.votes[0], poll, "a"), 409));
});

test("an outage of the database is answered with 503, and over once it is back", async (t) => {
  const own = await PostgresServer.start(t);
  const cluster = await Cluster.start(t, own, { votes: 0, results: 0, workers: 0, admins: 1, args: { admin: named } });
  const [service] = cluster.admins;
  const ann = await signedIn(service);
  const lost = async () => (await metrics(service))['pollux_postgres_connections{state="disconnected"}'];
  assert.equal(await lost(), 0);
  await own.stop();
  assert.equal((await ann.send("GET", "/polls")).status, 503);
  await eventually(async () => assert.equal((await request(`${service.managementUrl}/readyz`)).status, 503));
  await eventually(async () => assert.ok((await lost()) > 0));
  await own.start();
  await service.ready();
  await ann.ask("GET", "/polls");
  await eventually(async () => assert.equal(await lost(), 0));
});

test("it waits for a database that a worker migrates", async (t) => {
  const cluster = await Cluster.start(t, postgres, { votes: 0, results: 0, workers: 0, migrated: false });
  const child = new Child(programs.admin, ["--listen", "127.0.0.1:0", "--management-listen", "127.0.0.1:0"], {
    env: { ...process.env, ...cluster.environment },
  });
  t.after(() => child.end("SIGKILL"));
  await child.says((line) => /does not have the schema of this version yet/.test(line));
  // It may serve before the worker has ended.
  await Promise.all([child.says((line) => /"Serving\."/.test(line)), cluster.runWorker(["migrate"])]);
  assert.deepEqual(await child.end("SIGTERM"), { status: 0, signal: null });
});

test("reset-password makes a new password and ends all sessions while the service runs", async (t) => {
  const cluster = await start(t, { votes: 0, results: 0, workers: 0 });
  const [service] = cluster.admins;
  const ann = await signedIn(service);
  const reset = (...args) => runProgram(programs.admin, ["reset-password", ...args], { env: cluster.environment });
  assert.match((await reset()).stderr, /^Name the account: pollux-admin reset-password --account NAME$/m);
  assert.equal((await reset("--account", "Bob")).status, 1);
  const { status, stdout } = await reset("--account", "Ann");
  assert.equal(status, 0);
  const [, renewed] = stdout.match(/^The new password of Ann: (\S.*)$/m);
  assert.equal((await ann.send("GET", "/polls")).status, 401);
  const again = new ApiClient(service);
  assert.equal((await again.send("POST", "/session", { body: { name: "Ann", password: renewed } })).status, 200);
});
