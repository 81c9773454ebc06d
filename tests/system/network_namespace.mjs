// A network of the test's own, with the addresses that it wants and every port free.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "./service.mjs";

const withoutIpv6 = fileURLToPath(new URL("without_ipv6.py", import.meta.url));

const kinds = {
  "IPv6 switched off": ["echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6"],
  "a kernel without IPv6": ["echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6"],
  "IPv6 only": ["ip addr add 2001:db8::7/128 dev lo nodad"],
  "IPv6 only, also for itself": ["ip addr add 2001:db8::7/128 dev lo nodad", "ip addr del 127.0.0.1/8 dev lo"],
  "both families": ["ip addr add 2001:db8::7/128 dev lo nodad", "ip addr add 192.0.2.7/32 dev lo"],
};

export const networks = Object.keys(kinds);

// Runs a script of ours with node in a network of that kind and gives { status, output } when it has ended. In it the
// name localhost has an address of both families, as on most machines. Needs root, or the right to make user namespaces.
export async function runInNetwork(t, kind, script) {
  const hosts = path.join(await temporaryDirectory(t), "hosts");
  await writeFile(hosts, "127.0.0.1 localhost\n::1 localhost\n");
  const user = process.getuid() === 0 ? [] : ["--user", "--map-current-user", "--keep-caps"];
  const steps = [`mount --bind ${hosts} /etc/hosts`, "ip link set lo up", ...kinds[kind]];
  const command = [...(kind === "a kernel without IPv6" ? ["python3", withoutIpv6] : []), process.execPath, script, kind];
  const child = spawn(
    "unshare",
    [...user, "--net", "--mount", "--", "sh", "-ec", `${steps.join("\n")}\nexec "$@"`, "sh", ...command],
    // node's own test runner would take the script for one of its files.
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
  );
  t.after(() => child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  const [status] = await once(child, "close");
  if (/^unshare: /m.test(output)) {
    throw new Error(
      `${output.trim()}\nThis test makes a network of its own: run it as root, or allow user namespaces ` +
        "(kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0).",
    );
  }
  return { status, output };
}
