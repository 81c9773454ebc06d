// The clients from npm that speak the server's protocol, each with every set of transports, and the fixture server.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { io } from "socket.io-client";
import { io as io3 } from "socket.io-client-v3";
import { Events } from "../system/events.mjs";

const program = process.env.POLLUX_SOCKETIO_FIXTURE;
if (!program) {
  throw new Error("POLLUX_SOCKETIO_FIXTURE must name the fixture server.");
}

const transports = {
  "polling, then upgraded": undefined,
  "polling only": ["polling"],
  "WebSocket only": ["websocket"],
};

export const clients = Object.entries({ 4: io, 3: io3 }).flatMap(([version, connect]) =>
  Object.entries(transports).map(([name, list]) => ({
    name: `client ${version}, ${name}`,
    connect,
    upgrades: list === undefined,
    options: list ? { transports: list } : {},
  })),
);

// A socket that records its events in `socket.happened`.
export function open(t, client, url, options = {}) {
  const socket = client.connect(url, { ...client.options, forceNew: true, reconnection: false, ...options });
  t.after(() => socket.disconnect());
  const happened = new Events();
  socket.on("connect", () => happened.keep("connect"));
  socket.on("disconnect", (reason) => happened.keep("disconnect", reason));
  socket.on("connect_error", (error) => happened.keep("connect_error", error.message));
  socket.onAny((name, ...values) => happened.keep(name, ...values));
  return Object.assign(socket, { happened });
}

// Starts the fixture server on a free port of 127.0.0.1, with a ping timeout that suits a busy machine. Returns
// { url, stop }.
export async function startFixture(...options) {
  const child = spawn(program, ["--port", "0", "--ping-timeout", "5000", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const lines = createInterface({ input: child.stdout });
  const early = closed.then(([status]) => {
    throw new Error(`${program} exited with ${status} before it was ready.`);
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
