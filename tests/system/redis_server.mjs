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
  #tls;
  #configuration; // of a Sentinel
  #program = "redis-server";

  // `args` as on redis-server's command line. Votes survive a restart: there is an append-only file. With `tls` nothing
  // else is spoken: { key, certificate, authority, askClients } are the paths of three files, and whether clients have
  // to show a certificate of that authority. `program` is that of another server.
  static async start(t, { args = [], password, tls, program = "redis-server" } = {}) {
    const server = new RedisServer();
    server.#program = program;
    server.#password = password;
    server.#tls = tls;
    server.#args = [
      ...["--bind", "127.0.0.1", "--dir", await temporaryDirectory(t)],
      ...["--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction"],
      ...(password ? ["--requirepass", password] : []),
      ...(tls ? tlsArguments(tls) : []),
      ...args,
    ];
    await onFreePort((port) => {
      server.port = port;
      return server.start();
    });
    t.after(() => server.kill());
    return server;
  }

  // A Sentinel with that configuration, which it writes to.
  static async sentinel(t, configuration) {
    const server = new RedisServer();
    server.#args = ["--bind", "127.0.0.1"];
    server.#configuration = configuration;
    await onFreePort((port) => {
      server.port = port;
      return server.start();
    });
    t.after(() => server.kill());
    return server;
  }

  get url() {
    const login = this.#password ? `:${this.#password}@` : "";
    return this.#tls ? `rediss://${login}localhost:${this.port}` : `redis://${login}127.0.0.1:${this.port}`;
  }

  // Again on the same port and data, after stop() or kill().
  async start() {
    const sentinel = this.#configuration;
    this.#child = new Child(this.#program, [
      ...(sentinel ? [sentinel, "--sentinel"] : []),
      this.#tls ? "--tls-port" : "--port",
      String(this.port),
      ...this.#args,
    ]);
    await this.#child.says((line) => /Ready to accept connections|Sentinel ID is/.test(line));
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
    const { key, certificate, authority } = this.#tls ?? {};
    const tls = this.#tls ? ["--tls", "--cacert", authority, "--cert", certificate, "--key", key] : [];
    const { stdout } = await execute(
      "redis-cli",
      ["-e", "-p", String(this.port), ...tls, "--raw", ...words.map(String)],
      {
        env: { ...process.env, ...(this.#password ? { REDISCLI_AUTH: this.#password } : {}) },
      },
    );
    return stdout.split("\n").slice(0, -1);
  }
}

function tlsArguments({ key, certificate, authority, askClients }) {
  return [
    ...["--port", "0", "--tls-key-file", key, "--tls-cert-file", certificate],
    ...["--tls-ca-cert-file", authority, "--tls-auth-clients", askClients ? "yes" : "no"],
  ];
}
