// The messages of services that cannot start, and their help.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, test } from "node:test";
import { programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { RedisServer } from "./redis_server.mjs";
import { programOf, runProgram, temporaryDirectory } from "./service.mjs";

const seed = programOf("POLLUX_SEED_PROGRAM");
const closedPort = "127.0.0.1:1";
const unknownHost = "nowhere.invalid";

const redis = await RedisServer.start({ after }, { password: "open" });
const postgres = await PostgresServer.start({ after }, { passwords: true });
const good = { REDIS_URL: redis.url, DATABASE_URL: postgres.url(await postgres.freshDatabase()) };

// The last line of a program with the settings `good` and `env`.
async function errorOf(program, env, args = []) {
  const everywhere = ["--management-listen", "127.0.0.1:0", "--start-wait", "0ms"];
  const listen = program === programs.worker ? [] : ["--listen", "127.0.0.1:0"];
  const all = args.length > 0 ? args : [...everywhere, ...listen];
  const { status, stdout, stderr } = await runProgram(program, all, { env: { ...good, ...env } });
  assert.equal(stdout, "");
  assert.match(stderr, /^[A-Z].*[.)]\n$/, "one message");
  return { status, message: stderr.trimEnd() };
}

// A program that is not to wait gives a server a second. If a busy machine is slower, the program is started again.
function assertRefused(program, env, about, args) {
  return eventually(async () => {
    const { status, message } = await errorOf(program, env, args);
    assert.match(message, about);
    assert.equal(status, 1, message);
    for (const secret of ["wrong-password", "sesame"]) {
      assert.ok(!message.includes(secret), message);
    }
  });
}

const redisTroubles = {
  "a wrong password": [
    () => redis.url.replace("open", "wrong-password"),
    /does not accept the user and password\. Check the login in the Redis URL and REDIS_PASSWORD\./,
  ],
  "no password": [() => redis.url.replace(":open@", ""), /asks for a password\. Put it into REDIS_PASSWORD or the Redis URL\./],
  "a closed port": [
    () => `redis://${closedPort}`,
    /can't be reached: Connection refused\. Check that it runs and that the Redis URL is right\.$/,
  ],
  "an unknown host": [
    () => `redis://${unknownHost}`,
    /The name of Redis at .* can't be resolved: .*Check the host in the Redis URL/,
  ],
};

for (const [what, [url, about]] of Object.entries(redisTroubles)) {
  test(`${what} for Redis ends vote and worker with an error message`, async () => {
    const voterKey = { POLLUX_VOTER_KEY: "0".repeat(64) };
    await assertRefused(programs.vote, { REDIS_URL: url() }, about);
    await assertRefused(programs.vote, { REDIS_URL: url(), ...voterKey }, about);
    await assertRefused(programs.worker, { REDIS_URL: url() }, about);
  });
}

test("vote and worker exit with an explanation if Redis is a Cluster, even of one shard, or a Sentinel", async (t) => {
  const shard = await RedisServer.start(t, { args: ["--cluster-enabled", "yes"] });
  await shard.command("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
  const configuration = path.join(await temporaryDirectory(t), "sentinel.conf");
  await writeFile(configuration, `sentinel monitor votes 127.0.0.1 ${redis.port} 1\n`);
  const sentinel = await RedisServer.sentinel(t, configuration);
  const patient = { POLLUX_START_WAIT: "10m" };
  for (const [server, about] of [
    [shard, /is a Redis Cluster, .*Use a Redis without cluster mode: one primary, with replicas if you like\.$/],
    [sentinel, new RegExp(`is that of a Sentinel, .*which is now at 127\\.0\\.0\\.1:${redis.port}, `)],
  ]) {
    const env = { REDIS_URL: server.url, ...patient };
    const listen = ["--management-listen", "127.0.0.1:0"];
    await assertRefused(programs.vote, env, about, [...listen, "--listen", "127.0.0.1:0"]);
    await assertRefused(programs.worker, env, about, listen);
    await assertRefused(programs.worker, env, about, ["replay-dead-letters"]);
  }
});

const databaseTroubles = {
  "a wrong password": [
    () => postgres.url("postgres", { password: "wrong-password" }),
    /rejects this user \(password authentication failed .*\)\. Check the user and the password\.$/,
  ],
  "no password": [
    () => postgres.url().replace(":sesame", ""),
    /requires a password\. Put it into the URL, or set DATABASE_PASSWORD\.$/,
  ],
  "an unknown role": [() => postgres.url("postgres", { role: "nemo" }), /nemo@.* rejects this user/],
  "an unknown database": [
    () => postgres.url("nowhere"),
    /\/nowhere does not exist\. Create it, or use another one in the URL\.$/,
  ],
  "a closed port": [
    () => `postgresql://postgres:sesame@${closedPort}/postgres`,
    /can't be reached or was lost \(.*Connection refused\)\. Check that it is running and reachable\.$/,
  ],
  "an unknown host": [
    () => postgres.url("postgres", { host: unknownHost }),
    /can't be reached: its host name is unknown\. Correct the name in the URL/,
  ],
};

for (const [what, [url, about]] of Object.entries(databaseTroubles)) {
  test(`${what} for PostgreSQL ends worker and result with an error message`, async () => {
    await assertRefused(programs.worker, { DATABASE_URL: url() }, about);
    await assertRefused(programs.result, { DATABASE_URL: url() }, about);
    await assertRefused(programs.worker, { DATABASE_URL: url() }, about, ["migrate"]);
    await assertRefused(programs.worker, { DATABASE_URL: url() }, about, ["recount"]);
  });
}

test("result and recount exit with an error message if the database has no tables", async () => {
  const DATABASE_URL = postgres.url(await postgres.freshDatabase());
  const about =
    /lacks what this program needs \(.*pollux_\w+.*\)\. Migrate it with `pollux-worker migrate`, or use another one in the URL\.$/;
  await assertRefused(programs.result, { DATABASE_URL }, about);
  await assertRefused(programs.worker, { DATABASE_URL }, about, ["recount"]);
});

test("a role without the right to create or read tables causes an error message", async () => {
  const name = await postgres.freshDatabase();
  await postgres.sql(name, "CREATE ROLE guest LOGIN PASSWORD 'sesame'");
  const DATABASE_URL = postgres.url(name, { role: "guest" });
  const about =
    /denies this user the privilege \(permission denied for .*\)\. Grant it, or use another user\.$/;
  await assertRefused(programs.worker, { DATABASE_URL }, about);
  await runProgram(programs.worker, ["migrate"], { env: { DATABASE_URL: postgres.url(name) } });
  await assertRefused(programs.result, { DATABASE_URL }, about);
});

test("an invalid URL causes exit status 2, and its password is not shown", async () => {
  const malformed = [
    ["REDIS_URL", "http://127.0.0.1", /begins with none of redis:\/\/, rediss:\/\/ \(TLS\) and unix:\/\//],
    ["REDIS_URL", "redis://127.0.0.1:99999", /a port that is not a number from 1 to 65535/],
    ["REDIS_URL", "redis://:wrong-password@@127.0.0.1", /In a password write %40 for @/],
    ["DATABASE_URL", "mysql://127.0.0.1/votes", /begins with neither postgresql:\/\/ nor postgres:\/\//],
    ["DATABASE_URL", "postgresql://ann:wrong-password%zz@127.0.0.1/votes", /write %25 for %/],
  ];
  for (const [variable, url, about] of malformed) {
    const { status, stderr } = await runProgram(programs.worker, [], { env: { ...good, [variable]: url } });
    assert.equal(status, 2, url);
    const [message, hint, end] = stderr.split("\n");
    assert.match(message, new RegExp(`^pollux-worker: ${variable} .*; it must be a URL such as .*\\.$`));
    assert.match(message, about);
    assert.equal(hint, "`pollux-worker --help` shows all settings.");
    assert.equal(end, "");
    assert.ok(!stderr.includes("wrong-password"), stderr);
  }
});

test("a program waits at the start for servers that are not running yet", async (t) => {
  const waiting = ["--management-listen", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--start-wait", "2s"];
  const { status, stderr } = await runProgram(programs.result, waiting, {
    env: { DATABASE_URL: `postgresql://${closedPort}/x` },
  });
  assert.equal(status, 1);
  const lines = stderr.trimEnd().split("\n");
  assert.equal(JSON.parse(lines[0]).message, "Waiting to start.");
  assert.match(lines.at(-1), /^The database .* can't be reached/);
});

for (const [name, program] of Object.entries({ ...programs, seed })) {
  test(`pollux-${name} --help is a page for people`, async () => {
    const { status, stdout, stderr } = await runProgram(program, ["--help"]);
    assert.equal(status, 0);
    assert.equal(stderr, "");
    const lines = stdout.split("\n");
    assert.match(lines[0], new RegExp(`^pollux-${name} \\d`));
    assert.match(lines[1], /^[A-Z].*\.$/, "what it is for");
    assert.ok(lines.some((line) => line.startsWith(`Usage: pollux-${name} `)));
    assert.ok(
      lines.every((line) => line.length <= 92),
      "fits a terminal",
    );
    assert.doesNotMatch(stdout, /[^\P{C}\n]|\uFFFD/u);
    const flags = lines.filter((line) => /^  --/.test(line));
    for (const word of ["Default: ", "Allowed: ", "Environment: "]) {
      assert.equal(lines.filter((line) => line.trimStart().startsWith(word)).length, flags.length - 1, word); // but --version
    }
    const { status: unknown, stderr: words } = await runProgram(program, ["--no-such-setting", "1"]);
    assert.equal(unknown, 2);
    assert.match(words, /no-such-setting/);
  });
}
