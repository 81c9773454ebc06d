import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { vote } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { cities, openPage, openResults, optionFlags } from "./pages_in_browser.mjs";
import { readQr } from "./page_checks.mjs";

test("the presenter view shows the address of the vote page, as a code and as text", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await openPage(t, `${pollux.voteUrl}/present`);
  const { host } = new URL(pollux.voteUrl);
  await page.getByRole("img", { name: `QR code for ${host}` }).waitFor();
  await page.locator("#address").getByText(host, { exact: true }).waitFor();
  assert.equal(await readQr(page, page.locator("#qr")), `${pollux.voteUrl}/`);
  assert.deepEqual(page.faults, []);
});

test("the code is square and dark on light with a quiet zone in every color scheme", async (t) => {
  const pollux = await Pollux.start(t);
  for (const colorScheme of ["light", "dark"]) {
    const page = await openResults(t, pollux, { colorScheme }, `?present=${pollux.voteUrl}/`);
    const code = page.locator("#qr svg");
    await code.waitFor();
    const { width, height } = await code.boundingBox();
    assert.ok(Math.abs(width - height) < 1 && width > 200, `${width} × ${height}`);
    const [ground, ink] = await code.evaluate((svg) => [
      getComputedStyle(svg).backgroundColor,
      getComputedStyle(svg.querySelector("path")).fill,
    ]);
    assert.deepEqual([ground, ink], ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
    assert.equal(await readQr(page, code), `${pollux.voteUrl}/`);
    const margins = await code.evaluate((svg) => {
      const [left, top, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
      const ink = svg.querySelector("path").getBBox();
      return [ink.x - left, ink.y - top, left + width - ink.x - ink.width, top + height - ink.y - ink.height];
    });
    assert.deepEqual(margins, [4, 4, 4, 4]);
  }
});

test("the address of another site is not shown", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await openResults(t, pollux, {}, "?present=https://elsewhere.example/");
  await page.getByText("The address of the vote page is unknown.").waitFor();
  assert.equal(await page.locator("#qr svg").count(), 0);
  assert.doesNotMatch(await page.locator("body").innerText(), /elsewhere/);
});

test("the first vote shows the chart, as wide as the bars", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await openResults(t, pollux, {}, `?present=${pollux.voteUrl}/`);
  await page.getByText("Waiting for the first vote", { exact: true }).waitFor();
  assert.equal(await page.locator("#over-time").isVisible(), false);
  await vote(pollux, "a");
  await page.locator("#over-time canvas").waitFor();
  await eventually(async () => {
    const bars = await page.locator("#options").boundingBox();
    const chart = await page.locator("#over-time canvas").boundingBox();
    assert.ok(Math.abs(chart.width - bars.width) <= 1, `${chart.width} of ${bars.width}`);
  });
});

const long = "A label that goes on and on, because somebody wanted to explain everything at once";

async function assertOnScreen(page, viewport, labels) {
  const cut = await page.locator("#heading").evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
  assert.ok(cut <= 1, `${cut} px of the question are cut off`);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(height <= viewport.height, `${labels.length} options: ${height}`);
  const overfull = await page.locator(".option").evaluateAll((rows) =>
    rows
      .filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1)
      .map(({ innerText }) => innerText),
  );
  assert.deepEqual(overfull, []);
}

for (const viewport of [
  { width: 800, height: 600 },
  { width: 1024, height: 768 },
  { width: 1080, height: 1920 },
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
]) {
  test(`on a projector of ${viewport.width} × ${viewport.height} everything is on the screen`, async (t) => {
    for (const labels of [["Cats", "Dogs"], ["Cats", long, "Dogs"], [long, ...cities.slice(0, 4)], cities]) {
      const question = ["--question", "Which of all of these would you rather have with you on an island?"];
      const pollux = await Pollux.start(t, { args: [...question, ...optionFlags(labels)] });
      await vote(pollux, "a");
      const options = { viewport, reducedMotion: "reduce" };
      const page = await openResults(t, pollux, options, `?present=${pollux.voteUrl}/`);
      await page.locator("#qr svg").waitFor();
      await page.locator("#total").getByText("1 vote", { exact: true }).waitFor();
      if (labels.length < 4) {
        await page.locator("#over-time canvas").waitFor();
      }
      await eventually(() => assertOnScreen(page, viewport, labels));
      await page.context().close();
      await pollux.kill();
    }
  });
}

test("a long question is not clipped", async (t) => {
  const question = "Which of these restaurants near the office would you like best? ".repeat(7).trim();
  const pollux = await Pollux.start(t, { args: ["--question", question] });
  const page = await openResults(t, pollux, { viewport: { width: 1280, height: 720 } }, "?present");
  await page.locator("#qr svg").waitFor();
  await page.locator('#heading[style*="--fit"]').waitFor();
  await eventually(async () => {
    const cut = await page.locator("#heading").evaluate((heading) => heading.scrollHeight - heading.clientHeight);
    assert.ok(cut <= 1, String(cut));
  });
});

test("a loopback address shows a warning, another one does not", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await openPage(t, `${pollux.voteUrl}/present`);
  await page.getByText("Phones can’t reach this address.").waitFor();
  const stated = await Pollux.start(t, { args: ["--public-url", "http://vote.example/"] });
  const other = await openPage(t, `${stated.resultUrl}/?present`);
  await other.getByText("vote.example", { exact: true }).waitFor();
  assert.equal(await other.locator("#loopback").isVisible(), false);
});
