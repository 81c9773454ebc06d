// The two pages without faults.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { counts, request, vote } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { accepted, button, choose, live, openPage, openResults, option, optionFlags, shows } from "./pages_in_browser.mjs";

test("before the first vote the result page says so", async (t) => {
  const page = await openResults(t, await Pollux.start(t));
  await page.getByText("Waiting for the first vote", { exact: true }).waitFor();
  await shows(page, "a", "0 votes", "0.0%");
  assert.equal(await page.locator("#over-time").isVisible(), false);
});

test("a vote updates the result page without a reload", async (t) => {
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

test("the selection is shown after a reload, and can be changed", async (t) => {
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

test("without JavaScript the result page is a table with the current numbers", async (t) => {
  const pollux = await Pollux.start(t);
  for (const id of ["a", "a", "b"]) {
    await vote(pollux, id);
  }
  await eventually(async () => assert.deepEqual(await counts(pollux), { a: 2, b: 1 }));
  const page = await openPage(t, pollux.resultUrl, { javaScriptEnabled: false });
  await page.getByRole("heading", { name: "Cats vs Dogs!" }).waitFor();
  await page.getByRole("row", { name: "Cats 2 66.7%" }).waitFor();
  await page.getByRole("row", { name: "Dogs 1 33.3%" }).waitFor();
  await page.getByRole("row", { name: "Total 3 100.0%" }).waitFor();
  assert.equal(await page.locator("#connection").isVisible(), false);
  await page.getByRole("link", { name: "Go to the vote" }).click();
  await page.waitForURL(`${pollux.voteUrl}/`);
});

test("the results link to the vote and to the presenter view", async (t) => {
  const pollux = await Pollux.start(t);
  const results = await openResults(t, pollux);
  await results.getByRole("link", { name: "Presenter view" }).click();
  await results.waitForURL(`${pollux.resultUrl}/?present`);
  await results.locator("#qr svg").waitFor();
  await results.getByText(new URL(pollux.voteUrl).host, { exact: true }).waitFor();
  await results.goBack();
  await results.getByRole("link", { name: "Go to the vote" }).click();
  await choose(results, "a");
});

test("numbers are written in the language of the page", async (t) => {
  const results = await openPage(t, (await Pollux.start(t)).resultUrl, { locale: "nl-NL" });
  await live(results);
  await option(results, "a").getByText("0.0%", { exact: true }).waitFor();
});

test("both pages have link previews and icons", async (t) => {
  const pollux = await Pollux.start(t, { args: ["--public-url", "https://vote.example/", "--public-result-url", "https://vote.example/results/"] });
  for (const [url, address] of [
    [pollux.voteUrl, "https://vote.example/"],
    [pollux.resultUrl, "https://vote.example/results/"],
  ]) {
    const page = await openPage(t, url, { javaScriptEnabled: false });
    const content = (name) => page.locator(`meta[name="${name}"], meta[property="${name}"]`).getAttribute("content");
    assert.match(await content("description"), /\w/);
    assert.equal(await content("og:title"), "Cats vs Dogs!");
    assert.equal(await content("og:url"), address);
    assert.equal(await content("og:image"), `${address}icon-512.png`);
    for (const icon of ["favicon.ico", "icon-512.png", await page.locator('link[rel="apple-touch-icon"]').getAttribute("href")]) {
      const { status, headers } = await request(new URL(icon, `${url}/`));
      assert.equal(status, 200, icon);
      assert.match(headers["content-type"], /^image\//);
    }
  }
});

test("without cookies the page says so and a voter counts once, with and without JavaScript", async (t) => {
  for (const javaScriptEnabled of [true, false]) {
    const pollux = await Pollux.start(t);
    const voter = await openPage(t, pollux.voteUrl, { javaScriptEnabled });
    for (const id of ["a", "b", "a"]) {
      await voter.context().clearCookies();
      await button(voter, id).click();
      await voter.locator("#confirmation", { hasText: id === "a" ? "Your vote is in: Cats" : "Your vote is in: Dogs" }).waitFor();
      await voter.getByText("Cookies are disabled in your browser.").waitFor();
    }
    assert.deepEqual(await counts(pollux), { a: 1, b: 0 });
  }
});

test("voting works by keyboard, and the focus stays", async (t) => {
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
  await results.locator("summary").focus();
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

test("the chart of a page that opens late shows the history", async (t) => {
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

test("the result is announced to screen readers in one sentence, after a pause", async (t) => {
  const pollux = await Pollux.start(t);
  const results = await openResults(t, pollux);
  for (const id of ["a", "a", "b"]) {
    await vote(pollux, id);
  }
  await results.getByText("Now: Cats 66.7%, Dogs 33.3%. 3 votes in total.").waitFor({ state: "attached" });
});

test("both pages load without errors and contact no other host", async (t) => {
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
