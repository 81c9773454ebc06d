import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser } from "./browser.mjs";
import { vote } from "./http.mjs";
import { Pollux } from "./program.mjs";

const waitMs = 10_000;
let browser;

before(async () => (browser = await launchBrowser()));
after(() => browser?.close());

// A page of a browser profile of its own, with whatever went wrong on it in `page.faults`.
async function openPage(t, url, options = {}) {
  const context = await browser.newContext({ locale: "en-US", ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(waitMs);
  page.faults = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      page.faults.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("request", (request) => {
    if (new URL(request.url()).hostname !== "127.0.0.1") {
      page.faults.push(`asked another host: ${request.url()}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400) {
      page.faults.push(`${response.status()} ${response.url()}`);
    }
  });
  await page.goto(url);
  return page;
}

async function openResults(t, pollux) {
  const page = await openPage(t, pollux.resultUrl);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.evaluate(() => (window.notReloaded = true));
  return page;
}

function option(page, id) {
  return page.locator(`[data-option="${id}"]`);
}

// Waits for the page to say it, without a reload in between.
async function shows(page, id, votes, percentage) {
  await option(page, id).getByText(votes, { exact: true }).waitFor();
  await option(page, id).getByText(percentage, { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => window.notReloaded), true);
}

test("before the first vote the result page says so", async (t) => {
  const page = await openResults(t, await Pollux.start(t));
  await page.getByText("No votes yet", { exact: true }).waitFor();
  await shows(page, "a", "0 votes", "0.0%");
});

test("a vote on one page moves the other without a reload", async (t) => {
  const pollux = await Pollux.start(t);
  const results = await openResults(t, pollux);
  const voter = await openPage(t, pollux.voteUrl);

  await voter.getByRole("button", { name: "Cats" }).click();
  await voter.getByText("Your vote is in: Cats").waitFor();
  assert.equal(await voter.locator("button#a").isDisabled(), true);
  assert.equal(await voter.locator("button#b").isEnabled(), true);
  await shows(results, "a", "1 vote", "100.0%");
  await results.locator("#total").getByText("1 vote", { exact: true }).waitFor();
});

test("a changed vote moves the count and adds none", async (t) => {
  const pollux = await Pollux.start(t);
  const results = await openResults(t, pollux);
  const voter = await openPage(t, pollux.voteUrl);

  await voter.getByRole("button", { name: "Cats" }).click();
  await shows(results, "a", "1 vote", "100.0%");
  await voter.getByRole("button", { name: "Dogs" }).click();
  await shows(results, "b", "1 vote", "100.0%");
  await shows(results, "a", "0 votes", "0.0%");
  await results.locator("#total").getByText("1 vote", { exact: true }).waitFor();
});

test("voting works without JavaScript", async (t) => {
  const pollux = await Pollux.start(t);
  const voter = await openPage(t, pollux.voteUrl, { javaScriptEnabled: false });
  await voter.getByRole("button", { name: "Dogs" }).click();
  await voter.getByText("Your vote is in: Dogs").waitFor();
  await shows(await openResults(t, pollux), "b", "1 vote", "100.0%");
});

test("voting works by keyboard", async (t) => {
  const voter = await openPage(t, (await Pollux.start(t)).voteUrl);
  await voter.keyboard.press("Tab");
  await voter.keyboard.press("Tab");
  await voter.keyboard.press("Enter");
  await voter.getByText("Your vote is in: Dogs").waitFor();
});

test("up to 26 options with labels of any text are voted for and shown", async (t) => {
  const labels = Array.from({ length: 26 }, (_, index) =>
    `<b>№ ${index}</b> & "quoted" ${"long ".repeat(20)}`.trim(),
  );
  const args = labels.flatMap((label, index) => [`--option-${String.fromCharCode(97 + index)}`, label]);
  const pollux = await Pollux.start(t, { args });
  const results = await openResults(t, pollux);
  const voter = await openPage(t, pollux.voteUrl);

  await voter.getByRole("button", { name: labels[25] }).click();
  await shows(results, "z", "1 vote", "100.0%");
  assert.deepEqual(await results.locator(".label").allTextContents(), labels);
  assert.deepEqual([...voter.faults, ...results.faults], []);
});

test("the result page takes up again by itself after a restart on the same address", async (t) => {
  const first = await Pollux.start(t);
  const { host } = new URL(first.resultUrl);
  const results = await openResults(t, first);
  await first.kill();
  await results.getByText("Reconnecting…", { exact: true }).waitFor();

  const second = await Pollux.start(t, { resultListen: host });
  await results.getByText("Live", { exact: true }).waitFor();
  assert.equal((await vote(second, "b")).status, 200);
  await shows(results, "b", "1 vote", "100.0%");
});

test("both pages load without a fault and ask no other host", async (t) => {
  const pollux = await Pollux.start(t);
  const results = await openResults(t, pollux);
  const voter = await openPage(t, pollux.voteUrl);
  await voter.getByRole("button", { name: "Cats" }).click();
  await shows(results, "a", "1 vote", "100.0%");
  assert.deepEqual([...voter.faults, ...results.faults], []);
});
