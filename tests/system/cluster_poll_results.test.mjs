// Scaled out, the results of polls that people made: the result services find the polls in PostgreSQL, and no number that a
// poll hides leaves them.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Cluster } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { request } from "./http.mjs";
import { announce, answer, managedPoll, questions } from "./managed_polls.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { Viewer } from "./push_viewer.mjs";

const postgres = await PostgresServer.start({ after });

const quoted = (value) => (value === null ? "NULL" : `'${String(value).replaceAll("'", "''")}'`);

// Writes the poll as its store does, and announces it to the vote services.
async function keep(cluster, poll) {
  const row = [poll.id, poll.code, poll.title, poll.title, poll.state, poll.run, poll.revision, poll.change, poll.results];
  const times = [poll.keep_days, poll.opens_at, poll.closes_at, poll.zone, poll.created_at, poll.changed_at];
  const columns =
    "id, code, title, search, state, run, revision, change_policy, results_policy, keep_days, opens_at, closes_at, " +
    "zone, created_at, changed_at";
  const run = [poll.id, poll.run, JSON.stringify(poll.question), poll.opened_at, poll.closed_at];
  await cluster.sql(`BEGIN;
    INSERT INTO pollux_managed_polls (${columns}) VALUES (${[...row, ...times].map(quoted).join(", ")})
      ON CONFLICT (id) DO UPDATE SET state = excluded.state, run = excluded.run, revision = excluded.revision,
        results_policy = excluded.results_policy;
    INSERT INTO pollux_managed_runs (poll, run, question, opened_at, closed_at) VALUES (${run.map(quoted).join(", ")})
      ON CONFLICT (poll, run) DO UPDATE SET question = excluded.question, closed_at = excluded.closed_at;
    COMMIT;`);
  await announce(cluster.redis, poll);
  return poll;
}

const change = (cluster, poll, changes) => keep(cluster, { ...poll, ...changes, revision: poll.revision + 1 });

async function start(t, results = 1) {
  return Cluster.start(t, postgres, { results, args: { vote: ["--managed-polls"] } });
}

async function resultsOf(service, poll) {
  const { status, body } = await request(`${service.resultUrl}/api/results/${poll.code}`);
  return status === 200 ? JSON.parse(body) : status;
}

// The services show a change within a second; more on a busy machine.
const eventuallyAre = (service, poll, check) => eventually(async () => check(await resultsOf(service, poll)));

async function cast(cluster, poll, forms) {
  await eventually(async () => assert.equal((await answer(cluster.votes[0], poll, forms[0])).status, 200));
  for (const form of forms.slice(1)) {
    assert.equal((await answer(cluster.votes[0], poll, form)).status, 200, form);
  }
}

test("real votes of every kind are in the results, on the page and by push", async (t) => {
  const cluster = await start(t);
  const [service] = cluster.results;
  const cases = {
    single: { forms: ["vote=a", "vote=b", "vote=a"], check: ({ options }) => assert.equal(options[0].count, 2) },
    multiple: { forms: ["vote=c&vote=a", "vote=a"], check: ({ options }) => assert.equal(options[2].share, 0.5) },
    scale: { forms: ["vote=10", "vote=skip", "vote=7"], check: ({ mean, skipped }) => assert.deepEqual([mean, skipped], [8.5, 1]) },
    ranking: { forms: ["vote=b&vote=a", "vote=b&vote=c&vote=a"], check: ({ runoff }) => assert.equal(runoff.winner, "b") },
  };
  for (const [kind, { forms, check }] of Object.entries(cases)) {
    const poll = await keep(cluster, managedPoll({ question: questions[kind] }));
    await eventuallyAre(service, poll, ({ voters }) => assert.equal(voters, 0));
    const viewer = new Viewer(t, `${service.resultUrl}/polls/${poll.id}`);
    await cast(cluster, poll, forms);
    const { values } = await viewer.until(({ name, values: [now] }) => name === "results" && now.voters === forms.length);
    assert.equal(values[0].results.kind, kind);
    check(values[0].results);
    check((await resultsOf(service, poll)).results);
    const page = (await request(`${service.resultUrl}/r/${poll.code.toLowerCase()}`)).body.toString();
    assert.ok(page.includes(poll.question.text));
    assert.ok(page.includes("<tbody>"));
  }
});

test("programs follow the results as a stream, which ends when the service is stopped", async (t) => {
  const cluster = await start(t);
  const [service] = cluster.results;
  const poll = await keep(cluster, managedPoll());
  await eventuallyAre(service, poll, ({ voters }) => assert.equal(voters, 0));
  const { body } = await fetch(`${service.resultUrl}/api/results/${poll.code}/stream`);
  let text = "";
  const whole = (async () => {
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      text += part;
    }
  })();
  whole.catch(() => {}); // awaited only after all other checks
  await cast(cluster, poll, ["vote=a", "vote=b"]);
  await eventually(() => assert.match(text, /"voters":2,/));
  await change(cluster, poll, { results: "hidden" });
  await eventually(() => assert.match(text, /"voters":null,"version":null,"results":null\}\n\n/));
  await service.stop();
  await whole; // rejects if the last chunk is missing
});

// All that leaves the service about the poll: page, API, and what a viewer received so far.
async function said(service, poll, viewer) {
  const bodies = await Promise.all(
    [`/r/${poll.code}`, `/r/${poll.code}?present`, `/api/results/${poll.code}`].map((path) =>
      request(service.resultUrl + path).then(({ body }) => body.toString()),
    ),
  );
  return [...bodies, JSON.stringify(viewer.takeAll())].join("\n");
}

const numbers = /"count":|&quot;count&quot;:|<tbody>|"results":\{/;

test("hidden numbers leave the service by no way, and a change of the policy or the state reaches open pages", async (t) => {
  const cluster = await start(t);
  const [service] = cluster.results;
  let poll = await keep(cluster, managedPoll({ results: "after_close" }));
  await eventuallyAre(service, poll, ({ voters }) => assert.equal(voters, 0));
  const viewer = new Viewer(t, `${service.resultUrl}/polls/${poll.id}`);
  const shows = (check) => viewer.until(({ name, values: [now] }) => name === "results" && check(now));
  await cast(cluster, poll, ["vote=a", "vote=b", "vote=b"]);
  const waiting = await shows(({ voters }) => voters === 3);
  assert.equal(waiting.values[0].results, null);
  assert.doesNotMatch(await said(service, poll, viewer), numbers);

  poll = await change(cluster, poll, { results: "live" });
  assert.equal((await shows(({ results }) => results !== null)).values[0].results.options[1].count, 2);

  poll = await change(cluster, poll, { results: "hidden" });
  await shows(({ policy, results, voters }) => policy === "hidden" && results === null && voters === null);
  await cast(cluster, poll, ["vote=a"]);
  poll = await change(cluster, poll, { state: "closed" });
  await shows(({ state }) => state === "closed");
  assert.doesNotMatch(await said(service, poll, viewer), numbers);

  poll = await change(cluster, poll, { results: "after_vote" });
  await shows(({ results, voters }) => results !== null && voters === 4);

  poll = await change(cluster, poll, { state: "draft", run: 2 });
  const draft = await shows(({ run }) => run === 2);
  assert.deepEqual([draft.values[0].question, draft.values[0].results], [null, null]);
  assert.doesNotMatch(await said(service, poll, viewer), /Noodles/);
});

test("a service that starts later, or was cut off from the database, shows the polls as they are", async (t) => {
  const cluster = await start(t);
  const poll = await keep(cluster, managedPoll());
  await cast(cluster, poll, ["vote=a"]);
  const later = await cluster.result();
  await eventuallyAre(later, poll, ({ voters }) => assert.equal(voters, 1));
  assert.equal(await resultsOf(later, { code: "347RCD" }), 404);
  await postgres.stop();
  await postgres.start();
  const closed = await change(cluster, poll, { state: "closed" });
  for (const service of [cluster.results[0], later]) {
    await eventuallyAre(service, closed, ({ state }) => assert.equal(state, "closed"));
  }
});
