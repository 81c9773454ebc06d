// The checker finds what is made wrong on purpose in a running system.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { Run } from "./run.mjs";

async function start(t, options) {
  const run = new Run({ seed: 1, seconds: 1 });
  t.after(() => run.scope.close());
  const system = await run.system(options);
  const load = await run.vote({ rate: 300, voters: 300 });
  await run.untilAccepted(300);
  return { run, system, load };
}

const soon = { quietMs: 500 };
const kinds = (faults) => [...new Set(faults.map(({ kind }) => kind))].sort();

test("a recorded vote or a count that was changed behind the system's back is found", async (t) => {
  const { run, system } = await start(t);
  assert.deepEqual(await run.settle(), []);
  const one = "(SELECT min(voter) FROM pollux_votes)";
  const changes = {
    "a vote is gone": [`DELETE FROM pollux_votes WHERE voter = ${one}`, ["lost", "shown", "tally"]],
    "an option that was not voted for": [
      `UPDATE pollux_votes SET selection = 'z9' WHERE voter = ${one}`,
      ["shown", "tally", "wrong"],
    ],
    "a vote of no one": [
      "INSERT INTO pollux_votes SELECT poll, 'no one', selection, null, version_time, version_sequence FROM pollux_votes LIMIT 1",
      ["shown", "strangers", "tally"],
    ],
    "a count": ["UPDATE pollux_tallies SET count = count + 1 WHERE selection = 'a'", ["tally"]],
  };
  for (const [what, [statement, expected]] of Object.entries(changes)) {
    await system.sql("CREATE TABLE votes_before AS TABLE pollux_votes; CREATE TABLE tallies_before AS TABLE pollux_tallies");
    await system.sql(statement);
    const found = kinds(await run.settle(soon));
    assert.deepEqual(
      expected.filter((kind) => !found.includes(kind)),
      [],
      `${what}: ${found}`,
    );
    await system.sql(
      "TRUNCATE pollux_votes, pollux_tallies; INSERT INTO pollux_votes TABLE votes_before;" +
        "INSERT INTO pollux_tallies TABLE tallies_before; DROP TABLE votes_before, tallies_before",
    );
  }
  run.findings = [];
  assert.deepEqual(await run.settle(), []);
  assert.deepEqual(run.findings, []);
});

test("votes that Redis loses because it has no append-only file are found", async (t) => {
  const { run, system, load } = await start(t, { redisArgs: ["--appendonly", "no"] });
  for (const worker of system.services.worker) {
    await worker.stop();
  }
  await eventually(async () => assert.ok((await system.waiting()) > 100));
  await load.stop();
  await system.redis.kill();
  await system.redis.start();
  await system.launchAgain("worker");
  const faults = await run.settle({ quietMs: 5_000 }); // until viewers see what is recorded
  assert.deepEqual(kinds(faults), ["lost"]);
  assert.ok(faults.length > 50, `${faults.length} lost`);
});
