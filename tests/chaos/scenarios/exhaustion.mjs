// Memory and disks that are full, and a clock that jumps. The test system.flood is about descriptors.
import { execFile } from "node:child_process";
import { mkdtemp, rm, rmdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { PostgresServer } from "../../system/postgres_server.mjs";
import { RedisServer } from "../../system/redis_server.mjs";
import { OneMachine } from "../one_machine.mjs";

const execute = promisify(execFile);
const hourMs = 3600_000;

// A disk of a fixed size, for what `start()` keeps in temporary folders. Only root can make one.
async function onSmallDisk(run, mebibytes, start) {
  const disk = { folder: await mkdtemp(path.join(os.tmpdir(), "pollux-disk-")) };
  await execute("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m,mode=1777`, "none", disk.folder]);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = disk.folder;
  try {
    disk.started = await start(disk.folder);
  } finally {
    if (before === undefined) {
      delete process.env.TMPDIR;
    } else {
      process.env.TMPDIR = before;
    }
  }
  // After what runs there has ended.
  run.scope.after(() => execute("umount", ["--lazy", disk.folder]));
  run.scope.after(() => rmdir(disk.folder));
  return disk;
}

// Takes all that is free, and gives it back.
async function fill({ folder }) {
  const ballast = path.join(folder, "ballast");
  await execute("dd", ["if=/dev/zero", `of=${ballast}`, "bs=64k"]).catch(() => undefined); // until the disk is full
  return () => rm(ballast);
}

// Makes a fault under load: votes are answered as `during` says, `service` is not ready and logs why, and recovers.
async function expectFault(run, { begin, service, rejected, reason }) {
  const { counts } = run.history;
  await run.untilAccepted();
  const before = counts.rejected;
  const end = await begin();
  const deadline = performance.now() + 30_000;
  let state = { ready: true };
  const seen = () => !state.ready && (!rejected || counts.rejected > before + 20);
  while (!seen() && performance.now() < deadline) {
    await run.sleep(100);
    state = await run.running.isReady(service());
    run.progress(`${run.answers()}; ${state.ready ? "ready" : "not ready"}`);
  }
  run.expect(!state.ready, "The service stayed ready.");
  run.expect(reason.test(state.why), `/readyz does not have the reason: ${state.why}`);
  const warnings = service().log.filter((line) => /"level":"(warning|error)"/.test(line));
  run.expect(
    warnings.some((line) => reason.test(line)),
    `The log does not have the reason: ${warnings.slice(-3).join("\n")}`,
  );
  run.expect(rejected ? counts.rejected > before : counts.rejected === before, `${counts.rejected - before} rejected.`);
  run.figure("votes meanwhile", rejected ? `${counts.rejected - before} got 503` : "all accepted");
  run.figure("/readyz says", state.why.split("\n").find((line) => reason.test(line)));
  await end();
  await run.untilAccepted();
}

async function settle(run, options) {
  await run.settle(options);
  await run.expectReady();
}

export const redisMemory = {
  row: "R8",
  about: "Redis is out of memory",
  seconds: { full: 10 },
  async run(run) {
    const system = await run.system();
    await run.vote({ rate: 300, voters: 3000 });
    await expectFault(run, {
      service: () => system.services.vote[0],
      rejected: true,
      reason: /memory/i,
      begin: async () => {
        await system.redis.command("CONFIG", "SET", "maxmemory", "1mb");
        return () => system.redis.command("CONFIG", "SET", "maxmemory", "0");
      },
    });
    await settle(run);
  },
};

export const redisDisk = {
  row: "R8",
  about: "the disk of Redis is full",
  seconds: { full: 10 },
  async run(run) {
    const disk = await onSmallDisk(run, 32, () => RedisServer.start(run.scope));
    const system = await run.system({ servers: { redis: disk.started } });
    await run.vote({ rate: 300, voters: 3000 });
    await expectFault(run, {
      service: () => system.services.vote[0],
      rejected: true,
      reason: /MISCONF|write|disk/i,
      begin: () => fill(disk),
    });
    await settle(run);
  },
};

export const databaseDisk = {
  row: "R8",
  about: "the disk of PostgreSQL is full",
  seconds: { full: 10 },
  async run(run) {
    const settings = { max_connections: 50, shared_buffers: "16MB", max_wal_size: "64MB", min_wal_size: "32MB" };
    const disk = await onSmallDisk(run, 256, () => PostgresServer.start(run.scope, { settings }));
    const system = await run.system({ counts: { worker: 1 }, servers: { postgres: disk.started } });
    await run.vote({ rate: 300, voters: 30_000 });
    await expectFault(run, {
      service: () => system.services.worker[0],
      rejected: false,
      reason: /space|disk|full/i,
      begin: async () => {
        const end = await fill(disk);
        return async () => {
          await end();
          await system.sql("SELECT 1").catch(async () => {
            await system.postgres.kill();
            await system.postgres.start();
          });
        };
      },
    });
    await settle(run);
  },
};

export const oneMachineDisk = {
  row: "R8",
  about: "the disk of pollux is full",
  seconds: { full: 10 },
  async run(run) {
    const disk = await onSmallDisk(run, 32, () => OneMachine.start(run.scope));
    run.running = disk.started;
    await run.vote({ rate: 300, voters: 10_000 });
    await expectFault(run, {
      service: () => disk.started.pollux,
      rejected: true,
      reason: /full/i,
      begin: () => fill(disk),
    });
    await settle(run);
  },
};

export const clock = {
  row: "R8",
  about: "the clock of Redis was an hour ahead and is right again: the order of votes stays",
  seconds: { full: 20 },
  async run(run) {
    const system = await run.system();
    const load = await run.vote({ rate: 500, voters: 1000 });
    await run.sleep((run.seconds * 1000) / 2);
    const ahead = `${Date.now() + hourMs}-0`;
    const vote = ["poll", "default", "voter", "ahead", "selection", "a"];
    await system.redis.command("XADD", "pollux:votes:0", ahead, ...vote);
    await run.sleep((run.seconds * 1000) / 2);
    await load.stop();
    await settle(run, { others: { a: 1 }, versionsAreTimes: false });
  },
};
