// The suite must fail if the chart is broken: breaks a copy of the chart in each of the ways in breakages/, runs the checks
// that are named there on it, and verifies that exactly the listed checks fail. Compatible ones share an
// install.
//
//   tests/kubernetes/run.sh breakages [NAME…]      such as root-user; all without
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { outcome, run } from "./suite/process.mjs";
import { Report, require } from "./suite/report.mjs";

const folder = fileURLToPath(new URL("breakages/", import.meta.url));
const suite = fileURLToPath(new URL("suite.mjs", import.meta.url));
const chart = fileURLToPath(new URL("../../charts/pollux", import.meta.url));

// A breakage is a script of sed. Its head says: "file", which one of the chart it changes; "check", what has to notice; "fails", a
// regular expression of the checks that fail; "alone": it needs its own install.
async function breakage(name) {
  const text = await readFile(join(folder, `${name}.sed`), "utf8");
  const said = (word) => [...text.matchAll(new RegExp(`^# ${word}: (.*)$`, "gm"))].map(([, value]) => value);
  return { name, file: said("file")[0], checks: said("check"), fails: said("fails"), alone: /^# alone$/m.test(text) };
}

async function breakChart({ name, file }, copy) {
  const path = join(copy, file);
  const before = await readFile(path, "utf8");
  const after = await run("sed", ["-f", join(folder, `${name}.sed`), path]);
  require(after !== before, `the breakage ${name} changes nothing in ${file} any more`);
  await writeFile(path, after);
}

// The failed checks of a chart that is broken in all these ways.
async function failuresWith(broken) {
  const parent = await mkdtemp(join(tmpdir(), "pollux-broken-"));
  try {
    const copy = join(parent, basename(chart));
    await cp(chart, copy, { recursive: true });
    for (const one of broken) {
      await breakChart(one, copy);
    }
    const checks = [...new Set(broken.flatMap(({ checks }) => checks))];
    // The namespace lets broken pods run, so that each check sees them.
    const env = { POLLUX_K8S_CHART: copy, POLLUX_K8S_ENFORCE: "privileged", POLLUX_K8S_INSTALL_SECONDS: "30" };
    const { stdout, stderr } = await outcome(process.execPath, [suite, ...checks], { env, timeoutMs: 600_000 });
    require(/passed, \d+ failed/.test(stdout), `the suite did not come to its end: ${stderr.slice(-300)}`);
    return stdout.split("\n").filter((line) => line.startsWith("FAIL")).map((line) => line.slice(6).replace(/^\S+ +/, ""));
  } finally {
    await rm(parent, { recursive: true });
  }
}

const matches = (pattern, failure) => new RegExp(`^${pattern}: `).test(failure);

async function tryTogether(report, broken) {
  const names = broken.map(({ name }) => name).join(", ");
  let failures;
  const ran = await report.attempt(`the checks run with ${names}`, async () => {
    failures = await failuresWith(broken);
  });
  if (!ran) {
    return;
  }
  for (const { name, fails } of broken) {
    await report.attempt(`${name} is noticed`, () => {
      const silent = fails.filter((pattern) => !failures.some((failure) => matches(pattern, failure)));
      require(silent.length === 0, `'${silent.join("', '")}' did not fail`);
    });
  }
  await report.attempt(`nothing else fails with ${names}`, () => {
    const named = broken.flatMap(({ fails }) => fails);
    const surplus = failures.filter((failure) => !named.some((pattern) => matches(pattern, failure)));
    require(surplus.length === 0, surplus.slice(0, 3).join("; "));
  });
}

const startedAt = performance.now();
const all = (await readdir(folder)).filter((name) => name.endsWith(".sed")).map((name) => basename(name, ".sed"));
const chosen = process.argv.length > 2 ? process.argv.slice(2) : all.sort();
const unknown = chosen.find((name) => !all.includes(name));
if (unknown) {
  console.error(`There is no breakage '${unknown}'. There are: ${all.join(", ")}.`);
  process.exit(2);
}
const report = new Report();
const broken = await Promise.all(chosen.map(breakage));
const together = broken.filter(({ alone }) => !alone);
for (const group of [...broken.filter(({ alone }) => alone).map((one) => [one]), together]) {
  if (group.length > 0) {
    await tryTogether(report.for("breakages"), group);
  }
}
process.exit(report.summary((performance.now() - startedAt) / 1000) ? 0 : 1);
