// Prometheus, Alertmanager and exporters: the system's packages on free ports of 127.0.0.1, with the configuration of
// deploy/monitoring. They end with the test.
import { execFile } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { Child } from "../system/child.mjs";
import { eventually } from "../system/eventually.mjs";
import { onFreePort } from "../system/free_port.mjs";
import { request } from "../system/http.mjs";
import { temporaryDirectory } from "../system/service.mjs";
import { deployed, faster, rules } from "./configuration.mjs";

const execute = promisify(execFile);

// Starts `command` with `args(address)` on a free port. It is ready when it answers `path` with 200. Gives the address.
export async function launch(t, command, args, readyPath, options) {
  return onFreePort(async (port) => {
    const address = `127.0.0.1:${port}`;
    const child = new Child(command, args(address), options);
    t.after(() => child.end("SIGKILL"));
    await eventually(async () => {
      if (!child.running) {
        return; // reported below
      }
      const { status, body } = await request(`http://${address}${readyPath}`);
      if (status !== 200) {
        throw new Error(`${command} is not ready: ${body}`);
      }
    });
    if (!child.running) {
      throw new Error(`${command} ended instead of starting.\n${child.log.join("\n")}`);
    }
    return { address, child };
  });
}

export class Prometheus {
  #address;
  #directory;

  // Scrapes `targets`, which are those of the job pollux, and `pages`, both as in a file of file_sd_configs. The others
  // are addresses of servers. The factor is at most 60: the scrape interval is 15 s divided by it.
  static async start(t, { factor, targets, alertmanager, node, blackbox, pages = [] }) {
    const server = new Prometheus();
    const directory = (server.#directory = await temporaryDirectory(t));
    const replacements = [
      [/dns_sd_configs: .*/g, "file_sd_configs: [{files: [targets.json]}]"],
      ["alertmanager:9093", alertmanager],
      ["node:9100", node],
      ["blackbox:9115", blackbox],
    ];
    const files = {
      "prometheus.yml": faster(await deployed("prometheus.yml", replacements), factor),
      "rules.yaml": await rules(factor),
      "public_pages.yml": JSON.stringify(pages),
    };
    await Promise.all(
      Object.entries(files).map(([name, text]) => writeFile(path.join(directory, name), text)),
    );
    server.scrape(targets);
    const args = (address) => [
      ...[`--config.file=${directory}/prometheus.yml`, `--storage.tsdb.path=${directory}/data`],
      ...[`--web.listen-address=${address}`, `--query.lookback-delta=${faster("5m", factor)}`],
      `--rules.alert.resend-delay=${faster("1m", factor)}`,
    ];
    ({ address: server.#address } = await launch(t, "prometheus", args, "/-/ready"));
    return server;
  }

  // Other targets of the job pollux, from the next moment on.
  scrape(targets) {
    const file = path.join(this.#directory, "targets.json");
    writeFileSync(`${file}.new`, JSON.stringify(targets));
    renameSync(`${file}.new`, file);
  }

  // { labels, health, lastError } of every target that is scraped.
  async targets() {
    return (await this.#get("targets?state=active")).activeTargets;
  }

  // { name, type, query, state, health, lastError } of every recording rule ("recording") and alert ("alerting").
  async rules() {
    return (await this.#get("rules")).groups.flatMap((group) => group.rules);
  }

  // { labels, state } of the pending and firing alerts.
  async alerts() {
    return (await this.#get("alerts")).alerts;
  }

  // The current values of an expression: numbers, of which NaN is none.
  async values(expression) {
    const { resultType, result } = await this.#get(`query?query=${encodeURIComponent(expression)}`);
    const points = resultType === "vector" ? result.map(({ value }) => value) : [result];
    return points.map(([, value]) => Number(value)).filter((value) => !Number.isNaN(value));
  }

  async #get(resource) {
    const { body } = await request(`http://${this.#address}/api/v1/${resource}`);
    const { status, data, error } = JSON.parse(body);
    if (status !== "success") {
      throw new Error(error);
    }
    return data;
  }
}

// Sends the alerts of each receiver to `url` followed by the receiver's name. Gives the address.
export async function startAlertmanager(t, { factor, url }) {
  const directory = await temporaryDirectory(t);
  const receiver = [/^( +)- name: (\w+)/gm, `$1- name: $2\n$1  webhook_configs: [{url: "${url}$2"}]`];
  const configuration = path.join(directory, "alertmanager.yml");
  await writeFile(configuration, faster(await deployed("alertmanager.yml", [receiver]), factor));
  const args = (address) => [
    ...[`--config.file=${configuration}`, `--storage.path=${directory}/data`],
    ...[`--web.listen-address=${address}`, "--cluster.listen-address="],
  ];
  return (await launch(t, "prometheus-alertmanager", args, "/-/ready")).address;
}

// It trusts the authority whose certificate is in that file. Gives the address.
export async function startBlackbox(t, authority) {
  const configuration = path.join(await temporaryDirectory(t), "blackbox.yml");
  await writeFile(configuration, await deployed("blackbox.yml"));
  const args = (address) => [
    ...[`--config.file=${configuration}`, `--web.listen-address=${address}`],
    "--timeout-offset=0.1", // of the time that Prometheus waits, which is short here: half a second by default
  ];
  const options = { env: { ...process.env, SSL_CERT_FILE: authority } };
  return (await launch(t, "prometheus-blackbox-exporter", args, "/-/healthy", options)).address;
}

const diskBytes = 64 * 1024 * 1024;
const diskPath = "/var/lib/postgresql";

// The exporter of the file systems, in a mount namespace in which the disk of PostgreSQL is small and empty. It needs
// root or user namespaces.
export class Node {
  #child;

  static async start(t) {
    const node = new Node();
    const procfs = await temporaryDirectory(t);
    await mkdir(path.join(procfs, "1"));
    // The exporter would read the mounts of process 1, which is in another namespace.
    const script = [
      `mount -t tmpfs -o size=${diskBytes} tmpfs ${diskPath}`,
      'cat /proc/self/mounts >"$1/1/mounts"',
      'exec prometheus-node-exporter --path.procfs="$1" --web.listen-address="$2" \\',
      "  --collector.disable-defaults --collector.filesystem",
    ].join("\n");
    const rights = process.getuid() === 0 ? [] : ["--user", "--map-current-user", "--keep-caps"];
    await execute("unshare", [...rights, "--mount", "true"]).catch((error) => {
      throw new Error("This test mounts a small disk. Run it as root, or allow user namespaces.", { cause: error });
    });
    const args = (address) => [...rights, "--mount", "sh", "-ec", script, "sh", procfs, address];
    const { address, child } = await launch(t, "unshare", args, "/metrics");
    node.address = address;
    node.#child = child;
    return node;
  }

  // Occupies 97 % of the disk.
  fillDisk() {
    return writeFile(this.#file, Buffer.alloc(0.97 * diskBytes));
  }

  emptyDisk() {
    return writeFile(this.#file, "");
  }

  get #file() {
    return `/proc/${this.#child.pid}/root${diskPath}/filled`;
  }
}
