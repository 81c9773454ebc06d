// What an audience sees of the results: the leader, the order, bars and numbers in motion, and the presenter's tools.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { vote } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { assertAccessible, readQr } from "./page_checks.mjs";
import { cities, desktop, live, openPage, openResults, option, optionFlags, phone, shows } from "./pages_in_browser.mjs";
import { keep } from "./pictures.mjs";

async function cast(pollux, votes) {
  for (const [id, count] of Object.entries(votes)) {
    await Promise.all(Array.from({ length: count }, () => vote(pollux, id)));
  }
}

// The letters of the options from top to bottom, left to right.
const places = (page) =>
  page.locator(".option").evaluateAll((rows) =>
    rows
      .map((row) => ({ id: row.dataset.option, ...row.getBoundingClientRect().toJSON() }))
      .sort((one, other) => one.top - other.top || one.left - other.left)
      .map(({ id }) => id)
      .join(""),
  );

const three = optionFlags(["Noodles", "Pizza", "Curry"]);
const still = { ...desktop, reducedMotion: "reduce" };

test("the option that leads is marked, and none in a tie", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await openResults(t, pollux, still);
  await cast(pollux, { b: 2, a: 1 });
  await page.locator('.leading[data-option="b"]').waitFor();
  const word = await option(page, "b").evaluate((row) => getComputedStyle(row, "::after").content);
  assert.equal(word, '"Leading"');
  assert.equal(await page.locator(".leading").count(), 1);
  await keep(page, "stage-leader");
  await cast(pollux, { a: 1 });
  await shows(page, "a", "2 votes", "50.0%");
  await page.locator(".leading").first().waitFor({ state: "detached" });
});

test("rows move to the order of the result, by the address and by the button, which remembers it", async (t) => {
  const pollux = await Pollux.start(t, { args: three });
  await cast(pollux, { c: 2, b: 1 });
  const page = await openResults(t, pollux, desktop, "?order");
  await eventually(async () => assert.equal(await places(page), "cba"));
  await cast(pollux, { a: 3 });
  await eventually(async () => assert.equal(await places(page), "acb"));
  await keep(page, "stage-order");
  await page.getByRole("button", { name: "Order by result" }).click();
  await eventually(async () => assert.equal(await places(page), "abc"));
  assert.equal(page.url(), `${pollux.resultUrl}/`);
  await page.getByRole("button", { name: "Order by result" }).click();
  await eventually(async () => assert.equal(await places(page), "acb"));
  await page.reload();
  await page.locator('#poll[aria-busy="false"]').waitFor();
  await eventually(async () => assert.equal(await places(page), "acb"));
});

test("rows that change places are seen moving, unless the reader prefers no motion", async (t) => {
  const pollux = await Pollux.start(t, { args: three });
  for (const [reducedMotion, moves] of [["no-preference", true], ["reduce", false]]) {
    const page = await openResults(t, pollux, { ...desktop, reducedMotion });
    await page.locator('#poll[aria-busy="false"]').waitFor();
    await cast(pollux, { c: 1 });
    await page.locator('.leading[data-option="c"]').waitFor();
    await page.evaluate(() => {
      window.moved = 0;
      const { animate } = Element.prototype;
      Element.prototype.animate = function (...effect) {
        window.moved += 1;
        return animate.apply(this, effect);
      };
    });
    await page.getByRole("button", { name: "Order by result" }).click();
    await eventually(async () => assert.equal(await places(page), "cab"));
    assert.equal((await page.evaluate(() => window.moved)) > 0, moves);
  }
});

// The totals that a page receives, with the first.
async function openCounting(t, pollux, reducedMotion) {
  const page = await openPage(t, "about:blank", { ...desktop, reducedMotion });
  const received = new Set([0]);
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      for (const [, total] of String(payload).matchAll(/"total":(\d+)/g)) {
        received.add(Number(total));
      }
    }),
  );
  await page.goto(pollux.resultUrl);
  await live(page);
  await page.locator('#poll[aria-busy="false"]').waitFor();
  await page.evaluate(() => {
    window.seen = [];
    const total = document.querySelector("#total");
    new MutationObserver(() => window.seen.push(parseInt(total.textContent.replaceAll(",", ""), 10))).observe(total, { childList: true });
  });
  return { page, received };
}

test("numbers count up to the new value, and appear at once for readers who prefer no motion", async (t) => {
  const pollux = await Pollux.start(t);
  const moving = await openCounting(t, pollux, "no-preference");
  const resting = await openCounting(t, pollux, "reduce");
  let votes = 0;
  const between = async ({ page, received }) => {
    await page.locator("#total").getByText(`${votes.toLocaleString("en-US")} votes`, { exact: true }).waitFor();
    const seen = await page.evaluate(() => window.seen);
    assert.deepEqual(seen, [...seen].sort((one, other) => one - other), "never backwards");
    return seen.filter((total) => !received.has(total));
  };
  // A busy machine may draw no picture while the numbers move, or only those with totals that were received.
  await eventually(async () => {
    await cast(pollux, { a: 100 });
    votes += 100;
    assert.notDeepEqual(await between(moving), []);
  });
  assert.deepEqual(await between(resting), []);
});

test("bars of many options are in proportion to the leader, which the page says, and the chart has the first five", async (t) => {
  const pollux = await Pollux.start(t, { args: optionFlags(cities.slice(0, 8)) });
  const page = await openResults(t, pollux, still);
  await cast(pollux, { a: 1, b: 4, c: 2, d: 1, h: 3 });
  await shows(page, "h", "3 votes", "27.3%");
  const share = (id) => option(page, id).locator(".fill").evaluate((fill) => Number(fill.style.getPropertyValue("--share")));
  assert.deepEqual([await share("b"), await share("c"), await share("e")], [1, 0.5, 0]);
  await page.getByText("The bar of the leading option has full length.").waitFor();
  await page.getByText("Votes over time: the five leading options").waitFor();
  await keep(page, "stage-eight-options");
  const few = await openResults(t, await Pollux.start(t), still);
  assert.equal(await few.locator("#scale").isVisible(), false);
});

test("before the first vote the page invites by a code that phones can read, then shows the chart in its place", async (t) => {
  const pollux = await Pollux.start(t, { args: ["--public-url", "http://vote.example/"] });
  const page = await openResults(t, pollux, still);
  await page.getByText("Waiting for the first vote", { exact: true }).waitFor();
  const code = page.locator("#waiting svg");
  await code.waitFor();
  assert.equal(await readQr(page, code), "http://vote.example/");
  await page.locator("#waiting").getByText("vote.example", { exact: true }).waitFor();
  const invitation = await page.locator("#waiting").boundingBox();
  await assertAccessible(page, "waiting", (scheme) => keep(page, `stage-waiting-${scheme}`));
  await cast(pollux, { a: 1 });
  await page.locator("#over-time canvas").waitFor();
  assert.equal(await page.locator("#waiting").isVisible(), false);
  await eventually(async () => assert.deepEqual(await page.locator("#over-time").boundingBox(), invitation));
});

test("an address that phones cannot reach is no invitation", async (t) => {
  const page = await openResults(t, await Pollux.start(t), still);
  await page.getByText("Waiting for the first vote", { exact: true }).waitFor();
  assert.equal(await page.locator("#waiting").isVisible(), false);
});

for (const [name, device] of Object.entries({ phone: { ...phone, reducedMotion: "reduce" }, desktop: still })) {
  test(`the presenter hides the results on this screen, and shows them again: ${name}`, async (t) => {
    const pollux = await Pollux.start(t, { args: [...three, "--public-url", "http://vote.example/"] });
    await cast(pollux, { c: 2, a: 1 });
    const page = await openResults(t, pollux, device, "?present&order");
    await shows(page, "c", "2 votes", "66.7%");
    await eventually(async () => assert.equal(await places(page), "cab"));
    await page.getByRole("button", { name: "Hide results" }).click();
    await page.getByText("The results are hidden on this screen.").waitFor();
    const visible = () => page.locator(".count:visible, .percentage:visible, .fill:visible, #chart:visible").count();
    assert.equal(await visible(), 0);
    await eventually(async () => assert.equal(await places(page), "abc", "the order would show the result"));
    assert.equal(await option(page, "c").evaluate((row) => getComputedStyle(row, "::after").content), "none");
    await page.locator("#total").getByText("3 votes", { exact: true }).waitFor();
    await assertAccessible(page, "hidden", (scheme) => keep(page, `stage-hidden-${name}-${scheme}`));
    await page.reload();
    await page.getByText("The results are hidden on this screen.").waitFor();
    await page.getByRole("button", { name: "Hide results" }).click();
    await option(page, "c").getByText("66.7%", { exact: true }).waitFor({ state: "visible" });
    await eventually(async () => assert.equal(await places(page), "cab"));
  });

  test(`the code fills the screen, and Escape closes it: ${name}`, async (t) => {
    const pollux = await Pollux.start(t, { args: ["--public-url", "http://vote.example/"] });
    const page = await openResults(t, pollux, device, "?present");
    await page.getByRole("button", { name: "Enlarge the code" }).click();
    const dialog = page.getByRole("dialog", { name: "Scan to vote" });
    await dialog.waitFor();
    const code = dialog.locator("svg");
    const { width, height } = await code.boundingBox();
    const { viewport } = device;
    assert.ok(Math.min(width, height) >= 0.55 * Math.min(viewport.width, viewport.height), `${width} × ${height}`);
    assert.equal(await readQr(page, code), "http://vote.example/");
    await dialog.getByText("vote.example", { exact: true }).waitFor();
    await assertAccessible(page, "code", (scheme) => keep(page, `stage-code-${name}-${scheme}`));
    await page.reload();
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.waitForURL(`${pollux.resultUrl}/?present`);
    await page.getByRole("button", { name: "Enlarge the code" }).click();
    await dialog.getByRole("button", { name: "Close" }).click();
    await dialog.waitFor({ state: "hidden" });
  });
}

test("in forced colors a button that is on differs from one that is off, and so does the leader", async (t) => {
  const pollux = await Pollux.start(t);
  await cast(pollux, { b: 1 });
  const page = await openResults(t, pollux, { ...still, forcedColors: "active" }, "?present&order");
  await page.locator('.leading[data-option="b"]').waitFor();
  const ground = (name) => page.getByRole("button", { name }).evaluate((tool) => getComputedStyle(tool).backgroundColor);
  assert.notEqual(await ground("Order by result"), await ground("Hide results"));
  const outline = (id) => option(page, id).locator(".bar").evaluate((bar) => getComputedStyle(bar).outlineStyle);
  assert.deepEqual([await outline("b"), await outline("a")], ["solid", "none"]);
  await keep(page, "stage-forced-colors");
});

test("on a projector the address is as large as its line allows, and a long one is not cut off", async (t) => {
  for (const host of ["vote.example", "a-rather-long-name-of-a-department.university.example"]) {
    const pollux = await Pollux.start(t, { args: ["--public-url", `http://${host}/`] });
    const page = await openResults(t, pollux, { viewport: { width: 1920, height: 1080 } }, "?present");
    const address = page.locator("#address");
    await address.getByText(host, { exact: true }).waitFor();
    await page.locator('#address[style*="--fit"]').waitFor();
    await eventually(async () => {
      const [size, cut] = await address.evaluate((line) => [
        parseFloat(getComputedStyle(line).fontSize),
        line.scrollWidth - line.clientWidth,
      ]);
      assert.ok(cut <= 1, `${cut} px of ${host} are cut off`);
      assert.ok(size >= (host.length < 16 ? 36 : 0), `${size} px`);
    });
  }
});

test("the results and their tools work at 1440 and 1920 pixels without scrolling for few options", async (t) => {
  const pollux = await Pollux.start(t, { args: three });
  await cast(pollux, { a: 3, b: 1 });
  for (const viewport of [{ width: 1440, height: 900 }, { width: 1920, height: 1080 }]) {
    const page = await openResults(t, pollux, { viewport, reducedMotion: "reduce" });
    await page.locator("#over-time canvas").waitFor();
    await eventually(async () => {
      assert.ok((await page.evaluate(() => document.documentElement.scrollHeight)) <= viewport.height);
      const bars = await page.locator("#options").boundingBox();
      const chart = await page.locator("#over-time").boundingBox();
      assert.ok(bars.x + bars.width <= chart.x, "the chart is beside the bars");
    });
    await keep(page, `stage-results-${viewport.width}`);
  }
});
