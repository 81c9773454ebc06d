// Stand-ins for kubectl and docker that run here what a guide runs in a pod or container, on the servers of a Cluster.
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { eventually } from "./eventually.mjs";
import { request, vote } from "./http.mjs";
import { Cluster } from "./cluster.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { temporaryDirectory } from "./service.mjs";

const known = {
  kubectl: `[[ "$1 $2 $3" == "-n voting-app exec" ]] || { echo "kubectl $*: only exec is possible here" >&2; exit 2; }
shift 3
while [[ $1 == -* ]]; do shift; done
case $1 in
  pollux-redis-0 | pollux-postgres-0 | deploy/pollux-worker) ;;
  *) echo "There is no pod $1" >&2; exit 2 ;;
esac
[[ $2 == -- ]] || { echo "-- is missing" >&2; exit 2; }
shift 2
exec "$@"`,
  docker: `[[ "$1 $2" == "compose exec" ]] || { echo "docker $*: only compose exec is possible here" >&2; exit 2; }
shift 2
while [[ $1 == -* ]]; do shift; done
case $1 in
  redis | db | worker) ;;
  *) echo "There is no service $1" >&2; exit 2 ;;
esac
shift
exec "$@"`,
};

// { folder, environment }: the programs, and what they need to find the servers. One vote has been cast and recorded.
export async function startStandIns(t) {
  const postgres = await PostgresServer.start(t);
  await postgres.sql("postgres", "CREATE DATABASE pollux");
  const cluster = await Cluster.start(t, postgres, { database: "pollux" });
  await vote(cluster.votes[0], "a");
  await eventually(async () => {
    const { body } = await request(`${cluster.results[0].resultUrl}/api/tally`);
    if (!/"total":1\b/.test(body.toString())) {
      throw new Error(`The vote is not in ${body}`);
    }
  });
  const folder = await temporaryDirectory(t);
  const programs = { ...known, "redis-cli": `exec /usr/bin/redis-cli -p ${cluster.redis.port} "$@"` };
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(path.join(folder, name), `#!/usr/bin/env bash\n${script}\n`);
    await chmod(path.join(folder, name), 0o755);
  }
  const login = { PGHOST: "127.0.0.1", PGPORT: `${postgres.port}`, REDIS_PASSWORD: "" };
  return { folder, environment: { ...login, ...cluster.environment } };
}
