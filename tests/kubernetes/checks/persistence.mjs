// What outlives the pods of PostgreSQL and Redis.
import { require, requireEqual, seconds } from "../suite/report.mjs";

const votesBefore = 20;

export const persistence = {
  name: "persistence",
  about: "rows are kept when PostgreSQL's pod is deleted, waiting votes when Redis's is",
  async run(report, setting) {
    await setting.installed();
    await keepsRows(report, setting);
    await keepsWaitingVotes(report, setting);
  },
};

async function keepsRows(report, { main, site, stores }) {
  await castMany(site, votesBefore);
  await stores.emptyBacklog(20);
  const before = await stores.recount();
  const accepted = { number: 0 };
  await report.attempt("votes are accepted while the PostgreSQL pod is deleted and restarts", async () => {
    const { metadata } = await main.pod("postgres");
    const startedAt = performance.now();
    await main.deletePod(metadata.name);
    await whileSettling(main, "postgres", async () => {
      await site.vote("a");
      accepted.number += 1;
    });
    require((await main.pod("postgres")).metadata.uid !== metadata.uid, "it is the same pod");
    return `${accepted.number} votes in ${seconds(performance.now() - startedAt)}`;
  });
  await report.attempt("every row still exists, and the votes cast meanwhile are recorded", async () => {
    await stores.emptyBacklog(60);
    requireEqual(await stores.recount(), { ...before, a: (before.a ?? 0) + accepted.number }, "the count of the rows");
  });
  await report.attempt("the result page shows them", async () => site.showsWithin(30, { a: 0, b: 0, ...(await stores.recount()) }));
}

async function keepsWaitingVotes(report, { main, site, stores }) {
  const before = await stores.recount();
  const voter = {};
  await site.vote("a", voter);
  await stores.emptyBacklog(20);
  await report.attempt("votes wait in Redis without a worker", async () => {
    await main.scale("worker", 0);
    await main.settled(60, ["worker"]);
    await castMany(site, votesBefore);
    const { lag } = await stores.backlog();
    requireEqual(lag, votesBefore, "the lag");
  });
  await report.attempt("the Redis pod is deleted and restarts", async () => {
    const { metadata } = await main.pod("redis");
    const startedAt = performance.now();
    await main.deletePod(metadata.name);
    await whileSettling(main, "redis", async () => undefined);
    return seconds(performance.now() - startedAt);
  });
  await report.attempt("the waiting votes are recorded when workers run again", async () => {
    await main.scale("worker", 2);
    await main.settled(60, ["worker", "vote"]);
    await stores.emptyBacklog(60);
    requireEqual(await stores.recount(), { ...before, a: (before.a ?? 0) + votesBefore + 1 }, "the count of the rows");
  });
  await report.attempt("an earlier voter is still the same voter", async () => {
    await site.aVoteIsCounted();
    const rows = await stores.rows();
    await site.vote("b", voter);
    await stores.emptyBacklog(20);
    requireEqual(await stores.rows(), rows, "the number of rows");
  });
}

async function castMany(site, number) {
  await Promise.all(Array.from({ length: number }, () => site.vote("a")));
}

// Does something again and again until the component has its new pod.
async function whileSettling(release, component, action) {
  let over = false;
  const settling = release.settled(120, [component]).finally(() => (over = true));
  settling.catch(() => undefined);
  while (!over) {
    await action();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await settling;
}
