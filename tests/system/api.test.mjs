// From a fresh start to a poll with votes, by the HTTP API.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { ApiClient, password, setupToken } from "./api.mjs";
import { eventually } from "./eventually.mjs";
import { formType, request } from "./http.mjs";
import { Pollux, run, temporaryDirectory } from "./program.mjs";

const question = { kind: "ranking", text: "Where do we go?", options: ["Lake", "Hills", "Museum"] };

async function cast(pollux, code, ...values) {
  const { status } = await request(`${pollux.voteUrl}/p/${code}`, {
    method: "POST",
    headers: { "Content-Type": formType },
    body: values.map((value) => `vote=${value}`).join("&"),
  });
  return status;
}

// The first account, by the address in the log.
async function owner(pollux) {
  const client = new ApiClient(pollux);
  await client.ask("POST", "/setup", { body: { token: setupToken(pollux), name: "Ann", password } });
  return client;
}

async function openPoll(client) {
  const { id } = await client.ask("POST", "/polls", { body: { title: "Trip", question } });
  return client.ask("POST", `/polls/${id}/open`);
}

test("a fresh start, the first account, a poll, votes, their results, and the end", async (t) => {
  const directory = await temporaryDirectory(t);
  const pollux = await Pollux.start(t, { directory });
  const ann = await owner(pollux);
  const { id, code, vote_url: voteUrl } = await openPoll(ann);
  assert.equal(voteUrl, `${pollux.voteUrl}/p/${code}`);
  assert.match((await request(voteUrl)).body.toString(), /Where do we go\?/);
  assert.equal(await cast(pollux, code, "b", "a"), 200);
  assert.equal(await cast(pollux, code, "b"), 200);
  assert.equal(await cast(pollux, code, "a"), 200);
  const { results } = await ann.ask("GET", `/polls/${id}/results`);
  assert.equal(results.voters, 3);
  assert.equal(results.runoff.winner, "b");
  assert.equal((await ann.ask("POST", `/polls/${id}/close`)).state, "closed");
  assert.equal(await cast(pollux, code, "a"), 409);
  assert.match(await ann.ask("GET", `/polls/${id}/results.csv`), /^option,label,points.*\r\na,Lake,/);
  await pollux.stop();

  const again = await Pollux.start(t, { directory });
  assert.ok(!again.log.some((line) => line.includes("#setup=")), "there is an account");
  const later = new ApiClient(again);
  await later.signIn("Ann");
  assert.equal((await later.ask("GET", `/polls/${id}/results`)).results.voters, 3);
  const { items } = await later.ask("GET", `/audit?poll=${id}`);
  assert.deepEqual(items.map(({ action }) => action), ["poll.closed", "poll.opened", "poll.created"]);
});

test("accepted votes count and rejected ones do not, however many race against the close", async (t) => {
  const pollux = await Pollux.start(t);
  const ann = await owner(pollux);
  const { id, code } = await openPoll(ann);
  const votes = Array.from({ length: 200 }, () => cast(pollux, code, "a"));
  await Promise.race(votes);
  await ann.ask("POST", `/polls/${id}/close`);
  assert.equal(await cast(pollux, code, "a"), 409, "after the response to close");
  const statuses = await Promise.all(votes);
  const accepted = statuses.filter((status) => status === 200).length;
  assert.ok(statuses.every((status) => status === 200 || status === 409), `${statuses}`);
  await eventually(async () => {
    assert.equal((await ann.ask("GET", `/polls/${id}/results`)).results.voters, accepted);
  });
});

test("the password of the settings makes the first account, and no other one", async (t) => {
  const directory = await temporaryDirectory(t);
  const pollux = await Pollux.start(t, { directory, args: ["--admin-name", "Ann", "--admin-password", password] });
  await new ApiClient(pollux).signIn("Ann");
  await pollux.stop();
  const again = await Pollux.start(t, { directory, args: ["--admin-name", "Eve", "--admin-password", password] });
  const eve = await new ApiClient(again).send("POST", "/session", { body: { name: "Eve", password } });
  assert.equal(eve.status, 401);
});

test("reset-password gives an account a new password", async (t) => {
  const directory = await temporaryDirectory(t);
  const pollux = await Pollux.start(t, { directory });
  await owner(pollux);
  const database = ["--database", path.join(directory, "pollux.db")];
  const busy = await run(["reset-password", "--account", "Ann", ...database]);
  assert.equal(busy.status, 1);
  assert.match(busy.stderr, /in use by another program/);
  await pollux.stop();
  assert.equal((await run(["reset-password", ...database])).status, 2);
  const unknown = await run(["reset-password", "--account", "Eve", ...database]);
  assert.match(unknown.stderr, /no account with the name "Eve"\. There are: Ann \(owner\)\./);
  const { status, stdout } = await run(["reset-password", "--account", "ann", ...database]);
  assert.equal(status, 0);
  const [, fresh] = /^The new password of Ann: (\S+)$/m.exec(stdout);
  const again = await Pollux.start(t, { directory });
  const client = new ApiClient(again);
  assert.equal((await client.send("POST", "/session", { body: { name: "Ann", password } })).status, 401);
  await client.ask("POST", "/session", { body: { name: "Ann", password: fresh } });
});

test("the admin listener can be anywhere, and what is not there has a plain answer", async (t) => {
  const pollux = await Pollux.start(t);
  assert.equal((await request(`${pollux.adminUrl}/nothing`)).status, 404);
  assert.equal((await request(`${pollux.adminUrl}/api/v1/nothing`)).headers["content-type"], "application/problem+json");
  assert.equal((await request(`${pollux.adminUrl}/api/v1/polls`)).status, 401);
  assert.equal((await request(`${pollux.voteUrl}/api/v1/polls`)).status, 404, "the vote page has no API");
});
