import { require, requireEqual, within } from "../suite/report.mjs";
import { mainNamespace } from "../suite/setting.mjs";

export const seed = {
  name: "seed",
  about: "the seed Job's 2000 and 1000 votes are counted exactly",
  async run(report, setting) {
    await setting.installed();
    const { main, site, stores } = setting;
    const { a, b } = await site.counts();
    await report.attempt("helm upgrade with seed.enabled starts the Job, and it completes within 90 s", async () => {
      await main.install({ seed: { enabled: true } });
      return within(90, () => jobCompleted(setting), { everyMs: 500 });
    });
    const wanted = { a: a + 2000, b: b + 1000 };
    await report.attempt("2000 for a and 1000 for b are on the result page within 10 s of its end", () =>
      site.showsWithin(10, wanted),
    );
    await report.attempt("PostgreSQL has exactly these rows", async () =>
      requireEqual(await stores.recount(), wanted, "the count of the rows"),
    );
    await report.attempt("an upgrade without it removes the Job and changes nothing else", async () => {
      const before = await templates(main);
      await main.install();
      await within(60, async () => requireEqual((await jobs(setting)).length, 0, "the number of Jobs"));
      requireEqual(await templates(main), before, "the pods' templates");
      await main.settled();
    });
  },
};

async function jobs({ cluster, main }) {
  const labels = Object.entries(main.labels("seed")).map((pair) => pair.join("=")).join(",");
  return (await cluster.get(`/apis/batch/v1/namespaces/${mainNamespace}/jobs`)).items.filter(
    ({ metadata, spec }) =>
      metadata.name.includes("seed") && labels.includes(spec.template.metadata.labels["app.kubernetes.io/component"]),
  );
}

async function jobCompleted(setting) {
  const [job] = await jobs(setting);
  require(job, "there is no Job of the seed");
  require(!job.status.failed, `the Job failed ${job.status.failed} times`);
  requireEqual(job.status.succeeded, 1, "the number of pods of the Job that succeeded");
  const ms = new Date(job.status.completionTime) - new Date(job.status.startTime);
  return `${ms / 1000} s`;
}

async function templates(release) {
  return Promise.all(["vote", "result", "worker"].map(async (component) => (await release.workload(component)).metadata.generation));
}
