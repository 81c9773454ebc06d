// CPU and memory of pods from metrics-server, compared with their requests.
import { require, requireEqual, within } from "./report.mjs";

// The usage of the release's pods, measured wholly after `since` (a Date): { component, cpu, memory } in millicores and MiB, the
// mean over the pods of a component. Takes one or two of metrics-server's intervals.
export async function usageSince(release, since, limitSeconds = 90) {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${release.namespace}/pods`;
  const measured = await within(
    limitSeconds,
    async () => {
      const running = new Set((await release.pods()).filter(isService).map(({ metadata }) => metadata.name));
      const { items } = await release.cluster.get(path);
      const fresh = items.filter(({ metadata, timestamp, window }) => {
        const from = new Date(timestamp) - parseFloat(window) * 1000;
        return running.has(metadata.name) && from >= since - 1000;
      });
      requireEqual(fresh.length, running.size, "the number of pods that were measured");
      return fresh;
    },
    { everyMs: 1000 },
  );
  return means(measured);
}

function isService({ metadata, status }) {
  return status.phase === "Running" && !["test", "seed", "migration"].includes(metadata.labels["app.kubernetes.io/component"]);
}

function means(measured) {
  const byComponent = new Map();
  for (const { metadata, containers } of measured) {
    const component = metadata.labels["app.kubernetes.io/component"];
    const cpu = containers.reduce((sum, { usage }) => sum + millicores(usage.cpu), 0);
    const memory = containers.reduce((sum, { usage }) => sum + mebibytes(usage.memory), 0);
    byComponent.set(component, [...(byComponent.get(component) ?? []), { cpu, memory }]);
  }
  const mean = (pods, key) => pods.reduce((sum, pod) => sum + pod[key], 0) / pods.length;
  return new Map([...byComponent].map(([component, pods]) => [component, { cpu: mean(pods, "cpu"), memory: mean(pods, "memory") }]));
}

// A line for each component: at rest, under load, and requested.
export async function usageTable(release, columns) {
  const lines = [];
  const components = [...Object.values(columns)[0].keys()].sort();
  for (const component of components) {
    const { requests } = (await release.pod(component)).spec.containers[0].resources;
    const parts = Object.entries(columns).map(([name, usage]) => {
      const { cpu = NaN, memory = NaN } = usage.get(component) ?? {};
      return `${name} ${cpu.toFixed(0).padStart(4)} m ${memory.toFixed(0).padStart(4)} MiB`;
    });
    const requested = `requests ${millicores(requests.cpu).toFixed(0).padStart(4)} m ${mebibytes(requests.memory).toFixed(0).padStart(4)} MiB`;
    lines.push(`${component.padEnd(9)} ${[...parts, requested].join("   ")}`);
  }
  return lines;
}

const cpuUnits = { n: 1e-6, u: 1e-3, m: 1, "": 1000 };

export function millicores(quantity) {
  const [, number, unit] = /^([\d.]+)([num]?)$/.exec(quantity) ?? [];
  require(number, `'${quantity}' is no quantity of processor time`);
  return Number(number) * cpuUnits[unit];
}

const memoryUnits = { Ki: 1 / 1024, Mi: 1, Gi: 1024, "": 1 / 1048576 };

export function mebibytes(quantity) {
  const [, number, unit] = /^([\d.]+)(Ki|Mi|Gi|)$/.exec(quantity) ?? [];
  require(number, `'${quantity}' is no quantity of memory`);
  return Number(number) * memoryUnits[unit];
}
