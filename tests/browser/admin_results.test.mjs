// The results on the admin page of a poll: drawn live as on the result page, with the same numbers as tables, also while
// voters do not see them. If POLLUX_SCREENSHOTS names a directory, it receives the pictures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { Pollux } from "../system/program.mjs";
import { api, castVote, makePoll, questions, setUp } from "./admin_pages.mjs";
import { assertAccessible } from "./page_checks.mjs";
import { keep } from "./pictures.mjs";

const desktop = { viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" };

const texts = (page, selector) => page.locator(`.numbers ${selector}`).allInnerTexts();
const shows = (page, selector, expected) => eventually(async () => assert.deepEqual(await texts(page, selector), expected));

// The page of a new poll that is open, with the drawing.
async function follow(page, question, more) {
  const poll = await makePoll(page, question, more);
  await api(page, "POST", `polls/${poll.id}/open`);
  await page.goto(`${page.url().split("#")[0]}#/polls/${poll.id}`);
  await page.getByRole("heading", { level: 1, name: question.text }).waitFor();
  await page.locator(".numbers summary").waitFor();
  return poll;
}

async function vote(poll, ...votes) {
  for (const values of votes) {
    await castVote(poll, values);
  }
}

test("each kind is drawn while votes come in, with the same numbers in its tables", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, desktop);
  const openTables = () => page.locator(".numbers summary").click();

  const single = await follow(page, questions.single);
  await shows(page, ".option .percentage", ["0.0%", "0.0%", "0.0%"]);
  await vote(single, ["a"], ["b"], ["b"], ["c"]);
  await shows(page, ".option .percentage", ["25.0%", "50.0%", "25.0%"]);
  await page.locator('.numbers .leading[data-option="b"]').waitFor();
  await openTables();
  await shows(page, "tbody td", ["1", "25.0%", "2", "50.0%", "1", "25.0%"]);
  await vote(single, ["b"]);
  await shows(page, "tbody td", ["1", "20.0%", "3", "60.0%", "1", "20.0%"]);
  assert.ok(await page.locator(".numbers details").evaluate(({ open }) => open), "new numbers leave it open");

  const multiple = await follow(page, questions.multiple);
  await vote(multiple, ["a", "c"], ["c"]);
  await shows(page, ".option .percentage", ["50.0%", "0.0%", "100.0%"]);

  const scale = await follow(page, questions.scale);
  await vote(scale, ["4"], ["5"], ["5"], ["skip"]);
  await shows(page, ".column .count", ["0", "0", "0", "1", "2"]);
  assert.deepEqual(await texts(page, ".average .value"), ["4.67"]);
  assert.deepEqual(await texts(page, ".skipped"), ["1 person skipped the question"]);

  const ranking = await follow(page, questions.ranking);
  await vote(ranking, ["b", "a"], ["a", "b", "c"], ["b", "c"]);
  await shows(page, ".option .count", ["3 points", "5 points", "1 point"]);
  assert.deepEqual(await texts(page, ".option .percentage"), ["⌀ 1.50", "⌀ 1.33", "⌀ 2.50"]);
  assert.deepEqual(await texts(page, ".verdict"), ["Lisbon wins in round 1."]);
  await page.getByText("An option gets a point for each option").waitFor();
  assert.deepEqual(page.faults, []);
});

test("who runs the poll sees hidden results, and that voters do not", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, desktop);
  const note = page.getByText("Voters do not see these results at present.");
  const hidden = { policies: { change: "while_open", results: "hidden", keep_days: 30 } };
  const poll = await follow(page, questions.single, hidden);
  await vote(poll, ["c"]);
  await shows(page, ".option .percentage", ["0.0%", "0.0%", "100.0%"]);
  await note.waitFor();
  const ofVoters = await (await fetch(poll.result_url)).text();
  assert.match(ofVoters, /&quot;results&quot;:null/, "the server sends them to no viewer");
  await assertAccessible(page, "hidden", (scheme) => keep(page, `admin-hidden-${scheme}`));
  await page.getByRole("button", { name: "Show results to everyone" }).click();
  await note.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await page.locator(".numbers .over .leading").waitFor();
});

test("the keyboard reaches the tables after the buttons, and keeps the focus when votes come in", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, desktop);
  const poll = await follow(page, questions.single);
  await page.getByRole("link", { name: "Audit log" }).last().focus();
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);
  const order = [];
  for (const key of ["Tab", "Enter", "Tab", "Tab"]) {
    await page.keyboard.press(key);
    order.push(await focused());
  }
  const table = "Results as a table";
  assert.deepEqual(order, [table, table, table, "Results, runs and download"]);
  await page.keyboard.press("Shift+Tab");
  await vote(poll, ["a"]);
  await shows(page, "tbody td", ["1", "100.0%", "0", "0.0%", "0", "0.0%"]);
  assert.equal(await page.evaluate(() => document.activeElement.className), "wide");
});

test("if the drawing can't be loaded, the rest of the page works, and it is loaded later", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, desktop);
  let fails = true;
  await page.route(/drawn_results-\w+\.(css|js)/, (route) => (fails ? route.abort() : route.continue()));
  const poll = await makePoll(page, questions.single);
  await page.goto(`${page.url().split("#")[0]}#/polls/${poll.id}`);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.locator("#news").getByText("The poll is open").waitFor();
  await page.locator(".numbers").getByText("The results cannot be drawn").waitFor();
  await vote(poll, ["a"]);
  await page.locator(".numbers .voters").getByText("1 voter").waitFor();
  await page.getByRole("link", { name: "Results, runs and download" }).click();
  await page.getByRole("link", { name: "Download (CSV)" }).waitFor();
  await page.getByText("The results cannot be drawn").waitFor();
  await page.getByRole("link", { name: "Back to the poll" }).click();
  fails = false;
  await shows(page, ".option .percentage", ["100.0%", "0.0%", "0.0%"]);
  assert.equal(await page.locator("head link[href*=drawn_results]").count(), 1);
});

const long = { kind: "single", text: "Which one?", options: Array.from({ length: 9 }, (_, at) => `Option ${at} ${"x".repeat(60)}`) };
const votes = {
  single: [["a"], ["b"], ["b"]],
  scale: [["4"], ["5"], ["5"]],
  ranking: [["b", "a"], ["a", "b", "c"], ["c", "b"]],
  long: [["b"]],
};

for (const [name, kinds, options] of [
  ["desktop", ["single", "ranking"], desktop],
  ["phone", ["scale", "ranking", "long"], { ...desktop, viewport: { width: 320, height: 640 } }],
  ["forced-colors", ["scale", "ranking"], { ...desktop, forcedColors: "active" }],
]) {
  test(`the drawings fit and are accessible: ${name}`, async (t) => {
    const pollux = await Pollux.start(t);
    const page = await setUp(t, pollux, options);
    const fits = async () =>
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
    for (const kind of kinds) {
      const poll = await follow(page, { ...questions, long }[kind]);
      await vote(poll, ...votes[kind]);
      await page.locator(".numbers .voters").getByText(`${votes[kind].length} voter`).waitFor();
      await page.locator(".numbers summary").click();
      await fits();
      await assertAccessible(page, `${kind}-${name}`, (scheme) => keep(page, `admin-drawn-${kind}-${name}-${scheme}`));
      await page.emulateMedia({ colorScheme: "light" });
      await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
      await fits();
      await keep(page, `admin-drawn-${kind}-${name}-rtl`);
      await page.evaluate(() => document.documentElement.removeAttribute("dir"));
    }
  });
}
