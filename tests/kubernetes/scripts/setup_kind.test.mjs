import assert from "node:assert/strict";
import { test } from "node:test";
import { Machine, matching } from "./stand_ins.mjs";

test("setup-kind.sh makes the cluster with the ports of the loopback, the way in and the images", (t) => {
  const machine = new Machine(t);
  machine.answer({ "kind create cluster *": { run: `cat >${machine.folder}/settings` } });
  const { status, said, calls } = machine.run("setup-kind.sh", ["--http-port", "8080"]);
  assert.equal(status, 0, said);
  const settings = machine.read("../settings");
  assert.match(settings, /containerPort: 80, hostPort: 8080, listenAddress: 127\.0\.0\.1/);
  assert.match(settings, /containerPort: 443, hostPort: 443, listenAddress: 127\.0\.0\.1/);
  assert.equal(matching(calls, "helm upgrade --install traefik * --kube-context kind-pollux *").length, 1);
  assert.equal(matching(calls, "kind load docker-image pollux-*:0.1.0-0123456789ab --name pollux").length, 4);
  assert.match(said, /127\.0\.0\.1 vote\.local result\.local/);
  assert.match(said, /publicUrl=http:\/\/vote\.local:8080\//);
  assert.match(machine.read("build/k8s/images-kind-pollux.yaml"), /^vote: /m);
});

test("setup-kind.sh does nothing again that is done", (t) => {
  const machine = new Machine(t);
  machine.answer({
    "kind get clusters": { out: "other\npollux" },
    "helm list *": { out: "traefik traefik 1 2026-11-26 deployed traefik-41.3.0 v3.7.11" },
    "docker exec pollux-control-plane crictl inspecti *": {},
  });
  const { status, said, calls } = machine.run("setup-kind.sh");
  assert.equal(status, 0, said);
  for (const call of ["kind create *", "helm upgrade *", "kind load *"]) {
    assert.deepEqual(matching(calls, call), []);
  }
});

test("setup-kind.sh says how to start a cluster that is there and does not answer", (t) => {
  const machine = new Machine(t);
  machine.answer({ "kind get clusters": { out: "pollux" }, "kubectl --context kind-pollux get nodes": { status: 1 } });
  const { status, said } = machine.run("setup-kind.sh");
  assert.equal(status, 1);
  assert.match(said, /docker start pollux-control-plane/);
});

test("setup-kind.sh does not start with a kind that would not enforce network policies", (t) => {
  const machine = new Machine(t);
  machine.answer({ "kind version": { out: "kind v0.23.0 go1.21.10 linux/amd64" } });
  const { status, said } = machine.run("setup-kind.sh");
  assert.equal(status, 1);
  assert.match(said, /kind 0\.23\.0 is too old\. Install kind 0\.24\.0 or later/);
});
