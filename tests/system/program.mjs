// The program pollux, started on free ports of 127.0.0.1 with a data directory of its own.
import path from "node:path";
import { programOf, runProgram, Service, temporaryDirectory, withoutLimits } from "./service.mjs";

export { temporaryDirectory };

const program = programOf("POLLUX_PROGRAM");

// Runs until it ends by itself: { status, signal, stdout, stderr }.
export function run(args, options) {
  return runProgram(program, args, options);
}

export class Pollux extends Service {
  // Starts the program and waits until it serves. At the end of the test it is killed where it still runs.
  static async start(
    t,
    { directory, voteListen = "127.0.0.1:0", resultListen = "127.0.0.1:0", args = [] } = {},
  ) {
    const folder = directory ?? (await temporaryDirectory(t));
    // A flag in `args` overrides these.
    const env = withoutLimits;
    return this.launch(t, program, [
      "--vote-listen",
      voteListen,
      "--result-listen",
      resultListen,
      "--admin-listen",
      "127.0.0.1:0",
      "--management-listen",
      "127.0.0.1:0",
      "--database",
      path.join(folder, "pollux.db"),
      ...args,
    ], { env });
  }
}
