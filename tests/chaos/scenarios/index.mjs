// The scenarios by name, in the order in which they run.
import * as database from "./database.mjs";
import { closing } from "./closing.mjs";
import { poison } from "./entries.mjs";
import * as exhaustion from "./exhaustion.mjs";
import * as kills from "./kills.mjs";
import * as network from "./network.mjs";
import * as redisFailover from "./redis_failover.mjs";
import { oneMachine, services } from "./services.mjs";

export const scenarios = {
  workers: kills.workers,
  services,
  "one-machine": oneMachine,
  redis: kills.redis,
  "redis-everysec": kills.redisEverysec,
  deliveries: kills.deliveries,
  "redis-away": network.redisAway,
  "database-away": database.away,
  "slow-network": network.slow,
  "network-faults": network.faults,
  poison,
  closing,
  "redis-memory": exhaustion.redisMemory,
  "redis-disk": exhaustion.redisDisk,
  "database-disk": exhaustion.databaseDisk,
  "one-machine-disk": exhaustion.oneMachineDisk,
  clock: exhaustion.clock,
  corruption: network.corruption,
  "redis-failover": redisFailover.killed,
  "redis-partition": redisFailover.cutOff,
  "redis-partition-replica": redisFailover.cutOffConfirmed,
  "database-failover": database.synchronous,
  "database-failover-asynchronous": database.asynchronous,
  "database-failover-replay": database.replayed,
  everything: kills.everything,
};
