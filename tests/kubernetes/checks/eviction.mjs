import { isReady } from "../suite/cluster.mjs";
import { requireAllAccepted } from "../suite/load.mjs";
import { require, requireEqual, within } from "../suite/report.mjs";
import { mainNamespace } from "../suite/setting.mjs";

export const eviction = {
  name: "eviction",
  about: "a drain evicts one pod of a service at a time, under load, without a failed request",
  async run(report, setting) {
    await setting.installed();
    const load = await setting.load();
    try {
      await Promise.all(["vote", "result", "worker"].map((component) => evicts(report, setting, component)));
    } finally {
      const counts = await load.stop();
      await report.attempt("no vote failed meanwhile", () => requireAllAccepted(counts.votes));
      await report.attempt("no reading of a result page failed meanwhile", () => requireAllAccepted(counts.reads, "readings"));
    }
  },
};

async function evicts(report, { main, cluster }, component) {
  const pods = await main.pods(component);
  await report.attempt(`${component}: its PodDisruptionBudget allows one pod to go`, () =>
    within(30, async () => requireEqual((await budget(main, component)).disruptionsAllowed, 1, "disruptionsAllowed")),
  );
  await report.attempt(`${component}: one of two simultaneous evictions is rejected with 429`, async () => {
    requireEqual(pods.length, 2, "the number of pods");
    const answers = await Promise.allSettled(pods.map(({ metadata }) => cluster.evict(mainNamespace, metadata.name)));
    const refused = answers.filter(({ status }) => status === "rejected").map(({ reason }) => reason);
    requireEqual(refused.length, 1, "the number of refused evictions");
    requireEqual(refused[0].status, 429, `${refused[0].message}: the status`);
    require(refused[0].message.includes("disruption budget"), refused[0].message);
  });
  await report.attempt(`${component}: one pod stays ready, and a second one follows`, () =>
    within(60, async () => {
      const ready = (await main.pods(component)).filter(isReady);
      if (ready.length === 0) {
        return "no pod is ready"; // stops waiting: it is a failure in any case
      }
      await main.isSettled(component);
      return undefined;
    }).then((trouble) => require(!trouble, trouble)),
  );
}

async function budget(release, component) {
  const path = `/apis/policy/v1/namespaces/${release.namespace}/poddisruptionbudgets/${release.nameOf(component)}`;
  return (await release.cluster.get(path)).status;
}
