// A Redis of the test's own: the system's package, a free port of 127.0.0.1, a directory that is gone in the end.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Child } from "./child.mjs";
import { onFreePort } from "./free_port.mjs";
import { temporaryDirectory } from "./service.mjs";

const execute = promisify(execFile);

export class RedisServer {
  #child;
  #args;
  #password;

  // `args` as on redis-server's command line. Votes survive a restart: there is an append-only file.
  static async start(t, { args = [], password } = {}) {
    const server = new RedisServer();
    server.#password = password;
    server.#args = [
      ...["--bind", "127.0.0.1", "--dir", await temporaryDirectory(t)],
      ...["--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction"],
      ...(password ? ["--requirepass", password] : []),
      ...args,
    ];
    await onFreePort((port) => {
      server.port = port;
      return server.start();
    });
    t.after(() => server.kill());
    return server;
  }

  get url() {
    return `redis://${this.#password ? `:${this.#password}@` : ""}127.0.0.1:${this.port}`;
  }

  // Again on the same port and data, after stop() or kill().
  async start() {
    this.#child = new Child("redis-server", ["--port", String(this.port), ...this.#args]);
    await this.#child.says((line) => line.includes("Ready to accept connections"));
  }

  stop() {
    return this.#child.end("SIGTERM");
  }

  kill() {
    return this.#child.end("SIGKILL");
  }

  // Connections stay, nothing is answered.
  freeze() {
    this.#child.signal("SIGSTOP");
  }

  thaw() {
    this.#child.signal("SIGCONT");
  }

  // The lines of the answer to one command; none for an empty one. An error is thrown.
  async command(...words) {
    const { stdout } = await execute(
      "redis-cli",
      ["-e", "-p", String(this.port), "--raw", ...words.map(String)],
      {
        env: { ...process.env, ...(this.#password ? { REDISCLI_AUTH: this.#password } : {}) },
      },
    );
    return stdout.split("\n").slice(0, -1);
  }
}
