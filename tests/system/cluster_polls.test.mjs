// Scaled out, services that ask different things, or sign cookies with different keys, never do so silently.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Cluster, programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, request, vote, voterOf } from "./http.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { runProgram } from "./service.mjs";

const postgres = await PostgresServer.start({ after });
const noodles = ["--option-a", "Noodles", "--option-b", "Pizza"];
const listening = ["--listen", "127.0.0.1:0", "--management-listen", "127.0.0.1:0"];

function runVote(cluster, args) {
  return runProgram(programs.vote, [...listening, ...args], { env: { REDIS_URL: cluster.redis.url } });
}

function runResult(cluster, args) {
  return runProgram(programs.result, [...listening, ...args], { env: cluster.environment });
}

// Until the log of the service has such a line, which may come after the change that it is about.
const logs = (service, part) =>
  eventually(() => assert.ok(service.log.some((line) => line.includes(part)), service.log.join("\n")));

// Until the workers have copied what is asked.
function copied(cluster, poll) {
  return eventually(async () => {
    const rows = await cluster.sql(`SELECT poll FROM pollux_polls WHERE poll = '${poll}'`);
    assert.deepEqual(rows.filter(Boolean), [poll]);
  });
}

// Until the vote services and workers, `services` in all, have compared what is registered twice each.
async function comparedTwice(cluster, services) {
  const readings = async () => {
    const stats = (await cluster.redis.command("INFO", "commandstats")).join("\n");
    return Number(stats.match(/cmdstat_hgetall:calls=(\d+)/)?.[1] ?? 0);
  };
  const enough = (await readings()) + 2 * services;
  await eventually(async () => assert.ok((await readings()) >= enough));
}

test("a vote or result service with another question in the same run does not start", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const other = await runVote(cluster, noodles);
  assert.equal(other.status, 1);
  for (const part of ["Cats vs Dogs!", "Noodles vs Pizza!", "--run", "POLLUX_RUN", "--keep-run"]) {
    assert.ok(other.stderr.includes(part), other.stderr);
  }
  await copied(cluster, "default");
  const result = await runResult(cluster, noodles);
  assert.equal(result.status, 1);
  assert.match(result.stderr, /The vote services ask "Cats vs Dogs!".*POLLUX_RUN/);
});

test("a running result service that detects another question logs it and is no longer ready", async (t) => {
  const cluster = await Cluster.start(t, postgres, { votes: 0, args: { vote: noodles } });
  const [result] = cluster.results;
  await result.ready();
  await cluster.vote();
  await eventually(async () => {
    const { status, body } = await request(`${result.managementUrl}/readyz`);
    assert.equal(status, 503);
    assert.match(body.toString(), /poll: The vote services ask "Noodles vs Pizza!"/);
  });
  await logs(result, "The services disagree on the poll.");
});

test("another run counts from zero, and services of the previous run report it", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const [first] = cluster.votes;
  const [earlier] = cluster.results;
  assert.equal((await vote(first, "a")).status, 200);
  await eventually(async () => assert.deepEqual(await counts(earlier), { a: 1, b: 0 }));
  cluster.args = { worker: [], vote: [...noodles, "--run", "2"], result: [...noodles, "--run", "2"] };
  const second = await cluster.vote();
  await copied(cluster, "default.2");
  const later = await cluster.result();
  assert.equal((await vote(second, "b")).status, 200);
  await eventually(async () => assert.deepEqual(await counts(later), { a: 0, b: 1 }));
  assert.deepEqual(await counts(earlier), { a: 1, b: 0 });
  await eventually(async () => {
    const metrics = (await request(`${earlier.managementUrl}/metrics`)).body.toString();
    assert.match(metrics, /^pollux_poll_newest_run 2$/m);
    assert.ok(earlier.log.some((line) => line.includes("newer run")));
  });
});

test("a definition lost by Redis is registered again, and a corrected letter is logged", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  await cluster.redis.command("DEL", "pollux:polls");
  await eventually(async () => assert.deepEqual(await cluster.redis.command("HKEYS", "pollux:polls"), ["default"]));
  cluster.args.vote = ["--question", "Cats vs Dogs"];
  const corrected = await cluster.vote();
  await logs(corrected, "wording of the question has changed");
});

test("with two wordings, the last registered one stays in Redis and in the database", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const corrected = ["Cats vs Dogs?", "Cats", "Dogs"];
  cluster.args.vote = ["--question", "Cats vs Dogs?"];
  await cluster.vote();
  const registered = () => cluster.redis.command("HGET", "pollux:polls", "default");
  const inDatabase = () => cluster.sql("SELECT xmin, replace(definition, chr(10), '/') FROM pollux_polls");
  assert.deepEqual(await registered(), corrected);
  await eventually(async () => assert.match((await inDatabase())[0], /\|Cats vs Dogs\?\/Cats\/Dogs$/));
  const written = await inDatabase();
  await comparedTwice(cluster, 3);
  assert.deepEqual(await registered(), corrected);
  assert.deepEqual(await inDatabase(), written);

  await cluster.redis.command("DEL", "pollux:polls");
  await eventually(async () => assert.deepEqual(await registered(), corrected));
});

test("a result service without access to the definition serves and logs the required grant", async (t) => {
  const cluster = await Cluster.start(t, postgres, { votes: 0, results: 0 });
  await cluster.sql("REVOKE SELECT ON pollux_polls FROM pollux_result");
  const result = await cluster.result();
  await result.ready();
  assert.deepEqual(await counts(result), { a: 0, b: 0 });
  await logs(result, "GRANT SELECT ON pollux_polls TO pollux_result;");
});

test("the voter key is restored to a Redis that lost its data, so a browser stays one voter", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const [first] = cluster.votes;
  const jar = {};
  assert.equal((await vote(first, "a", { jar })).status, 200);
  const voter = voterOf(jar);
  await eventually(async () => assert.deepEqual(await cluster.selections(), new Map([[voter, "a"]])));
  const [key] = await cluster.redis.command("GET", "pollux:voter-key");
  await cluster.redis.command("FLUSHALL");
  await eventually(async () => assert.deepEqual(await cluster.redis.command("GET", "pollux:voter-key"), [key]));
  await eventually(async () => {
    const metrics = (await request(`${first.managementUrl}/metrics`)).body.toString();
    assert.match(metrics, /^pollux_voter_key_restored_total [1-9]/m);
  });
  await logs(first, "has restored it");

  const second = await cluster.vote();
  assert.equal((await vote(second, "b", { jar })).status, 200);
  await eventually(async () => assert.deepEqual(await cluster.selections(), new Map([[voter, "b"]])));
  await eventually(async () => assert.equal((await vote(first, "a", { jar })).status, 200));
  await eventually(async () => assert.deepEqual(await cluster.selections(), new Map([[voter, "a"]])));
});

test("a vote service with another voter key than Redis is not ready until it is restarted", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const [first] = cluster.votes;
  await cluster.redis.command("SET", "pollux:voter-key", "ab".repeat(32));
  await eventually(async () => {
    const { status, body } = await request(`${first.managementUrl}/readyz`);
    assert.equal(status, 503);
    assert.match(body.toString(), /voter key: .*Restart this service/);
  });
  await logs(first, "The services disagree on the voter key.");
  await eventually(async () => {
    const metrics = (await request(`${first.managementUrl}/metrics`)).body.toString();
    assert.match(metrics, /^pollux_voter_key_disagrees 1$/m);
  });
  await first.stop();
  await cluster.vote();
});
