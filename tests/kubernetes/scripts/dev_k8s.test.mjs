import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Machine, matching } from "./stand_ins.mjs";

const project = new URL("../../../", import.meta.url).pathname;
const digest = (text) => createHash("sha256").update(text).digest("hex");

// A cluster with everything that the tests of Pollux need.
const complete = {
  "kubectl config view *": { out: "apiVersion: v1" },
  "kubectl get storageclass *": { out: "standard" },
  "kubectl get ingressclass *": { out: "ingressclass.networking.k8s.io/traefik" },
  "kubectl get gatewayclass *": { out: "gatewayclass.gateway.networking.k8s.io/traefik" },
  "kubectl * get daemonset *": { out: "daemonset.apps/kindnet" },
};

// A machine with ./dev and with images that were saved before.
function machine(t, answers) {
  const machine = new Machine(t);
  machine.use("sha256sum", "flock", "ln", "xargs");
  machine.install("git", "pgrep");
  copyFileSync(path.join(project, "dev"), path.join(machine.folder, "project", "dev"));
  chmodSync(path.join(machine.folder, "project", "dev"), 0o755);
  machine.write("../state/images/saved", "abc pollux-vote:0.1.0\ndef redis:7\n");
  machine.write("../state/images/sources", `${digest(`${digest("")}  -\n`)}\n`);
  machine.answer(answers);
  return machine;
}

const run = (machine, ...args) => machine.run("../dev", ["k8s", ...args], { environment: { POLLUX_K8S_DIR: `${machine.folder}/state` } });

test("up --context loads the images into the kind cluster of that name and changes nothing else", (t) => {
  const kind = machine(t, complete);
  const { status, said, calls } = run(kind, "up", "--context", "kind-mine");
  assert.equal(status, 0, said);
  assert.deepEqual(matching(calls, "kind *"), [
    `kind load image-archive ${kind.folder}/state/images/abc.tar --name mine`,
    `kind load image-archive ${kind.folder}/state/images/def.tar --name mine`,
  ]);
  for (const call of ["kubectl * apply *", "kubectl * create *", "kubectl * delete *", "helm *", "docker *"]) {
    assert.deepEqual(matching(calls, call), []);
  }
  assert.match(said, /KUBECONFIG=\S+\/state\/kubeconfig/);
});

test("up --context loads the images into a minikube profile", (t) => {
  const minikube = machine(t, { ...complete, "minikube profile list *": { out: '{"valid":[{"Name":"pollux"}]}' } });
  const { status, said, calls } = run(minikube, "up", "--context", "pollux");
  assert.equal(status, 0, said);
  assert.equal(matching(calls, "minikube --profile pollux image load *").length, 2);
});

test("up --context refuses a context that is of neither kind nor minikube, and touches no cluster", (t) => {
  const { status, said, calls } = run(machine(t, complete), "up", "--context", "production");
  assert.equal(status, 1);
  assert.match(said, /'production' is neither of kind .* nor of minikube/);
  assert.deepEqual(matching(calls, "kubectl *"), []);
});

test("up --context names everything that the cluster lacks", (t) => {
  const lacking = machine(t, {
    ...complete,
    "kubectl get storageclass *": { out: "" },
    "kubectl get ingressclass *": {},
    "kubectl get gatewayclass *": { err: "error: the server doesn't have a resource type \"gatewayclass\"", status: 1 },
    "kubectl get --raw /apis/metrics.k8s.io/*": { status: 1 },
    "kubectl * get daemonset *": { out: "daemonset.apps/kube-proxy" },
  });
  const { status, said } = run(lacking, "up", "--context", "kind-mine");
  assert.equal(status, 1);
  assert.deepEqual(
    said.split("\n").filter((line) => line.startsWith("The cluster lacks")).map((line) => line.split(" (")[0].split(",")[0]),
    ["The cluster lacks a default StorageClass", "The cluster lacks an ingress controller", "The cluster lacks an implementation of the Gateway API",
      "The cluster lacks metrics-server", "The cluster lacks a network plugin that enforces policies"],
  );
});

test("down forgets the context and leaves the cluster as it is", (t) => {
  const kind = machine(t, complete);
  assert.equal(run(kind, "up", "--context", "kind-mine").status, 0);
  const { status, said, calls } = run(kind, "down");
  assert.equal(status, 0, said);
  assert.match(said, /kind-mine is left as it is/);
  assert.deepEqual(calls, []);
  assert.ok(!existsSync(`${kind.folder}/state/kubeconfig`));
});

test("without a cluster, kubectl and test say how to start one", (t) => {
  for (const command of ["kubectl", "test"]) {
    const { status, said } = run(machine(t, complete), command);
    assert.equal(status, 1);
    assert.match(said, /No cluster has been started: \.\/dev k8s up\./);
  }
});
