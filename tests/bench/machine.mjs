// Where and of what a figure is.
import { execFileSync } from "node:child_process";
import { closeSync, fdatasyncSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { join } from "node:path";

const machine = {
  processor: cpus()[0].model,
  cores: cpus().length,
  kernel: release(),
  system: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1],
};

function commit() {
  const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();
  try {
    return git("rev-parse", "--short=12", "HEAD") + (git("status", "--porcelain") ? " with changes" : "");
  } catch {
    return "unknown";
  }
}

// The load average of one minute before the bench began says what else the machine has to do.
export const provenance = (command) => ({
  command, commit: commit(), date: new Date().toISOString(), machine, loadBefore: loadavg()[0],
});

// Milliseconds that this disk takes to make 4 KiB of an existing file durable, the median of 100: no promise of durability
// can be quicker.
export function diskMilliseconds(folder) {
  const file = openSync(join(folder, "disk"), "w");
  writeSync(file, Buffer.alloc(1 << 20));
  fsyncSync(file);
  const times = Array.from({ length: 100 }, (_, i) => {
    const from = performance.now();
    writeSync(file, Buffer.alloc(4096, i), 0, 4096, 4096 * i);
    fdatasyncSync(file);
    return performance.now() - from;
  });
  closeSync(file);
  return times.sort((a, b) => a - b)[50];
}
