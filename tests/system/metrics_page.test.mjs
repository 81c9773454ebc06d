// The metrics of every program: documented, and as Prometheus' own tool wants them.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { familiesOf, metricsOfPrograms, pageOf } from "./metrics_page.mjs";

const texts = await metricsOfPrograms({ after });

// What promtool says about a text of metrics; empty if it has nothing to say.
async function lint(text) {
  const promtool = spawn("promtool", ["check", "metrics"]);
  const said = [];
  promtool.stdout.on("data", (part) => said.push(part));
  promtool.stderr.on("data", (part) => said.push(part));
  promtool.stdin.end(text);
  const [status] = await once(promtool, "close");
  return { status, said: Buffer.concat(said).toString() };
}

for (const [program, text] of Object.entries(texts)) {
  test(`the metrics of ${program} pass promtool`, async () => {
    assert.deepEqual(await lint(text), { status: 0, said: "" });
  });

  test(`the metrics of ${program} are described in sentences`, () => {
    const own = familiesOf(text).filter(({ name }) => name.startsWith("pollux_"));
    assert.ok(own.length > 10);
    for (const { name, help } of own) {
      assert.match(help, /^[A-Z0-9].*\.$/, name);
    }
  });
}

test("promtool finds a counter without _total", async () => {
  const { status, said } = await lint("# HELP votes Votes.\n# TYPE votes counter\nvotes 1\n");
  assert.notEqual(status, 0);
  assert.match(said, /_total/);
});

test("docs/metrics.md is what the programs declare", async () => {
  const page = await readFile(new URL("../../docs/metrics.md", import.meta.url), "utf8");
  assert.equal(page, pageOf(texts), "docs/metrics.md is out of date; run ./dev docs");
});
