// Attacks on a listener, for a test and a bench: name → start(t, url), which returns { count?, stop() } when the attack has
// begun.
import { randomBytes } from "node:crypto";
import { keepOn, openMany } from "./hostile_clients.mjs";
import { rejected } from "./malformed_requests.mjs";

const formHead = (...fields) =>
  ["POST / HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/x-www-form-urlencoded", ...fields, "", ""].join("\r\n");
const handshake = () =>
  "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`;
const frame = (text) =>
  Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);

const openHead = "GET / HTTP/1.1\r\nX: ";
const openBody = formHead("Content-Length: 60000");
const gibibyte = 2 ** 30;
const part = "a".repeat(65_536);
const chunk = `10000\r\n${part}\r\n`;
const malformed = Object.values(rejected);

// Sends a byte on each connection in every period.
async function dripping(t, url, count, first, periodMs = 200) {
  const steps = 10;
  const sockets = [];
  const opened = await openMany(t, url, count, (socket) => {
    socket.write(first);
    sockets.push(socket);
  });
  let step = 0;
  const timer = setInterval(() => {
    step = (step + 1) % steps;
    for (let n = step; n < sockets.length; n += steps) {
      if (!sockets[n].destroyed) sockets[n].write("a");
    }
  }, periodMs / steps);
  const stop = () => (clearInterval(timer), opened.stop());
  t.after(stop);
  return { ...opened, stop };
}

// Connections that begin with `first` and go on with `next`, until the listener closes them.
const unending = (t, url, first, next) =>
  keepOn(t, url, 20, (socket) => socket.write(socket.bytesWritten + socket.writableLength === 0 ? first : next));

export const attacks = {
  "10,000 idle connections": (t, url) => openMany(t, url, 10_000),
  "10,000 heads that drip": (t, url) => dripping(t, url, 10_000, openHead, 5_000),
  "500 heads that drip": (t, url) => dripping(t, url, 500, openHead),
  "500 bodies that drip": (t, url) => dripping(t, url, 500, openBody),
  "200 clients that ask and never read": (t, url) =>
    openMany(t, url, 200, (socket) => {
      socket.pause();
      socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(50));
    }),
  "500 half-open connections": (t, url) =>
    openMany(t, url, 500, (socket) => socket.end("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le")),
  "requests sent 100 at a time": (t, url) =>
    keepOn(t, url, 10, (socket) => socket.write("GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(100))),
  "heads of 64 kB": (t, url) => keepOn(t, url, 20, (socket) => socket.write(`GET / HTTP/1.1\r\nX: ${part}`)),
  "bodies of 1 GiB": (t, url) => unending(t, url, formHead(`Content-Length: ${gibibyte}`), part),
  "chunked bodies without end": (t, url) => unending(t, url, formHead("Transfer-Encoding: chunked"), chunk),
  "smuggled requests": (t, url) => {
    let sent = 0;
    return keepOn(t, url, 20, (socket) => socket.write(malformed[sent++ % malformed.length]));
  },
  "connections that are reset": (t, url) =>
    keepOn(t, url, 20, (socket) => {
      socket.write(formHead("Content-Length: 6"));
      socket.resetAndDestroy();
    }),
  "frames of nonsense": (t, url) =>
    keepOn(t, url, 20, (socket) => {
      socket.write(handshake());
      socket.write(randomBytes(1_000));
    }),
  "a flood of joins": (t, url) =>
    keepOn(t, url, 20, (socket) => {
      if (socket.bytesWritten === 0) socket.write(handshake());
      for (let n = 0; n < 50; n += 1) socket.write(frame("40/polls/default,"));
    }),
};
