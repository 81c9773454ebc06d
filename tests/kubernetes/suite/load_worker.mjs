// The thread of load.mjs.
import http from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import { emptyCounts } from "./load.mjs";

const answerLimitMs = 15_000;
const tickMs = 2;
const { url, host, votesPerSecond, reads, readsPerSecond } = workerData;
// Connections are kept as browsers keep them. As many as are needed: a slow answer delays no other vote.
const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 256 });

const phases = {};
const voters = []; // whose votes were accepted
let phase;
let waiting = 0;
let timer;
let whenIdle;

function send({ method, path, headers, body }, counts) {
  counts.sent += 1;
  waiting += 1;
  const sentAt = performance.now();
  let ended = false;
  const end = (record) => {
    if (ended) {
      return;
    }
    ended = true;
    waiting -= 1;
    record();
    counts.slowestMs = Math.max(counts.slowestMs, performance.now() - sentAt);
    if (waiting === 0) {
      whenIdle?.();
    }
  };
  const request = http.request(url + path, { method, headers, agent, timeout: answerLimitMs });
  request.on("timeout", () => request.destroy(new Error("no answer")));
  request.on("error", (error) => end(() => count(counts.errors, error.code ?? error.message)));
  request.on("response", (response) => {
    response.on("error", (error) => end(() => count(counts.errors, `broken answer ${error.code ?? error.message}`)));
    response.on("end", () =>
      end(() => {
        count(counts.statuses, response.statusCode);
        if (response.statusCode === 200 && method === "POST") {
          voters.push(voterOf(response));
        }
        if (response.statusCode === 503 && !response.headers["retry-after"]) {
          counts.withoutRetryAfter += 1;
        }
      }),
    );
    response.resume();
  });
  request.end(body);
}

function count(counts, name) {
  counts[name] = (counts[name] ?? 0) + 1;
}

// The id in the cookie of a voter, which is followed by its signature.
function voterOf({ headers }) {
  return /^voter_id=([^.;]+)/.exec(headers["set-cookie"]?.[0] ?? "")?.[1];
}

let votes = 0;
function sendVote(counts) {
  const body = `vote=${votes++ % 3 === 2 ? "b" : "a"}`;
  const headers = {
    Host: host,
    "Content-Type": "application/x-www-form-urlencoded",
    "Content-Length": body.length,
  };
  send({ method: "POST", path: "/", headers, body }, counts);
}

let reading = 0;
function sendRead(counts) {
  const { host: from, path } = reads[reading++ % reads.length];
  send({ method: "GET", path, headers: { Host: from } }, counts);
}

// Everything that was due since the last tick, so that a late timer does not change the rate.
function keepRate(perSecond, sendOne, key) {
  const startedAt = performance.now();
  let sent = 0;
  return () => {
    const elapsed = performance.now() - startedAt;
    const counts = phases[phase][key];
    for (; sent < (elapsed / 1000) * perSecond; sent += 1) {
      counts.latestMs = Math.max(counts.latestMs, elapsed - (sent / perSecond) * 1000);
      sendOne(counts);
    }
  };
}

function start() {
  const due = [keepRate(votesPerSecond, sendVote, "votes")];
  if (reads.length > 0) {
    due.push(keepRate(readsPerSecond, sendRead, "reads"));
  }
  timer = setInterval(() => due.forEach((sendDue) => sendDue()), tickMs);
}

parentPort.on("message", async (message) => {
  if (message.stop) {
    clearInterval(timer);
    if (waiting > 0) {
      await new Promise((resolve) => (whenIdle = resolve));
    }
    agent.destroy();
    parentPort.postMessage({ phases, voters });
    return;
  }
  phase = message.phase;
  phases[phase] ??= { votes: emptyCounts(), reads: emptyCounts() };
  if (!timer) {
    start();
  }
  parentPort.postMessage(undefined);
});
