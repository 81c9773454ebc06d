// Every state of both pages, on phone and desktop, light and dark: axe-core finds no violation. If POLLUX_SCREENSHOTS names a
// directory, it receives a screenshot of each.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { vote } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { assertAccessible } from "./page_checks.mjs";
import { button, choose, cities, desktop, live, openPage, optionFlags, phone } from "./pages_in_browser.mjs";

const directory = process.env.POLLUX_SCREENSHOTS;

const labels = [
  "Nudeln",
  "חומוס עם פיתה (2 מנות)",
  "فلافل",
  "A label that goes on and on, because somebody wanted to explain everything at once and did not stop before the end",
];

// States of the vote page, starting from the opened page.
const voteStates = {
  open: async () => undefined,
  focus: (page) => page.keyboard.press("Tab"),
  voted: (page) => choose(page, "a"),
  sending: async (page) => {
    await page.route("**/*", () => undefined);
    await button(page, "a").click();
    await page.getByText("Sending your vote").waitFor({ state: "visible" });
  },
  "not-sent": async (page) => {
    await page.route("**/*", (route) => route.abort());
    await button(page, "b").click();
    await page.getByText("Not sent yet").waitFor();
  },
  offline: async (page) => {
    await page.context().setOffline(true);
    await button(page, "b").click();
    await page.getByText("You are offline").waitFor();
  },
  rejected: async (page) => {
    await page.route("**/*", (route) => route.fulfill({ status: 400, body: "" }));
    await button(page, "a").click();
    await page.getByText("Your vote was not accepted").waitFor();
  },
  "without-cookie": (page) => page.locator("#without-cookie").evaluate((notice) => (notice.hidden = false)),
};

// States of the result page with votes, starting from the live page.
const resultStates = {
  live: async () => undefined,
  table: (page) => page.locator("summary").click(),
  focus: (page) => page.keyboard.press("Tab"),
};

// The page as it is without JavaScript. JavaScript stays enabled because axe-core needs it.
async function openWithoutScript(t, url, options) {
  const page = await openPage(t, "about:blank", options);
  await page.route("**/*.js", (route) => route.abort());
  await page.goto(url);
  await page.evaluate(() => {
    const shown = document.querySelector("noscript");
    shown?.insertAdjacentHTML("afterend", shown.textContent);
  });
  return page;
}

async function look(page, name) {
  await page.mouse.move(0, 0);
  await assertAccessible(page, name, async (colorScheme) => {
    if (directory) {
      await mkdir(directory, { recursive: true });
      await page.screenshot({ path: path.join(directory, `${name}-${colorScheme}.png`) });
    }
  });
  await page.context().close();
}

async function drawn(page) {
  await live(page);
  await page.locator('#poll[aria-busy="false"]').waitFor();
}

for (const [deviceName, device] of Object.entries({ phone, desktop })) {
  // Without motion a screenshot never shows a transition.
  const options = { ...device, colorScheme: "light", reducedMotion: "reduce" };
  const nameOf = (state) => `${state}-${deviceName}`;

  test(`the vote page is accessible in each state: ${deviceName}`, async (t) => {
    const pollux = await Pollux.start(t);
    for (const [state, reach] of Object.entries(voteStates)) {
      const page = await openPage(t, pollux.voteUrl, options);
      await reach(page);
      await look(page, nameOf(`vote-${state}`));
    }
    const bare = await openWithoutScript(t, pollux.voteUrl, options);
    await bare.getByRole("button", { name: "Cats" }).click();
    await bare.getByText("Your vote is in").waitFor();
    await look(bare, nameOf("vote-without-script"));
  });

  test(`the result page is accessible in each state: ${deviceName}`, async (t) => {
    const pollux = await Pollux.start(t);
    const empty = await openPage(t, pollux.resultUrl, options);
    await drawn(empty);
    await look(empty, nameOf("result-no-votes"));
    for (const id of ["a", "a", "b"]) {
      await vote(pollux, id);
    }
    for (const [state, reach] of Object.entries(resultStates)) {
      const page = await openPage(t, pollux.resultUrl, options);
      await drawn(page);
      await page.locator("#over-time canvas").waitFor();
      await reach(page);
      await look(page, nameOf(`result-${state}`));
    }
    for (const [state, query] of [
      ["presenting", `?present=${pollux.voteUrl}/`],
      ["presenting-nowhere", "?present"],
    ]) {
      const page = await openPage(t, `${pollux.resultUrl}/${query}`, options);
      await drawn(page);
      await page.locator("#invitation").waitFor();
      await look(page, nameOf(`result-${state}`));
    }
    const bare = await openWithoutScript(t, pollux.resultUrl, options);
    await look(bare, nameOf("result-without-script"));
    const cut = await openPage(t, pollux.resultUrl, options);
    await drawn(cut);
    await pollux.kill();
    await cut.getByText("Reconnecting…").waitFor();
    await look(cut, nameOf("result-reconnecting"));
  });

  test(`labels of any kind are accessible on both pages: ${deviceName}`, async (t) => {
    for (const [kind, flags] of [
      ["labels", optionFlags(labels)],
      ["26-options", optionFlags(cities)],
    ]) {
      const pollux = await Pollux.start(t, { args: flags });
      const voter = await openPage(t, pollux.voteUrl, options);
      await choose(voter, "b");
      await look(voter, nameOf(`vote-${kind}`));
      for (const [state, query] of [
        ["live", ""],
        ["presenting", `?present=${pollux.voteUrl}/`],
      ]) {
        const page = await openPage(t, `${pollux.resultUrl}/${query}`, options);
        await drawn(page);
        await look(page, nameOf(`result-${state}-${kind}`));
      }
    }
  });
}
