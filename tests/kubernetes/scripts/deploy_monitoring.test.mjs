import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Machine, matching } from "./stand_ins.mjs";

const usual = {
  "helm show crds *": { out: "kind: CustomResourceDefinition" },
  "kubectl --context pollux get servicemonitor *": {},
  "kubectl --context pollux get nodes *": { out: "192.168.49.2" },
  "kubectl --context pollux --namespace monitoring get secret grafana-admin": { status: 1 },
  "kubectl --context pollux get namespace voting-app": { status: 1 },
};

function deployed(t, answers = {}, args = []) {
  const machine = new Machine(t);
  machine.use("od");
  machine.answer({ ...usual, ...(typeof answers === "function" ? answers(machine) : answers) });
  return machine.run("deploy-monitoring.sh", args);
}

// The calls in the order in which they must be made.
const inOrder = [
  "kubectl --context pollux apply --server-side --filename k8s/monitoring/namespace.yaml",
  "helm show crds oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack --version 88.*",
  "kubectl --context pollux apply --server-side --force-conflicts --filename -",
  "kubectl --context pollux wait --for condition=Established * crd/servicemonitors.monitoring.coreos.com *",
  "kubectl --context pollux --namespace monitoring create --filename -",
  "helm upgrade --install kube-prometheus-stack oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack --version 88.*" +
    " --values k8s/monitoring/prometheus-values.yaml --kube-context pollux --namespace monitoring --wait --timeout 600s",
  "helm upgrade --install loki oci://ghcr.io/grafana-community/helm-charts/loki --version 18.* --values k8s/monitoring/loki-values.yaml *",
  "helm upgrade --install alloy oci://ghcr.io/grafana/helm-charts/alloy --version 1.* --values k8s/monitoring/alloy-values.yaml *",
  "kubectl --context pollux create namespace voting-app",
  "kubectl --context pollux label namespace voting-app --overwrite pod-security.kubernetes.io/enforce=restricted *",
  "kubectl --context pollux apply --server-side --filename k8s/monitoring/servicemonitor.yaml",
  "kubectl --context pollux apply --server-side --filename k8s/monitoring/prometheusrule.yaml",
  "kubectl --context pollux apply --server-side --filename k8s/monitoring/dashboards.yaml",
];

test("deploy-monitoring.sh applies definitions, the charts, then Pollux's objects, and prints the addresses", (t) => {
  const { status, said, calls } = deployed(t);
  assert.equal(status, 0, said);
  const order = inOrder.map((call) => calls.indexOf(matching(calls, call)[0]));
  assert.ok(!order.includes(-1), `${inOrder[order.indexOf(-1)]} is not among:\n${calls.join("\n")}`);
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  assert.match(said, /Grafana +http:\/\/192\.168\.49\.2:30300\/[^]*grafana-admin[^]*Prometheus +http:\/\/192\.168\.49\.2:30090\//);
  assert.match(said, /notify no one until Alertmanager has a receiver/);
});

test("deploy-monitoring.sh keeps the namespace and Grafana's password when it is repeated", (t) => {
  const { status, calls } = deployed(t, {
    "kubectl --context pollux --namespace monitoring get secret grafana-admin": {},
    "kubectl --context pollux get namespace voting-app": {},
  });
  assert.equal(status, 0);
  assert.deepEqual(matching(calls, "kubectl * create *"), []);
});

test("deploy-monitoring.sh passes no password as an argument", (t) => {
  const { calls } = deployed(t);
  assert.deepEqual(calls.filter((call) => /[0-9a-f]{32}/.test(call)), []);
});

test("deploy-monitoring.sh leaves Pollux's objects to a Helm release that has them", (t) => {
  const { status, said, calls } = deployed(t, {
    "kubectl --context pollux get servicemonitor *": { out: "servicemonitor.monitoring.coreos.com/pollux-management" },
  });
  assert.equal(status, 0);
  assert.match(said, /the Helm release of Pollux has them/);
  assert.deepEqual(matching(calls, "kubectl * apply * k8s/monitoring/servicemonitor.yaml"), []);
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
  assert.match(machine.run("deploy-monitoring.sh", ["--timeout", "5h"]).said, /'5h' is no time/);
  assert.match(machine.run("deploy-monitoring.sh").said, /helm is not installed\. Install helm/);
  machine.remove("kubectl");
  assert.match(machine.run("deploy-monitoring.sh").said, /kubectl is not installed/);
});

test("the ports of Grafana and Prometheus in the values are those that deploy-monitoring.sh prints", () => {
  const values = readFileSync(new URL("../../../k8s/monitoring/prometheus-values.yaml", import.meta.url), "utf8");
  assert.match(values, /^grafana:[^]*nodePort: 30300/m);
  assert.match(values, /^prometheus:[^]*?nodePort: 30090/m);
});
