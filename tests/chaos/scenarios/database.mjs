// PostgreSQL is unavailable, or its standby takes over.
import { PostgresServer } from "../../system/postgres_server.mjs";
import { findFaults } from "../checker.mjs";
import { seed } from "../seed.mjs";

const settings = { max_connections: 100 };

export const away = {
  row: "R4",
  about: "PostgreSQL is unavailable for 90 s while 5,000 votes a second are cast",
  seconds: { full: 90 },
  async run(run) {
    const [rate, ours] = run.seconds >= 60 ? [5000, 500] : [600, 100];
    const system = await run.system({ counts: { worker: 2 } });
    const load = await run.vote({ rate: ours, voters: 5000 });
    const seeding = seed(system.voteUrls[0], rate - ours, run.seconds + 4);
    seeding.catch(() => undefined);
    await run.sleep(2000);
    await system.postgres.stop();
    for (const until = load.seconds + run.seconds; load.seconds < until; ) {
      await run.sleep(500);
      run.progress(run.answers());
    }
    const waiting = await system.waiting();
    await system.postgres.start();
    const from = performance.now();
    const { acceptedByOption, ...seeded } = await seeding;
    await load.stop();
    while ((await system.waiting()) > 0 && performance.now() - from < 180_000) {
      await run.sleep(100);
    }
    const drained = (performance.now() - from) / 1000;
    run.figure("seeded", JSON.stringify(seeded));
    run.figure("votes that waited at the end", waiting);
    run.figure("backlog drained after", `${drained.toFixed(1)} s (at most 60)`, drained <= 60);
    run.expect(run.history.counts.rejected === 0, "Votes were rejected.");
    await run.settle({ others: acceptedByOption });
    await run.expectReady();
  },
};

// A primary with a standby; the gates follow the primary.
async function pair(run, { synchronous }) {
  const primary = await PostgresServer.start(run.scope, { settings });
  const standby = await PostgresServer.standby(run.scope, primary);
  if (!synchronous) {
    await primary.sql("postgres", "ALTER SYSTEM RESET synchronous_standby_names");
    await primary.sql("postgres", "SELECT pg_reload_conf()");
  }
  return { primary, standby };
}

// The processes that send the log to the standby, so that it lags.
async function freezeReplication(primary) {
  const pids = await primary.sql("postgres", "SELECT pid FROM pg_stat_replication");
  pids.filter(Boolean).forEach((pid) => process.kill(Number(pid), "SIGSTOP"));
}

function failover(about, { synchronous, lagMs = 0, replays = false, allowed }) {
  return {
    row: "R12",
    about,
    seconds: { full: 20 }, // before and after
    async run(run) {
      const { primary, standby } = await pair(run, { synchronous });
      const system = await run.system({ servers: { postgres: primary } });
      const load = await run.vote({ rate: 500, voters: 5000 });
      await run.sleep((run.seconds * 1000) / 2);
      if (lagMs > 0) {
        await freezeReplication(primary);
        await run.sleep(lagMs);
      }
      run.progress(`primary lost; ${run.answers()}`);
      const accepted = run.history.counts.accepted;
      await primary.kill();
      await standby.promote();
      system.postgres = standby;
      system.gates.workerDatabase.cut();
      system.gates.resultDatabase.cut();
      await run.sleep((run.seconds * 1000) / 2);
      run.figure("accepted before, in all", `${accepted}, ${run.history.counts.accepted}`);
      run.expect(run.history.counts.rejected === 0, "Votes were rejected.");
      await load.stop();
      if (replays) {
        await replay(run, system);
      }
      await run.settle({ allowed });
      await run.expectReady();
    },
  };
}

// What is lost without it is a figure.
async function replay(run, system) {
  while ((await system.waiting()) > 0) {
    await run.sleep(100);
  }
  const [rows, tally, shown] = await Promise.all([system.rows(), system.tally(), system.shown()]);
  run.figure("lost before the replay", findFaults(run.history, { rows, tally, shown }).filter(({ kind }) => kind === "lost").length);
  const { status, stdout, stderr } = await system.command(["replay"]);
  run.figure("replay", stdout.trim());
  run.expect(status === 0, `pollux-worker replay: ${stdout}${stderr}`);
}

export const synchronous = failover("the primary is lost, its synchronous standby promoted", { synchronous: true });

export const asynchronous = failover("the same with an asynchronous standby that lags by 2 s: the loss is measured", {
  synchronous: false,
  lagMs: 2000,
  allowed: ({ kind }) => kind === "lost",
});

export const replayed = failover("the same, then pollux-worker replay", { synchronous: false, lagMs: 2000, replays: true });
