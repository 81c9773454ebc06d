// A database that accepts connections and then stays silent: every start, stop and command keeps its own limit.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Child } from "./child.mjs";
import { programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { RedisServer } from "./redis_server.mjs";
import { runProgram } from "./service.mjs";

const anywhere = ["--management-listen", "127.0.0.1:0"];
const services = {
  "pollux-worker": [programs.worker, anywhere],
  "pollux-result": [programs.result, [...anywhere, "--listen", "127.0.0.1:0"]],
};

// Well beyond the limits that are set here, and well within those that a call has by itself.
const deadlineMs = 9_000;

const postgres = await PostgresServer.start({ after });
const redis = await RedisServer.start({ after });
const env = { REDIS_URL: redis.url, DATABASE_URL: postgres.url(await postgres.freshDatabase()) };
postgres.freeze();

for (const [name, [program, args]] of Object.entries(services)) {
  test(`${name} gives up at the end of --start-wait`, async () => {
    const limits = { env, timeoutMs: deadlineMs };
    const { status, stderr } = await runProgram(program, [...args, "--start-wait", "2s"], limits);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /The database .* does not answer in time\. .*\n$/);
  });

  test(`${name} ends after SIGTERM while it waits`, async (t) => {
    const options = { env: { ...process.env, ...env } };
    const child = new Child(program, [...args, "--start-wait", "10m"], options);
    t.after(() => child.end("SIGKILL"));
    await eventually(async () => assert.ok(await connectedTo(postgres.port, child.pid)));
    child.signal("SIGTERM");
    const late = delay(deadlineMs, undefined, { ref: false });
    assert.ok(await Promise.race([child.ended(), late]), "it still runs");
  });
}

for (const command of [["migrate"], ["recount"], ["recount", "--repair"]]) {
  test(`pollux-worker ${command.join(" ")} says what it waits for and gives up`, async () => {
    const limits = { env, timeoutMs: deadlineMs };
    const { status, stderr } = await runProgram(programs.worker, [...command, "--start-wait", "3s"], limits);
    assert.equal(status, 1, stderr);
    const [waiting, message] = stderr.split("\n");
    assert.match(waiting, /^Waiting for the database postgresql:\/\/postgres@.* to answer\.$/);
    assert.match(message, /^The database .* does not answer in time\./);
  });
}

// Whether a process has an established connection to a port of 127.0.0.1, from proc(5).
async function connectedTo(port, pid) {
  const rows = (await readFile(`/proc/${pid}/net/tcp`, "utf8")).split("\n");
  const remote = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return rows.some((row) => {
    const [, , address, state] = row.trim().split(/\s+/);
    return address?.endsWith(remote) && state === "01";
  });
}
