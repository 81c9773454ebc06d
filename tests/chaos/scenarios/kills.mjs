// Processes that are killed under load.
import { freezeWorker, killBackend, killPostgres, killRedis, killResult, killVote, killWorker } from "../faults.mjs";

const always = ["--appendfsync", "always"];

export const workers = {
  row: "R1",
  about: "kill -9 of a random one of 3 workers, 100 times",
  seconds: { full: 60 },
  async run(run) {
    await run.system({ counts: { worker: 3 } });
    await run.vote({ rate: 1000, voters: 10_000 });
    await run.faults([killWorker], [300, 700]);
    await run.settle();
    await run.expectReady();
  },
};

export const redis = {
  row: "R3",
  about: "kill -9 of Redis with appendfsync always, again and again",
  seconds: { full: 60 },
  async run(run) {
    await run.system({ redisArgs: always });
    await run.vote({ rate: 1000, voters: 10_000 });
    await run.faults([killRedis], [700, 1500]);
    await run.settle();
    await run.expectReady();
  },
};

export const redisEverysec = {
  row: "R3",
  about: "the same with appendfsync everysec: measured",
  seconds: { full: 60 },
  async run(run) {
    await run.system();
    await run.vote({ rate: 1000, voters: 10_000 });
    await run.faults([killRedis], [700, 1500]);
    await run.settle({ allowed: ({ kind }) => kind === "lost" });
  },
};

export const deliveries = {
  row: "R7",
  about: "4 workers that freeze for longer than --reclaim-after, so that votes are recorded twice and out of order",
  seconds: { short: 5, full: 60 },
  async run(run) {
    await run.system({ counts: { worker: 4 }, args: { worker: ["--reclaim-after", "200ms", "--max-batch", "100"] } });
    await run.vote({ rate: 1000, voters: 2000 });
    await run.faults([freezeWorker, freezeWorker, killWorker], [200, 500]);
    await run.settle();
    await run.expectReady();
  },
};

export const everything = {
  row: "R1, R2, R3",
  about: "a kill of a random process every 0.7 s, Redis (always) and PostgreSQL included, until 200,000 votes are accepted",
  seconds: { short: 10, full: Infinity },
  async run(run) {
    const wanted = 200_000;
    await run.system({ counts: { vote: 2, worker: 3, result: 2 }, redisArgs: always });
    await run.vote({ rate: 1500, voters: 40_000 });
    const kills = [killWorker, killVote, killResult, killRedis, killPostgres, killBackend];
    const { counts } = run.history;
    const count = await run.faults(
      kills,
      [700, 700],
      () => run.load.seconds < run.seconds && counts.accepted < wanted,
    );
    run.figure("kills", count);
    await run.settle();
    await run.expectReady();
  },
};
