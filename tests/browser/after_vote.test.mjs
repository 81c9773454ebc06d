// What a voter sees after a tap: the moment itself, and the results in the options.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request, vote } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { PolluxWithPolls } from "../system/sqlite_polls.mjs";
import { button, choose, desktop, openPage, optionFlags, phone } from "./pages_in_browser.mjs";
import { keep } from "./pictures.mjs";

const numbers = (page, id) => button(page, id).locator(".numbers");

test("once the vote is in, the options show the results, and keep them up to date", async (t) => {
  const pollux = await Pollux.start(t);
  await vote(pollux, "a");
  const voter = await openPage(t, pollux.voteUrl, phone);
  assert.equal(await numbers(voter, "a").count(), 0);
  await choose(voter, "b");
  await numbers(voter, "b").getByText("50.0% · 1 vote", { exact: true }).waitFor();
  await numbers(voter, "a").getByText("50.0% · 1 vote", { exact: true }).waitFor();
  await keep(voter, "after-vote-phone");
  await vote(pollux, "a");
  await vote(pollux, "a");
  await numbers(voter, "a").getByText("75.0% · 3 votes", { exact: true }).waitFor();
  await voter.reload();
  await numbers(voter, "a").getByText("75.0% · 3 votes", { exact: true }).waitFor();
  assert.deepEqual(voter.faults, []);
});

test("the page of a poll that someone made does so while everyone may see the results", async (t) => {
  const question = { kind: "single", text: "Where shall we eat?", options: ["Noodles", "Pizza"] };
  const pollux = await PolluxWithPolls.start(t, [{ question }, { question, results: "after_vote" }, { question, results: "after_close" }]);
  const voter = await openPage(t, pollux.page(0), phone);
  await choose(voter, "b");
  await numbers(voter, "b").getByText("100.0% · 1 vote", { exact: true }).waitFor();
  await keep(voter, "after-vote-poll-phone");
  await choose(await openPage(t, pollux.page(0)), "a");
  await numbers(voter, "a").getByText("50.0% · 1 vote", { exact: true }).waitFor();
  assert.deepEqual(voter.faults, []);
  for (const index of [1, 2]) {
    const other = await openPage(t, pollux.page(index));
    await choose(other, "b");
    assert.equal(await other.locator("main[data-tally]").count(), 0);
    const answer = await request(`${pollux.voteUrl}/api/results/${pollux.code(index)}`);
    assert.equal(JSON.parse(answer.body).results, null, "not to someone without a pass");
  }
  await pollux.change(0, { results: "hidden" });
  await voter.locator("main:not([data-tally])").waitFor();
  await voter.locator(".numbers").first().waitFor({ state: "detached" }); // what is hidden leaves the page
});

test("the results of another language are in its words", async (t) => {
  const pollux = await Pollux.start(t);
  const voter = await openPage(t, pollux.voteUrl, { locale: "de-DE" });
  await button(voter, "a").click();
  await numbers(voter, "a").getByText(/^100,0\s% · 1 Stimme$/).waitFor();
  await numbers(voter, "b").getByText(/^0,0\s% · 0 Stimmen$/).waitFor();
});

test("without --results-after-vote the options never show the results, and the page cannot get them", async (t) => {
  const pollux = await Pollux.start(t, { args: ["--results-after-vote=false"] });
  const voter = await openPage(t, pollux.voteUrl);
  await choose(voter, "a");
  assert.equal(await voter.locator(".numbers").count(), 0);
  assert.equal((await request(`${pollux.voteUrl}/api/tally`)).status, 404);
});

test("a failed request for the results is no fault of the vote", async (t) => {
  const pollux = await Pollux.start(t);
  const voter = await openPage(t, pollux.voteUrl);
  const asked = voter.waitForRequest("**/api/tally");
  await voter.route("**/api/tally", (route) => route.abort());
  await choose(voter, "a");
  await asked;
  assert.equal(await numbers(voter, "a").count(), 0);
  await voter.unroute("**/api/tally");
  await numbers(voter, "a").getByText("100.0% · 1 vote", { exact: true }).waitFor();
});

test("the check mark is drawn and the card settles after a tap, but not after a reload", async (t) => {
  const voter = await openPage(t, (await Pollux.start(t)).voteUrl, phone);
  await voter.evaluate(() => {
    window.begun = [];
    addEventListener("animationstart", ({ animationName, pseudoElement }) => window.begun.push(animationName + pseudoElement));
  });
  await choose(voter, "a");
  await voter.waitForFunction(() => ["settling", "drawing::after"].every((name) => window.begun.includes(name)));
  await voter.reload();
  await button(voter, "a").and(voter.locator('[aria-pressed="true"]')).waitFor();
  const running = await voter.evaluate(() => document.getAnimations().flatMap(({ animationName }) => animationName ?? []));
  assert.deepEqual(running, []);
});

test("who prefers no motion sees none after a tap", async (t) => {
  const voter = await openPage(t, (await Pollux.start(t)).voteUrl, { ...phone, reducedMotion: "reduce" });
  await choose(voter, "a");
  const named = await button(voter, "a").evaluate((element) => [
    getComputedStyle(element).animationName,
    getComputedStyle(element, "::after").animationName,
  ]);
  assert.deepEqual(named, ["none", "none"]);
});

test("with --show-host-name off voters do not see the host, with JavaScript and without", async (t) => {
  const pollux = await Pollux.start(t, { args: ["--show-host-name=false"] });
  for (const javaScriptEnabled of [true, false]) {
    const voter = await openPage(t, pollux.voteUrl, { javaScriptEnabled });
    await button(voter, "a").click();
    await voter.getByText("Your vote is in: Cats").waitFor();
    assert.equal(await voter.locator("#hostname").count(), 0);
    assert.doesNotMatch(await voter.locator("body").innerText(), /Processed by/);
    assert.deepEqual(voter.faults, []);
  }
});

const sentence = "A label that goes on and on, because somebody wanted to explain everything at once";

test("on a wide screen the question is beside the options, and a long label does not push the others off it", async (t) => {
  const pollux = await Pollux.start(t, { args: optionFlags(["Noodles", sentence, "حمص", "Curry", "Dosa", "Empanadas", "Falafel", "Gyoza"]) });
  const voter = await openPage(t, pollux.voteUrl, desktop);
  await choose(voter, "b");
  const heading = await voter.locator("h3").boundingBox();
  const options = await voter.locator("#choice").boundingBox();
  assert.ok(heading.x + heading.width <= options.x, `${heading.x + heading.width} > ${options.x}`);
  assert.ok(options.y + options.height <= desktop.viewport.height, `${options.y + options.height}`);
  const lines = await button(voter, "f").evaluate((element) => {
    const range = document.createRange();
    range.selectNode(element.firstChild);
    return range.getClientRects().length;
  });
  assert.equal(lines, 1, "a word is not broken");
  await keep(voter, "after-vote-desktop");
});
