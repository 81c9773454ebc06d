// The chart on a real cluster, from a user's side of it. See --help, and README.md.
import os from "node:os";
import { checks } from "./checks/all.mjs";
import { Report } from "./suite/report.mjs";
import { Setting } from "./suite/setting.mjs";

const help = `Usage: ./dev k8s test [check…]   (or: tests/kubernetes/run.sh [--list] [check…], on the cluster of KUBECONFIG)

Installs the chart on a cluster, tries it, and removes it again. Prints a line for each thing tried and, last, how many passed and
failed; ends with 1 if any failed. Without arguments all checks but kills, cuts and disks, which ./dev k8s chaos runs:

${list()}

Environment: KUBECONFIG; POLLUX_K8S_INGRESS, where this machine reaches the ingress controller, such as http://10.89.0.2;
POLLUX_K8S_INGRESS_TLS, the same for TLS (https://HOST); POLLUX_K8S_INGRESS_CLASS; POLLUX_K8S_GATEWAY_CLASS (traefik) and
POLLUX_K8S_GATEWAY_PORT (8443), for a Gateway with TLS; POLLUX_K8S_OWN=yes where the cluster ends with the suite, so that
nothing need be removed; POLLUX_TESTS_PAUSE, a process group of other work that pauses while there is load;
POLLUX_K8S_NODE, a command that runs others as root on the node (docker exec kind-control-plane), for kills, cuts and disks;
POLLUX_K8S_VOTES_PER_SECOND (500); POLLUX_K8S_CHAOS_SECONDS (60: how long pods are killed) and POLLUX_K8S_SEED; POLLUX_K8S_INSTALL_SECONDS (240: the limit for all pods to be ready); POLLUX_K8S_DEBUG=1 adds where
in the suite something failed.`;

function list() {
  return checks.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join("\n");
}

function chosenChecks(names) {
  const unknown = names.find((name) => !checks.some((check) => check.name === name));
  if (unknown) {
    console.error(`There is no check '${unknown}'; --list shows them.`);
    process.exit(2);
  }
  return names.length === 0 ? checks.filter(({ onDemand }) => !onDemand) : checks.filter(({ name }) => names.includes(name));
}

const names = process.argv.slice(2);
if (names.includes("--help") || names.includes("-h")) {
  console.log(help);
  process.exit(0);
}
if (names.includes("--list")) {
  console.log(list());
  process.exit(0);
}

const startedAt = performance.now();
preferUs();
const report = new Report();
const chosen = chosenChecks(names);
const setting = await Setting.begin(report).catch((error) => {
  console.error(error.message);
  process.exit(2);
});
let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    if (!stopping) {
      stopping = true;
      await setting.end().catch(() => undefined);
      process.exit(130);
    }
  });
}

// Checks marked `beside` have things of their own and run while the others go on.
const beside = [];
for (const check of chosen) {
  const running = runCheck(check);
  if (check.beside) {
    beside.push(running);
  } else {
    await running;
  }
}
await Promise.all(beside);
await setting.end().catch((error) => report.line(`The suite's own things could not be removed: ${error.message}`));
process.exit(report.summary((performance.now() - startedAt) / 1000) ? 0 : 1);

// The load generator must keep its rate even if the machine is busy.
function preferUs() {
  try {
    os.setPriority(-10);
  } catch {
    // Only root may. Every load check says whether the rate was kept.
  }
}

// What a check needs is made by the first that needs it; a check that throws outside of an attempt has failed as a whole.
async function runCheck({ name, run }) {
  const checkStartedAt = performance.now();
  const checkReport = report.for(name);
  try {
    await run(checkReport, setting);
  } catch (error) {
    await checkReport.attempt("the check could be carried out", () => {
      throw error;
    });
  }
  checkReport.note(`took ${((performance.now() - checkStartedAt) / 1000).toFixed(0)} s`);
}
