// A network of the test's own, with the addresses that it wants and every port free.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { temporaryDirectory } from "./service.mjs";

const withoutIpv6 = fileURLToPath(new URL("without_ipv6.py", import.meta.url));

const kinds = {
  "IPv6 switched off": ["echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6"],
  "a kernel without IPv6": ["echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6"],
  "IPv6 only": ["ip addr add 2001:db8::7/128 dev lo nodad"],
  "IPv6 only, also for itself": ["ip addr add 2001:db8::7/128 dev lo nodad", "ip addr del 127.0.0.1/8 dev lo"],
  "both families": ["ip addr add 2001:db8::7/128 dev lo nodad", "ip addr add 192.0.2.7/32 dev lo"],
};

const execute = promisify(execFile);
const inUserNamespace = ["unshare", "--user", "--map-current-user", "--keep-caps"];
const bySudo = ["sudo", "--non-interactive", "--preserve-env", "unshare"];

// What has the right to make a network. Some systems keep user namespaces from ordinary users.
async function unshare() {
  if (process.getuid() === 0) {
    return ["unshare"];
  }
  for (const [program, ...options] of [inUserNamespace, bySudo]) {
    try {
      await execute(program, [...options, "--net", "--mount", "ip", "link", "set", "lo", "up"]);
      return [program, ...options];
    } catch {
      continue;
    }
  }
  throw new Error(
    "This test makes a network of its own. Run it as root, with sudo that asks for no password, or allow user " +
      "namespaces (kernel.apparmor_restrict_unprivileged_userns=0), and install iproute2.",
  );
}

export const networks = Object.keys(kinds);

// Runs a script of ours with node in a network of that kind and gives { status, output } when it has ended. In it the
// name localhost has an address of both families, as on most machines. Needs root, user namespaces, or sudo without
// a password.
export async function runInNetwork(t, kind, script) {
  const hosts = path.join(await temporaryDirectory(t), "hosts");
  await writeFile(hosts, "127.0.0.1 localhost\n::1 localhost\n");
  const [program, ...options] = await unshare();
  const steps = [`mount --bind ${hosts} /etc/hosts`, "ip link set lo up", ...kinds[kind]];
  const command = [...(kind === "a kernel without IPv6" ? ["python3", withoutIpv6] : []), process.execPath, script, kind];
  const child = spawn(
    program,
    [...options, "--net", "--mount", "--", "sh", "-ec", `${steps.join("\n")}\nexec "$@"`, "sh", ...command],
    // node's own test runner would take the script for one of its files.
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
  );
  t.after(() => child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  const [status] = await once(child, "close");
  return { status, output };
}
