// What `monitoring.enabled` adds: first against the objects that it refers to, then with a Prometheus that uses it.
import { readFile } from "node:fs/promises";
import { Prometheus } from "../suite/prometheus.mjs";
import { require, requireEqual, seconds, within } from "../suite/report.mjs";
import { mainNamespace, monitoringNamespace } from "../suite/setting.mjs";

const group = "monitoring.coreos.com";
const objects = (kind) => `/apis/${group}/v1/namespaces/${mainNamespace}/${kind}`;
const definitionsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const definitions = ["servicemonitors", "prometheusrules", "probes"].map((kind) => `${kind}.${group}`);
const monitored = ["vote", "result", "worker"];
// As by default, but with an interval that a test can wait for.
const values = { monitoring: { enabled: true, serviceMonitor: { interval: "1s" } } };
const withProbe = { monitoring: { ...values.monitoring, probe: { prober: "blackbox.monitoring:9115" } } };

export const monitoring = {
  name: "monitoring",
  about: "ServiceMonitor, alerts and dashboards: a Prometheus in its namespace scrapes every pod by them",
  async run(report, setting) {
    await setting.installed();
    const { cluster, main } = setting;
    const added = await addDefinitions(report, cluster);
    try {
      if ((await areAccepted(report, setting)) && (await selectEveryPod(report, setting))) {
        await setting.namespace(monitoringNamespace);
        await scrapes(report, setting);
      }
      await report.attempt("helm upgrade without monitoring removes all of it", async () => {
        await main.install();
        for (const kind of ["servicemonitors", "prometheusrules"]) {
          requireEqual((await cluster.get(objects(kind))).items.length, 0, `the number of ${kind}`);
        }
      });
    } finally {
      await Promise.all(added.map((name) => cluster.remove(`${definitionsPath}/${name}`)));
    }
  },
};

// The resource definitions of the Prometheus operator, unless the cluster has them. Returns the names of those that were added.
async function addDefinitions(report, cluster) {
  const added = [];
  await report.attempt("the cluster accepts the resource definitions of the Prometheus operator", async () => {
    for (const name of definitions) {
      if (await cluster.find(`${definitionsPath}/${name}`)) {
        continue;
      }
      const folder = process.env.POLLUX_K8S_OPERATOR;
      require(folder, "POLLUX_K8S_OPERATOR is not set: it names the folder with the operator's resource definitions");
      await cluster.apply(await readFile(`${folder}/${group}_${name.split(".")[0]}.yaml`, "utf8"));
      added.push(name);
    }
    await within(30, async () => {
      const { resources } = await cluster.get(`/apis/${group}/v1`);
      const served = resources.map((resource) => `${resource.name}.${group}`);
      require(definitions.every((name) => served.includes(name)), `it serves ${served.join(", ")}`);
    });
  });
  return added;
}

async function areAccepted(report, { cluster, main }) {
  const accepted = await report.attempt("helm upgrade with monitoring.enabled gives no warning and replaces no pod", async () => {
    const names = async () => (await main.pods()).map(({ metadata }) => metadata.name).sort();
    const before = await names();
    const warningsBefore = main.warnings.length;
    await main.install(values);
    requireEqual(main.warnings.slice(warningsBefore), [], "what it warned of");
    requireEqual(await names(), before, "the pods");
  });
  await report.attempt("with a Probe of the public addresses, the API server accepts all of it without a warning", async () => {
    requireEqual(await cluster.apply(await main.template(withProbe), { dryRun: true, namespace: mainNamespace }), [], "what it warned of");
  });
  await report.attempt("every alert has the address of its runbook", async () => {
    const rules = (await rulesOf(cluster)).flatMap(({ rules }) => rules).filter(({ alert }) => alert);
    require(rules.length > 0, "there are no alerts");
    const without = rules.filter(({ alert, annotations }) => !annotations?.runbook_url?.match(`^https?://.*/${alert}\\.md$`));
    requireEqual(without.map(({ alert }) => alert), [], "the alerts without one");
    return `${rules.length} alerts`;
  });
  await report.attempt("Grafana's sidecar finds the dashboards by their label", async () => {
    const { items } = await cluster.get(`/api/v1/namespaces/${mainNamespace}/configmaps?labelSelector=grafana_dashboard%3D1`);
    const titles = items.flatMap(({ data }) => Object.values(data).map((text) => JSON.parse(text).title));
    require(titles.length > 0 && titles.every(Boolean), `their titles: ${titles.join(", ")}`);
    return titles.join(", ");
  });
  return accepted;
}

async function rulesOf(cluster) {
  return (await cluster.get(objects("prometheusrules"))).items.flatMap(({ spec }) => spec.groups);
}

// By the rules of Kubernetes: labels of Services, names of their ports, and the addresses behind them.
async function selectEveryPod(report, { cluster, main }) {
  const pods = (await Promise.all(monitored.map((component) => main.pods(component)))).flat();
  const expected = pods.map(({ metadata, status }) => `${metadata.name} ${status.podIP}:9090`).sort();
  return report.attempt(`the ServiceMonitors select the management port of all ${expected.length} pods of ${monitored.join(", ")}, and nothing else`, async () => {
    const { items: monitors } = await cluster.get(objects("servicemonitors"));
    require(monitors.length > 0, "there is none");
    await within(30, async () => {
      const selected = (await Promise.all(monitors.map((monitor) => selectedBy(cluster, monitor)))).flat();
      requireEqual(selected.sort(), expected, "what they select");
    });
  });
}

async function selectedBy(cluster, { metadata, spec }) {
  requireEqual(spec.namespaceSelector.matchNames, [mainNamespace], "the namespaces of its Services");
  const labels = Object.entries(spec.selector.matchLabels).map(([name, value]) => `${name}=${value}`).join(",");
  const services = (await cluster.get(`/api/v1/namespaces/${mainNamespace}/services?labelSelector=${encodeURIComponent(labels)}`)).items;
  require(services.length > 0, `no Service has the labels that the ServiceMonitor ${metadata.name} selects`);
  const found = await Promise.all(
    services.flatMap((service) =>
      spec.endpoints.map(({ port }) => {
        const names = service.spec.ports.map(({ name }) => name);
        require(names.includes(port), `the ServiceMonitor ${metadata.name} names the port ${port}; the Service ${service.metadata.name} has ${names}`);
        return endpointsOf(cluster, service.metadata.name, port);
      }),
    ),
  );
  return found.flat();
}

async function endpointsOf(cluster, service, portName) {
  const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
  const { items } = await cluster.get(`/apis/discovery.k8s.io/v1/namespaces/${mainNamespace}/endpointslices?labelSelector=${selector}`);
  return items.flatMap(({ endpoints, ports }) => {
    const { port } = (ports ?? []).find(({ name }) => name === portName) ?? {};
    return (endpoints ?? []).flatMap(({ addresses, targetRef }) => addresses.map((address) => `${targetRef.name} ${address}:${port}`));
  });
}

async function scrapes(report, { cluster, main }) {
  const { items: monitors } = await cluster.get(objects("servicemonitors"));
  // Without their own intervals, which are up to five minutes.
  const groups = (await rulesOf(cluster)).map(({ name, rules }) => ({ name, rules }));
  let prometheus;
  try {
    const started = await report.attempt("a Prometheus starts in its own namespace", async () => {
      const startedAt = performance.now();
      prometheus = await Prometheus.start(cluster, { namespace: monitoringNamespace, watched: mainNamespace, monitors, rules: { groups } });
      return seconds(performance.now() - startedAt);
    });
    if (started) {
      await allUp(report, main, prometheus);
      await rulesWork(report, prometheus, groups);
    }
  } finally {
    await prometheus?.stop();
  }
}

async function allUp(report, main, prometheus) {
  const pods = (await Promise.all(monitored.map((component) => main.pods(component)))).flat();
  const expected = pods.map(({ metadata }) => metadata.name).sort();
  await report.attempt("every pod is a target, and every target is up", async () => {
    await within(30, async () => {
      const targets = await prometheus.targets();
      const down = targets.filter(({ health }) => health !== "up").map(({ labels, lastError }) => `${labels.pod}: ${lastError || "not scraped"}`);
      require(down.length === 0, down.join("; "));
      requireEqual(targets.map(({ labels }) => labels.pod).sort(), expected, "the targets");
    });
  });
  await report.attempt("targets are labeled with application, component and namespace, as the rules expect", async () => {
    const counts = await within(30, async () => {
      const up = await prometheus.query(`sum by (component) (up{application="pollux", namespace="${mainNamespace}"})`);
      const found = Object.fromEntries(up.map(({ metric, value }) => [metric.component, value]));
      const wanted = await Promise.all(monitored.map(async (component) => [component, (await main.pods(component)).length]));
      requireEqual(Object.entries(found).sort(), wanted.sort(), "the number of targets by component");
      return found;
    });
    return JSON.stringify(counts);
  });
  await report.attempt("votes are counted in the metrics of the pods", async () => {
    const [{ value } = {}] = await prometheus.query("sum(pollux_votes_recorded_total)");
    require(value > 0, `pollux_votes_recorded_total is ${value}`);
  });
}

async function rulesWork(report, prometheus, groups) {
  await report.attempt("Prometheus evaluates every rule without an error", async () => {
    const wanted = groups.flatMap(({ rules }) => rules).length;
    await within(60, async () => {
      const rules = await prometheus.rules();
      requireEqual(rules.length, wanted, "the number of rules");
      const failed = rules.filter(({ health }) => health !== "ok");
      require(failed.length === 0, failed.slice(0, 3).map(({ name, health, lastError }) => `${name} is ${health} ${lastError ?? ""}`).join("; "));
    });
    return `${wanted} rules`;
  });
  await report.attempt("no alert is pending or firing for a release that works", () => prometheus.requireNoAlerts());
}
