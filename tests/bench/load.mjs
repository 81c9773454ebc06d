import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { processorSeconds } from "./servers/process.mjs";

const run = promisify(execFile);

// One closed-loop run; what pollux_load reports, and the server's processor time for each answer.
export async function load(generator, server, path, method, clients, seconds) {
  const before = processorSeconds(server.pid);
  const { stdout } = await run(generator, [server.port, path, method, clients, seconds].map(String));
  const figures = JSON.parse(stdout);
  return { ...figures, microsecondsPerAnswer: (1e6 * (processorSeconds(server.pid) - before)) / figures.answers };
}
