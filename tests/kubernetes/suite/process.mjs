// Other programs: kubectl, helm.
import { spawn } from "node:child_process";

const limitMs = 300_000;

// { status, stdout, stderr } of a program that ended; rejects if it could not be started or did not end in time.
export function outcome(command, args, { input, env = {}, timeoutMs = limitMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (output.stderr += text));
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.on("error", (error) => (clearTimeout(timer), reject(error)));
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      resolve({ status: status ?? signal, ...output });
    });
    child.stdin?.on("error", () => undefined); // it exited without reading; its status has the reason
    child.stdin?.end(input);
  });
}

// The standard output; throws with the end of the error output when the status is not 0.
export async function run(command, args, options) {
  const { status, stdout, stderr } = await outcome(command, args, options);
  if (status !== 0) {
    const said = (stderr.trim() || stdout.trim()).split("\n").slice(-4).join(" ");
    throw new Error(`${command} ${args.slice(0, 3).join(" ")} … ended with ${status}: ${said}`);
  }
  return stdout;
}
