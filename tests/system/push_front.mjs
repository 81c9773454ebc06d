// A server in front of the program, as people put one there: for files of their own, or as a proxy.
import { once } from "node:events";
import http from "node:http";
import net from "node:net";

export function passOn(target, request, response) {
  const { method, url, headers } = request;
  const passed = http.request({ ...target, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  passed.on("error", () => response.destroy());
  response.on("close", () => passed.destroy());
  request.pipe(passed);
}

// Passes an upgrade on, and the bytes of both sides after it.
export function tunnel(target, request, socket) {
  const upstream = net.connect(target.port, target.hostname);
  const fields = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  upstream.write(`GET ${request.url} HTTP/1.1\r\n${fields.join("")}\r\n`);
  for (const [from, to] of [
    [socket, upstream],
    [upstream, socket],
  ]) {
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
}

export const refuse = (target, request, socket) =>
  socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");

export const ignore = () => undefined;

// Its URL. `files` maps a path to { type, text }; other requests go to the result listener, upgrades
// to one of the above. With several programs each request goes to the next one.
export async function startFront(t, programs, { files = {}, upgrade = tunnel }) {
  const targets = [programs].flat().map(({ resultUrl }) => new URL(resultUrl));
  let requests = 0;
  const next = () => {
    const { hostname, port } = targets[requests++ % targets.length];
    return { hostname, port: Number(port) };
  };
  const sockets = new Set();
  const front = http.createServer((request, response) => {
    const file = files[request.url];
    if (file) {
      response.setHeader("Content-Type", file.type).end(file.text);
    } else {
      passOn(next(), request, response);
    }
  });
  front.on("connection", (socket) => sockets.add(socket));
  front.on("upgrade", (request, socket) => upgrade(next(), request, socket));
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  t.after(() => {
    front.close();
    sockets.forEach((socket) => socket.destroy());
  });
  return `http://127.0.0.1:${front.address().port}`;
}
