// Pages that are open when the operator starts another question.
import assert from "node:assert/strict";
import { test } from "node:test";
import { counts } from "../system/http.mjs";
import { accepted, button, choose, live, openPage, openResults, option, shows } from "./pages_in_browser.mjs";
import { RestartedPollux } from "./restart.mjs";

const pets = ["--option-a", "Cats", "--option-b", "Dogs"];
const food = ["--question", "Where shall we eat?", "--option-a", "Noodles", "--option-b", "Pizza", "--new-run"];

async function askAnotherQuestion(pollux) {
  await pollux.kill();
  await pollux.again(food);
}

test("a vote for the earlier question is not counted, and the page shows the new one", async (t) => {
  const pollux = await RestartedPollux.start(t, pets);
  for (const javaScriptEnabled of [true, false]) {
    await pollux.kill();
    await pollux.again([...pets, "--new-run"]);
    const voter = await openPage(t, pollux.voteUrl, { javaScriptEnabled });
    await button(voter, "a").click();
    await voter.getByText("Your vote is in: Cats").waitFor();
    await askAnotherQuestion(pollux);
    await button(voter, "b").click();
    await voter.getByText("Your vote was not counted. Please choose again.").waitFor();
    await voter.getByRole("heading", { name: "Where shall we eat?" }).waitFor();
    assert.doesNotMatch(await voter.locator("#confirmation").innerText(), /Your vote is in/);
    assert.deepEqual(await counts(pollux), { a: 0, b: 0 });
    await voter.getByRole("button", { name: "Pizza" }).click();
    await voter.getByText("Your vote is in: Pizza").waitFor();
    assert.equal(await voter.locator("#question-changed").isVisible(), false);
    assert.deepEqual(await counts(pollux), { a: 0, b: 1 });
  }
});

test("a vote that was not confirmed is not sent for another question", async (t) => {
  const pollux = await RestartedPollux.start(t, pets);
  const voter = await openPage(t, pollux.voteUrl);
  await voter.route("**/*", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  await button(voter, "a").click();
  await voter.getByText("Not sent yet. Trying again: Cats").waitFor();
  await voter.goto("about:blank");
  await voter.unroute("**/*");
  await askAnotherQuestion(pollux);
  await voter.goto(pollux.voteUrl);
  await voter.getByText("Your earlier vote was not confirmed and will not be sent.").waitFor();
  await choose(voter, "b");
  await accepted(voter, "b");
  assert.deepEqual(await counts(pollux), { a: 0, b: 1 });
});

test("the result page switches to the new question and says so", async (t) => {
  const pollux = await RestartedPollux.start(t, pets);
  const results = await openResults(t, pollux);
  await choose(await openPage(t, pollux.voteUrl), "a");
  await shows(results, "a", "1 vote", "100.0%");
  await askAnotherQuestion(pollux);
  await results.getByRole("heading", { name: "Where shall we eat?" }).waitFor();
  await results.getByText("The question has changed.").waitFor();
  await live(results);
  await shows(results, "a", "0 votes", "0.0%");
  await choose(await openPage(t, pollux.voteUrl), "b");
  await shows(results, "b", "1 vote", "100.0%");
  assert.equal(await option(results, "b").locator(".label").innerText(), "Pizza");
});
