import { require, requireEqual, seconds } from "../suite/report.mjs";

const limitSeconds = 2;
const viewersOfEach = 4; // with two result replicas both have some of each transport

export const votes = {
  name: "votes",
  about: "a vote reaches the screens in 2 s, through the ingress, by WebSocket and by polling, with two result replicas",
  async run(report, setting) {
    await setting.installed();
    const { site, stores } = setting;
    const before = await site.total();
    const viewers = [...site.viewers("websocket", viewersOfEach), ...site.viewers("polling", viewersOfEach)];
    try {
      for (const transport of ["websocket", "polling"]) {
        await report.attempt(`${viewersOfEach} open result pages by ${transport} have the tally`, () =>
          allShow(viewers, transport, ({ total }) => total >= before, 15).then(() => undefined),
        );
      }
      await report.attempt("there are two result pods, and both are ready", async () =>
        requireEqual((await setting.main.pods("result")).length, 2, "the number"),
      );
      const anna = {};
      await voteShows(report, { site, viewers, title: "a vote for a", option: "a", jar: anna, more: { a: 1, b: 0 } });
      await voteShows(report, { site, viewers, title: "the same voter's change to b", option: "b", jar: anna, more: { a: -1, b: 1 } });
      await report.attempt("a vote for an unknown option is rejected with 400", async () =>
        requireEqual(await site.cast("z", anna), 400, "the answer"),
      );
      await report.attempt("PostgreSQL has the rows that the pages show", async () =>
        requireEqual(await stores.recount(), nonZero(await site.counts()), "the count of the rows"),
      );
      await report.attempt("no page lost its connection", () => {
        const troubles = viewers.flatMap((viewer) => viewer.troubles.map((trouble) => `${viewer.transport}: ${trouble}`));
        require(troubles.length === 0, troubles.join("; "));
      });
    } finally {
      viewers.forEach((viewer) => viewer.close());
    }
  },
};

async function voteShows(report, { site, viewers, title, option, jar, more }) {
  const { a = 0, b = 0 } = await site.counts();
  const wanted = { a: a + more.a, b: b + more.b };
  const sentAt = performance.now();
  await site.vote(option, jar);
  const isWanted = ({ counts }) => counts.a === wanted.a && counts.b === wanted.b;
  for (const transport of ["websocket", "polling"]) {
    await report.attempt(`${title} is on all pages by ${transport} within ${limitSeconds} s`, async () => {
      const at = await allShow(viewers, transport, isWanted, limitSeconds);
      return seconds(Math.max(0, at - sentAt));
    });
  }
}

async function allShow(viewers, transport, isWanted, limit) {
  const chosen = viewers.filter((viewer) => viewer.transport === transport);
  return Math.max(...(await Promise.all(chosen.map((viewer) => viewer.shows(isWanted, limit)))));
}

function nonZero(counts) {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
