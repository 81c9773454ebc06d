// Pages in browser profiles of their own.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launchBrowser } from "../system/browser.mjs";

// Generous, because the machine may be busy.
const waitMs = 60_000;

export const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
export const desktop = { viewport: { width: 1280, height: 800 } };

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser?.close());

// Without a page. Closed at the end of the test.
export async function openContext(t, options = {}) {
  const context = await browser.newContext({ locale: "en-US", ...options });
  context.setDefaultTimeout(waitMs);
  t.after(() => context.close());
  return context;
}

// A page in a browser profile of its own, with its errors in `page.faults`.
export async function openPage(t, url, options = {}) {
  const page = await (await openContext(t, options)).newPage();
  watchFaults(page);
  await page.goto(url);
  return page;
}

function watchFaults(page) {
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
}

export async function openResults(t, pollux, options = {}, query = "") {
  const page = await openPage(t, `${pollux.resultUrl}/${query}`, options);
  await live(page);
  await page.evaluate(() => (window.notReloaded = true));
  return page;
}

export const live = (page, options) => page.locator('#connection[data-state="live"]').waitFor(options);

export function option(page, id) {
  return page.locator(`[data-option="${id}"]`);
}

// Waits until the page shows it, without a reload.
export async function shows(page, id, votes, percentage) {
  await option(page, id).getByText(votes, { exact: true }).waitFor();
  await option(page, id).getByText(percentage, { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => window.notReloaded), true);
}

export function button(page, id) {
  return page.locator(`#choice button#${id}`);
}

// Casts a vote and waits for the confirmation.
export async function choose(page, id) {
  await button(page, id).click();
  await accepted(page, id);
}

export async function accepted(page, id, options) {
  await page.locator(`#choice button#${id}[data-state="accepted"][aria-pressed="true"]`).waitFor(options);
  await page.locator("#confirmation", { hasText: "Your vote is in" }).waitFor(options);
}

export const cities = (
  "Amsterdam Berlin Copenhagen Dublin Edinburgh Florence Geneva Hamburg Istanbul Jerusalem Kraków Lisbon Madrid " +
  "Naples Oslo Paris Québec Rome Stockholm Tallinn Uppsala Vienna Warsaw Xanten York Zürich"
).split(" ");

// The flags of a poll with these labels.
export function optionFlags(labels) {
  return labels.flatMap((label, index) => [`--option-${String.fromCharCode(97 + index)}`, label]);
}
