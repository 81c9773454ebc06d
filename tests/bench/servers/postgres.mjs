import { execFile, execFileSync } from "node:child_process";
import { chownSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts, start, stop } from "./process.mjs";

const run = promisify(execFile);

// Durability as it comes. Memory and checkpoints as on a machine that is there for it; what is measured is votes, not
// the first second of a checkpoint.
const settings = ["shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=30min", "shared_preload_libraries=pg_stat_statements"];

function newestPrograms() {
  const root = "/usr/lib/postgresql";
  const [newest] = readdirSync(root).map(Number).filter(Boolean).sort((a, b) => b - a);
  return join(root, String(newest), "bin");
}

// It refuses to run as root, and then runs as the user of Debian's package.
function asPostgres() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

export async function startPostgres(folder) {
  mkdirSync(folder, { recursive: true });
  const [port] = await freePorts(1);
  const user = asPostgres();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const programs = newestPrograms();
  const data = join(folder, "data");
  await run(join(programs, "initdb"), ["-D", data, "-U", "pollux", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
    { ...user, cwd: folder });
  const sql = async (database, text) =>
    (await run("psql", ["-XAtq", "-h", "127.0.0.1", "-p", port, "-U", "pollux", "-d", database, "-v", "ON_ERROR_STOP=1", "-c", text])).stdout.trimEnd();
  const args = ["-D", data, "-p", port, "-h", "127.0.0.1", "-k", "", ...settings.flatMap((setting) => ["-c", setting])];
  const isReady = () => sql("postgres", "SELECT 1").catch(() => "");
  // SIGQUIT: its processes end with it, at once. SIGINT: in order, without waiting for clients.
  const { child } = await start(folder, join(programs, "postgres"), args, isReady,
    { ...user, cwd: folder, period: 50, endSignal: "SIGQUIT" });
  return {
    port,
    pid: child.pid,
    sql,
    url: (database) => `postgresql://pollux@127.0.0.1:${port}/${database}`,
    // A copy of the template database, which must have no connections.
    copy: async (database, template) => {
      await sql("postgres", `DROP DATABASE IF EXISTS ${database}`);
      await sql("postgres", `CREATE DATABASE ${database} TEMPLATE ${template} STRATEGY file_copy`);
      await sql("postgres", "CHECKPOINT");
    },
    stop: () => stop(child, "SIGINT"),
  };
}

// A database with the tables of the votes and none in it.
export async function makeDatabase(postgres, bin, database) {
  await postgres.sql("postgres", `CREATE DATABASE ${database}`);
  await run(join(bin, "pollux-worker"), ["migrate", "--database-url", postgres.url(database)]);
}

// {rows, a, b, …}: the rows there are, and what the tally says of each selection.
export async function tallyIn(postgres, database) {
  const counts = await postgres.sql(database, "SELECT selection, sum(count) FROM pollux_tallies GROUP BY selection");
  const rows = await postgres.sql(database, "SELECT count(*) FROM pollux_votes");
  return { rows: Number(rows), ...Object.fromEntries(counts.split("\n").filter(Boolean).map((line) => {
    const [selection, count] = line.split("|");
    return [selection, Number(count)];
  })) };
}
