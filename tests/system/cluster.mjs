// The scaled-out system: Redis, PostgreSQL and the services, each a process on free ports of 127.0.0.1.
import { RedisServer } from "./redis_server.mjs";
import { programOf, runProgram, Service, withoutLimits } from "./service.mjs";

export const programs = {
  vote: programOf("POLLUX_VOTE_PROGRAM"),
  worker: programOf("POLLUX_WORKER_PROGRAM"),
  result: programOf("POLLUX_RESULT_PROGRAM"),
  // Not all that start a cluster have it.
  get admin() {
    return programOf("POLLUX_ADMIN_PROGRAM");
  },
};

const anywhere = ["--management-listen", "127.0.0.1:0"];

export class Cluster {
  votes = [];
  workers = [];
  results = [];
  admins = [];
  #t;

  // On a database of a PostgresServer, a fresh one unless named. `args` are further arguments, by program.
  static async start(
    t,
    postgres,
    { votes = 1, workers = 1, results = 1, admins = 0, database, migrated = true, args = {} } = {},
  ) {
    const cluster = new Cluster();
    cluster.#t = t;
    cluster.args = { vote: [], worker: [], result: [], admin: [], ...args };
    cluster.postgres = postgres;
    // Not synced: while the disk is busy Redis would stop answering. No test takes the power away.
    cluster.redis = await RedisServer.start(t, { args: ["--appendfsync", "no"] });
    cluster.database = database ?? (await postgres.freshDatabase());
    if (migrated) {
      await cluster.runWorker(["migrate"]);
    }
    const each = (count, start) => Promise.all(Array.from({ length: count }, start));
    [cluster.workers, cluster.votes, cluster.results, cluster.admins] = await Promise.all([
      each(workers, () => cluster.worker()),
      each(votes, () => cluster.vote()),
      each(results, () => cluster.result()),
      each(admins, () => cluster.admin()),
    ]);
    return cluster;
  }

  get environment() {
    return { REDIS_URL: this.redis.url, DATABASE_URL: this.postgres.url(this.database) };
  }

  // A command of pollux-worker, until it ends.
  runWorker(args) {
    return runProgram(programs.worker, args, { env: this.environment });
  }

  worker() {
    return Service.launch(this.#t, programs.worker, [...anywhere, ...this.args.worker], {
      env: this.environment,
    });
  }

  async vote({ listen = "127.0.0.1:0" } = {}) {
    const args = [...anywhere, "--listen", listen, ...this.args.vote];
    const env = { REDIS_URL: this.redis.url, ...withoutLimits };
    const service = await Service.launch(this.#t, programs.vote, args, { env });
    return service.ready();
  }

  // As the role without access to votes.
  result({ listen = "127.0.0.1:0" } = {}) {
    const args = [...anywhere, "--listen", listen, ...this.args.result];
    const DATABASE_URL = this.postgres.url(this.database, { role: "pollux_result" });
    return Service.launch(this.#t, programs.result, args, { env: { DATABASE_URL } });
  }

  // As the role that can change no table and no vote.
  admin({ listen = "127.0.0.1:0" } = {}) {
    const args = [...anywhere, "--listen", listen, ...this.args.admin];
    const DATABASE_URL = this.postgres.url(this.database, { role: "pollux_admin" });
    return Service.launch(this.#t, programs.admin, args, { env: { ...this.environment, DATABASE_URL } });
  }

  // The lines of the answer.
  sql(statement) {
    return this.postgres.sql(this.database, statement);
  }

  // Voter → option, of every recorded vote.
  async selections() {
    return new Map((await this.sql("SELECT id, vote FROM votes")).map((row) => row.split("|")));
  }

  // What counting the recorded votes gives: { a: …, b: … }.
  async recorded() {
    const rows = await this.sql("SELECT vote, COUNT(id) AS count FROM votes GROUP BY vote");
    return Object.fromEntries(
      rows.map((row) => row.split("|")).map(([option, count]) => [option, Number(count)]),
    );
  }
}
