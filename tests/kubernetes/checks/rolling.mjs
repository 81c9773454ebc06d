// Rolling updates under load. The load is an open loop, so a service that stops for a moment cannot hide it by making its
// clients wait.
import { accepted, describe, failed, requireAllAccepted } from "../suite/load.mjs";
import { require, requireEqual, seconds } from "../suite/report.mjs";

export const votesPerSecond = Number(process.env.POLLUX_K8S_VOTES_PER_SECOND ?? 500);

// These fail no request. Redis is a single pod: while it is replaced, votes are answered 503.
const withoutFailure = ["vote", "result", "worker", "postgres"];

export const rolling = {
  name: "rolling",
  about: `rolling update of every component under ${votesPerSecond} votes/s: no failed request, no lost vote`,
  async run(report, setting) {
    await setting.installed();
    const { main, stores } = setting;
    await stores.emptyBacklog(30);
    const rowsBefore = await stores.rows();
    const viewers = [...setting.site.viewers("websocket", 2), ...setting.site.viewers("polling", 2)];
    const load = await setting.load({ votesPerSecond });
    const took = {};
    try {
      for (const component of [...withoutFailure, "redis"]) {
        await load.phase(component);
        took[component] = await updated(main, component);
      }
      await load.phase("afterwards");
      await setting.site.aVoteIsCounted();
    } catch (error) {
      await report.attempt("every component is replaced", () => {
        throw error;
      });
    }
    const counts = await load.stop();
    for (const component of withoutFailure) {
      await report.attempt(`${component} is replaced: every vote is accepted`, () => {
        const detail = requireAllAccepted(counts.phases[component]?.votes ?? { sent: 0 });
        return `${detail}, in ${seconds(took[component] ?? NaN)}`;
      });
      await report.attempt(`${component} is replaced: every result page is served`, () =>
        requireAllAccepted(counts.phases[component]?.reads ?? { sent: 0 }, "readings"),
      );
    }
    await report.attempt("redis is replaced: votes only get 503 with Retry-After for a moment", () =>
      refusesInWords(counts.phases.redis, took.redis),
    );
    await reportTotals(report, { setting, counts, rowsBefore });
    await report.attempt("result pages that stayed open show it, too, with WebSocket and with polling", async () => {
      const total = await stores.rows();
      await Promise.all(viewers.map((viewer) => viewer.shows((shown) => shown.total === total, 20)));
      const reconnected = viewers.filter(({ troubles }) => troubles.length > 0).length;
      return `${reconnected} of ${viewers.length} connected again meanwhile`;
    });
    viewers.forEach((viewer) => viewer.close());
  },
};

// Until the last of the previous pods is gone.
async function updated(release, component) {
  const startedAt = performance.now();
  await release.restart(component);
  await release.settled(180, [component]);
  return performance.now() - startedAt;
}

function refusesInWords({ votes, reads }, tookMs) {
  const refused = votes.statuses[503] ?? 0;
  requireEqual(accepted(votes) + refused, votes.sent, `${describe(votes)}: the number answered 200 or 503`);
  requireEqual(votes.withoutRetryAfter, 0, "the number of 503 without Retry-After");
  requireAllAccepted(reads, "readings");
  return `${refused} of ${votes.sent} refused, ${seconds((refused / votesPerSecond) * 1000)} of ${seconds(tookMs)}`;
}

// Every accepted vote is in PostgreSQL. Votes without a response, or with 503, may be there too, but no others.
export async function reportTotals(report, { setting: { stores, site }, counts, rowsBefore }) {
  const { votes } = counts;
  await report.attempt("every accepted vote is in PostgreSQL, once", async () => {
    await stores.emptyBacklog(60);
    const recorded = (await stores.rows()) - rowsBefore;
    const others = recorded - accepted(votes);
    require(others >= 0, `${-others} of ${accepted(votes)} accepted votes are lost`);
    // One more may be the suite's own.
    require(others <= failed(votes) + 2, `${others} rows are more than what was accepted, and only ${failed(votes)} votes failed`);
    return `${votes.sent} sent, ${accepted(votes)} accepted, ${recorded} recorded`;
  });
  await report.attempt("the result pages show what PostgreSQL has", async () =>
    site.showsWithin(15, { a: 0, b: 0, ...(await stores.recount()) }),
  );
  await report.attempt(`the load was constantly ${votesPerSecond} votes per second`, () => {
    require(votes.latestMs < 5000, `a vote was sent ${Math.round(votes.latestMs)} ms late: this machine is too slow for the generator`);
    return `no vote was sent later than ${Math.round(votes.latestMs)} ms after its time`;
  });
}
