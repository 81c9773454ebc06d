// The way of someone who starts pollux for the first time: an account, a poll, votes, results. By clicks alone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { request } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { api, castVote, heading, makePoll, news, owner, questions, setUp, setupAddress, signIn } from "./admin_pages.mjs";
import { desktop, openPage, phone } from "./pages_in_browser.mjs";
import { keep } from "./pictures.mjs";

test("from the first start to the results of a ranking, by clicks alone", async (t) => {
  const pollux = await Pollux.start(t);
  const started = performance.now();
  const page = await setUp(t, pollux, desktop);
  await page.getByRole("link", { name: "New poll" }).click();
  await page.getByLabel("Question", { exact: true }).fill("Which city shall host us?");
  await page.getByLabel("Ranking").check();
  for (const [index, city] of ["Oslo", "Lisbon", "Kraków"].entries()) {
    await page.getByLabel(`Option ${index + 1}`, { exact: true }).fill(city);
    if (index === 1) {
      await page.keyboard.press("Enter"); // makes the third
    }
  }
  await page.getByRole("button", { name: "Create poll" }).click();
  await heading(page, "Which city shall host us?");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await news(page, "The poll is open");

  const [screen] = await Promise.all([page.waitForEvent("popup"), page.getByRole("link", { name: /present/ }).click()]);
  await screen.getByText("Which city shall host us?").first().waitFor();
  t.diagnostic(`on the screen after ${((performance.now() - started) / 1000).toFixed(1)} s of clicks`);

  const voteAddress = await page.getByRole("link", { name: /\/p\// }).getAttribute("href");
  const voter = await openPage(t, voteAddress, { ...phone, javaScriptEnabled: false });
  for (const [place, city] of [[1, "Lisbon"], [2, "Oslo"]]) {
    await voter.getByLabel(`Place ${place}`).selectOption({ label: city });
  }
  await voter.getByRole("button", { name: "Vote" }).click();
  await voter.getByText("Your vote is in").waitFor();

  await page.locator(".numbers").getByText("1 voter", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await news(page, "The poll is closed");
  await page.getByRole("link", { name: "Results, runs and download" }).click();
  await heading(page, "Results: Which city shall host us?");
  await page.getByText("Lisbon wins in round 1.").waitFor();
  const winner = await page.getByRole("row", { name: "Lisbon" }).first().locator("th, td").allInnerTexts();
  assert.deepEqual(winner.slice(2), ["1.00", "1"], "average rank, and by how many");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download (CSV)" }).click()]);
  assert.match(await readFile(await download.path(), "utf8"), /Lisbon/);
  const [votes] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download the votes (CSV)" }).click()]);
  assert.match(votes.suggestedFilename(), /-run-1-votes\.csv$/);
  assert.match(await readFile(await votes.path(), "utf8"), /^\ufeffvoter,place_1,place_2.*\r\n[0-9a-f]{32},/);
  assert.deepEqual(page.faults, []);
});

test("without an account the page shows where to make the first one, and an address works once", async (t) => {
  const pollux = await Pollux.start(t);
  const address = await setupAddress(pollux);
  const visitor = await openPage(t, address.split("#")[0]);
  await visitor.getByText("Open the address that the log of the program shows").waitFor();
  assert.equal(await visitor.getByLabel("Password").count(), 0);
  await setUp(t, pollux);
  const late = await openPage(t, address);
  await heading(late, "Sign in");
});

test("a wrong password is rejected with a message, a right one leads to where the visitor wanted to go", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux);
  const { id } = await makePoll(page, questions.single);
  const address = `${(await setupAddress(pollux)).split("#")[0]}#/polls/${id}`;
  const visitor = await openPage(t, address);
  await visitor.getByLabel("Name").fill(owner.name);
  await visitor.getByLabel("Password").fill("something else");
  await visitor.getByRole("button", { name: "Sign in" }).click();
  await visitor.getByRole("alert").getByText("wrong").waitFor();
  await visitor.getByLabel("Password").fill(owner.password);
  await visitor.getByRole("button", { name: "Sign in" }).click();
  await heading(visitor, questions.single.text);
  await visitor.getByRole("button", { name: "Sign out" }).click();
  await heading(visitor, "Sign in");
  await visitor.goto(address);
  await heading(visitor, "Sign in");
});

test("a reset begins a new run, and the results of the earlier one stay", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, desktop);
  const poll = await makePoll(page, questions.single);
  await api(page, "POST", `polls/${poll.id}/open`);
  await castVote(poll, ["b"]);
  await page.goto(`${page.url().split("#")[0]}#/polls/${poll.id}`);
  await page.locator(".numbers").getByText("1 voter", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Reset" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Reset" }).click();
  await news(page, "A new run begins");
  await page.locator(".numbers").getByText("0 voters", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Results, runs and download" }).click();
  await page.getByRole("link", { name: "Run 1" }).click();
  await page.getByRole("row", { name: "Pizza 1 100.0%" }).waitFor();
});

test("hiding the results takes them from voters, showing gives them back to the same people", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, desktop);
  const poll = await makePoll(page, questions.single, { policies: { results: "after_vote" } });
  await api(page, "POST", `polls/${poll.id}/open`);
  await page.goto(`${page.url().split("#")[0]}#/polls/${poll.id}`);
  const press = async (name, said, policy) => {
    await page.getByRole("button", { name, exact: true }).click();
    await news(page, said);
    assert.equal((await api(page, "GET", `polls/${poll.id}`)).policies.results, policy);
  };
  await press("Hide results", "Voters do not see the results.", "hidden");
  await page.reload();
  await press("Show results", "Voters see results: Once they have voted", "after_vote");
  await press("Hide results", "Voters do not see the results.", "hidden");
  await page.evaluate(() => localStorage.clear()); // as in another browser
  await page.reload();
  await press("Show results to everyone", "Voters see results: At any time", "live");
});

test("the page says that phones can't reach a loopback address", async (t) => {
  const stated = ["--public-url", "http://vote.example/", "--public-result-url", "http://results.example/"];
  for (const args of [[], stated]) {
    const page = await setUp(t, await Pollux.start(t, { args }), desktop);
    const poll = await makePoll(page, questions.single);
    await page.goto(`${page.url().split("#")[0]}#/polls/${poll.id}`);
    await page.getByRole("link", { name: /\/p\// }).waitFor();
    await page.getByText("Phones can’t reach these addresses.").waitFor({ state: args.length === 0 ? "visible" : "detached" });
  }
});

test("deleting asks again, and needs the password if it was entered too long ago", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, desktop);
  const poll = await makePoll(page, questions.single);
  await page.goto(`${page.url().split("#")[0]}#/polls/${poll.id}`);
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByText(poll.code).waitFor();
  await page.keyboard.press("Escape");
  await heading(page, questions.single.text);
  // As if the last password were older than that. The page also asks for the poll at this address, again and again.
  let refused = false;
  await page.route(`**/api/v1/polls/${poll.id}`, (route) => {
    if (refused || route.request().method() !== "DELETE") {
      return route.fallback();
    }
    refused = true;
    return route.fulfill({ status: 401, json: { code: "sign_in_again", detail: "Enter your password." } });
  });
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete poll and votes" }).click();
  const dialog = page.getByRole("dialog", { name: "Enter your password" });
  await dialog.getByLabel("Password").fill(owner.password);
  await dialog.getByRole("button", { name: "Continue" }).click();
  await heading(page, "Polls");
  await page.getByText("There is no poll yet").waitFor();
});

test("the list is searched and paged", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, desktop);
  for (let number = 1; number <= 22; ++number) {
    await makePoll(page, { ...questions.single, text: `Question ${number}?` });
  }
  await page.reload();
  const titles = page.locator(".cards .title");
  await titles.first().waitFor();
  assert.deepEqual([await titles.count(), await titles.first().innerText()], [20, "Question 22?"]);
  await page.getByRole("button", { name: "Show more" }).click();
  await titles.nth(21).waitFor();
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.textContent), "Question 2?"));
  await page.getByLabel("Search by code, title or question").fill("question 7");
  await page.getByRole("button", { name: "Search" }).click();
  await eventually(async () => assert.deepEqual(await titles.allInnerTexts(), ["Question 7?"]));
  await page.getByLabel("Search by code, title or question").fill("nothing like it");
  await page.keyboard.press("Enter");
  await page.getByText("No poll matches “nothing like it”.").waitFor();
});

test("the remote on a phone opens, closes, and goes to the next poll", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, { ...phone, viewport: { width: 320, height: 640 } });
  const first = await makePoll(page, questions.single);
  await makePoll(page, questions.scale);
  await page.goto(`${page.url().split("#")[0]}#/polls/${first.id}`);
  const remote = page.getByRole("group", { name: "Actions" });
  for (const [click, said] of [["Open", "The poll is open"], ["Close", "The poll is closed"]]) {
    await remote.getByRole("button", { name: click, exact: true }).tap();
    await news(page, said);
  }
  const { y, height } = await remote.boundingBox();
  assert.ok(y + height <= 640 && y > 320, "at the lower edge, within reach of the thumb");
  await remote.getByRole("button", { name: "Next poll" }).tap();
  await heading(page, questions.scale.text);
  await remote.getByRole("button", { name: "Next poll" }).tap();
  await news(page, "This is the latest poll.");
  await keep(page, "admin-remote-320");
});

test("an editor has no list of accounts, and a key is shown once", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, desktop);
  await page.getByRole("link", { name: "Accounts" }).click();
  await page.getByLabel("Name").fill("Grace");
  await page.getByLabel("New password").fill("nine green otters");
  await page.getByRole("button", { name: "Create account" }).click();
  await news(page, "The account Grace is there.");
  const editor = await signIn(t, page.url().split("#")[0], desktop, { name: "grace", password: "nine green otters" });
  assert.equal(await editor.getByRole("link", { name: "Accounts" }).count(), 0);
  await editor.getByRole("link", { name: "API keys" }).click();
  await editor.getByLabel("What it is for").fill("Import");
  await editor.getByRole("button", { name: "Create key" }).click();
  const secret = await editor.getByRole("dialog").getByLabel("Key").inputValue();
  const polls = () => request(`${page.url().split("#")[0]}api/v1/polls`, { headers: { Authorization: `Bearer ${secret}` } });
  assert.equal((await polls()).status, 200);
  await editor.getByRole("button", { name: "I have copied it" }).click();
  await editor.getByRole("row", { name: /Import/ }).waitFor();
  assert.ok(!(await editor.content()).includes(secret));
  await editor.getByRole("button", { name: "Revoke: Import" }).click();
  await editor.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await editor.getByText("There is no API key.").waitFor();
  assert.equal((await polls()).status, 401);
});

test("a poll in a zone that the browser does not know is shown in UTC, and a view that fails leaves nothing of another", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, desktop);
  const poll = await makePoll(page, questions.single);
  const other = await makePoll(page, questions.scale);
  const schedule = { opens_at: "2031-07-01T10:00:00Z", closes_at: null, zone: "Mars/Olympus" };
  let answer = { ...poll, schedule };
  await page.route(`**/api/v1/polls/${poll.id}`, (route) => route.fulfill({ json: answer }));
  await page.goto(`${pollux.adminUrl}/#/polls/${poll.id}`);
  await page.getByText("10:00 AM UTC").waitFor();
  await page.goto(`${pollux.adminUrl}/#/polls/${poll.id}/edit`);
  await heading(page, `Edit: ${poll.title}`);
  assert.equal(await page.getByLabel("Opens at").inputValue(), "2031-07-01T10:00");
  await page.goto(`${pollux.adminUrl}/#/polls/${other.id}`);
  await heading(page, other.title);
  answer = {};
  await page.goto(`${pollux.adminUrl}/#/polls/${poll.id}`);
  await heading(page, "This page cannot be shown");
  assert.equal(await page.getByRole("button", { name: "Open", exact: true }).count(), 0);
});

test("all scripts and styles of the admin page are at most 30 kB, and those of results 10 kB more", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await openPage(t, "about:blank");
  const addresses = new Set();
  page.on("response", (response) => addresses.add(response.url().split("#")[0]));
  await page.goto(await setupAddress(pollux));
  await page.getByLabel("Name").waitFor();
  const inTemplate = async (id) => {
    const found = await page.locator(id).evaluate(({ content }) =>
      [...content.querySelectorAll("link, script")].map((each) => each.getAttribute("href") ?? each.getAttribute("src")),
    );
    return found.map((address) => new URL(address, page.url()).href);
  };
  const size = async (those) => {
    const answers = those.map((address) => request(address, { headers: { "Accept-Encoding": "gzip" } }));
    return (await Promise.all(answers)).reduce((sum, { body }) => sum + body.length, 0);
  };
  const ofResults = await inTemplate("#drawn-results");
  assert.equal(ofResults.filter((address) => addresses.has(address)).length, 0, "loaded only for results");
  const first = [...addresses].filter((address) => !address.includes("/api/"));
  const [total, later] = [await size([...first, ...(await inTemplate("#preview-style"))]), await size(ofResults)];
  t.diagnostic(`${total} bytes, and ${later} bytes for results`);
  assert.ok(total <= 30_000, String(total));
  assert.ok(later <= 10_000, String(later));
});
