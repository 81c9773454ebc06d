// The check `monitoring` notices an alert that is not firing yet: it waits longer than the check runs.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { launch } from "../../monitoring/servers.mjs";
import { temporaryDirectory } from "../../system/service.mjs";
import { Prometheus } from "../suite/prometheus.mjs";
import { within } from "../suite/report.mjs";

class LocalPrometheus extends Prometheus {
  #address;

  // It scrapes itself as an instance of Pollux, and has these alerts: { NAME: EXPRESSION }.
  static async start(t, alerts) {
    const prometheus = new LocalPrometheus();
    const directory = await temporaryDirectory(t);
    const rules = Object.entries(alerts).map(([alert, expr]) => ({ alert, expr, for: "2m" }));
    await writeFile(path.join(directory, "rules.yml"), JSON.stringify({ groups: [{ name: "all", rules }] }));
    const itself = (address) => ({
      global: { scrape_interval: "200ms", scrape_timeout: "200ms", evaluation_interval: "200ms" },
      rule_files: ["rules.yml"],
      scrape_configs: [{ job_name: "pollux", static_configs: [{ targets: [address], labels: { application: "pollux" } }] }],
    });
    const args = (address) => {
      writeFileSync(path.join(directory, "prometheus.yml"), JSON.stringify(itself(address)));
      return [`--config.file=${directory}/prometheus.yml`, `--storage.tsdb.path=${directory}/data`, `--web.listen-address=${address}`];
    };
    ({ address: prometheus.#address } = await launch(t, "prometheus", args, "/-/ready"));
    // It looks for targets every five seconds.
    await within(60, async () => assert.equal((await prometheus.query("up == 1")).length, 1));
    return prometheus;
  }

  async get(resource) {
    return (await (await fetch(`http://${this.#address}/api/v1/${resource}`)).json()).data;
  }
}

test("an alert that waits until it fires is noticed", async (t) => {
  const prometheus = await LocalPrometheus.start(t, { Waits: "vector(1)", Silent: "vector(0) > 1" });
  await assert.rejects(prometheus.requireNoAlerts({ seconds: 15 }), /the alerts[^]*Waits is pending/);
});

test("an alert that ends once every target was scraped often enough is none", async (t) => {
  const prometheus = await LocalPrometheus.start(t, { Early: "absent(count_over_time(up[5m]) > 5)" });
  await prometheus.requireNoAlerts();
});

test("targets that were not scraped often enough say nothing about alerts", async (t) => {
  const prometheus = await LocalPrometheus.start(t, { Silent: "vector(0) > 1" });
  await assert.rejects(prometheus.requireNoAlerts({ seconds: 2, scrapes: 1_000_000 }), /0 of 1 targets were scraped 1000000 times/);
});
