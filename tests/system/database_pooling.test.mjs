// A connection pool in front of PostgreSQL: session pooling works; with transaction pooling each program reports an error.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Cluster, programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, vote } from "./http.mjs";
import { PgBouncer } from "./pgbouncer.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { RedisServer } from "./redis_server.mjs";
import { runProgram } from "./service.mjs";

const postgres = await PostgresServer.start({ after });
const redis = await RedisServer.start({ after });
const anywhere = ["--management-listen", "127.0.0.1:0"];

const uses = {
  "pollux-worker": [programs.worker, anywhere],
  "pollux-worker migrate": [programs.worker, ["migrate"]],
  "pollux-worker recount": [programs.worker, ["recount"]],
  "pollux-worker recount --repair": [programs.worker, ["recount", "--repair"]],
  "pollux-result": [programs.result, [...anywhere, "--listen", "127.0.0.1:0"]],
};

for (const mode of ["transaction", "statement"]) {
  for (const size of [1, 20]) {
    test(`a pool of ${size} by ${mode} is named at the start of everything`, async (t) => {
      const pool = await PgBouncer.start(t, postgres, { mode, size });
      const database = await postgres.freshDatabase();
      const migrated = await runProgram(programs.worker, ["migrate"], {
        env: { DATABASE_URL: postgres.url(database) },
      });
      assert.equal(migrated.status, 0, migrated.stderr);
      for (const [name, [program, args]] of Object.entries(uses)) {
        const env = { REDIS_URL: redis.url, DATABASE_URL: pool.url(database) };
        const { status, stderr } = await runProgram(program, args, { env });
        assert.equal(status, 1, `${name}: ${stderr}`);
        assert.match(
          stderr,
          /^The database .* is reached through a pool that gives each transaction another connection \(transaction pooling\).* Use session pooling \(pool_mode=session of pgbouncer\).*\.\n$/,
          name,
        );
      }
    });
  }
}

test("session pooling works", async (t) => {
  const pool = await PgBouncer.start(t, postgres, { mode: "session" });
  const cluster = await Cluster.start(t, pool, { workers: 2 });
  for (const option of ["a", "b", "b"]) {
    assert.equal((await vote(cluster.votes[0], option)).status, 200);
  }
  await eventually(async () => assert.deepEqual(await counts(cluster.results[0]), { a: 1, b: 2 }));
  const { status, stdout } = await cluster.runWorker(["recount"]);
  assert.equal(status, 0, stdout);
});

test("session pooling with a single connection is not mistaken for transaction pooling", async (t) => {
  const pool = await PgBouncer.start(t, postgres, { mode: "session", size: 1 });
  const DATABASE_URL = pool.url(await postgres.freshDatabase());
  const { status, stderr } = await runProgram(programs.worker, ["migrate"], { env: { DATABASE_URL } });
  assert.equal(status, 0, stderr);
});
