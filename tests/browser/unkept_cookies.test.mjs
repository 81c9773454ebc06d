// A browser that claims to keep cookies but does not: one page is still one voter.
import assert from "node:assert/strict";
import { test } from "node:test";
import { launchBrowser } from "../system/browser.mjs";
import { eventually } from "../system/eventually.mjs";
import { counts } from "../system/http.mjs";
import { metrics } from "../system/metrics.mjs";
import { Pollux } from "../system/program.mjs";
import { accepted, button } from "./pages_in_browser.mjs";

const address = "http://vote.example.org/";

// The page over plain HTTP, while its cookies are for HTTPS only.
async function openPage(t, options = {}) {
  const pollux = await Pollux.start(t, { args: ["--public-url", "https://vote.example.org/"] });
  const rule = `--host-resolver-rules=MAP vote.example.org:80 ${new URL(pollux.voteUrl).host}`;
  const browser = await launchBrowser({ args: [rule] });
  t.after(() => browser.close());
  const context = await browser.newContext({ locale: "en-US", ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.goto(address);
  return { pollux, page };
}

const assertCounts = (pollux, expected) =>
  eventually(async () => assert.deepEqual(await counts(pollux), expected));

test("taps and lost responses of one page are one vote, and the page says that cookies are disabled", async (t) => {
  const { pollux, page } = await openPage(t);
  assert.equal(await page.evaluate(() => navigator.cookieEnabled), true);
  let lost = 0;
  await page.route(address, async (route) => {
    if (route.request().method() === "POST" && lost < 3) {
      lost += 1;
      const { origin, ...headers } = route.request().headers(); // Playwright does not find the name
      assert.equal(new URL(origin).href, address);
      await route.fetch({ url: `${pollux.voteUrl}/`, headers });
      await route.abort("connectionreset");
    } else {
      await route.continue();
    }
  });
  for (const option of ["a", "b", "a"]) {
    await button(page, option).click();
    await accepted(page, option);
  }
  await page.locator("#without-cookie").waitFor();
  assert.equal(lost, 3);
  await assertCounts(pollux, { a: 1, b: 0 });
  assert.ok((await metrics(pollux)).pollux_votes_without_cookie_total >= 4);
  await eventually(() => assert.ok(pollux.log.some((line) => line.includes("did not keep the voter's cookie"))));
});

test("without JavaScript, too", async (t) => {
  const { pollux, page } = await openPage(t, { javaScriptEnabled: false });
  for (const option of ["a", "b"]) {
    await button(page, option).click();
    await page.locator(`#choice button#${option}:disabled`).waitFor();
  }
  await page.locator("#without-cookie").waitFor();
  await assertCounts(pollux, { a: 0, b: 1 });
});
