// The load generator against a server that misbehaves in known ways: it must not hide anything.
import http from "node:http";
import { Load } from "../suite/load.mjs";
import { requireEqual, within, require } from "../suite/report.mjs";

export const generator = {
  name: "generator",
  about: "the load generator counts refused, broken and missing answers, and keeps its rate while a server is slow",
  async run(report) {
    let requests = 0;
    const server = http.createServer((request, response) => {
      request.resume();
      requests += 1;
      misbehave(requests, request, response);
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const load = await Load.start({ url: `http://127.0.0.1:${server.address().port}`, host: "vote", votesPerSecond: 500 });
    await within(10, () => require(requests >= 400, "the load does not come"));
    const { votes } = await load.stop();
    server.close();
    await report.attempt("everything sent has arrived", () => requireEqual(votes.sent, requests, "the number sent"));
    await report.attempt("each response and each failure is counted", () => {
      requireEqual(votes.statuses[503], 2, "the number of 503");
      requireEqual(votes.withoutRetryAfter, 1, "the number of 503 without Retry-After");
      const failures = Object.values(votes.errors).reduce((sum, number) => sum + number, 0);
      requireEqual(failures, 2, `${JSON.stringify(votes.errors)}: the number of connections that broke`);
      requireEqual(votes.statuses[200], requests - 4, "the number of 200");
    });
    await report.attempt("a response that takes half a second delays no other vote", () => {
      require(votes.slowestMs >= 500, `the slowest took ${votes.slowestMs} ms`);
      require(votes.latestMs < 400, `a vote was ${votes.latestMs} ms late`);
    });
  },
};

function misbehave(number, request, response) {
  if (number === 50) {
    request.socket.destroy(); // no answer at all
  } else if (number === 60) {
    response.writeHead(200, { "Content-Length": 10 }).write("half");
    setImmediate(() => request.socket.destroy()); // half an answer
  } else if (number === 70) {
    response.writeHead(503, { "Retry-After": "1" }).end();
  } else if (number === 80) {
    response.writeHead(503).end();
  } else if (number === 90) {
    setTimeout(() => response.end("late"), 500);
  } else {
    response.end("ok");
  }
}
