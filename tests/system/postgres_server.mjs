// A PostgreSQL of the test's own: the newest of the system's packages, a free port of 127.0.0.1, a directory that is
// gone in the end. It refuses root, so for root it runs as the user postgres.
import { execFile } from "node:child_process";
import { chmod, copyFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { Child } from "./child.mjs";
import { onFreePort } from "./free_port.mjs";
import { temporaryDirectory } from "./service.mjs";

const execute = promisify(execFile);
const user = process.getuid() === 0 ? "postgres" : undefined;

export const superuserPassword = "sesame";
const longestAnswer = 100_000_000;

async function newestPrograms() {
  const versions = await readdir("/usr/lib/postgresql").catch(() => []);
  if (versions.length === 0) {
    throw new Error("There is no /usr/lib/postgresql. Install the package postgresql.");
  }
  return `/usr/lib/postgresql/${versions.sort((left, right) => right - left)[0]}/bin`;
}

export class PostgresServer {
  #child;
  #programs;
  #directory;
  #settings;
  #databases = 0;

  // `settings` as { name: value }. With `passwords` everybody is asked for one, otherwise let in. `tls` is
  // { key, certificate }, the paths of two files.
  static async start(t, { settings = {}, passwords = false, tls } = {}) {
    const server = new PostgresServer();
    t.after(() => server.kill()); // registered, and so called, before the removal of its directory
    server.#programs = await newestPrograms();
    server.#directory = await temporaryDirectory(t);
    server.#settings = { ...settings };
    await server.#own(server.#directory);
    await server.#initialize(passwords ? "scram-sha-256" : "trust");
    if (tls) {
      await server.#takeCertificate(tls);
    }
    await onFreePort((port) => {
      server.port = port;
      return server.start();
    });
    return server;
  }

  // A synchronous standby of `primary`.
  static async standby(t, primary) {
    const server = new PostgresServer();
    t.after(() => server.kill()); // registered, and so called, before the removal of its directory
    server.#programs = primary.#programs;
    server.#directory = await temporaryDirectory(t);
    server.#settings = { ...primary.#settings };
    await primary.baseBackup(server.#directory, ["--write-recovery-conf"]);
    await onFreePort((port) => {
      server.port = port;
      return server.start();
    });
    await primary.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
    await primary.sql("postgres", "SELECT pg_reload_conf()");
    return server;
  }

  // A server of its own on a base backup of `primary`, whose log is read up to a point: `settings` say where it is archived,
  // and up to which point.
  static async restored(t, primary, backup, settings) {
    const server = new PostgresServer();
    t.after(() => server.kill()); // registered, and so called, before the removal of its directory
    server.#programs = primary.#programs;
    server.#directory = await temporaryDirectory(t);
    server.#settings = { ...primary.#settings, archive_mode: "off", ...settings };
    await execute("cp", ["--archive", path.join(backup, "data"), server.#directory]);
    await server.#own(server.#directory);
    await writeFile(path.join(server.#data, "recovery.signal"), "");
    await onFreePort((port) => {
      server.port = port;
      return server.start();
    });
    return server;
  }

  // Copies the files of the running server into data/ of a folder, which becomes that of its user.
  async baseBackup(directory, options = []) {
    await this.#own(directory);
    const { status } = await new Child(
      `${this.#programs}/pg_basebackup`,
      ["-D", path.join(directory, "data"), "-d", this.url(), ...options, "--checkpoint=fast", "--no-sync"],
      { as: user },
    ).ended();
    if (status !== 0) {
      throw new Error("pg_basebackup failed.");
    }
  }

  // From a standby to a primary, when the answer is there.
  promote() {
    return this.sql("postgres", "SELECT pg_promote(true, 60)");
  }

  // Stops and comes back on the same port as a standby that follows `primary`.
  async demote(primary) {
    await this.stop();
    await writeFile(path.join(this.#data, "standby.signal"), "");
    this.#settings.primary_conninfo = `host=127.0.0.1 port=${primary.port} user=postgres`;
    await this.start();
  }

  // The postmaster: new connections are accepted by the system and never answered, others go on.
  freeze() {
    this.#child.signal("SIGSTOP");
  }

  thaw() {
    this.#child.signal("SIGCONT");
  }

  // The arguments are parts of a URL; `query` such as "?sslmode=require".
  url(
    database = "postgres",
    { role = "postgres", password = superuserPassword, host = "127.0.0.1", query = "" } = {},
  ) {
    return `postgresql://${role}:${encodeURIComponent(password)}@${host}:${this.port}/${database}${query}`;
  }

  // The name of a new, empty one.
  async freshDatabase() {
    const name = `test_${++this.#databases}`;
    await this.sql("postgres", `CREATE DATABASE ${name}`);
    return name;
  }

  // The lines of the answer, with | between the columns. An error is thrown.
  async sql(database, statement, login) {
    const url = this.url(database, login);
    const words = ["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement, url];
    const { stdout } = await execute("psql", words, { maxBuffer: longestAnswer });
    return stdout.split("\n").slice(0, -1);
  }

  // Again on the same port and data, after stop() or kill().
  async start() {
    const settings = {
      port: this.port,
      listen_addresses: "127.0.0.1",
      unix_socket_directories: this.#directory,
      max_connections: 60,
      lc_messages: "C",
      ...this.#settings,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const options = { as: user, lastSignal: "QUIT" };
    this.#child = new Child(`${this.#programs}/postgres`, ["-D", this.#data, ...args], options);
    await this.#child.says((line) => /database system is ready to accept (read-only )?connections/.test(line));
  }

  // Transactions are rolled back, clients sent away.
  stop() {
    return this.#child.end("SIGINT");
  }

  // At once, and what was committed is recovered at the next start. Unlike SIGKILL it leaves no process behind.
  async kill() {
    if (this.#child) {
      this.thaw();
      await this.#child.end("SIGQUIT");
    }
  }

  get #data() {
    return path.join(this.#directory, "data");
  }

  async #own(file) {
    if (user) {
      await execute("chown", [`${user}:`, file]);
    }
  }

  async #initialize(method) {
    const passwordFile = path.join(this.#directory, "password");
    await writeFile(passwordFile, `${superuserPassword}\n`);
    const { status } = await new Child(
      `${this.#programs}/initdb`,
      [
        ...["-D", this.#data, "-U", "postgres", "-A", method, `--pwfile=${passwordFile}`],
        ...["-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"],
      ],
      { as: user },
    ).ended();
    if (status !== 0) {
      throw new Error("initdb of PostgreSQL failed.");
    }
  }

  async #takeCertificate({ key, certificate }) {
    for (const [name, source] of [
      ["server.key", key],
      ["server.crt", certificate],
    ]) {
      const file = path.join(this.#data, name);
      await copyFile(source, file);
      await chmod(file, 0o600);
      await this.#own(file);
    }
    this.#settings.ssl = "on";
  }
}
