import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { eventually } from "./eventually.mjs";
import { counts, formType, tally } from "./http.mjs";
import { Pollux, temporaryDirectory } from "./program.mjs";
import { seed } from "./seed_program.mjs";

test("sends exactly 2000 and 1000 votes, each by a new voter", async (t) => {
  const pollux = await Pollux.start(t);
  const { status, stdout, stderr } = await seed(t, ["--url", pollux.voteUrl]).ended;
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^3,000 of 3,000 votes accepted: 2,000 for a, 1,000 for b\.\n/);
  assert.match(stdout, /\nLatency since a vote was sent: p50 .*, p90 .*, p99 .*, p99\.9 .*, max .*\.\n$/);
  await eventually(async () => assert.deepEqual(await counts(pollux), { a: 2000, b: 1000 }));
});

test("sends the requested votes without cookies, at a rate and on several threads", async (t) => {
  const pollux = await Pollux.start(t);
  const args = ["--votes", "a=30,b=70", "--anonymous", "--rate", "500", "--threads", "2", "--json"];
  const { status, stdout, stderr } = await seed(t, ["--url", pollux.voteUrl, ...args]).ended;
  assert.equal(status, 0, stderr);
  const { loop, wanted, accepted, acceptedByOption, latencyMilliseconds } = JSON.parse(stdout);
  assert.deepEqual(
    { loop, wanted, accepted, acceptedByOption },
    { loop: "open", wanted: 100, accepted: 100, acceptedByOption: { a: 30, b: 70 } },
  );
  assert.deepEqual(Object.keys(latencyMilliseconds), ["p50", "p90", "p99", "p99.9", "max"]);
  await eventually(async () => assert.deepEqual(await counts(pollux), { a: 30, b: 70 }));
});

test("counts each vote once although the service is killed twice", async (t) => {
  const directory = await temporaryDirectory(t);
  let pollux = await Pollux.start(t, { directory });
  const listen = {
    voteListen: new URL(pollux.voteUrl).host,
    resultListen: new URL(pollux.resultUrl).host,
  };
  const seeding = seed(t, ["--url", pollux.voteUrl, "--votes", "a=20000,b=10000"]);
  for (const votes of [2_000, 12_000]) {
    await eventually(async () => assert.ok((await tally(pollux)).total >= votes), { timeoutMs: 60_000 });
    await pollux.kill();
    pollux = await Pollux.start(t, { directory, ...listen });
  }
  const { status, stdout } = await seeding.ended;
  assert.equal(status, 0, stdout);
  assert.match(stdout, /\d+ retries\.\nLast error: /);
  await eventually(async () => assert.deepEqual(await counts(pollux), { a: 20000, b: 10000 }));
});

test("resends votes that a full queue rejects", async (t) => {
  const pollux = await Pollux.start(t, { args: ["--queue-capacity", "1", "--max-batch", "1"] });
  const { status, stdout } = await seed(t, ["--url", pollux.voteUrl, "--votes", "a=80,b=40"]).ended;
  assert.equal(status, 0, stdout);
  assert.match(stdout, /\d+ retries\.\nLast error: The service answered with status 503\.\n/);
  await eventually(async () => assert.deepEqual(await counts(pollux), { a: 80, b: 40 }));
});

test("reports that the service rejects votes for an unknown option", async (t) => {
  const pollux = await Pollux.start(t);
  const { status, stdout } = await seed(t, ["--url", pollux.voteUrl, "--votes", "a=5,z=3"]).ended;
  assert.equal(status, 1);
  assert.match(stdout, /^5 of 8 votes accepted: 5 for a, 0 for z\.\n/);
  assert.match(stdout, /\nRejected with status 400: 3 votes\.\n/);
});

test("make-data writes files that Apache Bench can post", async (t) => {
  const directory = path.join(await temporaryDirectory(t), "data");
  assert.equal((await seed(t, ["make-data", directory]).ended).status, 0);
  assert.equal(await readFile(path.join(directory, "posta"), "utf8"), "vote=a");
  assert.equal(await readFile(path.join(directory, "postb"), "utf8"), "vote=b");

  const pollux = await Pollux.start(t);
  const file = path.join(directory, "postb");
  await promisify(execFile)("ab", ["-n", "20", "-p", file, "-T", formType, `${pollux.voteUrl}/`]);
  await eventually(async () => assert.deepEqual(await counts(pollux), { a: 0, b: 20 }));

  const { status, stderr } = await seed(t, ["make-data", path.join(directory, "posta")]).ended;
  assert.equal(status, 1);
  assert.match(stderr, /^The directory .*posta cannot be created: Not a directory\.\n$/);
});
