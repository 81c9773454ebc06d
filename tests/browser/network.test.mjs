// The pages while the network or the server fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { counts, vote } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { accepted, button, choose, live, openPage, openResults, shows } from "./pages_in_browser.mjs";
import { RestartedPollux } from "./restart.mjs";

const notSent = (page) => page.getByText("Not sent yet. Trying again: Cats").waitFor();

// Only votes: the browser may request the page's icon too.
const onVotes = (page, handle) =>
  page.route("**/*", (route) => (route.request().method() === "POST" ? handle(route) : route.continue()));

async function assertCounts(pollux, expected) {
  await eventually(async () => assert.deepEqual(await counts(pollux), expected));
}

test("offline the page says that the vote is sent later, and sends it when online", async (t) => {
  const pollux = await Pollux.start(t);
  const voter = await openPage(t, pollux.voteUrl);
  await voter.context().setOffline(true);
  await button(voter, "a").click();
  await voter.getByText("You are offline. Your vote will be sent").waitFor();
  assert.equal(await button(voter, "a").getAttribute("aria-pressed"), "true");
  await voter.context().setOffline(false);
  await accepted(voter, "a");
  await assertCounts(pollux, { a: 1, b: 0 });
});

test("a vote without a response is shown as selected at once, and as being sent a little later", async (t) => {
  const voter = await openPage(t, (await Pollux.start(t)).voteUrl);
  let answer;
  await onVotes(voter, (route) => new Promise((resolve) => (answer = () => resolve(route.continue()))));
  await button(voter, "a").click();
  assert.equal(await button(voter, "a").getAttribute("aria-pressed"), "true");
  await voter.getByText("Sending your vote: Cats").waitFor({ state: "visible" });
  await eventually(() => assert.ok(answer));
  await answer();
  await accepted(voter, "a");
});

for (const [what, fail] of [
  ["does not reach the server", (route) => route.abort("connectionreset")],
  ["reaches the server, whose answer is lost", (route) => route.fetch().then(() => route.abort("connectionreset"))],
  ["is answered 503", (route) => route.fulfill({ status: 503, headers: { "Retry-After": "1" } })],
  ["is answered by another page", (route) => route.fulfill({ status: 200, body: "<h1>Welcome to our WiFi</h1>" })],
]) {
  test(`a vote that ${what} is sent again and counted once`, async (t) => {
    const pollux = await Pollux.start(t);
    const voter = await openPage(t, pollux.voteUrl);
    let attempts = 0;
    let fails = true;
    await onVotes(voter, (route) => {
      attempts += 1;
      return fails ? fail(route) : route.continue();
    });
    await button(voter, "a").click();
    await notSent(voter);
    await eventually(() => assert.ok(attempts >= 2));
    fails = false;
    await accepted(voter, "a");
    assert.ok(attempts >= 3);
    await assertCounts(pollux, { a: 1, b: 0 });
  });
}

test("a vote that the server rejects is not retried", async (t) => {
  const voter = await openPage(t, (await Pollux.start(t)).voteUrl);
  let attempts = 0;
  await onVotes(voter, (route) => (++attempts, route.fulfill({ status: 400, body: "no" })));
  await button(voter, "a").click();
  await voter.getByText("Your vote was not accepted. Please reload the page and try again.").waitFor();
  assert.equal(await button(voter, "a").getAttribute("aria-pressed"), "false");
  assert.equal(attempts, 1);
});

test("a selection changed while the network fails is the one that counts", async (t) => {
  const pollux = await Pollux.start(t);
  const voter = await openPage(t, pollux.voteUrl);
  await onVotes(voter, (route) => route.abort());
  await button(voter, "a").click();
  await notSent(voter);
  await button(voter, "b").click();
  await voter.getByText("Not sent yet. Trying again: Dogs").waitFor();
  await voter.unroute("**/*");
  await accepted(voter, "b");
  await assertCounts(pollux, { a: 0, b: 1 });
});

test("a vote that is not sent yet survives a reload", async (t) => {
  const pollux = await Pollux.start(t);
  const voter = await openPage(t, pollux.voteUrl);
  await onVotes(voter, (route) => route.abort());
  await button(voter, "a").click();
  await notSent(voter);
  await voter.reload();
  await notSent(voter);
  await voter.unroute("**/*");
  await accepted(voter, "a");
  await assertCounts(pollux, { a: 1, b: 0 });
});

test("a vote whose responses are lost counts once without cookies, also after a reload", async (t) => {
  const pollux = await Pollux.start(t);
  const voter = await openPage(t, pollux.voteUrl);
  let attempts = 0;
  let lost = true;
  await onVotes(voter, async (route) => {
    const { cookie, ...headers } = await route.request().allHeaders();
    await voter.context().clearCookies();
    const response = await route.fetch({ headers });
    ++attempts;
    return lost ? route.abort("connectionreset") : route.fulfill({ response });
  });
  await button(voter, "a").click();
  await eventually(() => assert.ok(attempts >= 3));
  await voter.reload();
  await notSent(voter);
  lost = false;
  await accepted(voter, "a");
  await assertCounts(pollux, { a: 1, b: 0 });
});

test("a vote in one tab is shown in the other, and replaces a waiting vote there", async (t) => {
  const pollux = await Pollux.start(t);
  const one = await openPage(t, pollux.voteUrl);
  const other = await one.context().newPage();
  await other.goto(pollux.voteUrl);
  await choose(one, "a");
  await accepted(other, "a");

  await one.route("**/*", (route) => route.abort());
  await button(one, "a").click();
  await notSent(one);
  await choose(other, "b");
  await one.unroute("**/*");
  await accepted(one, "b");
  await assertCounts(pollux, { a: 0, b: 1 });
});

test("both pages reconnect by themselves to a server that was killed; the time is reported (without a limit)", async (t) => {
  const pollux = await RestartedPollux.start(t);
  const results = await openResults(t, pollux);
  const voter = await openPage(t, pollux.voteUrl);
  await choose(voter, "b");
  await shows(results, "b", "1 vote", "100.0%");

  await pollux.kill();
  await results.getByText("Reconnecting…", { exact: true }).waitFor();
  await button(voter, "a").click();
  await notSent(voter);

  await pollux.again();
  const back = Date.now();
  await Promise.all([live(results), accepted(voter, "a")]);
  t.diagnostic(`both pages are back ${Date.now() - back} ms after the server`);
  await shows(results, "a", "1 vote", "100.0%");
  assert.equal((await vote(pollux, "b")).status, 200);
  await shows(results, "b", "1 vote", "50.0%");
});

test("the result page shows that the service has lost its database", async (t) => {
  const pollux = await Pollux.start(t);
  const results = await openPage(t, "about:blank");
  const servers = [];
  // The service sends this event when its feed is interrupted. The test injects it, because one process has no such feed.
  await results.routeWebSocket(/socket\.io/, (socket) => {
    socket.connectToServer();
    servers.push(socket);
  });
  await results.goto(pollux.resultUrl);
  await live(results);
  const send = (state) => servers.at(-1).send(`42/polls/default,["feed",{"state":"${state}"}]`);
  send("reconnecting");
  await results.getByText("Reconnecting to the database…", { exact: true }).waitFor();
  send("live");
  await results.getByText("Live", { exact: true }).waitFor();
});
