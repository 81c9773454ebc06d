// The connection matrix: every source to every target, with the labels that the policies use.
import { Probes } from "../suite/probes.mjs";
import { require, within } from "../suite/report.mjs";
import { mainNamespace, monitoringNamespace, strangerNamespace } from "../suite/setting.mjs";

const here = mainNamespace;
const component = (name, may) => ({ name: `as ${name}`, pod: `probe-${name}`, namespace: here, component: name, may });

// What each may reach, and nothing else.
const sources = [
  component("vote", ["redis", "dns"]),
  component("result", ["postgres", "dns"]),
  component("worker", ["redis", "postgres", "dns"]),
  component("redis", []),
  component("postgres", []),
  component("seed", ["vote", "dns"]),
  component("migration", ["postgres", "dns"]),
  component("test", ["vote", "result", "dns"]),
  { name: "a pod of somebody else in the namespace", pod: "probe-unlabelled", namespace: here, may: ["dns", "outside"] },
  {
    name: "as vote, in another namespace",
    pod: "probe-vote",
    namespace: strangerNamespace,
    component: "vote",
    may: ["dns", "outside"],
  },
  {
    name: "a pod in the namespace of Prometheus",
    pod: "probe-prometheus",
    namespace: monitoringNamespace,
    may: ["vote-management", "result-management", "worker-management", "dns", "outside"],
  },
];

// A server that anybody may reach, so that what does not reach it is not allowed out.
const outside = {
  name: "outside",
  namespace: strangerNamespace,
  labels: { "app.kubernetes.io/name": "outside" },
  command: ["redis-server", "--bind", "0.0.0.0", "--save", "", "--protected-mode", "no"],
};

export const network = {
  name: "network",
  about: "every connection from every component to every other: those that are needed are allowed, all others refused",
  async run(report, setting) {
    await setting.installed();
    await Promise.all([setting.namespace(strangerNamespace), setting.namespace(monitoringNamespace)]);
    const targets = await targetsOf(setting);
    const probes = new Probes(setting.cluster);
    try {
      await probes.start([outside, ...sources.map((source) => podOf(setting.main, source))]);
      const all = [...targets, { name: "outside", address: await probes.addressOf(outside), port: 6379 }];
      await Promise.all(sources.map((source) => tryAll(report, { probes, targets: all, source, main: setting.main })));
    } finally {
      await probes.stop();
    }
  },
};

function podOf(release, { pod, namespace, component }) {
  return { name: pod, namespace, labels: component ? release.labels(component) : { "app.kubernetes.io/name": "probe" } };
}

// Addresses of pods, so that a name that does not resolve makes no connection look refused.
async function targetsOf({ main, cluster }) {
  const ports = {
    vote: ["vote", 5000],
    "vote-management": ["vote", 9090],
    result: ["result", 8081],
    "result-management": ["result", 9090],
    "worker-management": ["worker", 9090],
    redis: ["redis", 6379],
    postgres: ["postgres", 5432],
  };
  const targets = await Promise.all(
    Object.entries(ports).map(async ([name, [component, port]]) => {
      const { status } = await main.pod(component);
      return { name, address: status.podIP, port };
    }),
  );
  const [dnsPod] = (await cluster.pods("kube-system", { "k8s-app": "kube-dns" })).map(({ status }) => status.podIP);
  require(dnsPod, "the cluster has no pods with the label k8s-app=kube-dns in kube-system");
  return [...targets, { name: "dns", address: dnsPod, port: 53 }];
}

async function tryAll(report, { probes, targets, source, main }) {
  const pod = podOf(main, source);
  const others = targets.map(({ name }) => name).filter((name) => !source.may.includes(name));
  let reached = [];
  // A new pod's policies take effect within moments; from then on they have to hold.
  await within(15, async () => {
    reached = await probes.reached(pod, targets);
    require(source.may.every((name) => reached.includes(name)) && !others.some((name) => reached.includes(name)), "not yet");
  }).catch(() => undefined);
  const list = (names) => names.join(", ") || "nothing";
  await report.attempt(`${source.name}: reaches ${list(source.may)}`, () => {
    const missing = source.may.filter((name) => !reached.includes(name));
    require(missing.length === 0, `it does not reach ${list(missing)}`);
  });
  await report.attempt(`${source.name}: cannot reach ${list(others)}`, () => {
    const surplus = others.filter((name) => reached.includes(name));
    require(surplus.length === 0, `it reaches ${list(surplus)}`);
  });
}
