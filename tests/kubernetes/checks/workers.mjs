import { accepted, requireAllAccepted } from "../suite/load.mjs";
import { require, requireEqual, seconds, within } from "../suite/report.mjs";
import { votesPerSecond } from "./rolling.mjs";

const waitingVotes = 3000;

export const workers = {
  name: "workers",
  about: "the streams' lag grows without workers and returns to 0 with more of them: what KEDA would scale by",
  async run(report, setting) {
    await setting.installed();
    const { main, stores } = setting;
    await stores.emptyBacklog(30);
    const rowsBefore = await stores.rows();
    await main.scale("worker", 0);
    await main.settled(60, ["worker"]);
    const load = await setting.load({ votesPerSecond, reads: false });
    await within(30, async () => require((await stores.backlog()).lag >= waitingVotes, "the lag is still small"), { everyMs: 500 });
    const { votes } = await load.stop();
    await report.attempt("without workers votes are accepted", () => requireAllAccepted(votes));
    await report.attempt("and XINFO GROUPS has each of them in its lag", async () => {
      const { lag } = await stores.backlog();
      requireEqual(lag, accepted(votes), "the lag");
    });
    await report.attempt("with three workers the lag and the pending entries return to 0 within 30 s", async () => {
      const startedAt = performance.now();
      await main.scale("worker", 3);
      await stores.emptyBacklog(30);
      return `${seconds(performance.now() - startedAt)}, the start of the pods included`;
    });
    await report.attempt("every vote is in PostgreSQL, once", async () =>
      requireEqual((await stores.rows()) - rowsBefore, accepted(votes), "the number of new rows"),
    );
    await report.attempt("the lag is correct after entries were removed: after one more vote it is 0 again", async () => {
      await setting.site.aVoteIsCounted();
      await stores.emptyBacklog(10);
    });
    await main.scale("worker", 2);
    await main.settled(60, ["worker"]);
  },
};
