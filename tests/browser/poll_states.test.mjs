// Every state of the pages of managed polls: axe-core finds no violation, nothing is clipped, and each is small. If
// POLLUX_SCREENSHOTS names a directory, it receives a picture of each.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { launchBrowser } from "../system/browser.mjs";
import { request } from "../system/http.mjs";
import { PolluxWithPolls } from "../system/sqlite_polls.mjs";
import { assertAccessible } from "./page_checks.mjs";
import { cities, desktop, openPage, phone } from "./pages_in_browser.mjs";
import { keep } from "./pictures.mjs";
import { answers, questions } from "./polls.mjs";

const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
const strange = [
  "Nudeln",
  "חומוס עם פיתה (2 מנות)",
  long,
  "A label that goes on and on, because somebody wanted to explain everything at once and did not stop before the end",
];

const polls = {
  single: { question: questions.single },
  multiple: { question: questions.multiple },
  scale: { question: questions.scale },
  ranking: { question: questions.ranking },
  "final-single": { question: questions.single, change: "never", require_cookie: true },
  "final-scale": { question: questions.scale, change: "never", results: "after_close" },
  "strange-multiple": { question: { ...questions.multiple, options: strange, max: 4 }, results: "after_vote" },
  "strange-ranking": { question: { ...questions.ranking, text: `${long}?`, options: strange, min: 1 } },
  "strange-scale": { question: { ...questions.scale, low: strange[3], high: strange[1] } },
  "many-multiple": { question: { ...questions.multiple, options: cities, max: 5 } },
  waiting: { question: questions.single, state: "draft", revision: 1, opens_at: 4_000_000_000 },
  closed: { question: questions.single, state: "closed" },
  archived: { question: questions.single, state: "archived", results: "hidden" },
};
const names = Object.keys(polls);
const start = (t) => PolluxWithPolls.start(t, Object.values(polls));
const pageOf = (pollux, name) => pollux.page(names.indexOf(name));

const isOpen = (name) => !["waiting", "closed", "archived"].includes(name);

// Answers the poll of that name.
async function answer(page, name) {
  const kind = polls[name].question.kind;
  if (polls[name].change === "never") {
    await page.getByRole("radio").nth(1).check({ force: true });
    await page.locator("#send").click();
  } else if (name.startsWith("strange") || name.startsWith("many")) {
    await answerStrange[kind](page);
  } else {
    await answers[kind].byMouse(page);
  }
  await page.locator("#confirmation", { hasText: "Your vote is in" }).waitFor();
}

const answerStrange = {
  async multiple(page) {
    await page.getByRole("checkbox").nth(1).check({ force: true });
    await page.getByRole("checkbox").nth(3).check({ force: true });
    await page.locator("#send").click();
  },
  async ranking(page) {
    for (let count = 0; count < 3; ++count) {
      await page.locator(".pool button").first().click();
    }
    await page.locator("#send").click();
  },
  scale: (page) => page.getByRole("button", { name: "10" }).click(),
};

// States beyond "open" and "voted": how each is reached from the open page of a poll.
const more = {
  "multiple-edited": ["multiple", async (page) => {
    await answers.multiple.byMouse(page);
    await page.locator("#confirmation", { hasText: "Your vote is in" }).waitFor();
    await page.getByRole("checkbox", { name: "Friday" }).uncheck({ force: true });
    await page.getByText("Your changes are not sent yet.").waitFor();
  }],
  "multiple-too-few": ["multiple", async (page) => {
    await page.locator("#send").click();
    await page.getByText("Please choose at least 1.").waitFor();
  }],
  "final-no-cookie": ["final-single", async (page) => {
    await page.context().clearCookies();
    await page.getByRole("radio").nth(1).check({ force: true });
    await page.locator("#send").click();
    await page.getByText("this poll needs the cookie of this page").waitFor();
  }],
  "ranking-begun": ["ranking", async (page) => {
    await page.locator(".pool button").first().click();
    await page.locator(".pool button").first().click();
  }],
  "scale-focus": ["scale", async (page) => {
    await page.keyboard.press("Tab");
  }],
  "multiple-focus": ["multiple", async (page) => {
    await page.keyboard.press("Tab");
  }],
  "single-not-sent": ["single", async (page) => {
    await page.route("**/*", (route) => route.abort());
    await answers.single.byMouse(page);
    await page.getByText("Not sent yet").waitFor();
  }],
};

async function look(page, name) {
  await page.mouse.move(0, 0);
  await assertAccessible(page, name, (colorScheme) => keep(page, `${name}-${colorScheme}`));
  await page.context().close();
}

// JavaScript stays enabled because axe-core needs it.
async function openWithoutScript(t, url, options) {
  const page = await openPage(t, "about:blank", options);
  await page.route("**/*.js", (route) => route.abort());
  await page.goto(url);
  return page;
}

for (const [deviceName, device] of Object.entries({ phone, desktop })) {
  const options = { ...device, colorScheme: "light", reducedMotion: "reduce" };
  const nameOf = (state) => `poll-${state}-${deviceName}`;

  test(`the pages of polls are accessible in each state: ${deviceName}`, async (t) => {
    const pollux = await start(t);
    for (const name of names) {
      const page = await openPage(t, pageOf(pollux, name), options);
      if (isOpen(name)) {
        const voter = await openPage(t, pageOf(pollux, name), options);
        await answer(voter, name);
        await look(voter, nameOf(`${name}-voted`));
        await look(await openWithoutScript(t, pageOf(pollux, name), options), nameOf(`${name}-without-script`));
      }
      await look(page, nameOf(name));
    }
    for (const [state, [name, reach]] of Object.entries(more)) {
      const page = await openPage(t, pageOf(pollux, name), options);
      await reach(page);
      await look(page, nameOf(state));
    }
  });

  test(`the page on which a code is typed is accessible: ${deviceName}`, async (t) => {
    const pollux = await start(t);
    await look(await openPage(t, `${pollux.voteUrl}/join`, options), nameOf("join"));
    await look(await openPage(t, `${pollux.voteUrl}/join?code=yyyyyy`, options), nameOf("join-unknown"));
    await look(await openPage(t, `${pollux.voteUrl}/join?code=hello`, options), nameOf("join-malformed"));
  });
}

// 320 × 256 is a window of 1280 × 1024 at a zoom of 400 % (WCAG 1.4.10).
for (const [what, viewport, fontSize] of [
  ["at 320 × 256", { width: 320, height: 256 }],
  ["at 320 × 640", { width: 320, height: 640 }],
  ["at 844 × 390", { width: 844, height: 390 }],
  ["at 3840 × 2160", { width: 3840, height: 2160 }],
  ["with a font twice as large", { width: 390, height: 844 }, 32],
]) {
  test(`no page of a poll is clipped or scrolls sideways ${what}`, async (t) => {
    const pollux = await start(t);
    const browser = await launchBrowser({ args: fontSize ? [`--blink-settings=defaultFontSize=${fontSize}`] : [] });
    t.after(() => browser.close());
    for (const name of names) {
      for (const javaScriptEnabled of [true, false]) {
        const context = await browser.newContext({ viewport, javaScriptEnabled, locale: "en-US", reducedMotion: "reduce" });
        context.setDefaultTimeout(60_000);
        const page = await context.newPage();
        await page.goto(pageOf(pollux, name));
        if (javaScriptEnabled && isOpen(name)) {
          await answer(page, name);
        }
        const overflow = await page.evaluate(() => {
          const wide = [...document.querySelectorAll("main *")].filter(
            ({ scrollWidth, clientWidth, className, tagName }) =>
              clientWidth > 0 && scrollWidth > clientWidth + 1 && !/unseen|mark/.test(className) && !/SELECT|OPTION|INPUT|STRONG/.test(tagName),
          );
          return { page: document.documentElement.scrollWidth, wide: wide.map(({ outerHTML }) => outerHTML.slice(0, 120)) };
        });
        assert.ok(overflow.page <= viewport.width, `${name}: ${overflow.page}`);
        assert.deepEqual(overflow.wide, [], name);
        await keep(page, `poll-${name}-${viewport.width}x${viewport.height}${fontSize ? "-large-font" : ""}${javaScriptEnabled ? "" : "-bare"}`);
        await context.close();
      }
    }
  });
}

test("all that is tapped is large enough for a thumb", async (t) => {
  const pollux = await start(t);
  for (const name of names.filter(isOpen)) {
    const page = await openPage(t, pageOf(pollux, name), { ...phone, viewport: { width: 320, height: 640 } });
    if (polls[name].question.kind === "ranking") {
      await page.locator(".pool button").first().click();
      await page.locator(".pool button").first().click();
    }
    const small = await page.locator("main :is(button, input:not([type=hidden]), .place)").evaluateAll((elements) =>
      elements
        .map((element) => ({ box: element.getBoundingClientRect(), text: element.outerHTML.slice(0, 80) }))
        .filter(({ box }) => box.height < 44 || box.width < 40)
        .map(({ box, text }) => `${box.width} × ${box.height}: ${text}`),
    );
    assert.deepEqual(small, [], name);
  }
});

test("a vote shifts nothing on the page of a poll", async (t) => {
  const pollux = await start(t);
  for (const name of ["single", "multiple", "scale"]) {
    const page = await openPage(t, pageOf(pollux, name), phone);
    await page.evaluate(() => {
      window.shifts = [];
      new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries()) {
          window.shifts.push(`${value}: ${sources.map(({ node }) => node?.id || node?.className || node?.nodeName)}`);
        }
      }).observe({ type: "layout-shift" });
    });
    await answer(page, name);
    const shifts = await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(window.shifts), 50))),
    );
    assert.deepEqual(shifts, [], name);
  }
});

test("the colors of the system show what is chosen", async (t) => {
  const pollux = await start(t);
  for (const name of ["multiple", "scale", "ranking"]) {
    const page = await openPage(t, pageOf(pollux, name), { ...phone, forcedColors: "active", reducedMotion: "reduce" });
    await answer(page, name);
    await keep(page, `poll-${name}-forced-colors`);
    if (name !== "ranking") {
      const [chosen, other] = await page.evaluate(() => {
        const look = (element) => `${getComputedStyle(element).outlineColor} ${getComputedStyle(element).backgroundColor}`;
        const pick = (...selectors) => selectors.map((selector) => document.querySelector(selector)).find(Boolean);
        return [
          look(pick(":checked + .card", ".number[aria-pressed=true]")),
          look(pick(":not(:checked) + .card", ".number[aria-pressed=false]")),
        ];
      });
      assert.notEqual(chosen, other, name);
    }
  }
});

test("each page of a poll with all its assets is at most 15 kB compressed", async (t) => {
  const pollux = await start(t);
  for (const name of [...names, "join"]) {
    const url = name === "join" ? `${pollux.voteUrl}/join` : pageOf(pollux, name);
    const page = await openPage(t, "about:blank");
    const assets = new Set();
    page.on("response", (response) => {
      if (new URL(response.url()).pathname.startsWith("/assets/")) {
        assets.add(response.url());
      }
    });
    await page.goto(url, { waitUntil: "networkidle" });
    const html = (await request(url)).body;
    let size = gzipSync(html).length;
    for (const asset of assets) {
      const { body, headers } = await request(asset, { headers: { "Accept-Encoding": "gzip" } });
      assert.match(headers["cache-control"], /immutable/);
      size += body.length;
    }
    t.diagnostic(`${name}: ${size} bytes in ${assets.size + 1} answers; the page is ${html.length} bytes before compression`);
    assert.ok(assets.size > 0);
    assert.ok(size <= 15_000, `${name}: ${size}`);
  }
});
