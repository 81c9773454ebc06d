import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { eventually } from "./eventually.mjs";
import { counts, formType } from "./http.mjs";
import { Pollux, temporaryDirectory } from "./program.mjs";

// Apache Bench as the seeder of example-voting-app calls it: 1000 votes, 50 at a time, each of a voter of its own.
async function bench(pollux, file) {
  const { stdout } = await promisify(execFile)("ab", [
    "-n",
    "1000",
    "-c",
    "50",
    "-p",
    file,
    "-T",
    formType,
    `${pollux.voteUrl}/`,
  ]);
  assert.match(stdout, /Complete requests: +1000\n/);
  assert.doesNotMatch(stdout, /Non-2xx responses/);
}

test("example-voting-app's 3000 seed votes are exactly 2000 and 1000", async (t) => {
  const directory = await temporaryDirectory(t);
  const files = { a: path.join(directory, "posta"), b: path.join(directory, "postb") };
  await writeFile(files.a, "vote=a");
  await writeFile(files.b, "vote=b");
  const pollux = await Pollux.start(t);
  for (const option of ["a", "b", "a"]) {
    await bench(pollux, files[option]);
  }
  await eventually(async () => assert.deepEqual(await counts(pollux), { a: 2000, b: 1000 }));
});
