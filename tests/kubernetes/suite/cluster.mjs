// The cluster that KUBECONFIG names. Objects are read and written by HTTP through one `kubectl proxy`, because starting
// kubectl for each question takes more processor time than the question.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { outcome, run } from "./process.mjs";
import { require } from "./report.mjs";

const mergePatch = "application/merge-patch+json";
const strategicPatch = "application/strategic-merge-patch+json";

export class KubernetesError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Cluster {
  #url;
  #proxy;

  static async connect() {
    const cluster = new Cluster();
    cluster.#proxy = spawn("kubectl", ["proxy", "--port=0"], { stdio: ["ignore", "pipe", "pipe"] });
    const errors = [];
    createInterface({ input: cluster.#proxy.stderr }).on("line", (line) => errors.push(line));
    cluster.#url = await new Promise((resolve, reject) => {
      createInterface({ input: cluster.#proxy.stdout }).on("line", (line) => {
        const address = /127\.0\.0\.1:\d+/.exec(line)?.[0];
        if (address) {
          resolve(`http://${address}`);
        }
      });
      cluster.#proxy.on("error", reject);
      cluster.#proxy.on("close", () => reject(new Error(`kubectl proxy ended: ${errors.slice(-2).join(" ")}`)));
    });
    process.on("exit", () => cluster.close());
    await cluster.get("/version");
    return cluster;
  }

  close() {
    this.#proxy.kill();
  }

  async request(method, path, { body, type = "application/json" } = {}) {
    const response = await fetch(this.#url + path, {
      method,
      headers: { Accept: "application/json", ...(body ? { "Content-Type": type } : {}) },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new KubernetesError(response.status, messageOf(text) ?? `${method} ${path}: ${response.status} ${text}`);
    }
    const isJson = response.headers.get("content-type")?.includes("json");
    return { value: isJson ? JSON.parse(text) : text, warnings: response.headers.get("warning") ?? "" };
  }

  async get(path) {
    return (await this.request("GET", path)).value;
  }

  // undefined if there is no such object.
  async find(path) {
    return this.get(path).catch((error) => {
      if (error.status === 404) {
        return undefined;
      }
      throw error;
    });
  }

  async create(path, body) {
    return (await this.request("POST", path, { body })).value;
  }

  async patch(path, body, { strategic = false } = {}) {
    return (await this.request("PATCH", path, { body, type: strategic ? strategicPatch : mergePatch })).value;
  }

  async remove(path, { graceSeconds, propagation = "Background" } = {}) {
    const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: propagation };
    if (graceSeconds !== undefined) {
      body.gracePeriodSeconds = graceSeconds;
    }
    await this.request("DELETE", path, { body }).catch((error) => require(error.status === 404, error.message));
  }

  // Evicts a pod like `kubectl drain`; rejects with status 429 if a PodDisruptionBudget forbids it.
  async evict(namespace, name) {
    const metadata = { name, namespace };
    await this.create(`${podsPath(namespace)}/${name}/eviction`, { apiVersion: "policy/v1", kind: "Eviction", metadata });
  }

  // The pods with these labels that are not being deleted.
  async pods(namespace, labels) {
    return (await this.allPods(namespace, labels)).filter((pod) => !pod.metadata.deletionTimestamp);
  }

  async allPods(namespace, labels) {
    return (await this.get(`${podsPath(namespace)}?labelSelector=${encodeURIComponent(selectorOf(labels))}`)).items;
  }

  // What a command in a pod printed.
  exec(namespace, pod, command, { container, input, timeoutMs = 60_000 } = {}) {
    const args = ["exec", "-n", namespace, pod, ...(container ? ["-c", container] : [])];
    return run("kubectl", [...args, ...(input === undefined ? [] : ["-i"]), "--", ...command], { input, timeoutMs });
  }

  async logs(namespace, pod) {
    return this.get(`${podsPath(namespace)}/${pod}/log?tailLines=20`);
  }

  // Applies manifests and returns the warnings of the API server.
  async apply(manifests, { dryRun = false, namespace } = {}) {
    const args = ["apply", "-f", "-", ...(dryRun ? ["--dry-run=server"] : []), ...(namespace ? ["-n", namespace] : [])];
    const { status, stderr } = await outcome("kubectl", args, { input: manifests });
    require(status === 0, `kubectl apply ended with ${status}: ${stderr.trim().split("\n").slice(-3).join(" ")}`);
    // kubectl's own remark on objects that Helm made is none of the API server's.
    return stderr.split("\n").filter((line) => line.startsWith("Warning:") && !line.includes("last-applied-configuration"));
  }
}

function messageOf(text) {
  try {
    return JSON.parse(text).message;
  } catch {
    return undefined;
  }
}

function selectorOf(labels) {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

export function podsPath(namespace) {
  return `/api/v1/namespaces/${namespace}/pods`;
}

// workload("voting-app", "deployments", "vote")
export function workloadPath(namespace, kind, name) {
  return `/apis/apps/v1/namespaces/${namespace}/${kind}/${name}`;
}

export function isReady(pod) {
  return pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}
