// Nothing shifts, nothing is clipped, and the pages are small.
import assert from "node:assert/strict";
import { test } from "node:test";
import { launchBrowser } from "../system/browser.mjs";
import { request, vote } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { button, choose, cities, desktop, openPage, openResults, option, optionFlags, phone } from "./pages_in_browser.mjs";

// The sum of layout shifts from now on, including those after input.
async function watchShifts(page) {
  await page.evaluate(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries()) {
        window.shifts.push(`${value}: ${sources.map(({ node }) => node?.id || node?.className || node?.nodeName)}`);
      }
    }).observe({ type: "layout-shift" });
  });
}

// After the browser has painted and reported pending changes.
const shifts = (page) =>
  page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(window.shifts), 50))),
  );

for (const [name, device] of Object.entries({ phone, desktop })) {
  test(`growing numbers shift nothing on the result page: ${name}`, async (t) => {
    const pollux = await Pollux.start(t);
    const results = await openResults(t, pollux, device);
    await results.locator('#poll[aria-busy="false"]').waitFor();
    await watchShifts(results);
    const posted = { a: 0, b: 0 };
    for (const [id, votes] of [["a", 1], ["b", 9], ["a", 11], ["b", 100], ["a", 1000]]) {
      while (posted[id] < votes) {
        const count = Math.min(50, votes - posted[id]);
        await Promise.all(Array.from({ length: count }, () => vote(pollux, id)));
        posted[id] += count;
      }
      const words = votes === 1 ? "1 vote" : `${votes.toLocaleString("en-US")} votes`;
      await option(results, id).getByText(words, { exact: true }).waitFor();
    }
    assert.deepEqual(await shifts(results), []);
  });

  test(`a vote shifts nothing on the vote page: ${name}`, async (t) => {
    const voter = await openPage(t, (await Pollux.start(t)).voteUrl, device);
    await watchShifts(voter);
    await choose(voter, "a");
    await choose(voter, "b");
    await voter.route("**/*", (route) => route.abort());
    await button(voter, "a").click();
    await voter.getByText("Not sent yet").waitFor();
    await voter.unroute("**/*");
    await voter.getByText("Your vote is in").waitFor();
    assert.deepEqual(await shifts(voter), []);
  });
}

const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

// Closes the page, to keep few open.
async function assertNoneWider(page, { width }) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${page.url()}: ${wide}`);
  await page.context().close();
}

const cutOff = (texts) =>
  texts.evaluateAll((elements) =>
    elements
      .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
      .map(({ textContent }) => textContent),
  );

// 320 × 256 is a window of 1280 × 1024 at a zoom of 400 % (WCAG 1.4.10).
for (const viewport of [
  { width: 320, height: 256 },
  { width: 320, height: 640 },
  { width: 844, height: 390 },
  { width: 3840, height: 2160 },
]) {
  test(`nothing is clipped or scrolls sideways at ${viewport.width} × ${viewport.height}`, async (t) => {
    const options = { viewport, reducedMotion: "reduce" };
    for (const labels of [["Cats", "Dogs"], [long, "فلافل", `${long}en`], cities]) {
      const pollux = await Pollux.start(t, { args: ["--question", `${long}?`, ...optionFlags(labels)] });
      const voter = await openPage(t, pollux.voteUrl, options);
      await choose(voter, "b");
      await assertNoneWider(voter, viewport);
      for (const query of ["", `?present=${pollux.voteUrl}/`]) {
        const results = await openResults(t, pollux, options, query);
        await results.locator('#poll[aria-busy="false"]').waitFor();
        if (query === "") {
          assert.deepEqual(await cutOff(results.locator(".label, .count, .percentage")), []);
        }
        await assertNoneWider(results, viewport);
      }
      await pollux.kill();
    }
  });
}

test("targets are large enough for a thumb", async (t) => {
  const pollux = await Pollux.start(t, { args: optionFlags(cities) });
  const voter = await openPage(t, pollux.voteUrl, phone);
  for (const { height, width } of await voter
    .locator("#choice button")
    .evaluateAll((buttons) => buttons.map((each) => each.getBoundingClientRect().toJSON()))) {
    assert.ok(height >= 44 && width >= 200, `${width} × ${height}`);
  }
});

test("the focused element is not behind the confirmation", async (t) => {
  const pollux = await Pollux.start(t, { args: optionFlags(cities) });
  const voter = await openPage(t, pollux.voteUrl, phone);
  await choose(voter, "a");
  await voter.locator(".numbers").first().waitFor();
  for (let index = 0; index < cities.length - 1; ++index) {
    await voter.keyboard.press("Tab");
    const [bottom, top] = await voter.evaluate(() => [
      document.activeElement.getBoundingClientRect().bottom,
      document.querySelector("#confirmation").getBoundingClientRect().top,
    ]);
    assert.ok(bottom <= top, `${index}: ${bottom} > ${top}`);
  }
});

test("right-to-left labels are aligned to the right", async (t) => {
  const pollux = await Pollux.start(t, { args: optionFlags(["Hummus", "فلافل"]) });
  const voter = await openPage(t, pollux.voteUrl, phone);
  const label = await button(voter, "b").evaluate((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const text = range.getBoundingClientRect();
    const box = element.getBoundingClientRect();
    return { left: text.left - box.left, right: box.right - text.right };
  });
  assert.ok(label.left > label.right, JSON.stringify(label));
  const results = await openResults(t, pollux, phone);
  const direction = await option(results, "b").locator(".label").evaluate((element) => getComputedStyle(element).direction);
  assert.equal(direction, "rtl");
});

test("prefers-reduced-motion is respected", async (t) => {
  const results = await openResults(t, await Pollux.start(t), { reducedMotion: "reduce" });
  const duration = await option(results, "a").locator(".fill").evaluate((fill) => getComputedStyle(fill).transitionDuration);
  assert.equal(duration, "0s");
});

// The pages themselves are rendered per request and sent uncompressed.
test("the vote page with all its assets is at most 15 kB, both pages are at most 66 kB", async (t) => {
  const pollux = await Pollux.start(t);
  const paths = new Map();
  let ofVotePage;
  const note = (page) =>
    page.on("response", (response) => {
      const { origin, pathname } = new URL(response.url());
      if (pathname === "/" || pathname.startsWith("/assets/")) {
        paths.set(pathname === "/" ? origin : pathname, origin + pathname);
      }
    });
  for (const url of [pollux.voteUrl, `${pollux.resultUrl}/?present=${pollux.voteUrl}/`]) {
    const page = await openPage(t, "about:blank");
    note(page);
    await page.goto(url);
    if (url === pollux.voteUrl) {
      await choose(page, "a");
      await page.locator(".numbers").first().waitFor();
      ofVotePage = new Set(paths.values());
    } else {
      await page.locator("#qr svg").waitFor();
      await page.locator("#chart canvas").waitFor({ state: "attached" });
    }
  }
  assert.ok(paths.size >= 8, [...paths.keys()].join());
  for (const coding of ["br", "gzip"]) { // browsers ask for the first by TLS alone
    let [total, votePage] = [0, 0];
    for (const url of paths.values()) {
      const { body, headers } = await request(url, { headers: { "Accept-Encoding": coding } });
      if (new URL(url).pathname !== "/") {
        assert.match(headers["cache-control"], /immutable/);
      }
      total += body.length;
      votePage += ofVotePage.has(url) ? body.length : 0;
    }
    t.diagnostic(`${total} bytes in ${paths.size} answers by ${coding}, ${votePage} of the vote page`);
    assert.ok(votePage <= 15_000, String(votePage));
    assert.ok(total <= 66_000, String(total));
  }
});

test("the time until a tap is visible is reported (without a limit)", async (t) => {
  const voter = await openPage(t, (await Pollux.start(t)).voteUrl, phone);
  await voter.evaluate(() => {
    window.interactions = [];
    new PerformanceObserver((list) => {
      window.interactions.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: "event", durationThreshold: 16, buffered: true });
  });
  for (const id of ["a", "b", "a", "b", "a"]) {
    await choose(voter, id);
  }
  await shifts(voter);
  const slowest = Math.max(0, ...(await voter.evaluate(() => window.interactions)));
  t.diagnostic(`interaction to next paint: ${slowest === 0 ? "under 16" : slowest} ms`);
});

test("a vote for a long label widens nothing on a phone, with JavaScript and without", async (t) => {
  const pollux = await Pollux.start(t, { args: optionFlags(["W".repeat(60), "Dogs"]) });
  for (const javaScriptEnabled of [true, false]) {
    const voter = await openPage(t, pollux.voteUrl, { ...phone, javaScriptEnabled });
    await button(voter, "a").click();
    await voter.locator("#confirmation", { hasText: "Your vote is in" }).waitFor();
    const { width } = await voter.locator("#confirmation").boundingBox();
    assert.ok(width <= phone.viewport.width, `${width}`);
    assert.ok((await voter.locator("#a").boundingBox()).width <= phone.viewport.width);
  }
});

test("all options have the same size, also an odd number of them", async (t) => {
  for (const count of [3, 5, 7]) {
    const pollux = await Pollux.start(t, { args: optionFlags(cities.slice(0, count)) });
    const voter = await openPage(t, pollux.voteUrl, desktop);
    const widths = await voter
      .locator("#choice button")
      .evaluateAll((buttons) => buttons.map((each) => Math.round(each.getBoundingClientRect().width)));
    assert.equal(new Set(widths).size, 1, widths.join());
  }
});

test("a long question leaves an option visible on a small phone", async (t) => {
  const question = `${"Which of these restaurants near the office would you like best? ".repeat(4)}`.trim();
  const pollux = await Pollux.start(t, { args: ["--question", question] });
  const voter = await openPage(t, pollux.voteUrl, { viewport: { width: 320, height: 568 } });
  const { y } = await button(voter, "a").boundingBox();
  assert.ok(y < 568 - 44, String(y));
});

test("the confirmation covers nothing before there is a vote", async (t) => {
  const pollux = await Pollux.start(t, { args: optionFlags(cities) });
  const voter = await openPage(t, pollux.voteUrl, phone);
  const covered = await voter.evaluate(() => document.elementFromPoint(innerWidth / 2, innerHeight - 20).id);
  assert.notEqual(covered, "confirmation");
});

test("in forced colors the selected option has its check mark", async (t) => {
  const voter = await openPage(t, (await Pollux.start(t)).voteUrl, { ...phone, forcedColors: "active" });
  await choose(voter, "a");
  const [mark, ground] = await button(voter, "a").evaluate((element) => [
    getComputedStyle(element, "::after").backgroundColor,
    getComputedStyle(element).backgroundColor,
  ]);
  assert.notEqual(mark, ground);
});

test("with a font twice as large percentages are not clipped and words are not broken", async (t) => {
  const large = await launchBrowser({ args: ["--blink-settings=defaultFontSize=32"] });
  t.after(() => large.close());
  const pollux = await Pollux.start(t);
  for (const width of [390, 1024]) {
    const context = await large.newContext({ viewport: { width, height: 844 }, locale: "en-US" });
    context.setDefaultTimeout(60_000);
    const results = await context.newPage();
    await results.goto(pollux.resultUrl);
    await results.locator('#poll[aria-busy="false"]').waitFor();
    assert.deepEqual(await cutOff(results.locator(".label, .count, .percentage")), []);
    const voter = await context.newPage();
    await voter.goto(pollux.voteUrl);
    const lines = await voter.locator("#choice button").evaluateAll((buttons) =>
      buttons.map((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return range.getClientRects().length;
      }),
    );
    assert.deepEqual(lines, [1, 1]);
    assert.ok((await voter.evaluate(() => document.documentElement.scrollWidth)) <= width);
    await context.close();
  }
});

test("nothing shifts while the result page and the presenter view load", async (t) => {
  const pollux = await Pollux.start(t);
  for (const id of ["a", "b"]) {
    await vote(pollux, id);
  }
  for (const query of ["", "?present"]) {
    const page = await openPage(t, "about:blank", desktop);
    await page.addInitScript(() => {
      window.shifted = 0;
      new PerformanceObserver((list) => {
        list.getEntries().forEach(({ value }) => (window.shifted += value));
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(`${pollux.resultUrl}/${query}`);
    await page.locator("#over-time canvas").waitFor();
    await shifts(page);
    const shifted = await page.evaluate(() => window.shifted);
    t.diagnostic(`${query}: ${shifted}`);
    assert.ok(shifted < 0.02, `${query}: ${shifted}`);
  }
});

test("without votes the chart takes no space", async (t) => {
  const results = await openResults(t, await Pollux.start(t), desktop);
  await results.locator('#poll[aria-busy="false"]').waitFor();
  assert.equal(await results.locator("#over-time").boundingBox(), null);
});
