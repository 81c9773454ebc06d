// The result page of a poll that someone made: each kind of question in each state, live, on a phone, a desktop and a
// projector. If POLLUX_SCREENSHOTS names a directory, it receives a picture of each.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { formType, request } from "../system/http.mjs";
import { PolluxWithPolls } from "../system/sqlite_polls.mjs";
import { assertAccessible, readQr } from "./page_checks.mjs";
import { cities, desktop, live, openPage, phone } from "./pages_in_browser.mjs";
import { keep } from "./pictures.mjs";
import { questions } from "./polls.mjs";

const kinds = Object.keys(questions);
const projector = { viewport: { width: 1920, height: 1080 } };
const still = { reducedMotion: "reduce", colorScheme: "light" };

const forms = {
  single: ["vote=a", "vote=b", "vote=b", "vote=c"],
  multiple: ["vote=a&vote=c", "vote=a", "vote=b", "vote=c"],
  scale: ["vote=8", "vote=9", "vote=10", "vote=3", "vote=8", "vote=skip"],
  ranking: ["vote=a&vote=b", "vote=b&vote=c", "vote=c&vote=b&vote=a", "vote=b&vote=a&vote=d", "vote=a&vote=d"],
};

async function cast(pollux, index, form) {
  const body = new URLSearchParams(form).toString();
  const headers = { "Content-Type": formType };
  assert.equal((await request(pollux.page(index), { method: "POST", headers, body })).status, 200, form);
}

async function castAll(pollux) {
  for (const [index, kind] of kinds.entries()) {
    for (const form of forms[kind]) {
      await cast(pollux, index, form);
    }
  }
}

const start = (t, changes = {}) =>
  PolluxWithPolls.start(t, kinds.map((kind) => ({ question: questions[kind], ...changes })));
const resultUrl = (pollux, index, query = "") => `${pollux.resultUrl}/r/${pollux.code(index)}${query}`;

async function open(t, pollux, index, options, query = "") {
  const page = await openPage(t, resultUrl(pollux, index, query), options);
  await live(page);
  await page.locator('#poll[aria-busy="false"]').waitFor();
  return page;
}

async function look(page, name) {
  await page.mouse.move(0, 0);
  await assertAccessible(page, name, (colorScheme) => keep(page, `${name}-${colorScheme}`));
  assert.deepEqual(page.faults, [], name);
  await page.context().close();
}

const texts = (page, selector) => page.locator(selector).allInnerTexts();

const history = async (pollux, index) =>
  JSON.parse((await request(`${pollux.resultUrl}/api/results/${pollux.code(index)}/history`)).body);

test("a page that is opened later begins with the votes before", async (t) => {
  const pollux = await start(t);
  const early = await open(t, pollux, 0, { ...desktop, ...still });
  await cast(pollux, 0, "vote=a");
  await early.locator("#total", { hasText: "1 person has voted" }).waitFor();
  await eventually(async () => {
    const { options, points } = await history(pollux, 0);
    assert.deepEqual(options, ["a", "b", "c"]);
    assert.deepEqual(points.at(-1).counts, [1, 0, 0]);
  });
  const late = await openPage(t, "about:blank", { ...desktop, ...still });
  const asked = late.waitForResponse(/\/history$/);
  await late.goto(resultUrl(pollux, 0));
  assert.equal((await asked).status(), 200);
  await late.locator("#over-time canvas").waitFor();
});

test("each kind is drawn live, with the same numbers in the table", async (t) => {
  const pollux = await start(t);
  const pages = [];
  for (const index of kinds.keys()) {
    pages.push(await open(t, pollux, index, { ...desktop, ...still }));
  }
  await pages[0].getByText("Waiting for the first vote").waitFor();
  await castAll(pollux);
  const [single, multiple, scale, ranking] = pages;
  await single.locator("#total", { hasText: "4 people have voted" }).waitFor();
  await single.locator('.leading[data-option="b"]').waitFor();
  assert.deepEqual(await texts(single, ".option .percentage"), ["25.0%", "50.0%", "25.0%"]);
  await multiple.locator("#total", { hasText: "4 people have voted" }).waitFor();
  assert.deepEqual(await texts(multiple, ".option .percentage"), ["50.0%", "25.0%", "50.0%"]);
  await scale.locator("#total", { hasText: "6 people have voted" }).waitFor();
  assert.equal(await scale.locator(".average .value").innerText(), "7.60");
  assert.equal(await scale.locator(".skipped").innerText(), "1 person skipped the question");
  assert.deepEqual((await texts(scale, ".column .count")).slice(7), ["2", "1", "1"]);
  await ranking.locator("#total", { hasText: "5 people have voted" }).waitFor();
  assert.match(await ranking.locator(".verdict").innerText(), /wins in round \d/);
  const canOrder = (page) => page.getByRole("button", { name: "Order by result" }).isVisible();
  assert.deepEqual(await Promise.all(pages.map(canOrder)), [true, true, false, true], "a scale has its order");
  for (const page of pages) {
    await page.locator("#over-time canvas").waitFor();
  }
  for (const [index, page] of pages.entries()) {
    await page.locator("#numbers summary").click();
    const table = await page.locator("#tables table").first().innerText();
    const bare = (await request(resultUrl(pollux, index))).body.toString();
    for (const cell of await texts(page, "#tables td")) {
      assert.ok(cell === "" || bare.includes(`<td>${cell}</td>`), `${kinds[index]}: ${cell} of ${table}`);
    }
    assert.deepEqual(page.faults, []);
  }
});

test("numbers that are hidden are not in the page, and leave an open page at once", async (t) => {
  const pollux = await start(t, { results: "after_close" });
  for (const index of kinds.keys()) {
    await cast(pollux, index, forms[kinds[index]][0]);
  }
  const page = await open(t, pollux, 0, { ...desktop, ...still });
  await page.getByText("The results are shown when voting is closed.").waitFor();
  await page.locator("#total", { hasText: "1 person has voted" }).waitFor();
  assert.equal(await page.locator(".option, #tables table").count(), 0);
  page.faults.length = 0; // the program starts again below
  await pollux.change(0, { state: "closed" });
  await page.locator('#stage[data-stage="final"]').waitFor();
  await page.locator(".option").first().waitFor();
  await pollux.change(0, { results: "hidden" });
  await page.getByText("The results of this poll are not shown.").waitFor();
  await eventually(async () => assert.equal(await page.locator(".option, table, canvas").count(), 0));
  assert.equal(await page.locator("#over-time").isVisible(), false);
  assert.deepEqual((await history(pollux, 0)).points, []);
  assert.doesNotMatch(await page.content(), /100\.0%|&quot;count&quot;/);
});

test("who has not voted learns why there are no numbers, and how to see them", async (t) => {
  const pollux = await start(t, { results: "after_vote" });
  await cast(pollux, 0, "vote=a");
  const sentence = "only people who have voted see the results. Vote, then choose “See the results” there.";
  const page = await open(t, pollux, 0, { ...phone, ...still });
  await page.getByText(sentence).waitFor();
  assert.equal(await page.getByRole("button", { name: "Order by result" }).isVisible(), false);
  const bare = await openPage(t, resultUrl(pollux, 0), { ...phone, javaScriptEnabled: false });
  await bare.getByText(sentence).waitFor();
  await page.getByRole("link", { name: "Go to the vote" }).click();
  await page.getByRole("button", { name: "Pizza" }).click();
  await page.getByText("Your vote is in").waitFor();
  await page.getByRole("link", { name: "See the results" }).click();
  await page.locator('[data-option="b"]').getByText("1 vote", { exact: true }).waitFor();
});

test("on a narrow phone each round of the run-off is whole", async (t) => {
  const pollux = await start(t);
  await castAll(pollux);
  const page = await open(t, pollux, kinds.indexOf("ranking"), { viewport: { width: 320, height: 640 }, ...still });
  await page.locator(".round").first().waitFor();
  const edges = await page.locator(".ballot").evaluateAll((each) => each.map((ballot) => ballot.getBoundingClientRect().right));
  assert.ok(Math.max(...edges) <= 320, String(edges));
  await keep(page, "poll-result-runoff-320");
});

test("a draft says nothing of its question, invites, and becomes the poll when it opens", async (t) => {
  const pollux = await start(t, { state: "draft" });
  const page = await open(t, pollux, 0, { ...projector, ...still }, `?present=${pollux.voteUrl}/`);
  assert.doesNotMatch(await page.content(), /Noodles|Where shall we eat/);
  await page.getByRole("heading", { name: "Voting has not started yet" }).waitFor();
  await page.locator("#qr svg").waitFor();
  assert.equal(await readQr(page, page.locator("#qr")), pollux.page(0));
  await pollux.change(0, { state: "open" });
  await page.getByRole("heading", { name: "Where shall we eat?" }).waitFor();
  await cast(pollux, 0, "vote=a");
  await page.locator('[data-option="a"]').getByText("1 vote", { exact: true }).waitFor();
});

test("the presenter view has the code, the short address and the tools", async (t) => {
  const pollux = await start(t);
  await castAll(pollux);
  const page = await open(t, pollux, 0, { ...projector, ...still }, `?present=${pollux.voteUrl}/`);
  await page.locator("#address").getByText(`${new URL(pollux.voteUrl).host}/join`, { exact: true }).waitFor();
  await page.locator("#poll-code").getByText(pollux.code(0), { exact: true }).waitFor();
  await page.locator("#qr svg").waitFor();
  assert.equal(await readQr(page, page.locator("#qr")), pollux.page(0));
  await page.getByRole("button", { name: "Hide results" }).click();
  await page.getByText("The results are hidden on this screen.").waitFor();
  assert.equal(await page.locator(".percentage").first().isVisible(), false);
  await page.getByRole("button", { name: "Hide results" }).click();
  await page.getByRole("button", { name: "Order by result" }).first().click();
  await eventually(async () => assert.equal(await page.locator('[data-option="b"]').evaluate((row) => row.style.order), "0"));
  await page.getByRole("button", { name: "Enlarge the code" }).click();
  await page.locator("dialog[open] svg").waitFor();
  assert.match(await page.locator("dialog .short-address").innerText(), /\/join · \w{3} \w{3}$/);
});

test("on a projector everything is on the screen", async (t) => {
  const pollux = await start(t);
  await castAll(pollux);
  for (const viewport of [{ width: 1024, height: 768 }, { width: 1280, height: 720 }, { width: 1920, height: 1080 }]) {
    for (const index of kinds.keys()) {
      const page = await open(t, pollux, index, { viewport, ...still }, `?present=${pollux.voteUrl}/`);
      await page.locator("#qr svg").waitFor();
      await page.locator("#total").getByText("people have voted").waitFor();
      await eventually(async () => {
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        assert.ok(height <= viewport.height, `${kinds[index]} at ${viewport.width}: ${height}`);
      });
      await page.context().close();
    }
  }
});

for (const [deviceName, device] of Object.entries({ phone, desktop, projector })) {
  const query = (pollux) => (device === projector ? `?present=${pollux.voteUrl}/` : "");

  test(`the page is accessible in each state of each kind: ${deviceName}`, async (t) => {
    const pollux = await start(t);
    const options = { ...device, ...still };
    await look(await open(t, pollux, 0, options, query(pollux)), `poll-result-no-votes-${deviceName}`);
    await castAll(pollux);
    for (const [index, kind] of kinds.entries()) {
      const page = await open(t, pollux, index, options, query(pollux));
      await page.locator("#total").getByText("people have voted").waitFor();
      if (device !== projector) {
        await page.locator("#numbers summary").click();
      }
      await look(page, `poll-result-${kind}-${deviceName}`);
    }
    await pollux.change(0, { state: "closed" });
    await look(await open(t, pollux, 0, options, query(pollux)), `poll-result-final-${deviceName}`);
    await pollux.change(0, { results: "hidden" });
    await look(await open(t, pollux, 0, options, query(pollux)), `poll-result-hidden-${deviceName}`);
    await pollux.change(0, { state: "draft", run: 2, results: "live" });
    await look(await open(t, pollux, 0, options, query(pollux)), `poll-result-draft-${deviceName}`);
  });
}

test("once the poll is closed the screen shows the final result, and invites no one", async (t) => {
  const pollux = await start(t);
  await castAll(pollux);
  const page = await open(t, pollux, 0, { ...projector, ...still }, `?present=${pollux.voteUrl}/`);
  await page.locator("#qr svg").waitFor();
  const word = (shown) => shown.locator(".leading").evaluate((row) => getComputedStyle(row, "::after").content);
  assert.equal(await word(page), '"Leading"');
  const { width } = await page.locator("#options").boundingBox();
  page.faults.length = 0;
  await pollux.change(0, { state: "closed" });
  await page.getByText("Final result: voting is closed.").waitFor();
  await eventually(async () => {
    assert.equal(await word(page), '"Most votes"');
    for (const part of ["#qr", "#join", "#scan"]) {
      assert.equal(await page.locator(part).isVisible(), false, part);
    }
    assert.ok((await page.locator("#options").boundingBox()).width > 1.2 * width, "the bars have the whole width");
    assert.ok((await page.evaluate(() => document.documentElement.scrollHeight)) <= projector.viewport.height);
  });
  await page.getByRole("button", { name: "Order by result" }).first().waitFor();
  await pollux.change(0, { state: "open" });
  await page.locator("#qr svg").waitFor();
});

test("the screen has the rounds of a run-off in full, or only who wins", async (t) => {
  const pollux = await start(t);
  await castAll(pollux);
  for (const viewport of [{ width: 1024, height: 768 }, { width: 1920, height: 1080 }]) {
    const page = await open(t, pollux, kinds.indexOf("ranking"), { viewport, ...still }, `?present=${pollux.voteUrl}/`);
    await page.locator(".verdict").getByText("wins in round").waitFor();
    await page.locator('.rounds[style*="--fit"]').waitFor({ state: "attached" });
    await eventually(async () => {
      const below = await page.locator(".round").evaluateAll((rounds) =>
        Math.max(0, ...rounds.map((round) => round.getBoundingClientRect().bottom - round.parentElement.getBoundingClientRect().bottom)),
      );
      assert.ok(below <= 1, `${below} px are cut off at ${viewport.width}`);
    });
    await keep(page, `poll-result-runoff-${viewport.width}`);
  }
});

test("labels of nine options are not broken on a desktop", async (t) => {
  const pollux = await PolluxWithPolls.start(t, [
    { question: { kind: "single", text: "Which city?", options: cities.slice(0, 9) } },
  ]);
  await cast(pollux, 0, "vote=b");
  for (const width of [1280, 1440, 1920]) {
    const page = await open(t, pollux, 0, { viewport: { width, height: 900 }, ...still });
    const lines = await page.locator(".label").evaluateAll((labels) => labels.map((label) => label.getClientRects().length && Math.round(label.offsetHeight / parseFloat(getComputedStyle(label).lineHeight))));
    assert.deepEqual(lines, Array(9).fill(1), `at ${width}`);
    await keep(page, `poll-result-nine-${width}`);
  }
});

test("without JavaScript there are the numbers as tables", async (t) => {
  const pollux = await start(t);
  await castAll(pollux);
  for (const [index, kind] of kinds.entries()) {
    const page = await openPage(t, resultUrl(pollux, index), { ...phone, ...still, javaScriptEnabled: false });
    await page.locator("#tables table").first().waitFor();
    await page.getByText("These results are from when the page was loaded.").waitFor();
    await keep(page, `poll-result-without-script-${kind}`);
    await page.context().close();
  }
});
