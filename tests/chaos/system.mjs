// The scaled-out system with a gate in front of each server: vote services and workers reach Redis through gates of their own,
// workers and result services PostgreSQL. Every process can be killed and comes back as a supervisor would bring it back.
import { request, tally } from "../system/http.mjs";
import { programs } from "../system/cluster.mjs";
import { PostgresServer } from "../system/postgres_server.mjs";
import { RedisServer } from "../system/redis_server.mjs";
import { runProgram, Service } from "../system/service.mjs";
import { Gate } from "./gate.mjs";

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
// Each vote of a voter has another option, so there have to be many.
const poll = Object.fromEntries(letters.map((letter) => [`OPTION_${letter}`, `Option ${letter}`]));
const voterKey = "5eed".repeat(16);
// All voters have one address here.
const unlimited = { POLLUX_NEW_VOTER_RATE: "0", POLLUX_VOTE_RATE: "0" };
const stream = "pollux:votes:0";

export class System {
  redis; // the primary at present
  postgres; // the primary at present
  services = { vote: [], worker: [], result: [] };
  #settings;

  // `counts` are numbers of processes by kind; `args` further arguments by kind. `servers` replaces the single Redis and
  // PostgreSQL: { redis, postgres, redisUrl(port), databaseUrl(port, name, role), env }.
  static async start(scope, random, { counts = {}, args = {}, redisArgs = [], postgresSettings = {}, servers = {} } = {}) {
    const system = new System();
    system.scope = scope;
    system.redis = servers.redis ?? (await RedisServer.start(scope, { args: redisArgs }));
    system.postgres =
      servers.postgres ?? (await PostgresServer.start(scope, { settings: { max_connections: 100, ...postgresSettings } }));
    system.database = await system.postgres.freshDatabase();
    const redisUrl = servers.redisUrl ?? ((port) => `redis://127.0.0.1:${port}`);
    const databaseUrl =
      servers.databaseUrl ?? ((port, name, role) => `postgresql://${role}@127.0.0.1:${port}/${name}`);
    system.#settings = { args, redisUrl, databaseUrl, env: servers.env ?? {} };
    await system.#openGates(random);
    await system.command(["migrate"]);
    const wanted = { worker: 2, vote: 1, result: 1, ...counts };
    for (const [kind, count] of Object.entries(wanted)) {
      system.services[kind] = await Promise.all(Array.from({ length: count }, () => system.#launch(kind)));
    }
    return system;
  }

  async #openGates(random) {
    const at = (server) => () => ({ host: "127.0.0.1", port: this[server].port });
    const gate = (server) => Gate.start(this.scope, at(server), random);
    this.gates = {
      voteRedis: await gate("redis"),
      workerRedis: await gate("redis"),
      workerDatabase: await gate("postgres"),
      resultDatabase: await gate("postgres"),
    };
  }

  get voteUrls() {
    return this.services.vote.map(({ voteUrl }) => voteUrl);
  }

  #environment(kind) {
    const { redisUrl, databaseUrl, env } = this.#settings;
    const { voteRedis, workerRedis, workerDatabase, resultDatabase } = this.gates;
    const of = {
      vote: () => ({ REDIS_URL: redisUrl(voteRedis.port), POLLUX_VOTER_KEY: voterKey, ...unlimited, ...poll }),
      worker: () => ({
        REDIS_URL: redisUrl(workerRedis.port),
        DATABASE_URL: databaseUrl(workerDatabase.port, this.database, "postgres"),
      }),
      result: () => ({ DATABASE_URL: databaseUrl(resultDatabase.port, this.database, "pollux_result"), ...poll }),
    };
    return { ...of[kind](), ...env };
  }

  #launch(kind, listen = "127.0.0.1:0") {
    const defaults = { worker: ["--reclaim-after", "500ms"] };
    const args = [
      ...["--management-listen", "127.0.0.1:0"],
      ...(kind === "worker" ? [] : ["--listen", listen]),
      ...(this.#settings.args[kind] ?? defaults[kind] ?? []),
    ];
    return Service.launch(this.scope, programs[kind], args, { env: this.#environment(kind) });
  }

  // A command of pollux-worker: { status, stdout, stderr }.
  async command(args, environment = {}) {
    const env = { ...this.#environment("worker"), ...environment };
    const result = await runProgram(programs.worker, args, { env, timeoutMs: 120_000 });
    if (result.status !== 0 && args[0] === "migrate") {
      throw new Error(result.stderr);
    }
    return result;
  }

  // Kills it by SIGKILL and starts it again, a page at the same address.
  async restart(kind, index) {
    const service = this.services[kind][index];
    const url = service.voteUrl ?? service.resultUrl;
    await service.kill();
    this.services[kind][index] = await this.#launch(kind, url && new URL(url).host);
  }

  // All services of a kind that were stopped, with new addresses.
  async launchAgain(kind) {
    this.services[kind] = await Promise.all(this.services[kind].map(() => this.#launch(kind)));
  }

  sql(statement) {
    return this.postgres.sql(this.database, statement);
  }

  async rows() {
    const lines = await this.sql("SELECT voter, selection, version_time FROM pollux_votes WHERE poll = 'default'");
    return lines.map((line) => {
      const [voter, option, time] = line.split("|");
      return { voter, option, time: Number(time) };
    });
  }

  async tally() {
    const lines = await this.sql(
      "SELECT selection, sum(count) FROM pollux_tallies WHERE poll = 'default' GROUP BY selection",
    );
    return Object.fromEntries(lines.map((line) => line.split("|")).map(([option, count]) => [option, Number(count)]));
  }

  async shown() {
    const { options } = await tally(this.services.result[0]);
    return Object.fromEntries(options.map(({ id, count }) => [id, count]));
  }

  // How many votes wait or are being recorded; undefined if Redis cannot say it for the moment.
  async waiting() {
    const fields = async (...words) => {
      const lines = await this.redis.command(...words);
      const at = (name) => lines[lines.indexOf(name) + 1];
      return { last: at("last-generated-id"), delivered: at("last-delivered-id"), pending: Number(at("pending")), lag: at("lag") };
    };
    if ((await this.redis.command("EXISTS", stream))[0] === "0") {
      return 0;
    }
    const { last } = await fields("XINFO", "STREAM", stream);
    const { delivered, pending, lag } = await fields("XINFO", "GROUPS", stream);
    if (delivered === last) {
      return pending;
    }
    return pending + (Number(lag) || 1);
  }

  async isReady(service) {
    const { status, body } = await request(`${service.managementUrl}/readyz`);
    return { ready: status === 200, why: body.toString() };
  }
}
