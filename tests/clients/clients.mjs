// The clients of npm that speak the server's protocol, each with every choice of transport.
import { io } from "socket.io-client";
import { io as io3 } from "socket.io-client-v3";
import { Events } from "../system/events.mjs";

const transports = {
  "polling, then upgraded": undefined,
  "polling only": ["polling"],
  "WebSocket only": ["websocket"],
};

export const clients = Object.entries({ 4: io, 3: io3 }).flatMap(([version, connect]) =>
  Object.entries(transports).map(([words, choice]) => ({
    name: `client ${version}, ${words}`,
    connect,
    upgrades: choice === undefined,
    options: choice ? { transports: choice } : {},
  })),
);

// A socket, with all that happens to it in `socket.happened`.
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
