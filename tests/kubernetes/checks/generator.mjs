// The load generator against a server that misbehaves in known ways: it must not hide anything.
import http from "node:http";
import { Load } from "../suite/load.mjs";
import { requireEqual, within, require } from "../suite/report.mjs";

export const generator = {
  name: "generator",
  about: "the load generator counts refused, broken and missing answers, and keeps its rate while a server is slow",
  async run(report) {
    const server = new MisbehavingServer();
    const load = await Load.start({ url: await server.start(), host: "vote", votesPerSecond: 500 });
    await report.attempt("a response that is held back delays no other vote", () =>
      within(30, () => require(server.heldMs > 0, "the votes that end the waiting do not come")),
    );
    const { votes } = await load.stop();
    server.stop();
    await report.attempt("everything sent has arrived", () => requireEqual(votes.sent, server.requests, "the number sent"));
    await report.attempt("each response and each failure is counted", () => {
      requireEqual(votes.statuses[503], 2, "the number of 503");
      requireEqual(votes.withoutRetryAfter, 1, "the number of 503 without Retry-After");
      const failures = Object.values(votes.errors).reduce((sum, number) => sum + number, 0);
      requireEqual(failures, 2, `${JSON.stringify(votes.errors)}: the number of connections that broke`);
      requireEqual(votes.statuses[200], server.requests - 4, "the number of 200");
    });
    await report.attempt("the slowest response is measured", () =>
      require(votes.slowestMs >= server.heldMs, `${votes.slowestMs} ms, but the server held it for ${server.heldMs} ms`),
    );
  },
};

class MisbehavingServer {
  requests = 0;
  heldMs = 0; // how long the 90th response was held back: until 200 more requests had arrived
  #held;
  #server = http.createServer((request, response) => {
    request.resume();
    this.requests += 1;
    this.#answer(request, response);
  });

  async start() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  stop() {
    this.#server.close();
  }

  #answer(request, response) {
    if (this.requests === 50) {
      request.socket.destroy(); // no answer at all
    } else if (this.requests === 60) {
      response.writeHead(200, { "Content-Length": 10 }).write("half");
      setImmediate(() => request.socket.destroy()); // half an answer
    } else if (this.requests === 70) {
      response.writeHead(503, { "Retry-After": "1" }).end();
    } else if (this.requests === 80) {
      response.writeHead(503).end();
    } else if (this.requests === 90) {
      this.#held = { response, since: performance.now() };
    } else {
      response.end("ok");
    }
    if (this.requests === 290) {
      this.heldMs = performance.now() - this.#held.since;
      this.#held.response.end("late");
    }
  }
}
