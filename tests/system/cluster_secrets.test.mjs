// Passwords, users, files that hold them, and TLS.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { after, test } from "node:test";
import { Certificates } from "./certificates.mjs";
import { programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, vote } from "./http.mjs";
import { PostgresServer, superuserPassword } from "./postgres_server.mjs";
import { RedisServer } from "./redis_server.mjs";
import { runProgram, Service } from "./service.mjs";

const anywhere = ["--management-listen", "127.0.0.1:0"];
const listen = [...anywhere, "--listen", "127.0.0.1:0"];

const certificates = await Certificates.start({ after });
const authority = await certificates.authority("authority");
const stranger = await certificates.authority("stranger");
const tls = await certificates.issue("server", authority, "DNS:localhost");
const postgres = await PostgresServer.start({ after }, { passwords: true, tls });

async function secretFile(name, text) {
  const file = certificates.path(name);
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

const verified = ({ certificate }) => ({
  host: "localhost",
  query: `?sslmode=verify-full&sslrootcert=${certificate}`,
});

test("TLS to PostgreSQL, a Redis ACL user and URLs from files work", async (t) => {
  const redis = await RedisServer.start(t);
  const rules = ["on", ">p@ss word/1", "~pollux:*", "~votes", "+@all", "-@admin", "-@dangerous", "+info"];
  await redis.command("ACL", "SETUSER", "voting", ...rules);
  const REDIS_URL_FILE = await secretFile(
    "redis.url",
    `redis://voting:p%40ss%20word%2F1@127.0.0.1:${redis.port}\n`,
  );

  const database = await postgres.freshDatabase();
  const DATABASE_URL_FILE = await secretFile(
    "database.url",
    `${postgres.url(database, verified(authority))}\n`,
  );
  const worker = await Service.launch(t, programs.worker, anywhere, {
    env: { REDIS_URL_FILE, DATABASE_URL_FILE },
  });
  await postgres.sql(database, "ALTER ROLE pollux_result PASSWORD 'look but do not touch'");
  const resultLogin = { ...verified(authority), role: "pollux_result", password: "look but do not touch" };
  const result = await Service.launch(t, programs.result, listen, {
    env: { DATABASE_URL_FILE: await secretFile("result.url", postgres.url(database, resultLogin)) },
  });
  const voting = await Service.launch(t, programs.vote, listen, { env: { REDIS_URL_FILE } });
  await voting.ready();

  assert.equal((await vote(voting, "a")).status, 200);
  await eventually(async () => assert.deepEqual(await counts(result), { a: 1, b: 0 }));
  assert.deepEqual(await redis.command("ACL", "LOG"), [""], "nothing was denied");
  const unencrypted = await postgres.sql(
    database,
    "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'pollux' AND NOT ssl",
  );
  assert.deepEqual(unencrypted, ["0"]);
  for (const service of [worker, result, voting]) {
    assert.doesNotMatch(
      service.log.join("\n"),
      new RegExp(`${superuserPassword}|ss word|ss%20word|do%20not`),
    );
  }
});

// A program that is not to wait gives the database a second. If a busy machine is slower, the program is started again.
function assertRefused(login, about) {
  return eventually(async () => {
    const env = { DATABASE_URL: postgres.url("postgres", login) };
    const { status, stderr } = await runProgram(programs.result, [...listen, "--start-wait", "0ms"], { env });
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^The database .*\.\n$/);
    assert.match(stderr, about);
  });
}

test("an untrusted certificate, or one for another name, is rejected with an error message", async () => {
  await assertRefused(
    verified(stranger),
    /has a certificate that is not trusted \(.*certificate verify failed.*\)\. .*sslrootcert/,
  );
  await assertRefused(
    { ...verified(authority), host: "127.0.0.1" },
    /has a certificate that is not trusted \(.*does not match host name.*\)\. /,
  );
  await assertRefused(
    { host: "localhost", query: "?sslmode=verify-full&sslrootcert=/nowhere/ca.crt" },
    /\(.*root certificate file.*\)/,
  );
});
