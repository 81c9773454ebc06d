// Faults of a cluster in use, each with the alert that an operator must get.
import { setTimeout as delay } from "node:timers/promises";
import { vote } from "../system/http.mjs";

const pauseMs = 20;

// `severity` is also the name of the receiver. `begin` and `end` get the MonitoredCluster, which `options` are for; it has a
// PostgreSQL of its own if the fault affects other clusters.
export const clusterFaults = {
  "worker-stopped": {
    alert: "PolluxWorkerAbsent",
    severity: "page",
    begin: ({ cluster }) => cluster.workers[0].stop(),
    end: async ({ cluster }) => {
      cluster.workers = [await cluster.worker()];
    },
  },
  "one-of-two-stopped": {
    alert: "PolluxTargetDown",
    severity: "ticket",
    options: { votes: 2 },
    begin: ({ cluster }) => cluster.votes[1].stop(),
    end: async ({ cluster }) => {
      cluster.votes[1] = await cluster.vote();
    },
  },
  "redis-frozen": {
    alert: "PolluxRedisUnreachable",
    severity: "page",
    begin: ({ cluster }) => cluster.redis.freeze(),
    end: ({ cluster }) => cluster.redis.thaw(),
  },
  "redis-full": {
    alert: "PolluxRedisFull",
    severity: "page",
    begin: ({ cluster }) => cluster.redis.command("CONFIG", "SET", "maxmemory", "1"),
    end: ({ cluster }) => cluster.redis.command("CONFIG", "SET", "maxmemory", "0"),
  },
  // Votes would be evicted, so no service is ready.
  "eviction-with-limit": {
    alert: "PolluxRedisEvictionPolicyWrong",
    severity: "page",
    begin: async ({ cluster }) => {
      await cluster.redis.command("CONFIG", "SET", "maxmemory", "200mb");
      await cluster.redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    },
    end: ({ cluster }) => cluster.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction"),
  },
  "eviction-policy": {
    alert: "PolluxRedisEvictionPolicyWrong",
    severity: "ticket",
    begin: ({ cluster }) => cluster.redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru"),
    end: ({ cluster }) => cluster.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction"),
  },
  "postgres-away": {
    alert: "PolluxPostgresUnreachable",
    severity: "page",
    ownPostgres: true,
    begin: ({ cluster }) => cluster.postgres.stop(),
    end: ({ cluster }) => cluster.postgres.start(),
  },
  // Only the result service is denied access.
  "feed-cut": {
    alert: "PolluxPostgresUnreachable",
    severity: "page",
    begin: async ({ cluster }) => {
      await cluster.sql(`REVOKE CONNECT ON DATABASE ${cluster.database} FROM PUBLIC, pollux_result`);
      await cluster.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity " +
          "WHERE datname = current_database() AND usename = 'pollux_result'",
      );
    },
    end: ({ cluster }) => cluster.sql(`GRANT CONNECT ON DATABASE ${cluster.database} TO PUBLIC`),
  },
  // Both floods are several times as many as valid votes. They are no failures of ours, so no budget burns.
  "invalid-votes": {
    alert: "PolluxVotesRejected",
    severity: "ticket",
    begin: (monitored) => {
      monitored.flood = new Flood(monitored.cluster.votes[0], { option: "zebras", status: 400 });
    },
    end: ({ flood }) => flood.stop(),
  },
  "votes-from-another-address": {
    alert: "PolluxVotesRejected",
    severity: "page",
    begin: (monitored) => {
      const headers = { Origin: "https://vote.example.org" };
      monitored.flood = new Flood(monitored.cluster.votes[0], { option: "a", headers, status: 403 });
    },
    end: ({ flood }) => flood.stop(),
  },
};

// Votes that are answered with `status`.
class Flood {
  #stopping = false;
  #done;

  constructor(service, wrong) {
    this.#done = this.#run(service, wrong);
    this.#done.catch(() => undefined);
  }

  stop() {
    this.#stopping = true;
    return this.#done;
  }

  async #run(service, { option, headers, status: expected }) {
    while (!this.#stopping) {
      const { status } = await vote(service, option, { headers });
      if (status !== expected) {
        throw new Error(`A wrong vote was answered with ${status} instead of ${expected}.`);
      }
      await delay(pauseMs);
    }
  }
}
