// Fifty voters on a bad network and a server that crashes twice: exactly the confirmed votes are counted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { counts } from "../system/http.mjs";
import { accepted, button, openContext } from "./pages_in_browser.mjs";
import { RestartedPollux } from "./restart.mjs";

const voters = 50;
const votesEach = 4;
const failing = 0.05;
const resumeMs = 180_000; // many pages on few cores

// The same sequence for the same seed.
function randomness(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

// Some requests of a voter are lost, and some responses.
async function failSome(context, random) {
  await context.route("**/*", async (route) => {
    const chance = random();
    if (chance < failing / 2) {
      await route.abort("connectionreset");
    } else if (chance < failing) {
      await route.fetch().catch(() => undefined);
      await route.abort("connectionreset");
    } else {
      await route.continue();
    }
  });
}

async function openVoter(t, pollux, random) {
  const context = await openContext(t, { reducedMotion: "reduce" }); // fifty pages on few cores
  const page = await context.newPage();
  await page.goto(pollux.voteUrl);
  await failSome(context, random);
  return page;
}

test("200 votes of 50 voters are counted exactly, although requests fail and the server crashes twice", async (t) => {
  const seed = Number(process.env.TEST_SEED ?? Date.now() % 2147483647) || 1;
  t.diagnostic(`TEST_SEED=${seed}`);
  const random = randomness(seed);
  const pollux = await RestartedPollux.start(t);
  const pages = [];
  for (let voter = 0; voter < voters; ++voter) {
    pages.push(await openVoter(t, pollux, random));
  }

  const last = { a: 0, b: 0 };
  let done = 0;
  const falls = [voters, 3 * voters];
  let restart = Promise.resolve();
  const votesOf = async (page) => {
    for (let index = 0; index < votesEach; ++index) {
      const option = random() < 0.5 ? "a" : "b";
      await button(page, option).click({ timeout: resumeMs });
      await accepted(page, option, { timeout: resumeMs });
      if (falls.includes(++done)) {
        restart = restart.then(() => pollux.kill()).then(() => pollux.again());
      }
      if (index === votesEach - 1) {
        ++last[option];
      }
    }
  };
  await Promise.all(pages.map(votesOf));
  await restart;

  assert.equal(done, voters * votesEach);
  assert.equal(last.a + last.b, voters);
  await eventually(async () => assert.deepEqual(await counts(pollux), last));
});
