import { randomBytes } from "node:crypto";
import { require, requireEqual } from "../suite/report.mjs";
import { components } from "../suite/release.mjs";

export const secrets = {
  name: "secrets",
  about: "changed passwords replace the pods that use them at the next helm upgrade, and no others",
  async run(report, setting) {
    await setting.installed();
    const { main, site, stores } = setting;
    await stores.emptyBacklog(30);
    const before = await stores.recount();
    await report.attempt("an upgrade without a change replaces no pod", () => replaces(main, [], () => main.install()));
    await report.attempt("a changed password of redis replaces only redis, vote and worker", async () => {
      await change(main, "redis", ["redis-password"]);
      await replaces(main, ["redis", "vote", "worker"], () => main.install());
    });
    await report.attempt("changed passwords of postgres replace only postgres, worker and result", async () => {
      await change(main, "postgres", ["postgres-password", "result-password", "admin-role-password"]);
      await replaces(main, ["postgres", "worker", "result"], () => main.install());
    });
    await report.attempt("the votes still exist, and a new one is counted", async () => {
      requireEqual(await stores.recount(), before, "the count of the rows");
      await site.aVoteIsCounted(30);
    });
  },
};

async function change(release, component, keys) {
  const path = `/api/v1/namespaces/${release.namespace}/secrets/${release.nameOf(component)}`;
  const { data } = await release.cluster.get(path);
  requireEqual(Object.keys(data).sort(), [...keys].sort(), "the keys of the Secret");
  const fresh = () => Buffer.from(randomBytes(12).toString("hex")).toString("base64");
  await release.cluster.patch(path, { data: Object.fromEntries(keys.map((key) => [key, fresh()])) });
}

// Exactly these components' pods are others afterwards.
async function replaces(release, wanted, action) {
  const before = await uids(release);
  await action();
  await release.settled(120);
  const after = await uids(release);
  for (const component of components) {
    const kept = after[component].filter((uid) => before[component].includes(uid));
    if (wanted.includes(component)) {
      require(kept.length === 0, `a pod of ${component} was kept`);
    } else {
      requireEqual(after[component], before[component], `the pods of ${component}`);
    }
  }
}

async function uids(release) {
  const entries = components.map(async (component) => {
    const pods = await release.pods(component);
    return [component, pods.map(({ metadata }) => metadata.uid).sort()];
  });
  return Object.fromEntries(await Promise.all(entries));
}
