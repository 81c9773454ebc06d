// The database: creation of tables, access rights, repair of tallies.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, test } from "node:test";
import { Cluster, programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, vote } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { runProgram } from "./service.mjs";

const postgres = await PostgresServer.start({ after });
const asResult = { role: "pollux_result" };

const migrations = readdirSync(new URL("../../libs/store/migrations/postgres/", import.meta.url))
  .map((file) => file.replace(".sql", ""))
  .sort();

function migrate(database) {
  return runProgram(programs.worker, ["migrate"], { env: { DATABASE_URL: postgres.url(database) } });
}

test("workers that start at the same time apply migrations once", async () => {
  const database = await postgres.freshDatabase();
  const runs = await Promise.all(Array.from({ length: 4 }, () => migrate(database)));
  assert.deepEqual(
    runs.map(({ status }) => status),
    [0, 0, 0, 0],
  );
  const applied = runs.filter(({ stdout }) => stdout === migrations.map((name) => `Applied ${name}.\n`).join(""));
  assert.equal(applied.length, 1, JSON.stringify(runs));
  assert.equal((await migrate(database)).stdout, "The database has the schema of this version.\n");
  assert.deepEqual(
    await postgres.sql(database, "SELECT number, name FROM pollux_schema ORDER BY number"),
    migrations.map((name) => `${Number(name.slice(0, 4))}|${name}`),
  );
});

test("a starting worker creates the tables", async (t) => {
  const cluster = await Cluster.start(t, postgres, { migrated: false, votes: 0, results: 0 });
  assert.deepEqual(await cluster.sql("SELECT count(*) FROM pollux_votes"), ["0"]);
});

test("a database migrated by a newer version is not changed", async () => {
  const database = await postgres.freshDatabase();
  await migrate(database);
  await postgres.sql(database, "INSERT INTO pollux_schema (number, name) VALUES (999, '0999_future')");
  const { status, stderr } = await migrate(database);
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^The database .* was written by a newer version of this program .*\. Run that version, .*\.\n$/,
  );
});

test("a table of example-voting-app is migrated and keeps counting", async (t) => {
  const database = await postgres.freshDatabase();
  await postgres.sql(
    database,
    "CREATE TABLE votes (id VARCHAR(255) NOT NULL UNIQUE, vote VARCHAR(255) NOT NULL)",
  );
  await postgres.sql(
    database,
    "INSERT INTO votes VALUES ('ann', 'a'), ('bob', 'b'), ('cid', 'b'), ('', 'a')",
  );
  const { status, stdout } = await migrate(database);
  assert.equal(status, 0);
  assert.match(
    stdout,
    /it is called "votes_before_pollux" now\.\n1 rows of "votes_before_pollux" are not counted/,
  );

  const cluster = await Cluster.start(t, postgres, {
    database,
    votes: 0,
    args: { worker: ["--import-legacy-list"] },
  });
  assert.deepEqual(await counts(cluster.results[0]), { a: 1, b: 2 });
  await cluster.redis.command("RPUSH", "votes", '{"voter_id": "bob", "vote": "a"}');
  await eventually(async () => assert.deepEqual(await counts(cluster.results[0]), { a: 2, b: 1 }));
});

test('an unrelated table "votes" is not changed', async () => {
  const database = await postgres.freshDatabase();
  await postgres.sql(database, "CREATE TABLE votes (house text, bill text, yes int)");
  const { status, stderr } = await migrate(database);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    'The database has something else called "votes". Rename it, or use another database.\n',
  );
  assert.deepEqual(
    await postgres.sql(database, "SELECT relname FROM pg_class WHERE relname LIKE 'pollux%'"),
    [],
  );
});

test("the role of pollux-result can read tallies but not votes", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  assert.equal((await vote(cluster.votes[0], "a")).status, 200);
  await eventually(async () => assert.deepEqual(await counts(cluster.results[0]), { a: 1, b: 0 }));
  const denied = [
    "SELECT * FROM pollux_votes",
    "SELECT voter FROM pollux_votes",
    "SELECT * FROM votes",
    "INSERT INTO votes (id, vote) VALUES ('xyz', 'a')",
    "UPDATE pollux_tallies SET count = 100",
    "DELETE FROM pollux_tally_slots",
    "TRUNCATE pollux_votes",
    "CREATE TABLE mine (id text)",
  ];
  for (const statement of denied) {
    await assert.rejects(postgres.sql(cluster.database, statement, asResult), /permission denied/, statement);
  }
  const read = await postgres.sql(
    cluster.database,
    "SELECT selection, sum(count) FROM pollux_tallies GROUP BY 1",
    asResult,
  );
  assert.deepEqual(read, ["a|1"]);
});

test("recount reports differences, and --repair corrects them, also for viewers", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  for (const option of ["a", "a", "b"]) {
    assert.equal((await vote(cluster.votes[0], option)).status, 200);
  }
  await eventually(async () => assert.deepEqual(await counts(cluster.results[0]), { a: 2, b: 1 }));
  assert.deepEqual(await cluster.runWorker(["recount"]), {
    status: 0,
    signal: null,
    stdout: "All tallies match the recorded votes.\n",
    stderr: "",
  });

  await cluster.sql("UPDATE pollux_tallies SET count = count + 5 WHERE selection = 'a'");
  const difference = "poll default, selection a: the tally is 7, recorded are 2\n";
  const found = await cluster.runWorker(["recount"]);
  assert.equal(found.status, 1);
  assert.equal(found.stdout, `${difference}\`pollux-worker recount --repair\` repairs them.\n`);
  const repaired = await cluster.runWorker(["recount", "--repair"]);
  assert.equal(repaired.status, 0);
  assert.equal(repaired.stdout, `${difference}The tallies were repaired.\n`);
  assert.equal((await cluster.runWorker(["recount"])).status, 0);
  await eventually(async () => assert.deepEqual(await counts(cluster.results[0]), { a: 2, b: 1 }));
});

test("a damaged tally is reported by log, metric and page while votes are still recorded", async (t) => {
  const cluster = await Cluster.start(t, postgres);
  const [result] = cluster.results;
  assert.equal((await vote(cluster.votes[0], "a")).status, 200);
  await eventually(async () => assert.deepEqual(await counts(result), { a: 1, b: 0 }));
  assert.equal((await metrics(result)).pollux_unreadable_tallies, 0);

  await cluster.sql("UPDATE pollux_tallies SET count = -5");
  await eventually(async () => assert.equal((await metrics(result)).pollux_unreadable_tallies, 1));
  await eventually(() =>
    assert.match(result.log.join("\n"), /The tally of a poll can't be read.*"poll":"default".*recount --repair/),
  );
  assert.equal((await vote(cluster.votes[0], "b")).status, 200);
  await eventually(async () => assert.deepEqual(await cluster.recorded(), { a: 1, b: 1 }));
  assert.equal((await metrics(cluster.workers[0])).pollux_votes_released_total, 0);

  assert.equal((await cluster.runWorker(["recount", "--repair"])).status, 0);
  await eventually(async () => assert.deepEqual(await counts(result), { a: 1, b: 1 }));
  await eventually(async () => assert.equal((await metrics(result)).pollux_unreadable_tallies, 0));
});
