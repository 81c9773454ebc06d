// Pages that were hidden, frozen or suspended, and screens that must stay on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { vote } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { live, openContext, openPage, openResults, option } from "./pages_in_browser.mjs";
import { RestartedPollux } from "./restart.mjs";

for (const [what, wake] of Object.entries({
  "that becomes visible": () => document.dispatchEvent(new Event("visibilitychange")),
  "restored from the history": () => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })),
})) {
  test(`a result page ${what} reconnects at once, even during a backoff`, async (t) => {
    const pollux = await RestartedPollux.start(t);
    const page = await openPage(t, "about:blank");
    await page.clock.install();
    await page.goto(pollux.resultUrl);
    await live(page);
    await page.clock.pauseAt(Date.now() + 60_000); // its timers stop from here on, as in a suspended page
    await pollux.kill();
    await page.locator('#connection[data-state="reconnecting"]').waitFor();
    await pollux.again();
    await vote(pollux.now, "a");
    await page.evaluate(wake);
    await live(page);
  });
}

test("only the presenter view keeps the screen on, also after it was hidden", async (t) => {
  const pollux = await Pollux.start(t);
  for (const [query, asked] of [["?present", true], ["", false]]) {
    const context = await openContext(t);
    await context.addInitScript(() => {
      window.locks = [];
      Object.defineProperty(navigator, "wakeLock", { value: { request: async (type) => window.locks.push(type) } });
    });
    const page = await context.newPage();
    await page.goto(`${pollux.resultUrl}/${query}`);
    await live(page);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await eventually(async () =>
      assert.deepEqual(await page.evaluate(() => window.locks), asked ? ["screen", "screen"] : []),
    );
  }
});

test("a page in the background shows the newest numbers when it becomes visible", async (t) => {
  const pollux = await Pollux.start(t);
  const results = await openResults(t, pollux);
  const front = await results.context().newPage();
  await front.bringToFront();
  await vote(pollux, "a");
  await results.bringToFront();
  await option(results, "a").getByText("1 vote", { exact: true }).waitFor();
});
