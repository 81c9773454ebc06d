// Clients that mean no good, on plain sockets, and one that does.
import net from "node:net";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { request } from "./http.mjs";

const deadlineMs = 60_000;

function connect(t, url) {
  const { hostname, port } = new URL(url);
  const socket = net.connect({ host: hostname, port });
  socket.on("error", () => undefined); // the program may close it
  t?.after(() => socket.destroy());
  return socket;
}

// What the listener sends back for these bytes until it closes the connection.
export async function answerTo(url, bytes) {
  const socket = connect(undefined, url);
  const parts = [];
  socket.on("data", (part) => {
    parts.push(part);
    socket.end(); // it waits for that, so that its answer can be read
  });
  const timer = setTimeout(() => socket.destroy(new Error("late")), deadlineMs);
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  await once(socket, "close");
  clearTimeout(timer);
  return Buffer.concat(parts).toString("latin1");
}

// As many connections as asked for, or as descriptors allow, each with what `begin` does. { count, stop() }
export async function openMany(t, url, count, begin = () => undefined) {
  const hard = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? 1e6);
  const sockets = [];
  const wanted = Math.min(count, Math.floor((hard - 500) / 2)); // the program has the other half
  for (let n = 0; n < wanted; n += 250) {
    const some = Array.from({ length: Math.min(250, wanted - n) }, () => connect(t, url));
    await Promise.all(some.map((socket) => Promise.race([once(socket, "connect"), once(socket, "close")]).catch(() => {})));
    some.forEach((socket) => begin(socket));
    sockets.push(...some);
  }
  return { count: sockets.length, stop: () => sockets.forEach((socket) => socket.destroy()) };
}

// Repeats `act(socket, number)` on each of some connections until stopped; one that was closed is opened again. `statuses`
// counts the first answer on each of them.
export function keepOn(t, url, connections, act, pauseMs = 5) {
  let stopped = false;
  const statuses = {};
  const note = (bytes) => {
    const status = bytes.toString("latin1", 9, 12);
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const sockets = Array.from({ length: connections });
  const timer = setInterval(() => {
    for (let n = 0; n < connections && !stopped; n += 1) {
      if (!sockets[n] || sockets[n].destroyed) {
        sockets[n] = connect(t, url);
        sockets[n].once("data", note);
      }
      if (sockets[n].writableLength < 1_000_000) {
        act(sockets[n], n);
      }
    }
  }, pauseMs);
  const stop = () => {
    stopped = true;
    clearInterval(timer);
    sockets.forEach((socket) => socket?.destroy());
  };
  t.after(stop);
  return { stop, statuses };
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

// Calls `ask` that many times, one after the other. It must be answered with 200 each time. { p50, p99, max } in ms.
export async function latencies(ask, count) {
  const times = [];
  for (let n = 0; n < count; n += 1) {
    const started = performance.now();
    const { status } = await ask(n);
    if (status !== 200) {
      throw new Error(`An honest client got ${status}.`);
    }
    times.push(performance.now() - started);
  }
  times.sort((one, other) => one - other);
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: times.at(-1) };
}

export const asText = ({ p50, p99, max }) => [p50, p99, max].map((ms) => ms.toFixed(1)).join(" / ");

// A vote, the results, and the readiness, by connections of their own.
export const honest = (pollux) => async (n) => {
  const answers = await Promise.all([
    request(`${pollux.voteUrl}/`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: `vote=${n % 2 === 0 ? "a" : "b"}`,
    }),
    request(`${pollux.resultUrl}/api/tally`),
    request(`${pollux.adminUrl}/`),
    request(`${pollux.managementUrl}/readyz`),
  ]);
  return { status: answers.every(({ status }) => status === 200) ? 200 : answers.map(({ status }) => status).join() };
};
