import assert from "node:assert/strict";
import { test } from "node:test";
import { Machine, matching } from "./stand_ins.mjs";

const running = {
  "kubectl * get statefulset,deployment *": { out: "statefulset.apps/pollux-postgres\ndeployment.apps/pollux-vote" },
  "helm get values *": { out: "COMPUTED VALUES:\npublicResultUrl: http://result.local/\npublicUrl: http://vote.local/" },
  "kubectl * get service *": { out: "pollux-vote" },
};

// What kubectl says that the pods of the rendered chart need, and what the chart makes itself.
const needs = (secrets) => ({ "kubectl create --dry-run=client * *secretKeyRef*": { out: secrets } });

test("deploy-helm.sh installs the preset dev in a restricted namespace, waits, and says where the pages are", (t) => {
  const machine = new Machine(t);
  machine.answer({ ...running, "kubectl --context pollux get namespace voting-app": { status: 1 } });
  const { status, said, calls } = machine.run("deploy-helm.sh");
  assert.equal(status, 0, said);
  const order = [
    "kubectl --context pollux create namespace voting-app",
    "kubectl --context pollux label namespace voting-app --overwrite pod-security.kubernetes.io/enforce=restricted *",
    "helm upgrade --install pollux charts/pollux --timeout 300s --values charts/pollux/values-dev.yaml" +
      " --kube-context pollux --namespace voting-app",
    "kubectl --context pollux --namespace voting-app rollout status statefulset.apps/pollux-postgres --timeout=*",
    "kubectl --context pollux --namespace voting-app rollout status deployment.apps/pollux-vote --timeout=*",
  ].map((call) => calls.indexOf(matching(calls, call)[0]));
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  assert.ok(!order.includes(-1), calls.join("\n"));
  assert.match(said, /vote +http:\/\/vote\.local\/\n +results +http:\/\/result\.local\/\n/);
  assert.match(said, /helm test pollux/);
});

test("deploy-helm.sh says what to do where the page does not answer from here", (t) => {
  const machine = new Machine(t);
  machine.answer({ ...running, "curl *": { status: 6 } });
  const { status, said } = machine.run("deploy-helm.sh");
  assert.equal(status, 0);
  assert.match(said, /does not answer yet[^]*port-forward service\/pollux-vote 8080:80/);
});

test("deploy-helm.sh dev takes the images that were loaded into this cluster, and no other's", (t) => {
  const machine = new Machine(t);
  machine.answer(running);
  machine.write("build/k8s/images-pollux.yaml", "vote: {image: {tag: one}}\n");
  machine.write("build/k8s/images-kind-pollux.yaml", "vote: {image: {tag: two}}\n");
  const { calls } = machine.run("deploy-helm.sh", ["dev", "--seed"]);
  const [upgrade] = matching(calls, "helm upgrade *");
  assert.match(upgrade, /--values charts\/pollux\/values-dev\.yaml --values build\/k8s\/images-pollux\.yaml --set seed\.enabled=true --kube-context/);
});

test("deploy-helm.sh production asks for values of one's own, and lets them win", (t) => {
  const machine = new Machine(t);
  machine.answer(running);
  const without = machine.run("deploy-helm.sh", ["production"]);
  assert.equal(without.status, 1);
  assert.match(without.said, /values-production\.yaml.*--values FILE/);
  machine.write("elsewhere/mine.yaml", "publicUrl: https://vote.example.net/\n");
  machine.write("build/k8s/images-prod.yaml", "vote: {image: {tag: local}}\n");
  const { status, said, calls } = machine.run(
    "deploy-helm.sh",
    ["production", "--context", "prod", "--values", "mine.yaml", "--timeout", "90s", "--", "--set", "worker.replicas=4"],
    { folder: "elsewhere" },
  );
  assert.equal(status, 0, said);
  const [upgrade] = matching(calls, "helm upgrade *");
  assert.match(upgrade, /--timeout 90s --values charts\/pollux\/values-production\.yaml --values \S+\/elsewhere\/mine\.yaml --set worker\.replicas=4 --kube-context prod /);
  assert.match(machine.run("deploy-helm.sh", ["production", "--values", "none.yaml"]).said, /values file none\.yaml can't be read/);
});

test("deploy-helm.sh --test casts a vote when everything is ready, and fails if it is not counted", (t) => {
  const machine = new Machine(t);
  machine.answer(running);
  const { status, said, calls } = machine.run("deploy-helm.sh", ["dev", "--test", "--timeout", "90s"]);
  assert.equal(status, 0, said);
  const order = ["kubectl * rollout status deployment.apps/pollux-vote *", "helm test pollux --timeout 90s --logs *"].map((call) =>
    calls.indexOf(matching(calls, call)[0]),
  );
  assert.ok(order[0] >= 0 && order[0] < order[1], calls.join("\n"));
  machine.answer({ ...running, "helm test *": { status: 1 } });
  const failed = machine.run("deploy-helm.sh", ["dev", "--test"]);
  assert.equal(failed.status, 1);
  assert.match(failed.said, /vote was not counted/);
});

test("deploy-helm.sh names Secrets that are missing, and applies nothing", (t) => {
  const machine = new Machine(t);
  machine.answer({
    ...running,
    ...needs("pollux-vote pollux-db-app pollux-redis pollux-db-app"),
    "kubectl create --dry-run=client *": { out: "Secret pollux-vote\nDeployment pollux-vote" },
    "kubectl * get secret pollux-redis": {},
    "kubectl * get secret *": { status: 1 },
  });
  const { status, said, calls } = machine.run("deploy-helm.sh");
  assert.equal(status, 1);
  assert.match(said, /The namespace voting-app has no Secret pollux-db-app\. SECRETS-MANAGEMENT\.md/);
  assert.deepEqual(matching(calls, "helm upgrade *"), []);
});

test("deploy-helm.sh says which cluster does not answer, and what kubectl said", (t) => {
  const machine = new Machine(t);
  const refused = "The connection to the server 127.0.0.1:8443 was refused - did you specify the right host or port?";
  machine.answer({ "kubectl --context * version *": { err: refused, status: 1 } });
  const { status, said, calls } = machine.run("deploy-helm.sh");
  assert.equal(status, 1);
  assert.match(said, /context pollux does not answer\. Start it \(k8s\/setup-minikube\.sh\)[^]*was refused/);
  assert.deepEqual(matching(calls, "helm upgrade *"), []);
});

test("deploy-helm.sh says how to get a cluster where kubectl has none", (t) => {
  const machine = new Machine(t);
  machine.answer({ "kubectl config current-context": { err: "error: current-context is not set", status: 1 } });
  const { status, said } = machine.run("deploy-helm.sh");
  assert.equal(status, 1);
  assert.match(said, /no cluster to speak to\. Make one with k8s\/setup-minikube\.sh/);
});

test("deploy-helm.sh does not install on a Kubernetes that is too old for the chart", (t) => {
  const machine = new Machine(t);
  machine.answer({ "kubectl --context * version *": { out: "Client Version: v1.36.2\nServer Version: v1.29.4+k3s1" } });
  const { status, said } = machine.run("deploy-helm.sh");
  assert.equal(status, 1);
  assert.match(said, /has Kubernetes 1\.29\.4; the chart needs 1\.31\.0 or later/);
});

test("deploy-helm.sh shows Helm's message if it rejects the values", (t) => {
  const machine = new Machine(t);
  machine.answer({ ...running, "helm template *": { err: "at '/vote/replicas': got string, want integer", status: 1 } });
  const { status, said, calls } = machine.run("deploy-helm.sh", ["--", "--set", "vote.replicas=many"]);
  assert.equal(status, 1);
  assert.match(said, /got string, want integer[^]*does not take these values/);
  assert.deepEqual(matching(calls, "kubectl * label *"), []);
});

for (const [what, answer] of [
  ["Helm fails", { "helm upgrade *": { err: "Error: UPGRADE FAILED: pre-upgrade hooks failed", status: 1 } }],
  ["a pod does not get ready", { "kubectl * rollout status *": { err: "error: timed out waiting for the condition", status: 1 } }],
]) {
  test(`deploy-helm.sh shows pods, warnings and logs where ${what}`, (t) => {
    const machine = new Machine(t);
    machine.answer({
      ...answer,
      ...running,
      "kubectl * get pods *": { out: "pollux-vote-7d 0/1 CreateContainerConfigError" },
      "kubectl * get events *": { out: "Warning Failed secret not found" },
      "kubectl * logs *": { out: "[pod/pollux-worker] waits for Redis" },
    });
    const { status, said } = machine.run("deploy-helm.sh");
    assert.equal(status, 1);
    assert.match(said, /CreateContainerConfigError[^]*secret not found[^]*waits for Redis[^]*k8s\/DEPLOYMENT\.md/);
  });
}

for (const [state, pod, deleted] of [
  ["that could not start with the previous settings", "pollux-redis-1 CreateContainerConfigError", 1],
  ["that starts with the new settings", "pollux-redis-2 ContainerCreating", 0],
  ["that runs", "pollux-redis-1 ", 0],
]) {
  test(`deploy-helm.sh deletes the pod of a StatefulSet ${state}: ${deleted ? "yes" : "no"}`, (t) => {
    const machine = new Machine(t);
    machine.answer({
      ...running,
      "kubectl * get statefulset --selector *": { out: "pollux-redis 7" },
      "kubectl * get statefulset pollux-redis *": { out: "pollux-redis-2" },
      "kubectl * get pod pollux-redis-0 *": { out: pod },
    });
    const { status, said, calls } = machine.run("deploy-helm.sh");
    assert.equal(status, 0, said);
    assert.equal(matching(calls, "kubectl * wait statefulset/pollux-redis --for jsonpath={.status.observedGeneration}=7 *").length, 1);
    assert.equal(matching(calls, "kubectl * delete pod pollux-redis-0").length, deleted);
  });
}

test("deploy-helm.sh --dry-run prints what would be applied and changes nothing", (t) => {
  const machine = new Machine(t);
  machine.answer({ ...running, "helm template *": { out: "kind: Deployment" } });
  const { status, stdout, calls } = machine.run("deploy-helm.sh", ["--dry-run"]);
  assert.equal(status, 0);
  assert.equal(stdout, "kind: Deployment\n");
  for (const call of ["helm upgrade *", "kubectl * create *", "kubectl * label *"]) {
    assert.deepEqual(matching(calls, call), []);
  }
});

test("deploy-helm.sh --help needs nothing, and what is not known is named", (t) => {
  const machine = new Machine(t);
  machine.remove("helm");
  machine.remove("kubectl");
  assert.match(machine.run("deploy-helm.sh", ["--help"]).stdout, /^Usage: k8s\/deploy-helm\.sh/);
  assert.match(machine.run("deploy-helm.sh", ["staging"]).said, /There is no 'staging' here/);
  assert.match(machine.run("deploy-helm.sh", ["--timeout", "5h"]).said, /'5h' is no time; write 90s or 5m/);
  assert.match(machine.run("deploy-helm.sh").said, /kubectl is not installed/);
});
