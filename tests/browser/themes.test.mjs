// Polls in a color of their own, light or dark: every page of them, readable, also without JavaScript and on pages that are
// open while the theme changes. If POLLUX_SCREENSHOTS names a directory, it receives a picture of each page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { request } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { api, castVote, heading, makePoll, questions, setUp } from "./admin_pages.mjs";
import { assertAccessible } from "./page_checks.mjs";
import { desktop, openPage, phone } from "./pages_in_browser.mjs";
import { keep } from "./pictures.mjs";

const inEnglish = { ...desktop, reducedMotion: "reduce", colorScheme: "light" };

// Text on it, or in it, could not be read on light pages.
const yellow = "#ffd000";

const rootOf = (page) => page.url().split("#")[0];

// The color of the page's ground, and that of the band at its upper edge; empty without one.
const look = (page) =>
  page.evaluate(() => {
    const band = getComputedStyle(document.body, "::before");
    return {
      ground: getComputedStyle(document.body).backgroundColor,
      band: band.content === "none" ? "" : band.backgroundColor,
    };
  });

const light = "rgb(246, 244, 239)";
const dark = "rgb(19, 19, 22)";

const eventuallyLooks = (page, expected) => eventually(async () => assert.deepEqual(await look(page), expected));

async function shownColors(url, accent) {
  const { body } = await request(new URL(`/accent/${accent.slice(1)}.css`, url).href);
  const [, onLight, onDark] = /if-light,(#\w{6})\) var\(--if-dark,(#\w{6})/.exec(body.toString());
  const rgb = (hex) => `rgb(${[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(", ")})`;
  return { onLight: rgb(onLight), onDark: rgb(onDark) };
}

test("every page of a poll has its color, and text on it can be read, light and dark", async (t) => {
  const admin = await setUp(t, await Pollux.start(t), inEnglish);
  // The pages that differ in where they have the color.
  for (const [kind, names] of [
    ["single", ["vote", "result", "presenter"]],
    ["multiple", ["vote"]],
    ["scale", ["vote", "result"]],
  ]) {
    const question = questions[kind];
    const poll = await makePoll(admin, question, { theme: { accent: yellow } });
    await api(admin, "POST", `polls/${poll.id}/open`);
    await castVote(poll, [kind === "scale" ? "2" : "a"]);
    const { onLight, onDark } = await shownColors(poll.vote_url, yellow);
    for (const name of names) {
      const url = { vote: poll.vote_url, result: poll.result_url, presenter: `${poll.result_url}?present` }[name];
      const page = await openPage(t, url, name === "vote" ? { ...inEnglish, ...phone } : inEnglish);
      await page.getByText(question.text).first().waitFor();
      if (name !== "vote") {
        await page.locator('#poll[aria-busy="false"]').waitFor();
      }
      await eventuallyLooks(page, { ground: light, band: onLight });
      await assertAccessible(page, `theme-${kind}-${name}`, (scheme) => keep(page, `theme-${kind}-${name}-${scheme}`));
      assert.deepEqual(await look(page), { ground: dark, band: onDark });
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  }
});

test("a poll that is always dark is dark for readers who prefer light pages, without JavaScript too", async (t) => {
  const admin = await setUp(t, await Pollux.start(t), inEnglish);
  const theme = { accent: "#b02267", scheme: "dark" };
  const poll = await makePoll(admin, questions.single, { theme });
  const { onDark } = await shownColors(poll.vote_url, theme.accent);
  for (const url of [poll.vote_url, poll.result_url]) {
    for (const javaScriptEnabled of [true, false]) {
      const page = await openPage(t, url, { ...inEnglish, javaScriptEnabled });
      await eventuallyLooks(page, { ground: dark, band: onDark });
    }
  }
  const lightPoll = await makePoll(admin, questions.single, { theme: { scheme: "light" } });
  const page = await openPage(t, lightPoll.vote_url, { ...inEnglish, colorScheme: "dark" });
  assert.deepEqual(await look(page), { ground: light, band: "" });
});

test("pages that are open change with the theme", async (t) => {
  const admin = await setUp(t, await Pollux.start(t), inEnglish);
  const poll = await makePoll(admin, questions.single);
  await api(admin, "POST", `polls/${poll.id}/open`);
  const pages = [
    await openPage(t, poll.vote_url, { ...inEnglish, ...phone }),
    await openPage(t, poll.result_url, inEnglish),
  ];
  for (const page of pages) {
    await eventuallyLooks(page, { ground: light, band: "" });
  }
  const change = async (theme) => {
    const { revision } = await api(admin, "GET", `polls/${poll.id}`);
    await api(admin, "PATCH", `polls/${poll.id}`, { body: { theme }, revision });
  };
  await change({ accent: "#0b7267", scheme: "dark" });
  const { onDark } = await shownColors(poll.vote_url, "#0b7267");
  for (const page of pages) {
    await eventuallyLooks(page, { ground: dark, band: onDark });
  }
  await change({ accent: null, scheme: "auto" });
  for (const page of pages) {
    await eventuallyLooks(page, { ground: light, band: "" });
    assert.deepEqual(page.faults, []);
  }
});

test("the form shows the color in the preview, says how it is adjusted, and saves it", async (t) => {
  const page = await setUp(t, await Pollux.start(t), inEnglish);
  const poll = await makePoll(page, questions.single);
  await page.goto(`${rootOf(page)}#/polls/${poll.id}/edit`);
  await heading(page, `Edit: ${poll.title}`);
  await page.getByText("Appearance").click();
  assert.equal(await page.getByLabel("Color", { exact: true }).isVisible(), false);
  await page.getByLabel("A color of your own").check();
  await page.getByLabel("Color", { exact: true }).fill(yellow);
  await page.getByText(/light pages show #[0-9a-f]{6} and dark pages #ffd000/).waitFor();
  await page.getByLabel("Light or dark").selectOption("Always dark");
  const preview = page.frameLocator(".phone iframe").locator("body");
  await eventually(async () =>
    assert.deepEqual(
      await preview.evaluate((body) => [
        getComputedStyle(body).backgroundColor,
        getComputedStyle(body, "::before").backgroundColor,
      ]),
      [dark, "rgb(255, 208, 0)"],
    ),
  );
  await assertAccessible(page, "admin-theme", (scheme) => keep(page, `admin-theme-${scheme}`));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await heading(page, poll.title);
  const { theme } = await api(page, "GET", `polls/${poll.id}`);
  assert.deepEqual(theme, { accent: yellow, scheme: "dark" });
  assert.deepEqual(page.faults, []);
});
