import { require, requireEqual, seconds, within } from "../suite/report.mjs";

export const uninstall = {
  name: "uninstall",
  about: "helm uninstall keeps volumes and passwords, and a new install finds the votes",
  async run(report, setting) {
    await setting.installed();
    const { main, site, stores } = setting;
    const voter = {};
    await site.vote("a", voter);
    await stores.emptyBacklog(30);
    const before = await stores.recount();
    const volumes = await claims(main);
    await report.attempt("helm uninstall removes the pods", async () => {
      await main.helm("uninstall", main.name);
      await within(60, async () => {
        const pods = await main.cluster.allPods(main.namespace, main.labels());
        requireEqual(pods.length, 0, "the number of pods");
      });
    });
    await report.attempt("the volume claims of postgres and redis are kept", async () => {
      requireEqual(volumes.length, 2, "the number of claims");
      requireEqual(await claims(main), volumes, "what is claimed");
    });
    await report.attempt("helm install uses them again", async () => {
      const startedAt = performance.now();
      await main.install();
      await main.settled(180);
      await site.answers();
      return seconds(performance.now() - startedAt);
    });
    await report.attempt("every vote is in PostgreSQL and on the result page", async () => {
      requireEqual(await stores.recount(), before, "the count of the rows");
      await site.showsWithin(20, { a: 0, b: 0, ...before });
    });
    await report.attempt("an earlier voter is still the same voter", async () => {
      await site.vote("b", voter);
      await stores.emptyBacklog(20);
      const { a = 0, b = 0 } = before;
      requireEqual(await stores.recount(), { a: a - 1, b: b + 1 }, "the count of the rows");
    });
    await report.attempt("and a new vote is counted", () => site.aVoteIsCounted().then(() => undefined));
  },
};

// Each claim with the volume that it is bound to.
async function claims({ cluster, namespace }) {
  const { items } = await cluster.get(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`);
  const bound = items.map(({ metadata, spec, status }) => `${metadata.name} ${spec.volumeName} ${status.phase}`).sort();
  require(bound.every((claim) => claim.endsWith("Bound")), bound.join(", "));
  return bound;
}
