import { requireAllAccepted } from "../suite/load.mjs";
import { require, seconds, within } from "../suite/report.mjs";
import { usageSince, usageTable } from "../suite/usage.mjs";
import { reportTotals, votesPerSecond } from "./rolling.mjs";

export const scaling = {
  name: "scaling",
  about: `what pods use under ${votesPerSecond} votes/s; the HorizontalPodAutoscaler adds vote pods, without a failed request`,
  async run(report, setting) {
    await setting.installed();
    const { main, stores } = setting;
    await main.settled();
    await stores.emptyBacklog(30);
    const rowsBefore = await stores.rows();
    const load = await setting.load({ votesPerSecond });
    const since = new Date();
    await report.attempt(`metrics-server has measured every pod under ${votesPerSecond} votes/s`, async () => {
      const underLoad = await usageSince(main, since);
      const columns = { ...(setting.atRest ? { "at rest": setting.atRest } : {}), "under load": underLoad };
      for (const line of await usageTable(main, columns)) {
        report.note(line);
      }
    });
    await scalesUp(report, setting);
    const counts = await load.stop();
    await report.attempt("no vote failed meanwhile", () => requireAllAccepted(counts.votes));
    await report.attempt("no reading of a result page failed meanwhile", () => requireAllAccepted(counts.reads, "readings"));
    await reportTotals(report, { setting, counts, rowsBefore });
    await report.attempt("without autoscaling the number of pods is the one in the values again", async () => {
      await main.install();
      await main.settled(90);
    });
  },
};

// The threshold is low, so that the load of one machine is enough to cross it.
async function scalesUp(report, { main }) {
  const autoscaling = { enabled: true, minReplicas: 2, maxReplicas: 4, cpuPercent: 10 };
  await main.install({ vote: { autoscaling } });
  const startedAt = performance.now();
  await report.attempt("with vote.autoscaling.enabled more than two vote pods become ready under load", () =>
    within(
      90,
      async () => {
        const { readyReplicas = 0 } = (await main.workload("vote")).status;
        require(readyReplicas > 2, `there are ${readyReplicas}; the autoscaler says: ${await words(main)}`);
        return `${readyReplicas} after ${seconds(performance.now() - startedAt)}`;
      },
      { everyMs: 500 },
    ),
  );
}

async function words(release) {
  const path = `/apis/autoscaling/v2/namespaces/${release.namespace}/horizontalpodautoscalers/${release.nameOf("vote")}`;
  const { status = {} } = await release.cluster.get(path);
  return (status.conditions ?? []).map(({ message }) => message).join("; ");
}
