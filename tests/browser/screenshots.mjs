// Takes the screenshots of the README for ./dev screenshots: POLLUX_PROGRAM=… node screenshots.mjs DIRECTORY
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { launchBrowser } from "../system/browser.mjs";
import { vote } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";

const [directory] = process.argv.slice(2);
const voteAt = "http://vote.example.org/";
const resultsAt = "http://results.example.org/";

const phone = { viewport: { width: 390, height: 700 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const screen = { viewport: { width: 1600, height: 896 }, deviceScaleFactor: 1.25 };

const cleanUps = [];
const pollux = await Pollux.start({ after: (cleanUp) => cleanUps.push(cleanUp) });

// With the host names of a real site.
const rule = (name, url) => `MAP ${new URL(name).hostname}:80 ${new URL(url).host}`;
const rules = [rule(voteAt, pollux.voteUrl), rule(resultsAt, pollux.resultUrl)];
const browser = await launchBrowser({ args: [`--host-resolver-rules=${rules.join(",")}`] });
cleanUps.push(() => browser.close());

async function open(url, options) {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "UTC", reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

const picture = (page, name) => page.screenshot({ path: path.join(directory, `${name}.png`) });

try {
  const address = `${resultsAt}?present=${encodeURIComponent(voteAt)}`;
  const show = await open(address, screen);
  const showInDark = await open(address, { ...screen, colorScheme: "dark" });
  // An evening in a minute: few votes at first, then many.
  for (let second = 0; second < 60; second += 2) {
    const voters = Math.round(3 + 14 * Math.exp(-(((second - 34) / 14) ** 2)));
    for (let voter = 0; voter < voters; ++voter) {
      await vote(pollux, (voter * 7 + second) % 12 < (second < 30 ? 5 : 8) ? "a" : "b");
    }
    await delay(2000);
  }
  await picture(show, "result");
  await picture(showInDark, "result-dark");
  for (const [name, colorScheme] of [
    ["vote", "light"],
    ["vote-dark", "dark"],
  ]) {
    const page = await open(voteAt, { ...phone, colorScheme });
    await page.getByRole("button", { name: "Cats" }).click();
    await page.getByText("Your vote is in").waitFor();
    await picture(page, name);
  }
} finally {
  for (const cleanUp of cleanUps.reverse()) {
    await cleanUp();
  }
}
