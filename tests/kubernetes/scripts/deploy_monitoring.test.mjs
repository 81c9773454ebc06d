import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Machine, matching } from "./stand_ins.mjs";

const kubectl = "kubectl --context pollux";
const pollux = "app.kubernetes.io/name=pollux";
const plain = `${pollux},app.kubernetes.io/managed-by!=Helm`;
const podsOfPollux = `${kubectl} get pods --namespace voting-app --output name --selector ${pollux},app.kubernetes.io/instance=pollux,*`;
const usual = {
  "helm show crds *": { out: "kind: CustomResourceDefinition" },
  [podsOfPollux]: { out: "pod/vote-1" },
  [`${kubectl} get nodes *InternalIP*`]: { out: "192.168.49.2" },
  [`${kubectl} get nodes *providerID*`]: { out: "minikube:pollux " },
  [`${kubectl} --namespace monitoring get secret grafana-admin`]: { status: 1 },
};
// Writes down what is applied by standard input.
const applied = (file) => ({ [`${kubectl} apply --server-side --filename -`]: { run: `cat >>${file}` } });
const monitorOfHelm = `${kubectl} get servicemonitor *managed-by=Helm*instance=pollux*component=management*`;
const rulesOfHelm = `${kubectl} get prometheusrule *managed-by=Helm*component=rules*`;
const dashboardsOfHelm = `${kubectl} get configmap *managed-by=Helm*component in (dashboard-services,*)*`;

function deployed(t, answers = {}, args = []) {
  const machine = new Machine(t);
  machine.use("od");
  const file = path.join(machine.folder, "applied");
  machine.answer({ ...usual, ...applied(file), ...(typeof answers === "function" ? answers(machine) : answers) });
  const ran = machine.run("deploy-monitoring.sh", args);
  const objects = existsSync(file) ? readFileSync(file, "utf8").split(/^---$/m).filter((text) => /^kind:/m.test(text)).map(essence) : [];
  return { ...ran, objects };
}

// KIND NAMESPACE/NAME of INSTANCE
function essence(text) {
  const [kind, name, namespace, instance] = [/^kind: (.*)$/m, /^ {2}name: (.*)$/m, /^ {2}namespace: (.*)$/m, /instance: (.*)$/m].map((it) => text.match(it)[1]);
  return `${kind} ${namespace}/${name} of ${instance}`;
}

// The calls in the order in which they must be made.
const inOrder = [
  "kubectl --context pollux apply --server-side --filename k8s/monitoring/namespace.yaml",
  "helm show crds oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack --version 88.*",
  "kubectl --context pollux apply --server-side --force-conflicts --filename -",
  "kubectl --context pollux wait --for condition=Established * crd/servicemonitors.monitoring.coreos.com *",
  "kubectl --context pollux --namespace monitoring create --filename -",
  "helm upgrade --install kube-prometheus-stack oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack --version 88.*" +
    " --values k8s/monitoring/prometheus-values.yaml --values k8s/monitoring/node-ports-values.yaml --kube-context pollux --namespace monitoring --wait --timeout 600s",
  "helm upgrade --install loki oci://ghcr.io/grafana-community/helm-charts/loki --version 18.* --values k8s/monitoring/loki-values.yaml *",
  "helm upgrade --install alloy oci://ghcr.io/grafana/helm-charts/alloy --version 1.* --values k8s/monitoring/alloy-values.yaml *",
  "helm upgrade --install tempo oci://ghcr.io/grafana-community/helm-charts/tempo --version 3.* --values k8s/monitoring/tempo-values.yaml *",
  "kubectl --context pollux apply --server-side --filename -",
];

test("deploy-monitoring.sh applies definitions, the charts, then Pollux's objects, and prints the addresses", (t) => {
  const { status, said, calls, objects } = deployed(t);
  assert.equal(status, 0, said);
  assert.deepEqual(objects, [
    "Service voting-app/management of pollux",
    "ServiceMonitor voting-app/management of pollux",
    "PrometheusRule monitoring/rules of pollux",
    ...["services", "slo", "stores", "vote-night"].map((name) => `ConfigMap monitoring/dashboard-${name} of pollux`),
  ]);
  assert.deepEqual(matching(calls, "kubectl * create namespace *"), []);
  const order = inOrder.map((call) => calls.indexOf(matching(calls, call)[0]));
  assert.ok(!order.includes(-1), `${inOrder[order.indexOf(-1)]} is not among:\n${calls.join("\n")}`);
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  assert.match(said, /Grafana +http:\/\/192\.168\.49\.2:30300\/[^]*Prometheus +http:\/\/192\.168\.49\.2:30090\/[^]*get secret grafana-admin/);
  assert.match(said, /notify no one until Alertmanager has a receiver/);
});

test("deploy-monitoring.sh keeps Grafana's password when it is repeated", (t) => {
  const { status, calls } = deployed(t, {
    "kubectl --context pollux --namespace monitoring get secret grafana-admin": {},
  });
  assert.equal(status, 0);
  assert.deepEqual(matching(calls, "kubectl * create *"), []);
});

test("deploy-monitoring.sh passes no password as an argument", (t) => {
  const { calls } = deployed(t);
  assert.deepEqual(calls.filter((call) => /[0-9a-f]{32}/.test(call)), []);
});

test("deploy-monitoring.sh leaves Pollux's objects to a Helm release that has them, and deletes those of an earlier run", (t) => {
  const { status, said, calls, objects } = deployed(t, {
    [monitorOfHelm]: { out: "in voting-app" },
    [rulesOfHelm]: { out: "in " },
    [dashboardsOfHelm]: { out: "in \nin " },
  });
  assert.equal(status, 0, said);
  assert.match(said, /the Helm release pollux has a monitor itself/);
  assert.deepEqual(objects, []);
  const deletions = [
    `servicemonitor,service --selector ${plain},app.kubernetes.io/instance=pollux,app.kubernetes.io/component=management --ignore-not-found --namespace voting-app`,
    `prometheusrule --selector ${plain},app.kubernetes.io/component=rules --ignore-not-found --all-namespaces`,
    `configmap --selector ${plain},app.kubernetes.io/component in (dashboard-services,dashboard-slo,dashboard-stores,dashboard-vote-night)` +
      " --ignore-not-found --all-namespaces",
  ];
  assert.deepEqual(matching(calls, `${kubectl} delete *`), deletions.map((deletion) => `${kubectl} delete ${deletion}`));
});

test("deploy-monitoring.sh monitors a release in a namespace that has no monitor of its own", (t) => {
  const { status, said, calls, objects } = deployed(
    t,
    {
      [`${kubectl} get pods --namespace votes --output name --selector ${pollux},app.kubernetes.io/instance=poll,pollux/management=true`]: { out: "pod/a" },
      // Of a release of the same name elsewhere, with its monitor in Prometheus's namespace.
      [`${kubectl} get servicemonitor *instance=poll,*`]: { out: "in other" },
      [rulesOfHelm]: { out: "in " },
    },
    ["--namespace", "votes", "--release", "poll"],
  );
  assert.equal(status, 0, said);
  assert.deepEqual(objects.slice(0, 3), [
    "Service votes/management-poll of poll",
    "ServiceMonitor votes/management-poll of poll",
    "ConfigMap monitoring/dashboard-services of pollux",
  ]);
  // An earlier version had the dashboards in the namespace of Pollux.
  assert.deepEqual(matching(calls, `${kubectl} delete *`).map((call) => call.replace(/.*(delete \w+).*not-found /, "$1 ")), [
    "delete prometheusrule --all-namespaces",
    "delete configmap --all-namespaces --field-selector metadata.namespace!=monitoring",
  ]);
  assert.equal(calls.filter((call) => call.includes("voting-app")).length, 0);
});

test("the monitor of a release selects its pods and no others", (t) => {
  const machine = new Machine(t);
  machine.use("od");
  const file = path.join(machine.folder, "applied");
  machine.answer({ [`${kubectl} get pods --namespace votes *`]: { out: "pod/a" }, ...usual, ...applied(file) });
  assert.equal(machine.run("deploy-monitoring.sh", ["--namespace", "votes", "--release", "poll"]).status, 0);
  const [monitor] = readFileSync(file, "utf8").split(/^# Written.*$/m).filter((text) => text.includes("kind: ServiceMonitor"));
  assert.match(monitor, /selector:\n {4}app\.kubernetes\.io\/name: pollux\n {4}app\.kubernetes\.io\/instance: poll\n {4}pollux\/management: "true"/);
  assert.match(monitor, /matchNames: \[votes\]/);
  assert.doesNotMatch(monitor, /voting-app|instance: pollux/);
});

test("deploy-monitoring.sh installs nothing if there is no such release, and names those that there are", (t) => {
  const nothing = { [podsOfPollux]: {} };
  const missing = deployed(t, nothing);
  assert.equal(missing.status, 1);
  assert.match(missing.said, /No pod in namespace voting-app belongs to a release pollux[^]*Install it first: k8s\/deploy-helm\.sh/);
  const found = deployed(t, {
    ...nothing,
    [`${kubectl} get pods --all-namespaces *`]: { out: "--namespace votes --release poll\n--namespace votes --release poll" },
  });
  assert.equal(found.status, 1);
  assert.match(found.said, /choose one of them:\n--namespace votes --release poll\n$/);
  assert.deepEqual(matching([...missing.calls, ...found.calls], "* apply *").concat(matching(found.calls, "helm upgrade *")), []);
});

test("deploy-monitoring.sh publishes Prometheus and Grafana on ports of the nodes only of a local cluster, or with --node-ports", (t) => {
  const onNodes = (nodes, args = []) => {
    const { status, said, calls } = deployed(t, { [`${kubectl} get nodes *providerID*`]: { out: nodes } }, args);
    assert.equal(status, 0, said);
    const published = matching(calls, "helm upgrade --install kube-prometheus-stack * --values k8s/monitoring/node-ports-values.yaml *").length;
    assert.equal(published, /:30090/.test(said) ? 1 : 0);
    assert.match(said, published ? /http:\/\/192\.168\.49\.2:30300\// : /from inside of the cluster only[^]*--port-forward/);
    assert.match(said, /password of Grafana's user admin:[^]*get secret grafana-admin/);
    return published === 1;
  };
  assert.ok(onNodes("minikube:any "));
  assert.ok(onNodes("minikube: kind://docker/any/any-control-plane"));
  assert.ok(!onNodes("minikube: aws:///eu-central-1a/i-1\nminikube: aws:///eu-central-1a/i-2"));
  assert.ok(!onNodes("minikube: "));
  assert.ok(onNodes("minikube: aws:///eu-central-1a/i-1", ["--node-ports"]));
});

test("deploy-monitoring.sh says if the registry is not reachable, and installs nothing", (t) => {
  const { status, said, calls } = deployed(t, { "helm show crds *": { err: "dial tcp: i/o timeout", status: 1 } });
  assert.equal(status, 1);
  assert.match(said, /i\/o timeout[^]*is ghcr\.io reachable/);
  assert.deepEqual(matching(calls, "helm upgrade *"), []);
});

test("deploy-monitoring.sh shows pods and warnings if a chart is not ready in time, and goes no further", (t) => {
  const { status, said, calls } = deployed(
    t,
    {
      "helm upgrade --install loki *": { err: "Error: context deadline exceeded", status: 1 },
      "kubectl * get pods *": { out: "loki-0 0/1 Pending" },
      "kubectl * get events *": { out: "Warning FailedScheduling Insufficient memory" },
    },
    ["--timeout", "90s"],
  );
  assert.equal(status, 1);
  assert.match(said, /deadline exceeded[^]*loki-0 0\/1 Pending[^]*Insufficient memory[^]*loki is not ready after 90s/);
  assert.deepEqual(matching(calls, "helm upgrade --install alloy *"), []);
});

test("deploy-monitoring.sh --port-forward serves the three pages until one of them ends", (t) => {
  const endTogether = ({ calls }) => ({
    "kubectl * port-forward *": { run: `until [ "$(grep -c port-forward ${calls})" = 3 ]; do :; done; exit 1` },
  });
  const { status, said, calls } = deployed(t, endTogether, ["--context", "pollux", "--port-forward"]);
  assert.equal(status, 1);
  for (const [service, ports] of [["grafana", "3000:80"], ["prometheus", "9090:9090"], ["alertmanager", "9093:9093"]]) {
    assert.equal(matching(calls, `kubectl * port-forward service/kube-prometheus-stack-${service} ${ports}`).length, 1);
  }
  assert.match(said, /http:\/\/localhost:3000\/[^]*could not be forwarded/);
});

test("deploy-monitoring.sh --help needs nothing; what is missing or not known is named", (t) => {
  const machine = new Machine(t);
  machine.remove("helm");
  assert.match(machine.run("deploy-monitoring.sh", ["--help"]).stdout, /^Usage: k8s\/deploy-monitoring\.sh/);
  assert.match(machine.run("deploy-monitoring.sh", ["--contxt", "a"]).said, /There is no option '--contxt'/);
  assert.match(machine.run("deploy-monitoring.sh", ["--release", "a b"]).said, /'a b' is no name of a release/);
  assert.match(machine.run("deploy-monitoring.sh", ["--namespace", "A"]).said, /'A' is no name of a namespace/);
  assert.match(machine.run("deploy-monitoring.sh", ["--timeout", "5h"]).said, /'5h' is no time/);
  assert.match(machine.run("deploy-monitoring.sh").said, /helm is not installed\. Install helm/);
  machine.remove("kubectl");
  assert.match(machine.run("deploy-monitoring.sh").said, /kubectl is not installed/);
});

test("the ports of Grafana and Prometheus are those that deploy-monitoring.sh prints, in a file of their own; both need a choice or a login", () => {
  const read = (name) => readFileSync(new URL(`../../../k8s/monitoring/${name}`, import.meta.url), "utf8");
  assert.match(read("node-ports-values.yaml"), /^prometheus:[^]*?nodePort: 30090\n[^]*^grafana:[^]*nodePort: 30300/m);
  assert.doesNotMatch(read("prometheus-values.yaml"), /NodePort|LoadBalancer|ingress/);
  assert.match(read("prometheus-values.yaml"), /^grafana:[^]*existingSecret: grafana-admin/m);
});
