import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { outcome, run } from "../suite/process.mjs";
import { Release } from "../suite/release.mjs";
import { require, requireEqual, seconds, within } from "../suite/report.mjs";
import { Stores } from "../suite/stores.mjs";

const folder = fileURLToPath(new URL("../../../k8s/", import.meta.url));
const namespace = "voting-app"; // that of 00-namespace.yaml
const seedJob = `/apis/batch/v1/namespaces/${namespace}/jobs/seed`;
const seeded = { a: 2000, b: 1000 }; // by the Job of 10-seed.yaml

export const manifests = {
  name: "manifests",
  about: "kubectl apply -f k8s/manifests works without Helm, twice, and its seed's votes are counted exactly",
  beside: true,
  async run(report, setting) {
    const { cluster } = setting;
    require(!(await cluster.find(`/api/v1/namespaces/${namespace}`)), `there is a namespace ${namespace}, which this check would replace`);
    try {
      await applied(report, setting);
    } finally {
      await run("kubectl", ["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"]);
    }
  },
};

async function applied(report, setting) {
  const release = new Release(setting.cluster, { name: "pollux", namespace, plainNames: true });
  const site = setting.siteOf({ voteHost: "vote.local", resultHost: "result.local" });
  const files = (await readdir(`${folder}manifests`)).filter((name) => name.endsWith(".yaml"));
  await report.attempt("the folder has the files from 00-namespace.yaml to 10-seed.yaml", () => {
    const sorted = files.sort();
    requireEqual([sorted[0], sorted.at(-1)], ["00-namespace.yaml", "10-seed.yaml"], "its first and last");
  });
  const startedAt = performance.now();
  await report.attempt("kubectl apply -f k8s/manifests gives no warning", async () => {
    const warnings = await applyFolder();
    requireEqual(warnings, [], "what it warned of");
  });
  await report.attempt("k8s/make-secrets.sh fills the Secrets", async () => {
    await run(`${folder}make-secrets.sh`, ["--namespace", namespace]);
  });
  await report.attempt("every pod becomes ready", async () => {
    await release.settled(180);
    return seconds(performance.now() - startedAt);
  });
  await report.attempt("its pages respond", () => site.answers());
  await report.attempt("the seed's Job waits until it is resumed", async () =>
    requireEqual((await setting.cluster.get(seedJob)).spec.suspend, true, "suspend"),
  );
  await report.attempt("once resumed, its 2000 and 1000 votes are on the result page", async () => {
    await setting.cluster.patch(seedJob, { spec: { suspend: false } });
    await site.showsWithin(90, seeded);
  });
  await report.attempt("the seed's Job completes", () => within(60, () => completed(setting.cluster)));
  await report.attempt("PostgreSQL has exactly these rows", async () =>
    requireEqual(await new Stores(release).recount(), seeded, "the count of the rows"),
  );
  await report.attempt("applying and filling them again changes no pod", async () => {
    const before = await names(release);
    await applyFolder();
    await run(`${folder}make-secrets.sh`, ["--namespace", namespace]);
    await within(30, () => release.settled(30));
    requireEqual(await names(release), before, "the pods");
  });
  await report.attempt("a vote is counted", () => site.aVoteIsCounted(20).then(() => undefined));
}

async function applyFolder() {
  const { status, stderr } = await outcome("kubectl", ["apply", "-f", `${folder}manifests`]);
  require(status === 0, `kubectl ended with ${status}: ${stderr.trim().split("\n").slice(-3).join(" ")}`);
  return stderr.split("\n").filter((line) => line.startsWith("Warning:"));
}

// Until then, applying the folder again would suspend the Job, and its pod would be removed.
async function completed(cluster) {
  const { conditions = [] } = (await cluster.get(seedJob)).status;
  require(conditions.some(({ type, status }) => type === "Complete" && status === "True"), `its conditions: ${JSON.stringify(conditions)}`);
}

async function names(release) {
  return (await release.pods()).map(({ metadata }) => metadata.name).sort();
}
