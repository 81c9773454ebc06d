// Faults of the node, for which Kubernetes has no API: killed processes, lost packets, full disks.
import { run } from "./process.mjs";
import { require } from "./report.mjs";

const table = "pollux_chaos"; // of nftables

// The folder of the small disks, on the node.
const disks = "/run/k8s/small-disks";

export class Node {
  #command;

  // `command` starts a program as root in the node's namespaces, such as `docker exec kind-control-plane`.
  constructor(command = process.env.POLLUX_K8S_NODE) {
    require(command, "POLLUX_K8S_NODE is not set: the command with which other commands run on the node, as root.");
    this.#command = command.split(" ");
  }

  // SIGKILL to all processes of the pod's containers. Without a pod that is deleted at the same time, they are started again.
  async kill(pod) {
    const ids = pod.status.containerStatuses.map(({ containerID }) => containerID.replace(/^.*:\/\//, ""));
    const killed = await this.#sh(
      'for id; do grep -l "$id" /proc/[0-9]*/cgroup 2>/dev/null; done | cut -d/ -f3 | while read -r process; do kill -9 "$process" 2>/dev/null && echo "$process" || true; done',
      ...ids,
    );
    require(killed.trim(), `${pod.metadata.name} had no processes`);
  }

  // No packet passes between pods of the two lists any more, in either direction, and neither end gets an error.
  async cut(pods, others) {
    const set = (list) => `{ ${list.map(({ status }) => status.podIP).join(", ")} }`;
    const [here, there] = [set(pods), set(others)];
    await this.#sh(`nft -f - <<'RULES'
      table inet ${table} {
        chain forward {
          type filter hook forward priority -300;
          ip saddr ${here} ip daddr ${there} counter drop
          ip saddr ${there} ip daddr ${here} counter drop
        }
      }
RULES`);
  }

  // The number of packets that were lost.
  async heal() {
    const rules = await this.#sh(`nft list table inet ${table} && nft delete table inet ${table}`);
    return [...rules.matchAll(/counter packets (\d+)/g)].reduce((sum, [, packets]) => sum + Number(packets), 0);
  }

  // A disk of that many MiB for the user of a pod. Returns its folder.
  async makeDisk(name, mebibytes, user) {
    const folder = `${disks}/${name}`;
    await this.#sh(
      'umount "$1" 2>/dev/null || true; mkdir -p "$1" && mount -t tmpfs -o "size=$2m,uid=$3,gid=$3,mode=0700" pollux "$1"',
      folder,
      mebibytes,
      user,
    );
    return folder;
  }

  // Writes until nothing is free.
  fillDisk(folder) {
    return this.#sh('dd if=/dev/zero of="$1/filler" bs=4k 2>/dev/null || true; sync -f "$1"', folder);
  }

  emptyDisk(folder) {
    return this.#sh('rm -f "$1/filler"', folder);
  }

  removeDisk(folder) {
    return this.#sh('umount --lazy "$1" && rmdir "$1"', folder);
  }

  #sh(script, ...args) {
    const [program, ...words] = this.#command;
    return run(program, [...words, "sh", "-ec", script, "sh", ...args.map(String)]);
  }
}
