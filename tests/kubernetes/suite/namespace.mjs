// Namespaces of the suite: made with the labels of Pod Security "restricted", removed at the end.
import { require, within } from "./report.mjs";

const mark = "pollux-kubernetes-suite";

export async function makeNamespace(cluster, name, { labels = {} } = {}) {
  await removeNamespace(cluster, name);
  await cluster.create("/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "app.kubernetes.io/created-by": mark, ...podSecurityLabels(), ...labels } },
  });
  // Until then a pod of its own would be refused.
  await within(30, () => cluster.get(`/api/v1/namespaces/${name}/serviceaccounts/default`));
}

// Not while breakages.mjs wants to see what the checks say of pods that would be refused.
export const enforcesRestricted = (process.env.POLLUX_K8S_ENFORCE ?? "restricted") === "restricted";

function podSecurityLabels() {
  const level = { enforce: enforcesRestricted ? "restricted" : "privileged", audit: "restricted", warn: "restricted" };
  return Object.fromEntries(Object.entries(level).map(([mode, of]) => [`pod-security.kubernetes.io/${mode}`, of]));
}

// Only one that the suite made: somebody else's of that name is left alone.
export async function removeNamespace(cluster, name) {
  const path = `/api/v1/namespaces/${name}`;
  const found = await cluster.find(path);
  if (!found) {
    return;
  }
  require(
    found.metadata.labels?.["app.kubernetes.io/created-by"] === mark,
    `there is a namespace ${name} that this suite did not make; remove it, or use another cluster`,
  );
  await cluster.remove(path);
  await within(120, async () => require(!(await cluster.find(path)), `the namespace ${name} is still being removed`));
}
