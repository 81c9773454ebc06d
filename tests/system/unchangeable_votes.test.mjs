// In `pollux`: votes that can't be changed, before and after a restart, which loses what the queue remembers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiClient, password, setupToken } from "./api.mjs";
import { cookieOf } from "./http.mjs";
import { answer } from "./managed_polls.mjs";
import { Pollux, temporaryDirectory } from "./program.mjs";

const question = { kind: "single", text: "Who is the best?", options: ["Ann", "Bob"] };

// All cookies that an answer sets, as a browser sends them back.
function cookiesOf({ headers }) {
  return (headers["set-cookie"] ?? []).map((field) => field.split(";")[0]).join("; ");
}

function counts({ results }) {
  return results.options.map(({ count }) => count);
}

test("where votes can't be changed, the first one counts, even after a restart", async (t) => {
  const directory = await temporaryDirectory(t);
  const pollux = await Pollux.start(t, { directory });
  const owner = new ApiClient(pollux);
  await owner.ask("POST", "/setup", { body: { token: setupToken(pollux), name: "Ann", password } });
  const { id } = await owner.ask("POST", "/polls", { body: { title: "Best", question, policies: { change: "never" } } });
  const poll = await owner.ask("POST", `/polls/${id}/open`);

  const first = await answer(pollux, poll, "vote=a");
  assert.equal(first.status, 200);
  const voter = cookieOf(first); // without the selection that the browser remembers
  assert.equal((await answer(pollux, poll, "vote=b", { cookie: voter })).status, 409);
  assert.equal((await answer(pollux, poll, "vote=a", { cookie: voter })).status, 200, "the same tap, sent again");
  assert.deepEqual(counts(await owner.ask("GET", `/polls/${id}/results`)), [1, 0]);
  await pollux.stop();

  const again = await Pollux.start(t, { directory });
  const later = new ApiClient(again);
  await later.signIn("Ann");
  assert.equal((await answer(again, poll, "vote=b", { cookie: cookiesOf(first) })).status, 409, "as a browser sends it");
  await answer(again, poll, "vote=b", { cookie: voter });
  assert.equal((await answer(again, poll, "vote=b")).status, 200, "another voter");
  assert.deepEqual(counts(await later.ask("GET", `/polls/${id}/results`)), [1, 1]);
});
