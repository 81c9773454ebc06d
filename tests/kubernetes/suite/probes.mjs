// Pods that try connections, with the labels of a component or without. Their image is Redis's, which has bash.
import { podsPath } from "./cluster.mjs";
import { require, within } from "./report.mjs";

const connectSeconds = 2;

// A pod with a component's labels must not get its Service's traffic: a readiness gate that nothing opens keeps it out.
export function probePod({ name, namespace, labels, command = ["sleep", "infinity"] }) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      readinessGates: [{ conditionType: "pollux.test/never" }],
      securityContext: { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "probe",
          image: "docker.io/library/redis:7",
          imagePullPolicy: "IfNotPresent",
          command,
          resources: { requests: { cpu: "1m", memory: "8Mi" }, limits: { cpu: "500m", memory: "64Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
        },
      ],
    },
  };
}

export class Probes {
  #cluster;
  #pods = [];

  constructor(cluster) {
    this.#cluster = cluster;
  }

  // Starts one pod for each; ready to try when this returns.
  async start(pods) {
    this.#pods.push(...pods);
    await Promise.all(pods.map((pod) => this.#startOne(pod)));
  }

  async addressOf({ name, namespace }) {
    return (await this.#cluster.get(`${podsPath(namespace)}/${name}`)).status.podIP;
  }

  async #startOne(pod) {
    const { name, namespace } = pod;
    const path = `${podsPath(namespace)}/${name}`;
    await this.#cluster.remove(path, { graceSeconds: 0 });
    await within(30, () => this.#cluster.create(podsPath(namespace), probePod(pod)));
    await within(90, async () => {
      const { status } = await this.#cluster.get(path);
      require(status.phase === "Running", `the pod ${name} is ${status.phase}`);
    });
  }

  // Of the targets { name, address, port } the names of those to which a connection opens, all tried at once.
  async reached({ name, namespace }, targets) {
    const tries = targets.map(
      (target) => `(timeout ${connectSeconds} bash -c '</dev/tcp/${target.address}/${target.port}' && echo ${target.name}) &`,
    );
    const script = `exec 2>/dev/null; ${tries.join(" ")} wait`;
    return (await this.#cluster.exec(namespace, name, ["bash", "-c", script])).trim().split("\n").filter(Boolean);
  }

  async stop() {
    await Promise.all(
      this.#pods.map(({ name, namespace }) => this.#cluster.remove(`${podsPath(namespace)}/${name}`, { graceSeconds: 0 })),
    );
  }
}
