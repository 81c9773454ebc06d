// Backups of a running system, as docs/backup.md describes them: what they have, and what a restored system counts.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, copyFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ApiClient, password } from "../system/api.mjs";
import { Cluster } from "../system/cluster.mjs";
import { eventually } from "../system/eventually.mjs";
import { answer } from "../system/managed_polls.mjs";
import { PostgresServer } from "../system/postgres_server.mjs";
import { temporaryDirectory } from "../system/service.mjs";
import { countsOf, findFaults } from "./checker.mjs";
import { History } from "./history.mjs";
import { Load } from "./load.mjs";
import { OneMachine, sqlite } from "./one_machine.mjs";
import { Random } from "./random.mjs";
import { System } from "./system.mjs";

const execute = promisify(execFile);
const soon = { timeoutMs: 60_000 };

async function startLoad(t, system) {
  const load = new Load(new History(), () => system.voteUrls, { rate: 300, random: new Random(1) });
  await load.prepare(500);
  load.start();
  t.after(() => load.stop());
  return load;
}

async function accepts(load, votes) {
  const wanted = load.history.counts.accepted + votes;
  await eventually(() => assert.ok(load.history.counts.accepted >= wanted), soon);
}

// That what the system has recorded can be the result of the history; faults of the kinds `allowed` are returned.
async function settled(system, history, { allowed = [] } = {}) {
  return eventually(async () => {
    assert.equal(await system.waiting(), 0);
    const [rows, tally, shown] = await Promise.all([system.rows(), system.tally(), system.shown()]);
    const faults = findFaults(history, { rows, tally, shown });
    assert.deepEqual(
      faults.filter(({ kind }) => !allowed.includes(kind)),
      [],
    );
    return faults;
  }, soon);
}

test("one machine: a copy made by VACUUM INTO under load has every vote accepted before, and continues", async (t) => {
  const machine = await OneMachine.start(t);
  const load = await startLoad(t, machine);
  await accepts(load, 500);
  const directory = await temporaryDirectory(t);
  const copy = path.join(directory, "pollux.db");
  const from = Date.now();
  await execute("/usr/bin/sqlite3", [machine.file, `VACUUM INTO '${copy}'`]);
  const to = Date.now();
  await copyFile(`${machine.file.replace(/\.db$/, "")}.key`, path.join(directory, "pollux.key"));
  await accepts(load, 500);
  await load.stop();
  await settled(machine, load.history);
  await machine.pollux.stop();

  const [[verdict]] = await sqlite(copy, "PRAGMA integrity_check");
  assert.equal(verdict, "ok");
  const restored = await OneMachine.start(t, { directory });
  await settled(restored, load.history.during(from, to));
  // The key is part of the backup: its voters are the same voters.
  const before = (await restored.rows()).length;
  const voters = new Load(load.history, () => restored.voteUrls, { rate: 300, random: new Random(2) });
  voters.adopt(load);
  voters.start();
  await accepts(voters, 500);
  await voters.stop();
  assert.ok((await restored.rows()).length <= load.history.voters.size);
  assert.ok(before > 0);
});

const byVoter = (rows) => new Map(rows.map((row) => [row.voter, row]));

const dump = (system, file) =>
  execute("pg_dump", ["--format", "custom", "--file", file, system.postgres.url(system.database)]);

test("scaled out: a dump under load is consistent; restored, it counts with what voters did after the workers stopped", async (t) => {
  const system = await System.start(t, new Random(1));
  const load = await startLoad(t, system);
  await accepts(load, 500);
  const file = path.join(await temporaryDirectory(t), "votes.dump");
  const before = byVoter(await system.rows());
  await dump(system, file);
  await accepts(load, 300);
  for (const service of [...system.services.worker, ...system.services.result]) {
    await service.stop();
  }
  const stopped = Date.now();
  const restore = ["--clean", "--if-exists", "--single-transaction", "--dbname"];
  await execute("pg_restore", [...restore, system.postgres.url(system.database), file]);
  await accepts(load, 300);
  await system.launchAgain("worker");
  await system.launchAgain("result");
  await load.stop();
  const lost = await settled(system, load.history, { allowed: ["lost"] });
  // What was recorded between the dump and the stop of the workers is not in the dump, and nothing else is missing.
  assert.ok(lost.length > 0, "the load was too low");
  for (const { voter, last } of lost) {
    assert.notEqual(before.get(voter)?.option, last.option, "it was recorded before the dump");
    assert.ok(last.start <= stopped, "it waited in Redis");
  }
  const { status, stdout } = await system.command(["recount"]);
  assert.equal(status, 0, stdout);
});

test("scaled out: a dump restored on another server has identical votes and tallies", async (t) => {
  const system = await System.start(t, new Random(1));
  const load = await startLoad(t, system);
  await accepts(load, 500);
  await load.stop();
  await settled(system, load.history);
  // A worker records what was asked by itself, not with the votes.
  await eventually(async () => assert.notDeepEqual((await system.sql("SELECT poll FROM pollux_polls")).filter(Boolean), []), soon);
  const file = path.join(await temporaryDirectory(t), "votes.dump");
  await dump(system, file);

  const elsewhere = await PostgresServer.start(t);
  const name = await elsewhere.freshDatabase();
  await elsewhere.sql("postgres", "CREATE ROLE pollux_result LOGIN; CREATE ROLE pollux_admin LOGIN");
  await execute("pg_restore", ["--single-transaction", "--dbname", elsewhere.url(name), file]);
  for (const table of ["pollux_votes", "pollux_tallies", "pollux_tally_slots", "pollux_polls"]) {
    const all = `SELECT * FROM ${table} AS row ORDER BY row::text`;
    const [original, copy] = await Promise.all([system.sql(all), elsewhere.sql(name, all)]);
    assert.ok(original.filter(Boolean).length > 0, table);
    assert.deepEqual(copy, original, table);
  }
  const { status, stdout } = await system.command(["recount"], { DATABASE_URL: elsewhere.url(name) });
  assert.equal(status, 0, stdout);
});

test("scaled out: a base backup with the archived log is restored to a point in time", async (t) => {
  const archive = await temporaryDirectory(t);
  await chmod(archive, 0o777);
  const postgresSettings = { archive_mode: "on", archive_command: `cp %p ${archive}/%f` };
  const system = await System.start(t, new Random(1), { postgresSettings });
  const load = await startLoad(t, system);
  await accepts(load, 200);
  const backup = await temporaryDirectory(t);
  await system.postgres.baseBackup(backup);
  await accepts(load, 200);
  const before = await system.rows();
  const target = (await system.sql("SELECT clock_timestamp()"))[0];
  const at = Date.now();
  await accepts(load, 200);
  await load.stop();
  await settled(system, load.history);
  const last = (await system.sql("SELECT pg_walfile_name(pg_switch_wal())"))[0];
  await eventually(async () => {
    const archived = (await system.sql("SELECT last_archived_wal FROM pg_stat_archiver"))[0];
    assert.ok(archived >= last, `${archived}, ${last}`);
  }, soon);

  const restored = await PostgresServer.restored(t, system.postgres, backup, {
    restore_command: `cp ${archive}/%f %p`,
    recovery_target_time: target,
    recovery_target_action: "promote",
  });
  await eventually(async () => {
    assert.equal((await restored.sql("postgres", "SELECT pg_is_in_recovery()"))[0], "f");
  }, soon);
  system.postgres = restored;
  const rows = await system.rows();
  const counts = countsOf(rows);
  const faults = findFaults(load.history.during(at, at), { rows, tally: await system.tally(), shown: counts });
  assert.deepEqual(
    faults.filter(({ kind }) => kind !== "lost"), // accepted, but recorded later than that
    [],
  );
  const restoredRows = byVoter(rows);
  for (const { voter, time } of before) {
    assert.ok(restoredRows.get(voter)?.time >= time, "it was recorded before that time");
  }
  assert.ok(rows.every(({ time }) => time <= at));
  const { status, stdout } = await system.command(["recount"], { DATABASE_URL: restored.url(system.database) });
  assert.equal(status, 0, stdout);
});

async function openPoll(ann, title) {
  const question = { kind: "single", text: "Lunch?", options: ["Noodles", "Pizza"] };
  const { id } = await ann.ask("POST", "/polls", { body: { title, question } });
  return ann.ask("POST", `/polls/${id}/open`);
}
const takes = (cluster, poll, status) =>
  eventually(async () => assert.equal((await answer(cluster.votes[0], poll, "vote=a")).status, status), soon);

test("scaled out: Redis knows newer polls than a restored dump: closed stays closed, and a close is one", async (t) => {
  const postgres = await PostgresServer.start(t);
  const args = { vote: ["--managed-polls"], admin: ["--admin-name", "Ann", "--admin-password", password] };
  const cluster = await Cluster.start(t, postgres, { results: 0, admins: 1, args });
  const ann = new ApiClient(cluster.admins[0]);
  await ann.signIn("Ann");
  const closedSince = await openPoll(ann, "closed since");
  const openedAgain = await openPoll(ann, "closed and opened since");
  const removedSince = await openPoll(ann, "removed since");
  for (const poll of [closedSince, openedAgain, removedSince]) {
    await takes(cluster, poll, 200);
  }
  const file = path.join(await temporaryDirectory(t), "polls.dump");
  await execute("pg_dump", ["--format", "custom", "--file", file, postgres.url(cluster.database)]);
  await ann.ask("POST", `/polls/${closedSince.id}/close`);
  await ann.ask("POST", `/polls/${openedAgain.id}/close`);
  const { revision } = await ann.ask("POST", `/polls/${openedAgain.id}/open`);
  const { revision: last } = await ann.ask("POST", `/polls/${removedSince.id}/close`);
  await ann.ask("DELETE", `/polls/${removedSince.id}`, { headers: { "If-Match": `"${last}"` } });
  const restore = ["--clean", "--if-exists", "--single-transaction", "--dbname"];
  await execute("pg_restore", [...restore, postgres.url(cluster.database), file]);

  // The database has a lower revision, but a close is answered when it is one.
  const closed = await ann.ask("POST", `/polls/${openedAgain.id}/close`);
  assert.equal((await answer(cluster.votes[0], openedAgain, "vote=a")).status, 409);
  assert.equal(closed.state, "closed");
  assert.ok(closed.revision > revision, `${closed.revision}, ${revision}`);

  await cluster.admins[0].stop();
  const again = ann.at(await cluster.admin());
  for (const poll of [closedSince, removedSince]) {
    await takes(cluster, poll, 409);
    assert.equal((await again.ask("GET", `/polls/${poll.id}`)).state, "closed");
    await again.ask("POST", `/polls/${poll.id}/open`);
    await takes(cluster, poll, 200);
  }
});
