// The fixture server of the protocol's tests, on a free port of 127.0.0.1.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const program = process.env.POLLUX_SOCKETIO_FIXTURE;
if (!program) {
  throw new Error("POLLUX_SOCKETIO_FIXTURE does not name the server to test.");
}

// { url, stop }. It says its port once it serves, and is patient with clients on a busy machine.
export async function startFixture(...options) {
  const child = spawn(program, ["--port", "0", "--ping-timeout", "5000", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const lines = createInterface({ input: child.stdout });
  const early = closed.then(([status]) => {
    throw new Error(`${program} ended with ${status} before it served.`);
  });
  const [port] = await Promise.race([once(lines, "line"), early]);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      kill();
      await closed;
      process.off("exit", kill);
    },
  };
}
