// Redis by TLS: the server's certificate is verified, ours is shown, and each failure names its setting.
import assert from "node:assert/strict";
import { copyFile, writeFile } from "node:fs/promises";
import { after, test } from "node:test";
import { Certificates } from "./certificates.mjs";
import { programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, request, vote } from "./http.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { RedisServer } from "./redis_server.mjs";
import { runProgram, Service } from "./service.mjs";

const anywhere = ["--management-listen", "127.0.0.1:0"];
const listen = [...anywhere, "--listen", "127.0.0.1:0"];

const certificates = await Certificates.start({ after });
const authority = await certificates.authority("authority");
const stranger = await certificates.authority("stranger");
const forLocalhost = await certificates.issue("server", authority, "DNS:localhost");
const client = await certificates.issue("client", authority, "DNS:pollux");
const postgres = await PostgresServer.start({ after });
const DATABASE_URL = postgres.url(await postgres.freshDatabase());

const password = "p@ss word/1";
const trusted = { POLLUX_REDIS_CA_FILE: authority.certificate };
const ours = {
  POLLUX_REDIS_CERTIFICATE_FILE: client.certificate,
  POLLUX_REDIS_KEY_FILE: client.key,
};

// A server that requires client certificates, with a user for us. The test's own commands use the server's certificate.
async function startRedis(t, { own = forLocalhost, askClients = true } = {}) {
  const redis = await RedisServer.start(t, { tls: { ...own, authority: authority.certificate, askClients } });
  const rules = ["on", `>${password}`, "~pollux:*", "~votes", "+@all", "-@admin", "-@dangerous", "+info"];
  await redis.command("ACL", "SETUSER", "voting", ...rules);
  return redis;
}

const urlOf = (redis, host = "localhost") => `rediss://voting@${host}:${redis.port}/0`;

async function launchBoth(t, env) {
  const worker = await Service.launch(t, programs.worker, anywhere, { env: { ...env, DATABASE_URL } });
  const voting = await Service.launch(t, programs.vote, listen, { env });
  await Promise.all([worker.ready(), voting.ready()]);
  return { worker, voting };
}

async function recorded() {
  const rows = await postgres.sql(new URL(DATABASE_URL).pathname.slice(1), "SELECT count(*) FROM votes");
  return Number(rows[0]);
}

// That the vote goes all the way.
async function assertCounts(voting) {
  const before = await recorded();
  await eventually(async () => assert.equal((await vote(voting, "a")).status, 200));
  await eventually(async () => assert.ok((await recorded()) > before));
}

test("votes are counted with a client certificate, an ACL user and a password file", async (t) => {
  const redis = await startRedis(t);
  const REDIS_PASSWORD_FILE = certificates.path("password");
  await writeFile(REDIS_PASSWORD_FILE, `${password}\n`, { mode: 0o600 });
  const env = { REDIS_URL: urlOf(redis), REDIS_PASSWORD_FILE, ...trusted, ...ours };
  const { worker, voting } = await launchBoth(t, env);
  await assertCounts(voting);

  const clients = (await redis.command("CLIENT", "LIST")).filter((line) => line.includes("user=voting"));
  assert.ok(clients.length >= 2, "vote and worker are connected");
  assert.deepEqual(await redis.command("ACL", "LOG"), [""], "nothing was denied");
  const result = await Service.launch(t, programs.result, listen, { env: { DATABASE_URL } });
  await eventually(async () => assert.ok((await counts(result)).a >= 1));
  for (const service of [worker, voting]) {
    assert.doesNotMatch(service.log.join("\n"), /ss word|ss%20word/);
    assert.match(service.log.join("\n"), /rediss:\/\/voting@localhost/);
  }

  const { status, stdout, stderr } = await runProgram(programs.worker, ["replay-dead-letters"], {
    env: { ...env, DATABASE_URL },
  });
  assert.equal(status, 0, stderr);
  assert.equal(stdout, "0 recorded, 0 cannot be.\n");
});

test("renewed certificates, even of a new CA, need no restart", async (t) => {
  const files = { key: certificates.path("renewed.key"), certificate: certificates.path("renewed.crt") };
  const ca = certificates.path("renewed-ca.crt");
  const use = async (pair, by) => {
    await copyFile(pair.key, files.key);
    await copyFile(pair.certificate, files.certificate);
    await copyFile(by.certificate, ca);
  };
  await use(forLocalhost, authority);
  const redis = await RedisServer.start(t, { tls: { ...files, authority: ca, askClients: false } });
  const { worker, voting } = await launchBoth(t, { REDIS_URL: redis.url, POLLUX_REDIS_CA_FILE: ca });
  await assertCounts(voting);

  await use(await certificates.issue("successor", stranger, "DNS:localhost"), stranger);
  await redis.stop();
  await redis.start();
  await assertCounts(voting);
  await Promise.all([worker.ready(), voting.ready()]);
});

test("a running service that no longer trusts Redis logs why, and recovers with the corrected file", async (t) => {
  const ca = certificates.path("changing-ca.crt");
  await copyFile(authority.certificate, ca);
  const redis = await startRedis(t, { askClients: false });
  const env = { REDIS_URL: urlOf(redis), REDIS_PASSWORD: password, POLLUX_REDIS_CA_FILE: ca };
  const voting = await (await Service.launch(t, programs.vote, listen, { env })).ready();
  await redis.stop();
  await copyFile(stranger.certificate, ca);
  await redis.start();
  await eventually(async () => {
    const { status, body } = await request(`${voting.managementUrl}/readyz`);
    assert.equal(status, 503);
    assert.match(body.toString(), /can't be trusted: .*Set --redis-ca-file/);
  });
  assert.equal((await vote(voting, "a")).status, 503);
  await copyFile(authority.certificate, ca);
  // A user of the ACL is gone after a restart without an ACL file.
  await redis.command("ACL", "SETUSER", "voting", "on", `>${password}`, "~*", "+@all");
  await voting.ready();
  assert.equal((await vote(voting, "a")).status, 200);
});

// The one line that each program ends with. One that is not to wait gives Redis a second; if a busy machine is slower, it is
// started again.
async function assertRefused(env, about) {
  const uses = [
    [programs.vote, [...listen, "--start-wait", "0ms"]],
    [programs.worker, [...anywhere, "--start-wait", "0ms"]],
    [programs.worker, ["replay-dead-letters"]],
  ];
  for (const [program, args] of uses) {
    await eventually(async () => {
      const { status, stdout, stderr } = await runProgram(program, args, { env: { DATABASE_URL, ...env } });
      assert.equal(status, 1, `${program} ${args}: ${stdout}${stderr}`);
      assert.match(stderr, about);
      assert.match(stderr, /^[A-Z][^\n]*[.)]\n$/, "one line");
      assert.doesNotMatch(stderr, /ss word|ss%20word|wrong-password/);
    });
  }
}

test("an untrusted server, or one that does not trust us, is reported with the setting to change", async (t) => {
  const redis = await startRedis(t);
  const good = { REDIS_URL: urlOf(redis), REDIS_PASSWORD: password, ...trusted, ...ours };
  const cases = {
    "another authority": [
      { POLLUX_REDIS_CA_FILE: stranger.certificate },
      /^Redis at rediss:\/\/voting@localhost:\d+ can't be trusted: .*\. Set --redis-ca-file to the certificate of the authority/,
    ],
    "the system's authorities": [{ POLLUX_REDIS_CA_FILE: "" }, /can't be trusted: .*Set --redis-ca-file/],
    "another name": [
      { REDIS_URL: urlOf(redis, "127.0.0.1") },
      /its certificate is not for 127\.0\.0\.1\. Use the name in the certificate, or set --redis-server-name to it\./,
    ],
    "no client certificate": [
      { POLLUX_REDIS_CERTIFICATE_FILE: "", POLLUX_REDIS_KEY_FILE: "" },
      /client certificate \(--redis-certificate-file, --redis-key-file\)\./,
    ],
    "a certificate without its key": [
      { POLLUX_REDIS_KEY_FILE: "" },
      /set both --redis-certificate-file and --redis-key-file, or neither\./,
    ],
    "the key of another certificate": [
      { POLLUX_REDIS_KEY_FILE: forLocalhost.key },
      /does not belong to the certificate .*Check --redis-key-file and --redis-certificate-file\./,
    ],
    "a file that is not there": [
      { POLLUX_REDIS_CA_FILE: "/nowhere/ca.crt" },
      /^The CA file \/nowhere\/ca\.crt for TLS to Redis can't be used: No such file or directory\. /,
    ],
    "a wrong password": [{ REDIS_PASSWORD: "wrong-password" }, /does not accept the user and password\. /],
    "no TLS in the URL, with files for TLS": [
      { REDIS_URL: urlOf(redis).replace("rediss:", "redis:") },
      /Settings for TLS to Redis are given .*the Redis URL does not ask for TLS: it begins with rediss:\/\/ then\./,
    ],
    "no TLS": [
      {
        REDIS_URL: urlOf(redis).replace("rediss:", "redis:"),
        POLLUX_REDIS_CA_FILE: "",
        POLLUX_REDIS_CERTIFICATE_FILE: "",
        POLLUX_REDIS_KEY_FILE: "",
      },
      /If this port expects TLS, the Redis URL begins with rediss:\/\/\./,
    ],
  };
  for (const [what, [change, about]] of Object.entries(cases)) {
    await t.test(what, () => assertRefused({ ...good, ...change }, about));
  }
});

test("the name in the certificate may differ from the host in the URL, if configured", async (t) => {
  const own = await certificates.issue("elsewhere", authority, "DNS:redis.example");
  const redis = await startRedis(t, { own, askClients: false });
  const env = { REDIS_URL: urlOf(redis, "127.0.0.1"), REDIS_PASSWORD: password, ...trusted };
  await assertRefused(env, /its certificate is not for 127\.0\.0\.1\./);
  const { voting } = await launchBoth(t, { ...env, POLLUX_REDIS_SERVER_NAME: "redis.example" });
  await assertCounts(voting);
});
