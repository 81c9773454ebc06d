// One release of the chart.
import { fileURLToPath } from "node:url";
import { podsPath, workloadPath, isReady } from "./cluster.mjs";
import { outcome, run } from "./process.mjs";
import { require, requireEqual, within } from "./report.mjs";

// Another one while breakages.mjs breaks it.
export const chart = process.env.POLLUX_K8S_CHART ?? fileURLToPath(new URL("../../../charts/pollux", import.meta.url));
const valuesFile = fileURLToPath(new URL("../values.yaml", import.meta.url));

const kindOf = {
  vote: "deployments",
  result: "deployments",
  worker: "deployments",
  redis: "statefulsets",
  postgres: "statefulsets",
  admin: "deployments",
};
// Of every release.
export const components = ["vote", "result", "worker", "redis", "postgres"];

const small = { requests: { cpu: "20m", memory: "64Mi" } };
const single = (component) => ({ ...(kindOf[component] === "deployments" ? { replicas: 1 } : {}), resources: small });

// Values of a release that runs beside the main one.
export const singlePods = Object.fromEntries(components.map((component) => [component, single(component)]));

export class Release {
  warnings = []; // of the API server, at installs and upgrades

  // `values` are this release's own, on top of tests/kubernetes/values.yaml.
  constructor(cluster, { name, namespace, values = {}, plainNames = false }) {
    this.cluster = cluster;
    this.name = name;
    this.namespace = namespace;
    this.values = values;
    this.plainNames = plainNames;
  }

  nameOf(component) {
    return this.plainNames ? component : `${this.name}-${component}`;
  }

  labels(component) {
    const labels = { "app.kubernetes.io/name": "pollux", "app.kubernetes.io/instance": this.name };
    return component ? { ...labels, "app.kubernetes.io/component": component } : labels;
  }

  pods(component) {
    return this.cluster.pods(this.namespace, this.labels(component));
  }

  // One of the component's ready pods.
  async pod(component) {
    const pod = (await this.pods(component)).find(isReady);
    require(pod, `no pod of ${component} is ready`);
    return pod;
  }

  // Installs or upgrades the chart with exactly these values. Does not wait.
  async install(values = {}, chartFolder = chart) {
    const args = ["upgrade", "--install", this.name, chartFolder, "--namespace", this.namespace];
    const { status, stdout, stderr } = await outcome("helm", [...args, "--values", valuesFile, "--values", "-"], {
      input: JSON.stringify(merge(this.values, values)),
    });
    require(status === 0, `helm upgrade --install ended with ${status}: ${stderr.trim().split("\n").slice(-3).join(" ")}`);
    this.warnings.push(...stderr.split("\n").filter((line) => /warning|would violate/i.test(line)));
    return stdout;
  }

  helm(...args) {
    return run("helm", [...args, "--namespace", this.namespace]);
  }

  template(values = {}) {
    const args = ["template", this.name, chart, "--namespace", this.namespace, "--values", valuesFile, "--values", "-"];
    return run("helm", args, { input: JSON.stringify(merge(this.values, values)) });
  }

  path(component) {
    return workloadPath(this.namespace, kindOf[component], this.nameOf(component));
  }

  workload(component) {
    return this.cluster.get(this.path(component));
  }

  // As `kubectl rollout restart`.
  async restart(component) {
    const annotations = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
    await this.cluster.patch(this.path(component), { spec: { template: { metadata: { annotations } } } }, { strategic: true });
  }

  async scale(component, replicas) {
    await this.cluster.patch(this.path(component), { spec: { replicas } });
  }

  // All pods are of the newest template and ready, and none is left of an earlier one.
  async isSettled(component) {
    const { metadata, spec, status } = await this.workload(component);
    requireEqual(status.observedGeneration, metadata.generation, `the generation of ${component} that its controller has seen`);
    requireEqual(status.updatedReplicas ?? 0, spec.replicas, `the number of new pods of ${component}`);
    requireEqual(status.readyReplicas ?? 0, spec.replicas, `the number of ready pods of ${component}`);
    const pods = await this.cluster.allPods(this.namespace, this.labels(component));
    const ending = pods.filter(({ metadata: { deletionTimestamp } }) => deletionTimestamp).length;
    require(pods.length === spec.replicas && ending === 0, `${component} has ${pods.length} pods, of which ${ending} are ending`);
  }

  async settled(limit = 120, chosen = components) {
    await Promise.all(chosen.map((component) => this.settledOne(component, limit)));
  }

  async settledOne(component, limit) {
    try {
      await within(limit, () => this.isSettled(component), { everyMs: 200 });
    } catch (error) {
      throw new Error(`${error.message}; ${await this.troubles(component)}`);
    }
  }

  // What the pods that are not ready say of themselves.
  async troubles(component) {
    const pods = (await this.pods(component)).filter((pod) => !isReady(pod));
    const words = pods.flatMap(({ metadata, status }) =>
      (status.containerStatuses ?? []).map(({ state, lastState }) => {
        const waiting = state.waiting ?? lastState?.terminated ?? {};
        return `${metadata.name} is ${status.phase} ${waiting.reason ?? ""} ${waiting.message ?? ""}`;
      }),
    );
    return words.join(", ") || `its pods: ${pods.map(({ status }) => status.phase).join(", ") || "all ready"}`;
  }

  // Deletes the pod; its controller makes another.
  deletePod(name, options) {
    return this.cluster.remove(`${podsPath(this.namespace)}/${name}`, options);
  }
}

// `above` over `below`, objects member by member.
export function merge(below, above) {
  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  if (!isObject(below) || !isObject(above)) {
    return above === undefined ? below : above;
  }
  const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries([...keys].map((key) => [key, key in above ? merge(below[key], above[key]) : below[key]]));
}
