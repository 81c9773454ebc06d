// Pod Security "restricted", and what it does not ask for: no token, no environment variables from Services, nothing to write to.
import { podsPath } from "../suite/cluster.mjs";
import { components } from "../suite/release.mjs";
import { require, requireEqual } from "../suite/report.mjs";
import { enforcesRestricted } from "../suite/namespace.mjs";
import { mainNamespace } from "../suite/setting.mjs";

export const security = {
  name: "security",
  about: "Pod Security restricted without a warning; what pods may do, as they run",
  async run(report, setting) {
    await setting.installed();
    const { main, cluster } = setting;
    await report.attempt("helm install gave no warning", () =>
      require(main.warnings.length === 0, `it warned: ${main.warnings.join(" ")}`),
    );
    await report.attempt("the whole chart, including seed and migration, is applied without a warning", () =>
      appliesWithoutWarning(setting),
    );
    if (enforcesRestricted) {
      await report.attempt("a privileged pod is rejected in the namespace", () => privilegedIsRefused(cluster));
    }
    for (const component of components) {
      const pod = await main.pod(component);
      await report.attempt(`${component}: no container runs as root`, () => runsWithoutRoot(pod));
      await report.attempt(`${component}: its root file system is read-only, and it has no capabilities or other privileges`, () => isConfined(pod));
      await report.attempt(`${component}: seccomp uses the runtime's profile`, () => hasSeccomp(pod));
      await report.attempt(`${component}: no ServiceAccount token is mounted`, () => hasNoToken(pod));
      await report.attempt(`${component}: it has no environment variables of Services`, () =>
        requireEqual(pod.spec.enableServiceLinks, false, "enableServiceLinks"),
      );
      await report.attempt(`${component}: requests and limits of CPU and memory are set`, () => hasResources(pod));
      await report.attempt(`${component}: it has startup, readiness and liveness probes`, () => hasProbes(pod));
    }
    await report.attempt("redis and postgres have no variables of Services and cannot write to their root file system", () =>
      seenFromWithin(setting),
    );
  },
};

async function appliesWithoutWarning({ main, cluster }) {
  const warnings = await cluster.apply(await main.template({ seed: { enabled: true }, migration: { enabled: true } }), {
    dryRun: true,
    namespace: mainNamespace,
  });
  require(warnings.length === 0, warnings.join(" "));
}

async function privilegedIsRefused(cluster) {
  const container = { name: "root", image: "docker.io/library/redis:7", securityContext: { privileged: true } };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "privileged" }, spec: { containers: [container] } };
  const answer = await cluster.create(podsPath(mainNamespace), pod).catch((error) => error);
  require(answer instanceof Error, "it was accepted");
  require(answer.message.includes('violates PodSecurity "restricted'), `the reason is another: ${answer.message}`);
  return answer.message.slice(0, 80);
}

function eachContainer(pod, check) {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  containers.forEach((container) => check(container, container.securityContext ?? {}));
}

function runsWithoutRoot(pod) {
  eachContainer(pod, ({ name }, context) => {
    require(context.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot, `runAsNonRoot is not set for ${name}`);
    requireEqual((context.runAsUser ?? pod.spec.securityContext?.runAsUser) === 0, false, "being root");
  });
}

function isConfined(pod) {
  eachContainer(pod, ({ name }, context) => {
    require(context.readOnlyRootFilesystem === true, `readOnlyRootFilesystem is not set for ${name}`);
    require(context.allowPrivilegeEscalation === false, `allowPrivilegeEscalation is not false for ${name}`);
    requireEqual(context.capabilities?.drop, ["ALL"], `the capabilities that ${name} drops`);
    requireEqual(context.capabilities?.add ?? [], [], `the capabilities that ${name} adds`);
  });
}

function hasSeccomp(pod) {
  eachContainer(pod, ({ name }, context) => {
    const profile = context.seccompProfile ?? pod.spec.securityContext?.seccompProfile;
    requireEqual(profile?.type, "RuntimeDefault", `the profile of ${name}`);
  });
}

// Of the pod as it runs: with a token the API server adds a volume.
function hasNoToken(pod) {
  const sources = (pod.spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  require(!sources.some(({ serviceAccountToken }) => serviceAccountToken), "a token is mounted");
  eachContainer(pod, ({ name, volumeMounts = [] }) => {
    const token = volumeMounts.find(({ mountPath }) => mountPath.includes("kubernetes.io/serviceaccount"));
    require(!token, `a token is mounted into ${name}`);
  });
}

function hasResources(pod) {
  eachContainer(pod, ({ name, resources = {} }) => {
    for (const bound of ["requests", "limits"]) {
      for (const resource of ["cpu", "memory"]) {
        require(resources[bound]?.[resource], `${name} has no ${resource} in its ${bound}`);
      }
    }
  });
}

function hasProbes(pod) {
  for (const { name, ...container } of pod.spec.containers) {
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      require(container[probe], `${name} has no ${probe}`);
    }
  }
}

// Ours have no shell to ask with; these two have one.
async function seenFromWithin({ main, cluster }) {
  for (const component of ["redis", "postgres"]) {
    const { metadata } = await main.pod(component);
    const script = "env | grep -c -E '^[A-Z_]+_SERVICE_HOST=' ; touch /written 2>/dev/null && echo writable; ls /var/run/secrets/kubernetes.io 2>/dev/null; id -u";
    const said = (await cluster.exec(mainNamespace, metadata.name, ["sh", "-c", script])).trim().split("\n");
    // KUBERNETES_SERVICE_HOST is set in every pod, regardless of enableServiceLinks.
    require(Number(said[0]) <= 1, `${component} has ${said[0]} variables of Services`);
    require(!said.includes("writable"), `${component} can write to its root`);
    requireEqual(said.length, 2, `what ${component} says: ${said.join(" ")}, the number of lines`);
    require(said[1] !== "0", `${component} is root`);
  }
}
