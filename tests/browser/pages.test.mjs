// What people do with the two pages when all is well.
import assert from "node:assert/strict";
import { test } from "node:test";
import { vote } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { accepted, button, choose, openContext, openPage, openResults, optionFlags, shows } from "./pages_in_browser.mjs";

test("before the first vote the result page says so", async (t) => {
  const page = await openResults(t, await Pollux.start(t));
  await page.getByText("No votes yet", { exact: true }).waitFor();
  await shows(page, "a", "0 votes", "0.0%");
  assert.equal(await page.locator("#over-time").isVisible(), false);
});

test("a vote on one page moves the other, and neither is loaded anew", async (t) => {
  const pollux = await Pollux.start(t);
  const results = await openResults(t, pollux);
  const voter = await openPage(t, pollux.voteUrl);
  await voter.evaluate(() => (window.notReloaded = true));

  await voter.getByRole("button", { name: "Cats" }).click();
  await voter.getByText("Your vote is in: Cats").waitFor();
  assert.equal(await button(voter, "a").getAttribute("aria-pressed"), "true");
  assert.equal(await button(voter, "b").getAttribute("aria-pressed"), "false");
  assert.equal(await voter.evaluate(() => window.notReloaded), true);
  await shows(results, "a", "1 vote", "100.0%");
  await results.locator("#total").getByText("1 vote", { exact: true }).waitFor();
});

test("a changed vote moves the count and adds none", async (t) => {
  const pollux = await Pollux.start(t);
  const results = await openResults(t, pollux);
  const voter = await openPage(t, pollux.voteUrl);

  await choose(voter, "a");
  await shows(results, "a", "1 vote", "100.0%");
  await choose(voter, "b");
  await shows(results, "b", "1 vote", "100.0%");
  await shows(results, "a", "0 votes", "0.0%");
  await results.locator("#total").getByText("1 vote", { exact: true }).waitFor();
});

test("what was chosen is shown after a reload, and can be changed", async (t) => {
  const voter = await openPage(t, (await Pollux.start(t)).voteUrl);
  await choose(voter, "b");
  await voter.reload();
  await voter.getByText("Your vote is in: Dogs").waitFor();
  await voter.locator('button#b[aria-pressed="true"]').waitFor();
  await choose(voter, "a");
  await voter.reload();
  await voter.getByText("Your vote is in: Cats").waitFor();
});

test("voting works without JavaScript, and is remembered", async (t) => {
  const pollux = await Pollux.start(t);
  const voter = await openPage(t, pollux.voteUrl, { javaScriptEnabled: false });
  await voter.getByRole("button", { name: "Dogs" }).click();
  await voter.getByText("Your vote is in: Dogs").waitFor();
  assert.equal(await button(voter, "b").isDisabled(), true);
  assert.equal(await voter.locator("#without-cookie").isVisible(), false);
  await voter.goto(pollux.voteUrl);
  await voter.getByText("Your vote is in: Dogs").waitFor();
  await voter.getByRole("button", { name: "Cats" }).click();
  await voter.getByText("Your vote is in: Cats").waitFor();
  await shows(await openResults(t, pollux), "a", "1 vote", "100.0%");
});

test("without JavaScript the result page is painted and leads to the numbers", async (t) => {
  const pollux = await Pollux.start(t);
  await vote(pollux, "a");
  const page = await openPage(t, pollux.resultUrl, { javaScriptEnabled: false });
  await page.getByRole("heading", { name: "Results" }).waitFor();
  await page.getByRole("link", { name: "the tally" }).click();
  await page.getByText('"total":1').waitFor();
});

test("a browser that keeps no cookies is told so, with JavaScript and without", async (t) => {
  const pollux = await Pollux.start(t);
  const words = "Your browser did not keep this site’s cookie.";

  const bare = await openPage(t, pollux.voteUrl, { javaScriptEnabled: false });
  await bare.context().clearCookies();
  await bare.getByRole("button", { name: "Cats" }).click();
  await bare.getByText(words).waitFor();

  const context = await openContext(t);
  await context.addInitScript(() => Object.defineProperty(Navigator.prototype, "cookieEnabled", { get: () => false }));
  const page = await context.newPage();
  await page.goto(pollux.voteUrl);
  await page.getByText(words).waitFor();
  await page.getByRole("button", { name: "Cats" }).click();
  await page.getByText("Your vote is in: Cats").waitFor();
});

test("voting works by keyboard, which stays where it was", async (t) => {
  const voter = await openPage(t, (await Pollux.start(t)).voteUrl);
  await voter.keyboard.press("Tab");
  await voter.keyboard.press("Tab");
  await voter.keyboard.press("Enter");
  await accepted(voter, "b");
  assert.equal(await voter.evaluate(() => document.activeElement.id), "b");
  await voter.keyboard.press("Shift+Tab");
  await voter.keyboard.press("Space");
  await accepted(voter, "a");
  await voter.keyboard.press("Tab");
  await voter.keyboard.press("Tab");
  assert.equal(await voter.evaluate(() => document.activeElement.textContent), "See the results");
});

test("the table opens by keyboard and has the numbers of the bars", async (t) => {
  const pollux = await Pollux.start(t);
  for (const id of ["a", "a", "b"]) {
    await vote(pollux, id);
  }
  const results = await openResults(t, pollux);
  await shows(results, "a", "2 votes", "66.7%");
  await results.keyboard.press("Tab");
  await results.keyboard.press("Enter");
  await results.getByRole("row", { name: "Cats 2 66.7%" }).waitFor();
  await results.getByRole("row", { name: "Dogs 1 33.3%" }).waitFor();
  await results.getByRole("row", { name: "Total 3 100.0%" }).waitFor();
});

test("up to 26 options with labels of any text are voted for and shown", async (t) => {
  const labels = Array.from({ length: 26 }, (_, index) =>
    `<b>№ ${index}</b> & "quoted" ${"long ".repeat(20)}`.trim(),
  );
  const pollux = await Pollux.start(t, { args: optionFlags(labels) });
  const results = await openResults(t, pollux);
  const voter = await openPage(t, pollux.voteUrl);

  await voter.getByRole("button", { name: labels[25] }).click();
  await accepted(voter, "z");
  await shows(results, "z", "1 vote", "100.0%");
  assert.deepEqual(await results.locator(".label").allTextContents(), labels);
  assert.deepEqual([...voter.faults, ...results.faults], []);
});

test("ten viewers see the same, of 26 options too", async (t) => {
  const pollux = await Pollux.start(t, { args: optionFlags(Array.from({ length: 26 }, (_, i) => `Option ${i}`)) });
  const viewers = [];
  for (let viewer = 0; viewer < 10; ++viewer) {
    viewers.push(await openResults(t, pollux));
  }
  for (const id of ["a", "z", "z"]) {
    await vote(pollux, id);
  }
  await Promise.all(viewers.map((viewer) => shows(viewer, "z", "2 votes", "66.7%")));
  await Promise.all(viewers.map((viewer) => shows(viewer, "a", "1 vote", "33.3%")));
});

test("the chart of a page that opens late shows what was before", async (t) => {
  const pollux = await Pollux.start(t);
  await vote(pollux, "a");
  const early = await openResults(t, pollux);
  await shows(early, "a", "1 vote", "100.0%");
  const late = await openPage(t, pollux.resultUrl);
  const history = await late.evaluate(() => fetch("/api/history").then((response) => response.json()));
  assert.deepEqual(history.options, ["a", "b"]);
  assert.deepEqual(history.points.at(-1).counts, [1, 0]);
  await late.locator("#over-time canvas").waitFor();
  await late.getByText("Votes over time").waitFor();
});

test("a screen reader is told the result in one sentence, after a pause", async (t) => {
  const pollux = await Pollux.start(t);
  const results = await openResults(t, pollux);
  for (const id of ["a", "a", "b"]) {
    await vote(pollux, id);
  }
  await results.getByText("Now: Cats 66.7%, Dogs 33.3%. 3 votes in all.").waitFor({ state: "attached" });
});

test("both pages load without a fault and ask no other host", async (t) => {
  const pollux = await Pollux.start(t);
  const results = await openResults(t, pollux);
  const presented = await openResults(t, pollux, {}, `?present=${pollux.voteUrl}/`);
  await presented.locator("#qr svg").waitFor();
  const voter = await openPage(t, pollux.voteUrl);
  await choose(voter, "a");
  await shows(results, "a", "1 vote", "100.0%");
  await results.locator("#over-time canvas").waitFor();
  assert.deepEqual([...voter.faults, ...results.faults, ...presented.faults], []);
});
