// The reference implementation on a free port of 127.0.0.1, with the behavior of the fixture server:
// libs/socketio/testing/fixture_server.hpp.
import { createServer } from "node:http";
import { once } from "node:events";
import { Server as EngineServer } from "engine.io";
import { Server as SocketServer } from "socket.io";

const options = { pingInterval: 300, pingTimeout: 5000, maxHttpBufferSize: 1e6, serveClient: false };

function attachEcho(http) {
  const engine = new EngineServer(options);
  engine.attach(http, { path: "/engine.io/", destroyUpgrade: false });
  engine.on("connection", (socket) => socket.on("message", (message) => socket.send(message)));
  return engine;
}

function attachSockets(http) {
  const io = new SocketServer(http, {
    ...options,
    path: "/socket.io/",
    connectTimeout: 1000,
    cleanupEmptyChildNamespaces: true,
  });
  io.on("connection", (socket) => {
    socket.emit("auth", socket.handshake.auth);
    socket.on("message", (...values) => socket.emit("message-back", ...values));
    socket.on("message-with-ack", (...values) => values.pop()(...values));
  });
  const rooms = (name, auth, next) => next(null, name.startsWith("/rooms/") && "key" in auth);
  for (const namespace of [io.of("/custom"), io.of(/^\/numbered\/\d+$/), io.of(rooms)]) {
    namespace.on("connection", (socket) => socket.emit("auth", socket.handshake.auth));
  }
  return io;
}

// { url, stop }
export async function startReference() {
  const http = createServer((_request, answer) => answer.writeHead(404).end());
  const engine = attachEcho(http);
  const io = attachSockets(http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    async stop() {
      engine.close();
      http.closeAllConnections();
      await io.close();
    },
  };
}
