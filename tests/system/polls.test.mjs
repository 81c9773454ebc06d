// Which votes belong together: those of one question with its options, in one run.
import assert from "node:assert/strict";
import { link, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { counts, request, vote } from "./http.mjs";
import { Pollux, run, temporaryDirectory } from "./program.mjs";

const anywhere = ["vote", "result", "admin", "management"].flatMap((name) => [`--${name}-listen`, "127.0.0.1:0"]);
const noodles = ["--option-a", "Noodles", "--option-b", "Pizza"];

// Of the options in their order.
async function votes(pollux) {
  return Object.values(await counts(pollux));
}

async function errorOf(directory, args) {
  const { status, stderr } = await run([...anywhere, "--database", path.join(directory, "pollux.db"), ...args]);
  assert.notEqual(status, 0);
  return stderr;
}

// A database with one vote for Cats.
async function withAVoteForCats(t, jar = {}) {
  const directory = await temporaryDirectory(t);
  const pollux = await Pollux.start(t, { directory });
  assert.equal((await vote(pollux, "a", { jar })).status, 200);
  await pollux.stop();
  return directory;
}

test("another question does not inherit votes, and the error message lists the options", async (t) => {
  const directory = await withAVoteForCats(t);
  const words = await errorOf(directory, noodles);
  for (const part of ["Cats vs Dogs!", "Noodles vs Pizza!", "--new-run", "--keep-run", `pollux reset --database ${path.join(directory, "pollux.db")} --yes`]) {
    assert.ok(words.includes(part), words);
  }
  const again = await Pollux.start(t, { directory });
  assert.deepEqual(await votes(again), [1, 0], "nothing was changed");
});

test("--new-run counts from zero, also for a voter of the previous run", async (t) => {
  const jar = {};
  const directory = await withAVoteForCats(t, jar);
  const first = await Pollux.start(t, { directory, args: [...noodles, "--new-run"] });
  assert.deepEqual(await votes(first), [0, 0]);
  const { body } = await request(`${first.voteUrl}/`, { headers: { Cookie: jar.cookie ?? "" } });
  assert.match(body.toString(), /value="default\.2"/);
  assert.doesNotMatch(body.toString(), /checked|aria-pressed="true"/);
  assert.equal((await vote(first, "b", { jar })).status, 200);
  await first.stop();
  const second = await Pollux.start(t, { directory, args: noodles });
  assert.deepEqual(await votes(second), [0, 1], "the next start goes on with the run");
});

test("a corrected letter keeps the votes, another wording needs --keep-run", async (t) => {
  const directory = await withAVoteForCats(t);
  const corrected = ["--question", "Cats vs dogs", "--option-a", "Cats", "--option-b", "Dogs"];
  const first = await Pollux.start(t, { directory, args: corrected });
  assert.deepEqual(await votes(first), [1, 0]);
  await first.stop();
  const german = ["--option-a", "Katzen", "--option-b", "Hunde"];
  assert.match(await errorOf(directory, german), /--keep-run/);
  const second = await Pollux.start(t, { directory, args: [...german, "--keep-run"] });
  assert.deepEqual(await votes(second), [1, 0]);
  await second.stop();
  const third = await Pollux.start(t, { directory, args: german });
  assert.deepEqual(await votes(third), [1, 0]);
});

test("a word that changes the meaning is not a correction", async (t) => {
  const directory = await temporaryDirectory(t);
  const answers = ["--option-a", "Yes", "--option-b", "No"];
  const pollux = await Pollux.start(t, { directory, args: [...answers, "--question", "Should it be legal?"] });
  assert.equal((await vote(pollux, "a")).status, 200);
  await pollux.stop();
  const words = await errorOf(directory, [...answers, "--question", "Should it be illegal?"]);
  assert.match(words, /--keep-run if it is the same question in other words/);
});

test("votes for a missing option need that option, not --keep-run", async (t) => {
  const directory = await temporaryDirectory(t);
  const pollux = await Pollux.start(t, { directory, args: [...noodles, "--option-c", "Salad"] });
  assert.equal((await vote(pollux, "c")).status, 200);
  await pollux.stop();
  const words = await errorOf(directory, noodles);
  assert.match(words, /votes for option c,.*--new-run.*--option-c/);
  assert.doesNotMatch(words, /--keep-run/);
});

test("reset prints what it would delete, and deletes it with --yes", async (t) => {
  const directory = await withAVoteForCats(t);
  const database = ["--database", path.join(directory, "pollux.db")];
  const asked = await run(["reset", ...database]);
  assert.equal(asked.status, 1);
  assert.match(asked.stderr, /1 vote of 1 run in .*pollux\.db.*Nothing was deleted.*pollux reset --database .*pollux\.db --yes/);
  const done = await run(["reset", "--yes", ...database]);
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /Deleted 1 vote/);
  const pollux = await Pollux.start(t, { directory, args: noodles });
  assert.deepEqual(await votes(pollux), [0, 0]);
  const busy = await run(["reset", "--yes", ...database]);
  assert.equal(busy.status, 1);
  assert.match(busy.stderr, /in use by another program/);
});

for (const [what, args, about] of [
  ["one option alone", ["--option-a", "Only"], /--option-a \(OPTION_A\) is the only option.*--option-b \(OPTION_B\)/],
  ["a gap", ["--option-a", "Tea", "--option-c", "Soup"], /--option-c \(OPTION_C\) is set, but --option-b/],
  ["a label twice", ["--option-a", "Tea", "--option-b", "tea "], /Options a and b look the same/],
  ["a blank label", ["--option-a", "Tea", "--option-b", "\u200D"], /option b is blank/],
  ["an override of direction", ["--option-a", "Tea", "--option-b", "\u202Eeef"], /option b has invisible characters/],
  ["a question of zero width", ["--question", "\u200B"], /The question has invisible characters/],
]) {
  test(`${what} ends the start with what to do`, async (t) => {
    assert.match(await errorOf(await temporaryDirectory(t), args), about);
  });
}

for (const [name, about] of [
  ["new.key", /key of the voters' cookies. Use another name, such as .*new\.db/],
  ["new.db.lock", /the lock file of a database. Use another name, such as .*new\.db\./],
  ["new.db-wal", /file of another database.*such as .*new\.db\./],
  ["new.db-shm", /file of another database/],
  ["new-journal", /file of another database.*such as .*new\.db\./],
]) {
  test(`${name} is not taken for a database`, async (t) => {
    const directory = await temporaryDirectory(t);
    const database = path.join(directory, name);
    const { status, stderr } = await run([...anywhere, "--database", database]);
    assert.equal(status, 2);
    assert.match(stderr, about);
    await assert.rejects(stat(database), "nothing was made");
  });
}

test("a link to a database's key is not used as a database", async (t) => {
  const directory = await temporaryDirectory(t);
  await (await Pollux.start(t, { directory })).stop();
  const database = path.join(directory, "link.db");
  await symlink(path.join(directory, "pollux.key"), database);
  const { status, stderr } = await run([...anywhere, "--database", database]);
  assert.equal(status, 2);
  assert.match(stderr, /pollux\.key, which is the name of the file with the key/);
});

test("a file with two hard links is rejected under both names", async (t) => {
  const directory = await temporaryDirectory(t);
  const first = await Pollux.start(t, { directory });
  await link(path.join(directory, "pollux.db"), path.join(directory, "other.db"));
  const { status, stderr } = await run([...anywhere, "--database", path.join(directory, "other.db")]);
  assert.equal(status, 1);
  assert.match(stderr, /2 names \(hard links\)/);
  assert.equal((await vote(first, "a")).status, 200);
});

test('"*" means all addresses', async (t) => {
  const pollux = await Pollux.start(t, { voteListen: "*:0" });
  assert.ok(pollux.running);
});
