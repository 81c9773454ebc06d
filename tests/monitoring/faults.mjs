// Faults of a cluster in use, each with the alert that an operator must get.
import { setTimeout as delay } from "node:timers/promises";
import { formType, request } from "../system/http.mjs";

const pauseMs = 20;

// `severity` is also the name of the receiver. `consequences` may be reported, too. `begin` and `end` get the
// MonitoredCluster, which `options` are for; it has a PostgreSQL of its own if the fault affects other clusters.
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
    alert: "PolluxVoteErrorBudgetBurn",
    severity: "page",
    // Votes get 503 and the vote service is not ready: two views of the same, neither of which is always there.
    consequences: ["PolluxNotReady", "PolluxRedisMemoryRunningOut"],
    begin: ({ cluster }) => cluster.redis.command("CONFIG", "SET", "maxmemory", "1"),
    end: ({ cluster }) => cluster.redis.command("CONFIG", "SET", "maxmemory", "0"),
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
  // Ten times as many as valid ones. They are no failures of ours, so no budget burns.
  "invalid-votes": {
    alert: "PolluxVotesRejected",
    severity: "page",
    begin: (monitored) => {
      monitored.flood = new Flood(monitored.cluster.votes[0]);
    },
    end: ({ flood }) => flood.stop(),
  },
};

// Votes for an option that does not exist.
class Flood {
  #stopping = false;
  #done;

  constructor(service) {
    this.#done = this.#run(service);
    this.#done.catch(() => undefined);
  }

  stop() {
    this.#stopping = true;
    return this.#done;
  }

  async #run({ voteUrl }) {
    while (!this.#stopping) {
      const headers = { "Content-Type": formType };
      const { status } = await request(`${voteUrl}/`, { method: "POST", headers, body: "vote=zebras" });
      if (status !== 400) {
        throw new Error(`A vote for an unknown option was answered with ${status}.`);
      }
      await delay(pauseMs);
    }
  }
}
