// A Prometheus in the cluster, with the image of docker-compose.yml. It scrapes what the ServiceMonitors of a namespace select.
// Its jobs are made here as the Prometheus operator makes them. What they choose from, the namespace's endpoints with all the
// labels of Kubernetes service discovery, is listed here too, because Debian's Prometheus is built without that discovery.
import { podsPath } from "./cluster.mjs";
import { require, requireEqual, within } from "./report.mjs";

const image = "docker.io/prom/prometheus:v3.16.0";
const name = "prometheus";
const port = 9090;

export class Prometheus {
  #cluster;
  #namespace;

  // Of the monitors of the namespace `watched`.
  static async start(cluster, { namespace, watched, monitors, rules }) {
    const prometheus = new Prometheus();
    prometheus.#cluster = cluster;
    prometheus.#namespace = namespace;
    await prometheus.#create(configurationOf(monitors, await endpointsIn(cluster, watched)), rules);
    try {
      await within(60, () => prometheus.get("status/runtimeinfo"));
    } catch (error) {
      const log = await cluster.logs(namespace, name).catch(() => "it has no log");
      await prometheus.stop();
      throw new Error(`${error.message}; ${log}`);
    }
    return prometheus;
  }

  // A path of Prometheus's API, through the API server.
  async get(path) {
    const { status, data, error } = await this.#cluster.get(`${podsPath(this.#namespace)}/${name}:${port}/proxy/api/v1/${path}`);
    require(status === "success", `Prometheus answered ${error}`);
    return data;
  }

  async targets() {
    return (await this.get("targets?state=active")).activeTargets;
  }

  // [{ metric: { LABEL: … }, value: NUMBER }]
  async query(expression) {
    const { result } = await this.get(`query?query=${encodeURIComponent(expression)}`);
    return result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
  }

  async rules() {
    return (await this.get("rules")).groups.flatMap(({ rules }) => rules);
  }

  // Waits until every target was scraped `scrapes` times, and then until all rules are evaluated and no alert is pending or firing;
  // each for `seconds` at most. Before, alerts may be pending, because targets seem to be absent.
  async requireNoAlerts({ scrapes = 10, seconds = 60 } = {}) {
    const since = await within(seconds, async () => {
      const expected = (await this.targets()).length;
      const complete = await this.query(`sum_over_time(up{application="pollux"}[5m]) >= ${scrapes}`);
      require(expected > 0, "there are no targets");
      require(complete.length === expected, `${complete.length} of ${expected} targets were scraped ${scrapes} times`);
      const [{ value }] = await this.query("vector(time())");
      return value * 1000;
    });
    await within(seconds, async () => {
      const rules = await this.rules();
      const waiting = rules.filter(({ lastEvaluation }) => !(Date.parse(lastEvaluation) > since));
      require(rules.length > 0 && waiting.length === 0, `${waiting.length} of ${rules.length} rules were not evaluated since`);
      const alerts = rules.flatMap(({ name, alerts = [] }) => alerts.map(({ state }) => `${name} is ${state}`));
      requireEqual(alerts, [], "the alerts");
    });
  }

  async #create(configuration, rules) {
    const files = { "prometheus.yml": JSON.stringify(configuration), "rules.yml": JSON.stringify(rules) };
    await this.stop();
    for (const [path, object] of this.#objects(files)) {
      await within(30, () => this.#cluster.create(path, object));
    }
  }

  async stop() {
    for (const [path, { metadata }] of this.#objects({}).reverse()) {
      await this.#cluster.remove(`${path}/${metadata.name}`, { graceSeconds: 0 });
    }
    const pod = `${podsPath(this.#namespace)}/${name}`;
    await within(30, async () => require(!(await this.#cluster.find(pod)), "the previous Prometheus is still there"));
  }

  #objects(files) {
    const core = `/api/v1/namespaces/${this.#namespace}`;
    return [
      [`${core}/configmaps`, { metadata: { name }, data: files }],
      [`${core}/pods`, pod],
    ];
  }
}

const pod = {
  metadata: { name, labels: { "app.kubernetes.io/name": name } },
  spec: {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 0,
    securityContext: { runAsNonRoot: true, runAsUser: 65534, fsGroup: 65534, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name,
        image,
        imagePullPolicy: "IfNotPresent",
        args: ["--config.file=/etc/pollux/prometheus.yml", "--storage.tsdb.path=/prometheus", `--web.listen-address=:${port}`],
        ports: [{ containerPort: port }],
        volumeMounts: [
          { name: "configuration", mountPath: "/etc/pollux" },
          { name: "data", mountPath: "/prometheus" },
        ],
        resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { cpu: "1", memory: "512Mi" } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
      },
    ],
    volumes: [
      { name: "configuration", configMap: { name } },
      { name: "data", emptyDir: {} },
    ],
  },
};

function configurationOf(monitors, endpoints) {
  return {
    global: { scrape_interval: "15s", evaluation_interval: "5s" },
    rule_files: ["/etc/pollux/rules.yml"],
    scrape_configs: monitors.flatMap((monitor) => monitor.spec.endpoints.map((endpoint, index) => job(monitor, endpoint, index, endpoints))),
  };
}

// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#endpointslice
async function endpointsIn(cluster, namespace) {
  const list = async (path) => (await cluster.get(path)).items;
  const byName = (items) => new Map(items.map((item) => [item.metadata.name, item]));
  const services = byName(await list(`/api/v1/namespaces/${namespace}/services`));
  const pods = byName(await list(podsPath(namespace)));
  const slices = await list(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`);
  return slices.flatMap(({ metadata, ports, endpoints }) =>
    (ports ?? []).flatMap((port) =>
      (endpoints ?? []).map(({ addresses: [address], targetRef }) => ({
        targets: [`${address}:${port.port}`],
        labels: metaLabels({ port, pod: pods.get(targetRef.name), service: services.get(metadata.labels["kubernetes.io/service-name"]) }),
      })),
    ),
  );
}

function metaLabels({ port, pod, service }) {
  const container = pod.spec.containers.find(({ ports = [] }) => ports.some(({ containerPort }) => containerPort === port.port));
  const labelsOf = (kind, { metadata }) => Object.entries(metadata.labels).map(([label, value]) => [`${kind}_label_${asLabel(label)}`, value]);
  const labels = [
    ["namespace", service.metadata.namespace],
    ["endpointslice_port_name", port.name],
    ["service_name", service.metadata.name],
    ["pod_name", pod.metadata.name],
    ["pod_container_name", container?.name ?? ""],
    ...labelsOf("service", service),
    ...labelsOf("pod", pod),
  ];
  return Object.fromEntries(labels.map(([label, value]) => [`__meta_kubernetes_${label}`, value]));
}

const asLabel = (text) => text.replaceAll(/[^A-Za-z0-9_]/g, "_");

// https://github.com/prometheus-operator/prometheus-operator, pkg/prometheus/promcfg.go: of the Services with the monitor's labels
// the endpoints whose port has the name, with the labels namespace, service, pod, container, job and endpoint.
function job({ metadata, spec }, endpoint, index, endpoints) {
  const source = (label, target) => ({ source_labels: [`__meta_kubernetes_${label}`], target_label: target });
  const keep = (label, regex) => ({ action: "keep", source_labels: [`__meta_kubernetes_${label}`], regex });
  return {
    job_name: `serviceMonitor/${metadata.namespace}/${metadata.name}/${index}`,
    metrics_path: endpoint.path,
    scrape_interval: endpoint.interval,
    scrape_timeout: endpoint.interval,
    static_configs: endpoints,
    relabel_configs: [
      keep("namespace", (spec.namespaceSelector?.matchNames ?? [metadata.namespace]).join("|")),
      ...Object.entries(spec.selector.matchLabels).map(([label, value]) => keep(`service_label_${asLabel(label)}`, value)),
      keep("endpointslice_port_name", endpoint.port),
      source("namespace", "namespace"),
      source("service_name", "service"),
      source("pod_name", "pod"),
      source("pod_container_name", "container"),
      source("service_name", "job"),
      { target_label: "endpoint", replacement: endpoint.port },
      ...(endpoint.relabelings ?? []).map(relabeling),
    ],
  };
}

// The operator's names of the fields are Prometheus's in camel case.
function relabeling(fields) {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]),
  );
}
