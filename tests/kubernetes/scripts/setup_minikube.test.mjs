import assert from "node:assert/strict";
import { test } from "node:test";
import { Machine, matching } from "./stand_ins.mjs";

const made = {
  "minikube --profile * status *": { out: "Running Running" },
  "helm list *": { out: "traefik traefik 1 2026-11-26 deployed traefik-41.3.0 v3.7.11" },
};
const tag = "0.1.0-0123456789ab";

function runs(calls, ...expected) {
  let from = 0;
  for (const call of expected) {
    const at = calls.findIndex((one, index) => index >= from && matching([one], call).length);
    assert.notEqual(at, -1, `'${call}' was not called${from ? ` after '${calls[from - 1]}'` : ""}:\n${calls.join("\n")}`);
    from = at + 1;
  }
}

test("setup-minikube.sh makes the cluster, the way in and the images, in this order", (t) => {
  const machine = new Machine(t);
  const { status, said, calls } = machine.run("setup-minikube.sh", ["--cpus", "3", "--memory", "6g"]);
  assert.equal(status, 0, said);
  runs(
    calls,
    "minikube --profile pollux start --container-runtime=containerd --cni=calico --cpus=3 --memory=6g",
    "kubectl --context pollux --namespace kube-system get daemonset calico-node",
    "minikube --profile pollux addons enable metrics-server",
    "helm upgrade --install traefik oci://ghcr.io/traefik/helm/traefik --version 41.3.0 --kube-context pollux --namespace traefik*",
    "docker build --file vote/Dockerfile --tag pollux-vote *",
    "docker build --file seed-data/Dockerfile --tag pollux-seed *",
    "minikube --profile pollux image load pollux-vote:0.1.0",
    `minikube --profile pollux image load pollux-vote:${tag}`,
    `minikube --profile pollux image load pollux-seed:${tag}`,
    "minikube --profile pollux ip",
  );
  assert.equal(matching(calls, "*docker-env*").length, 0);
  assert.match(said, /\[6\/6\]/);
  assert.match(said, /deploy-helm\.sh dev --context pollux/);
  for (const component of ["vote", "result", "worker", "seed"]) {
    assert.match(machine.read("build/k8s/images-pollux.yaml"), new RegExp(`^${component}: .*pollux-${component}, tag: "${tag}"`, "m"));
  }
});

test("setup-minikube.sh prints the line for the hosts, and changes nothing of the machine unasked", (t) => {
  const machine = new Machine(t);
  const { said, calls } = machine.run("setup-minikube.sh");
  assert.match(said, /^ +192\.168\.49\.2 vote\.local result\.local$/m);
  assert.equal(machine.hosts, "127.0.0.1 localhost\n");
  assert.equal(matching(calls, "sudo *").length, 0);
});

test("setup-minikube.sh does nothing again that is done", (t) => {
  const machine = new Machine(t);
  const images = ["vote", "result", "worker", "seed"].map((name) => `docker.io/library/pollux-${name}:${tag}`).join("\n");
  machine.answer({ ...made, "minikube --profile * image ls": { out: images } });
  const { status, said, calls } = machine.run("setup-minikube.sh");
  assert.equal(status, 0, said);
  for (const call of ["minikube * start *", "helm upgrade *", "minikube * image load *"]) {
    assert.deepEqual(matching(calls, call), []);
  }
});

test("setup-minikube.sh loads an image that changed", (t) => {
  const machine = new Machine(t);
  machine.answer({ ...made, "minikube --profile * image ls": { out: "docker.io/library/pollux-vote:0.1.0-ffffffffffff" } });
  const { calls } = machine.run("setup-minikube.sh", ["--no-build"]);
  assert.equal(matching(calls, `minikube --profile pollux image load pollux-*:${tag}`).length, 4);
  assert.equal(matching(calls, "docker build *").length, 0);
});

test("setup-minikube.sh --hosts writes one line, and a new one where the address changed", (t) => {
  const machine = new Machine(t);
  machine.run("setup-minikube.sh", ["--hosts"]);
  assert.equal(machine.hosts, "127.0.0.1 localhost\n192.168.49.2 vote.local result.local  # pollux\n");
  const again = machine.run("setup-minikube.sh", ["--hosts"]);
  assert.match(again.said, /leads vote\.local result\.local to 192\.168\.49\.2/);
  machine.answer({ "minikube --profile * ip": { out: "192.168.58.2" } });
  machine.run("setup-minikube.sh", ["--hosts"]);
  assert.equal(machine.hosts, "127.0.0.1 localhost\n192.168.58.2 vote.local result.local  # pollux\n");
});

test("setup-minikube.sh --hosts leaves lines alone that somebody else wrote", (t) => {
  const machine = new Machine(t);
  machine.write("../hosts", "127.0.0.1 localhost\n10.0.0.7 vote.local\n");
  const { status, said } = machine.run("setup-minikube.sh", ["--hosts"]);
  assert.equal(status, 1);
  assert.match(said, /2:10\.0\.0\.7 vote\.local/);
  assert.equal(machine.hosts, "127.0.0.1 localhost\n10.0.0.7 vote.local\n");
});

for (const [program, address] of [
  ["minikube", "minikube.sigs.k8s.io"],
  ["kubectl", "kubernetes.io"],
  ["helm", "helm.sh"],
  ["docker", "docs.docker.com"],
]) {
  test(`setup-minikube.sh prints where to get ${program} if it is missing`, (t) => {
    const machine = new Machine(t);
    machine.remove(program);
    const { status, said, calls } = machine.run("setup-minikube.sh");
    assert.equal(status, 1);
    assert.match(said, new RegExp(`${program} is not installed.*https://${address}`, "i"));
    assert.deepEqual(matching(calls, "minikube --profile *"), []);
  });
}

for (const [call, out, message] of [
  ["minikube version --short", "v1.33.1", /minikube 1\.33\.1 is too old\. Install minikube 1\.34\.0 or later/],
  ["helm version --short", "v3.9.4+gdbc6d8e", /helm 3\.9\.4 is too old/],
  ["kubectl version --client", "Client Version: v1.20.0", /kubectl 1\.20\.0 is too old/],
]) {
  test(`setup-minikube.sh does not start with '${out}'`, (t) => {
    const machine = new Machine(t);
    machine.answer({ [call]: { out } });
    const { status, said } = machine.run("setup-minikube.sh");
    assert.equal(status, 1);
    assert.match(said, message);
  });
}

test("setup-minikube.sh says that the Docker engine is not started", (t) => {
  const machine = new Machine(t);
  machine.answer({ "docker info": { err: "Cannot connect to the Docker daemon", status: 1 } });
  const { status, said } = machine.run("setup-minikube.sh");
  assert.equal(status, 1);
  assert.match(said, /The Docker engine does not answer: start it/);
});

test("setup-minikube.sh refuses a cluster that would not enforce network policies", (t) => {
  const machine = new Machine(t);
  machine.answer({ ...made, "kubectl * get daemonset calico-node": { status: 1 } });
  const { status, said, calls } = machine.run("setup-minikube.sh");
  assert.equal(status, 1);
  assert.match(said, /without Calico.*minikube delete -p pollux/s);
  assert.deepEqual(matching(calls, "helm upgrade *"), []);
});

test("setup-minikube.sh shows why minikube did not start, and stops", (t) => {
  const machine = new Machine(t);
  machine.answer({ "minikube --profile * start *": { err: "X Exiting due to PROVIDER_DOCKER_NOT_RUNNING", status: 69 } });
  const { status, said, calls } = machine.run("setup-minikube.sh");
  assert.equal(status, 1);
  assert.match(said, /PROVIDER_DOCKER_NOT_RUNNING[^]*minikube logs -p pollux/);
  assert.deepEqual(matching(calls, "minikube * addons *"), []);
});

test("setup-minikube.sh publishes the ports on the loopback where Docker runs in a virtual machine", (t) => {
  const machine = new Machine(t);
  machine.answer({ "uname *": { out: "Darwin" } });
  const { said, calls } = machine.run("setup-minikube.sh");
  assert.equal(matching(calls, "minikube * start * --ports=127.0.0.1:80:80 --ports=127.0.0.1:443:443").length, 1);
  assert.match(said, /127\.0\.0\.1 vote\.local result\.local/);
});

test("setup-minikube.sh --help needs nothing, and an unknown option is named", (t) => {
  const machine = new Machine(t);
  for (const program of ["minikube", "kubectl", "helm", "docker"]) {
    machine.remove(program);
  }
  assert.match(machine.run("setup-minikube.sh", ["--help"]).stdout, /^Usage: k8s\/setup-minikube\.sh/);
  const { status, said } = machine.run("setup-minikube.sh", ["--size", "3"]);
  assert.equal(status, 1);
  assert.match(said, /There is no option '--size'/);
  assert.match(machine.run("setup-minikube.sh", ["--cpus"]).said, /--cpus needs a value/);
});
