// Databases with many votes, and what reading their tallies costs.
import { join } from "node:path";
import { startResult } from "../servers/services.mjs";

// Voters who came before those of pollux_rows, 64 in a millisecond, as the vote service names them; and their tally.
export async function fill(postgres, database, count) {
  await postgres.sql(database, `
    INSERT INTO pollux_votes (poll, voter, selection, version_time, version_sequence)
      SELECT 'default', lpad(to_hex(1700000000000 + n / 64), 12, '0') || md5(n::text), CASE n % 3 WHEN 0 THEN 'b' ELSE 'a' END, 1, n
      FROM generate_series(1, ${count}) AS n`);
  await postgres.sql(database, "SELECT pollux_count('default', array_agg(selection), array_agg(n), 1, 1) FROM (SELECT selection, count(*) AS n FROM pollux_votes GROUP BY selection) AS c");
  await postgres.sql(database, "VACUUM (ANALYZE) pollux_votes");
}

const changes = 200; // one reading may answer several of them
const leastReadings = 20;

// The mean time that the database needed for pollux-result's own statement, in microseconds, by pg_stat_statements. The
// service reads after a notification that the tally has changed, at most every 5 ms.
async function microsecondsOfReading(postgres, database) {
  await postgres.sql("postgres", "SELECT pg_stat_statements_reset()");
  await postgres.sql(database, `DO $$ BEGIN FOR i IN 1..${changes} LOOP
    PERFORM pg_notify('pollux_tally', 'default'); COMMIT; PERFORM pg_sleep(0.01); END LOOP; END $$`);
  const [calls, mean] = (await postgres.sql("postgres", `
    SELECT sum(calls), 1000 * sum(total_exec_time) / sum(calls) FROM pg_stat_statements
    WHERE query LIKE '%pollux_tallies%' AND userid = 'pollux_result'::regrole
      AND dbid = (SELECT oid FROM pg_database WHERE datname = '${database}')`)).split("|").map(Number);
  if (!(calls >= leastReadings)) throw new Error(`${changes} changes made pollux-result read ${calls} times.`);
  return mean;
}

async function millisecondsOfCounting(postgres, database) {
  const explained = await postgres.sql(database, "EXPLAIN (ANALYZE, TIMING off) SELECT selection, count(*) FROM pollux_votes WHERE poll = 'default' GROUP BY selection");
  return Number(/Execution Time: ([\d.]+) ms/.exec(explained)[1]);
}

// [{few, many, countMilliseconds}], of the databases "few" and "filled" in turns.
export async function readTallies(folder, bin, postgres, rounds) {
  await postgres.sql("postgres", "CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
  const reader = (database) => postgres.url(database).replace("pollux@", "pollux_result@");
  const services = [];
  try {
    for (const database of ["few", "filled"]) services.push(await startResult(join(folder, database), bin, reader(database)));
    const results = [];
    for (let round = 0; round < rounds; ++round) {
      results.push({
        few: await microsecondsOfReading(postgres, "few"),
        many: await microsecondsOfReading(postgres, "filled"),
        countMilliseconds: await millisecondsOfCounting(postgres, "filled"),
      });
    }
    return results;
  } finally {
    await Promise.all(services.map((service) => service.stop()));
  }
}
