// Votes at the moment at which their poll is closed.
import assert from "node:assert/strict";
import { announce, answer, change, managedPoll } from "../../system/managed_polls.mjs";
import { cookieOf, request } from "../../system/http.mjs";
import { eventually } from "../../system/eventually.mjs";

const racesPerSecond = 10; // of the scenario's time; it ends after the races, not after the time
const atOnce = 10;
const voters = 8;

// Every vote service serves it.
async function isServed(system, poll) {
  for (const url of system.voteUrls) {
    await eventually(async () => {
      const { status } = await request(`${url}/p/${poll.code}/state`);
      if (status !== 200) {
        throw new Error(`${url} does not have the poll yet.`);
      }
    });
  }
}

// Voters vote again and again, each for options in turn, until the poll is closed. Returns { accepted, after, unsure }: how many
// voters have an accepted vote, by its option; how many votes were accepted although they were sent after the close was
// answered; how many got another answer, such as 503, and so may count or not.
async function race(run, system, poll) {
  let closedAt = Infinity;
  let after = 0;
  let unsure = 0;
  const results = Array.from({ length: voters }, async (_, index) => {
    const service = { voteUrl: system.voteUrls[index % system.voteUrls.length] };
    let cookie;
    let last;
    for (let vote = 0; ; ++vote) {
      const from = performance.now();
      const option = "ab"[vote % 2];
      const response = await answer(service, poll, `vote=${option}`, { cookie });
      cookie ??= cookieOf(response);
      if (response.status === 200) {
        last = option;
        after += from > closedAt ? 1 : 0;
      } else if (response.status === 409) {
        return last;
      } else {
        unsure += 1;
      }
    }
  });
  await run.sleep(run.random.faults.between(0, 60));
  await change(system.redis, poll, { state: "closed" });
  closedAt = performance.now();
  const last = (await Promise.all(results)).filter(Boolean);
  const accepted = {};
  last.forEach((option) => (accepted[option] = (accepted[option] ?? 0) + 1));
  return { accepted, after, unsure };
}

// Poll → { option: count }.
async function countedIn(system) {
  const counted = new Map();
  const lines = await system.sql(
    "SELECT poll, selection, sum(count) FROM pollux_tallies GROUP BY poll, selection HAVING sum(count) <> 0",
  );
  for (const line of lines.filter(Boolean)) {
    const [poll, option, count] = line.split("|");
    counted.set(poll, { ...counted.get(poll), [option]: Number(count) });
  }
  return counted;
}

export const closing = {
  row: "R14",
  about: "polls are closed while voters vote on 4 vote services: accepted is counted, and nothing is accepted afterwards",
  seconds: { short: 2, full: 100 },
  async run(run) {
    const system = await run.system({ counts: { vote: 4, result: 0 }, args: { vote: ["--managed-polls"] } });
    const races = Math.max(atOnce, Math.round(run.seconds * racesPerSecond));
    const expected = new Map();
    let after = 0;
    let total = 0;
    let unsure = 0;
    for (let done = 0; done < races; done += atOnce) {
      const polls = Array.from({ length: atOnce }, () => managedPoll());
      for (const poll of polls) {
        await announce(system.redis, poll); // several commands, which must not mix with those of another one
      }
      await Promise.all(polls.map((poll) => isServed(system, poll)));
      const results = await Promise.all(polls.map((poll) => race(run, system, poll)));
      results.forEach((result, index) => {
        if (result.unsure === 0) {
          expected.set(polls[index].id, result.accepted);
        }
        after += result.after;
        total += Object.values(result.accepted).reduce((sum, count) => sum + count, 0);
        unsure += result.unsure;
      });
      run.progress(`${expected.size} of ${races} races`);
    }
    run.figure("races without another answer, voters with an accepted vote", `${expected.size} of ${races}, ${total}`);
    run.figure("votes with another answer than 200 and 409", unsure);
    run.expect(expected.size > 0, "Every race had votes with another answer.");
    run.figure("accepted after the close was answered", after, after === 0);
    run.expect(after === 0, `${after} votes were accepted after the close was answered.`);
    await eventually(async () => {
      const counted = await countedIn(system);
      for (const [id, accepted] of expected) {
        assert.deepEqual(counted.get(id) ?? {}, accepted, `poll ${id}`);
      }
    });
  },
};
