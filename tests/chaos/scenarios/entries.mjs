// Entries in the stream that no worker can record, among good ones.
const stream = "pollux:votes:0";
const newest = 99;

// What other programs could have written by mistake; each becomes a dead letter.
const invalid = [
  ["hello", "world"],
  ["poll", "default", "voter", "v", "poll", "default", "selection", "a"],
  ["poll", "default", "voter", "", "selection", "a"],
  ["poll", "default", "voter", "x".repeat(300), "selection", "a"],
  ["format", "0", "poll", "default", "voter", "v", "selection", "a"],
  ["original", "not JSON"],
];
const vote = (voter, option) => ["poll", "default", "voter", voter, "selection", option];

export const poison = {
  row: "R9",
  about: "invalid entries and entries of a newer format among votes: dead letters and waiting entries, and the rest flows",
  seconds: { full: 30 },
  async run(run) {
    const system = await run.system({ counts: { worker: 2 } });
    const load = await run.vote({ rate: 500, voters: 5000 });
    const random = run.random.faults;
    const added = { invalid: 0, newer: 0 };
    const ids = [];
    while (load.seconds < run.seconds) {
      if (random.below(2) === 0) {
        await system.redis.command("XADD", stream, "*", ...random.pick(invalid));
        added.invalid += 1;
      } else {
        const entry = ["format", newest, ...vote(`newer-${added.newer}`, "a")];
        ids.push((await system.redis.command("XADD", stream, "*", ...entry))[0]);
        added.newer += 1;
      }
      await run.sleep(random.between(20, 200));
      run.progress(`${run.answers()}; ${added.invalid} invalid, ${added.newer} newer`);
    }
    run.figure("invalid entries, entries of a newer format", `${added.invalid}, ${added.newer}`);
    await run.settle({ deadLetters: added.invalid, kept: added.newer });
    for (const id of ids) {
      const [entry] = await system.redis.command("XRANGE", stream, id, id);
      run.expect(entry === id, `The entry ${id} of a newer format is gone.`);
    }
    const reasons = await system.redis.command("XRANGE", "pollux:dead-letters", "-", "+");
    run.expect(reasons.filter((line) => line === "reason").length === added.invalid, "A dead letter has no reason.");
    const { status, stdout } = await system.command(["replay-dead-letters"]);
    run.expect(status === 3, `replay-dead-letters: ${stdout}`);
    run.expect(stdout.includes(`0 recorded, ${added.invalid} cannot be.`), `replay-dead-letters: ${stdout}`);
    await run.expectReady();
  },
};
