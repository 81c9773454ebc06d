// Every view of the admin page at three widths: axe-core finds no violation, nothing is wider than the screen, and
// nothing is behind the buttons at the lower edge. If POLLUX_SCREENSHOTS names a directory, it receives the pictures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { request } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { api, castVote, makePoll, questions, setUp, setupAddress, signIn } from "./admin_pages.mjs";
import { assertAccessible } from "./page_checks.mjs";
import { openPage } from "./pages_in_browser.mjs";
import { keep } from "./pictures.mjs";

const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
const hebrew = "חומוס עם פיתה (2 מנות)";

const widths = { 1280: 800, 390: 844, 320: 640 };

async function assertFits(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name}: ${wide} px too wide`);
}

// Who is signed in is beside the name, and the views below it are in one line or two.
async function assertBarIsTidy(page, name) {
  const [brand, profile, exit, first] = await page
    .locator("#name, #profile, #sign-out, #bar nav a:first-child")
    .evaluateAll((parts) =>
      ["name", "profile", "sign-out", ""].map((id) => parts.find((part) => part.id === id).getBoundingClientRect().toJSON()),
    );
  const middle = ({ top, height }) => top + height / 2;
  assert.ok(Math.abs(middle(brand) - middle(exit)) < 4 && Math.abs(middle(profile) - middle(exit)) < 4, name);
  assert.ok(first.top >= exit.bottom - 1, name);
}

// Checks the view, and keeps pictures of it.
async function look(page, name) {
  await page.locator('main[aria-busy="false"]').waitFor();
  await page.mouse.move(0, 0);
  await assertFits(page, name);
  await assertAccessible(page, name, (scheme) => keep(page, `admin-${name}-${scheme}`));
  await page.emulateMedia({ colorScheme: "light" });
}

// Polls of each kind and state, with votes. Returns them by kind.
async function fill(page) {
  const polls = {};
  for (const [kind, question] of Object.entries(questions)) {
    polls[kind] = await makePoll(page, question);
  }
  polls.long = await makePoll(page, { kind: "single", text: `${long} ${hebrew}?`, options: [long, hebrew] });
  const votes = {
    single: [["a"], ["b"], ["b"]],
    multiple: [["a", "c"], ["c"]],
    scale: [["4"], ["5"], ["skip"]],
    ranking: [["b", "a"], ["a", "b", "c"], ["c", "b"]],
    long: [["b"]],
  };
  for (const [kind, each] of Object.entries(votes)) {
    await api(page, "POST", `polls/${polls[kind].id}/open`);
    for (const values of each) {
      await castVote(polls[kind], values);
    }
    await eventually(async () => assert.equal((await api(page, "GET", `polls/${polls[kind].id}`)).voters, each.length));
  }
  await api(page, "POST", `polls/${polls.scale.id}/close`);
  const schedule = { opens_at: "2031-10-26T06:30:00Z", closes_at: "2031-10-26T08:00:00Z", zone: "Europe/Berlin" };
  polls.draft = await makePoll(page, { ...questions.single, text: "What shall we read next?" }, { schedule });
  return polls;
}

const viewsOf = (polls) => ({
  polls: "#/",
  nothing: "#/?search=nothing",
  new: "#/new",
  draft: `#/polls/${polls.draft.id}`,
  open: `#/polls/${polls.ranking.id}`,
  closed: `#/polls/${polls.scale.id}`,
  long: `#/polls/${polls.long.id}`,
  edit: `#/polls/${polls.draft.id}/edit`,
  "edit-voted": `#/polls/${polls.multiple.id}/edit`,
  "results-single": `#/polls/${polls.single.id}/results`,
  "results-multiple": `#/polls/${polls.multiple.id}/results`,
  "results-scale": `#/polls/${polls.scale.id}/results`,
  "results-ranking": `#/polls/${polls.ranking.id}/results`,
  "results-long": `#/polls/${polls.long.id}/results`,
  accounts: "#/accounts",
  keys: "#/keys",
  audit: "#/audit",
  profile: "#/profile",
  unknown: "#/nowhere",
});

for (const [width, height] of Object.entries(widths)) {
  const options = { viewport: { width: Number(width), height }, reducedMotion: "reduce", timezoneId: "America/New_York" };

  test(`every view is accessible at ${width} pixels`, async (t) => {
    const pollux = await Pollux.start(t);
    const address = await setupAddress(pollux);
    const root = address.split("#")[0];
    const first = await openPage(t, address, options);
    await first.getByLabel("Name").waitFor();
    await look(first, `first-run-${width}`);
    const page = await setUp(t, pollux, options);
    await look(page, `empty-${width}`);
    await api(page, "POST", "accounts", { body: { name: "Grace", role: "editor", password: "nine green otters" } });
    await api(page, "POST", "keys", { body: { label: "Import of the timetable", scopes: ["polls:write"], lifetime_days: 30 } });
    const polls = await fill(page);
    for (const [view, hash] of Object.entries(viewsOf(polls))) {
      await page.goto(`${root}${hash}`);
      await page.reload();
      await page.locator('main[aria-busy="false"] h1').waitFor();
      if (width < 500) {
        await assertBarIsTidy(page, `${view}-${width}`);
      }
      if (["open", "closed", "long"].includes(view)) {
        await page.locator(".numbers summary").waitFor();
      }
      if (view === "results-ranking") {
        const { x, width: cell } = await page.getByRole("columnheader", { name: "Points" }).boundingBox();
        assert.ok(x + cell <= width, `the points end at ${x + cell}`);
      }
      assert.equal(await page.locator("h1").evaluate((title) => getComputedStyle(title).outlineStyle), "none", view);
      await look(page, `${view}-${width}`);
    }
    await page.goto(`${root}#/polls/${polls.scale.id}`);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").waitFor();
    await look(page, `delete-${width}`);
    const visitor = await openPage(t, root, options);
    await visitor.getByLabel("Name").waitFor();
    await look(visitor, `sign-in-${width}`);
  });
}

test("what has the focus is never hidden behind the buttons of the remote", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, { viewport: { width: 320, height: 640 } });
  const poll = await makePoll(page, questions.ranking);
  await page.goto(`${page.url().split("#")[0]}#/polls/${poll.id}`);
  await page.locator(".numbers summary").waitFor();
  for (let step = 0; step < 25; ++step) {
    await page.keyboard.press("Tab");
    const hidden = await page.evaluate(() => {
      const focused = document.activeElement;
      const remote = document.querySelector(".remote");
      const { top, height } = focused.getBoundingClientRect();
      return focused !== document.body && !remote.contains(focused) && top + height / 2 > remote.getBoundingClientRect().top
        ? focused.outerHTML
        : undefined;
    });
    assert.equal(hidden, undefined);
  }
});

test("in a low window, as at a zoom of 400 %, the remote covers nothing", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, { viewport: { width: 320, height: 256 } });
  const poll = await makePoll(page, questions.ranking);
  for (const hash of [`#/polls/${poll.id}`, `#/polls/${poll.id}/edit`, "#/accounts"]) {
    await page.goto(`${pollux.adminUrl}/${hash}`);
    await page.locator('main[aria-busy="false"] h1').waitFor();
    await assertFits(page, hash);
    const fixed = await page.evaluate(() =>
      [...document.querySelectorAll("body *")].filter((element) => getComputedStyle(element).position === "fixed").length,
    );
    assert.equal(fixed, 0, hash);
  }
});

test("forced colors and a right-to-left page work", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux, { viewport: { width: 1280, height: 800 }, forcedColors: "active" });
  const polls = await fill(page);
  await page.goto(`${page.url().split("#")[0]}#/polls/${polls.ranking.id}`);
  await page.locator(".numbers .runoff .winner").waitFor();
  const main = page.getByRole("button", { name: "Close", exact: true });
  const other = page.getByRole("button", { name: "Next poll" });
  const ground = (button) => button.evaluate((element) => getComputedStyle(element).backgroundColor);
  assert.notEqual(await ground(main), await ground(other));
  await keep(page, "admin-forced-colors");
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  await assertFits(page, "rtl");
  await keep(page, "admin-rtl");
});

for (const [locale, said] of Object.entries({ "de-DE": "Abstimmungen", "fr-FR": "Sondages" })) {
  test(`the page is in the language of the reader, at 320 pixels: ${locale}`, async (t) => {
    const pollux = await Pollux.start(t);
    const english = await setUp(t, pollux);
    const polls = await fill(english);
    const root = english.url().split("#")[0];
    const page = await openPage(t, root, { locale, viewport: { width: 320, height: 640 } });
    await page.locator("input[name=name]").fill("Ada");
    await page.locator("input[name=password]").fill("seven blue herons");
    await page.locator("form .main").click();
    await page.getByRole("heading", { level: 1, name: said }).waitFor();
    for (const [view, hash] of Object.entries(viewsOf(polls))) {
      await page.goto(`${root}${hash}`);
      await page.locator('main[aria-busy="false"] h1').waitFor();
      await assertFits(page, `${view} ${locale}`);
      await keep(page, `admin-${view}-${locale}`);
    }
  });
}

test("without JavaScript the page says what it needs", async (t) => {
  const { adminUrl } = await Pollux.start(t);
  const { body } = await request(adminUrl);
  assert.match(body.toString(), /<noscript><p>The admin page needs JavaScript\./);
});

test("someone whose session has ended goes on after the password, and loses nothing", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await setUp(t, pollux);
  await page.getByRole("link", { name: "New poll" }).click();
  await page.getByLabel("Question", { exact: true }).fill("Tea or coffee?");
  await page.getByLabel("Option 1", { exact: true }).fill("Tea");
  await page.getByLabel("Option 2", { exact: true }).fill("Coffee");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Create poll" }).click();
  const dialog = page.getByRole("dialog", { name: "Enter your password" });
  await dialog.getByText("Your session has ended").waitFor();
  await dialog.getByLabel("Password").fill("seven blue herons");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { level: 1, name: "Tea or coffee?" }).waitFor();
  const again = await signIn(t, page.url().split("#")[0]);
  await again.getByRole("link", { name: "Tea or coffee?", exact: true }).waitFor();
});
