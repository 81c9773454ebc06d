// The program pollux-seed, and a vote page that answers as a test wants.
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";

const program = process.env.POLLUX_SEED_PROGRAM;
if (!program) {
  throw new Error("POLLUX_SEED_PROGRAM does not name the program to test.");
}

const endDeadlineMs = 120_000;

// Runs pollux-seed. `output` grows while it runs; `ended` is { status, stdout, stderr } of its end.
export function seed(t, args) {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH },
    timeout: endDeadlineMs,
    killSignal: "SIGKILL",
  });
  t.after(() => child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8").on("data", (text) => (output[stream] += text));
  }
  const ended = once(child, "close").then(([status]) => ({ status, ...output }));
  return { output, ended, signal: (name) => child.kill(name) };
}

// A vote page on a free port. GET and HEAD give each client a new cookie voter_id; `post(request, response,
// number)` answers the votes, numbered from 1. `votes` has { cookie, body, time } of each that came.
export class FakePage {
  votes = [];
  #server;

  static async start(t, post, { cookies = true, port = 0 } = {}) {
    const page = new FakePage();
    let voters = 0;
    page.#server = http.createServer(async (request, response) => {
      if (request.method !== "POST") {
        voters += 1;
        response.writeHead(200, cookies ? { "Set-Cookie": `voter_id=v${voters}; Path=/; HttpOnly` } : {});
        return response.end("page");
      }
      const vote = { cookie: request.headers.cookie, body: "", time: performance.now() };
      for await (const part of request) {
        vote.body += part;
      }
      page.votes.push(vote);
      post(request, response, page.votes.length);
    });
    page.#server.listen(port, "127.0.0.1");
    await once(page.#server, "listening");
    t.after(() => page.stop());
    return page;
  }

  get port() {
    return this.#server.address().port;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
