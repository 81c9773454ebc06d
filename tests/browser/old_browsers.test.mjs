// Browsers that lack a feature: the page works without it, or the plain form does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { counts, vote } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { button, openContext, option } from "./pages_in_browser.mjs";

const missing = {
  "AbortSignal.timeout": () => delete AbortSignal.timeout,
  AbortController: () => delete window.AbortController,
  SubmitEvent: () => delete window.SubmitEvent,
  "SubmitEvent.submitter": () => delete SubmitEvent.prototype.submitter,
  replaceChildren: () => delete Element.prototype.replaceChildren,
  fetch: () => delete window.fetch,
  localStorage: () => Object.defineProperty(window, "localStorage", { get: () => { throw new Error("SecurityError"); } }),
  ariaBusy: () => delete Element.prototype.ariaBusy,
  "Array.at": () => delete Array.prototype.at,
  "Intl.PluralRules": () => delete Intl.PluralRules,
  ResizeObserver: () => delete window.ResizeObserver,
  wakeLock: () => delete Navigator.prototype.wakeLock,
};

async function openWithout(t, url, remove) {
  const context = await openContext(t);
  await context.addInitScript(remove);
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  await page.goto(url);
  return page;
}

for (const [feature, remove] of Object.entries(missing)) {
  test(`without ${feature} voting and results work`, async (t) => {
    const pollux = await Pollux.start(t);
    const voter = await openWithout(t, pollux.voteUrl, remove);
    await button(voter, "b").click();
    await voter.locator("#confirmation", { hasText: "Your vote is in: Dogs" }).waitFor();
    await eventually(async () => assert.deepEqual(await counts(pollux), { a: 0, b: 1 }));
    assert.deepEqual(voter.errors, []);

    const results = await openWithout(t, `${pollux.resultUrl}/`, remove);
    const scripted = await results.evaluate(() => document.documentElement.classList.contains("scripted"));
    if (scripted) {
      await vote(pollux, "a");
      await option(results, "a").getByText("1 vote", { exact: true }).waitFor();
      await results.locator('#poll[aria-busy="false"]').waitFor();
      await results.locator("#summary").waitFor();
    } else {
      await results.getByRole("row", { name: "Dogs 1 100.0%" }).waitFor();
    }
    assert.deepEqual(results.errors, []);
  });
}
