// A pgbouncer of the test's own in front of a PostgresServer, on a free port of 127.0.0.1.
import { execFile } from "node:child_process";
import { access, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { Child } from "./child.mjs";
import { onFreePort } from "./free_port.mjs";
import { temporaryDirectory } from "./service.mjs";

const execute = promisify(execFile);
const program = "/usr/sbin/pgbouncer";
const user = process.getuid() === 0 ? "postgres" : undefined; // it refuses root, as the server does

export class PgBouncer {
  #child;
  #postgres;

  // `mode` is session, transaction or statement, `size` how many connections to the server each pool has.
  static async start(t, postgres, { mode, size = 20 }) {
    await access(program).catch(() => {
      throw new Error(`There is no ${program}. Install the package pgbouncer.`);
    });
    const pool = new PgBouncer();
    pool.#postgres = postgres;
    const directory = await temporaryDirectory(t);
    const users = path.join(directory, "users");
    await writeFile(users, '"postgres" ""\n"pollux_result" ""\n');
    await onFreePort(async (port) => {
      pool.port = port;
      const settings = path.join(directory, "pgbouncer.ini");
      await writeFile(
        settings,
        [
          "[databases]",
          `* = host=127.0.0.1 port=${postgres.port}`,
          "[pgbouncer]",
          "listen_addr = 127.0.0.1",
          `listen_port = ${port}`,
          "unix_socket_dir =",
          "auth_type = trust",
          `auth_file = ${users}`,
          `pool_mode = ${mode}`,
          `default_pool_size = ${size}`,
          "",
        ].join("\n"),
      );
      if (user) {
        await execute("chown", ["-R", `${user}:`, directory]);
      }
      pool.#child = new Child(program, [settings], { as: user });
      await pool.#child.says((line) => line.includes("process up"));
    });
    t.after(() => pool.#child.end("SIGKILL"));
    return pool;
  }

  // As those of PostgresServer, for a Cluster.
  url(database, login) {
    const url = new URL(this.#postgres.url(database, login));
    url.port = this.port;
    return url.href;
  }
  freshDatabase() {
    return this.#postgres.freshDatabase();
  }
  sql(...words) {
    return this.#postgres.sql(...words);
  }
}
