// The configuration that operators get is valid.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, copyFile, readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { temporaryDirectory } from "../system/service.mjs";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const compose = await readFile(`${root}docker-compose.yml`, "utf8");
const monitoring = `${root}deploy/monitoring/`;

// The files that Compose mounts from the sources: { source, target }.
function mounts() {
  return [...compose.matchAll(/^ +- \.\/(\S+?):(\S+?):ro,z$/gm)].map(([, source, target]) => ({
    source: root + source,
    target,
  }));
}

// A copy of what Compose mounts into a folder of a container.
async function mounted(t, folder) {
  const directory = await temporaryDirectory(t);
  const files = mounts().filter(({ target }) => path.dirname(target) === folder);
  await Promise.all(files.map(({ source, target }) => copyFile(source, path.join(directory, path.basename(target)))));
  return directory;
}

test("promtool accepts the configuration of Prometheus with the rules", async (t) => {
  const directory = await mounted(t, "/etc/prometheus");
  const { stdout } = await execute("promtool", ["check", "config", `${directory}/prometheus.yml`]);
  assert.match(stdout, /SUCCESS: [1-9]\d* rules found/);
});

test("amtool accepts the configuration of Alertmanager", async () => {
  const { stdout } = await execute("amtool", ["check-config", `${monitoring}alertmanager.yml`]);
  assert.match(stdout, / - 2 receivers/);
});

test("each alert has a receiver for its severity", async () => {
  for (const severity of ["page", "ticket"]) {
    const args = ["config", "routes", "test", `--config.file=${monitoring}alertmanager.yml`];
    const { stdout } = await execute("amtool", [...args, `severity=${severity}`, "alertname=PolluxAnything"]);
    assert.equal(stdout.trim(), severity);
  }
});

test("the blackbox exporter accepts its configuration", async () => {
  await execute("prometheus-blackbox-exporter", ["--config.check", `--config.file=${monitoring}blackbox.yml`]);
});

test("what Compose mounts exists, and Grafana gets every dashboard and the one of its home page", async () => {
  assert.ok(mounts().length > 0);
  await Promise.all(mounts().map(({ source }) => access(source)));
  const { source } = mounts().find(({ target }) => target === "/etc/grafana/dashboards");
  const [, home] = /GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: \/etc\/grafana\/dashboards\/(\S+)/.exec(compose);
  assert.ok((await readdir(source)).includes(home));
});
