// The pages of managed polls: each kind of question, each state of the poll, and what open pages learn of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { launchBrowser } from "../system/browser.mjs";
import { eventually } from "../system/eventually.mjs";
import { PolluxWithPolls } from "../system/sqlite_polls.mjs";
import { openPage } from "./pages_in_browser.mjs";
import { answers, questions, said, tabTo } from "./polls.mjs";

const kinds = Object.keys(questions);

async function confirmed(page, words) {
  await eventually(async () => assert.equal(await said(page), `Your vote is in: ${words}`));
}

const recorded = (pollux, index, selections) =>
  eventually(() => assert.deepEqual(pollux.selections(index), selections));

test("each kind of question is answered with JavaScript, without it, and by keyboard", async (t) => {
  const pollux = await PolluxWithPolls.start(t, kinds.map((kind) => ({ question: questions[kind] })));
  for (const [index, kind] of kinds.entries()) {
    const { selection, words, ...ways } = answers[kind];
    for (const way of ["byMouse", "withoutScript", "byKeyboard"]) {
      await t.test(`${kind} ${way}`, async (t) => {
        const page = await openPage(t, pollux.page(index), { javaScriptEnabled: way !== "withoutScript" });
        await ways[way](page);
        await confirmed(page, words);
        assert.deepEqual(page.faults, []);
        assert.equal(await page.getByText("Processed by").count(), 0);
        await page.reload();
        await confirmed(page, words);
      });
    }
    await recorded(pollux, index, [selection, selection, selection]);
  }
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with" : "without";
  test(`a poll whose votes need the cookie says so, and counts the next vote: ${how} JavaScript`, async (t) => {
    const pollux = await PolluxWithPolls.start(t, [{ question: questions.single, require_cookie: true }]);
    const page = await openPage(t, pollux.page(), { javaScriptEnabled });
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Noodles" }).click();
    await page.getByRole("alert").getByText("Please allow cookies for this site, and vote again.").waitFor();
    assert.equal(await said(page), "");
    assert.deepEqual(pollux.selections(), []);
    await answers.single.byMouse(page);
    await confirmed(page, answers.single.words);
    await recorded(pollux, 0, [answers.single.selection]);
    await page.reload();
    await confirmed(page, answers.single.words);
    await recorded(pollux, 0, [answers.single.selection]);
  });
}

test("a vote can be changed, and one voter counts once", async (t) => {
  const pollux = await PolluxWithPolls.start(t, [{ question: questions.multiple }, { question: questions.ranking }]);
  const page = await openPage(t, pollux.page());
  await answers.multiple.byMouse(page);
  await confirmed(page, answers.multiple.words);
  await page.getByRole("checkbox", { name: "Friday" }).uncheck({ force: true });
  await page.getByText("Your changes are not sent yet.").waitFor();
  await page.getByRole("button", { name: "Change my vote" }).click();
  await confirmed(page, "Monday");
  assert.equal(await said(page, "#problem"), "");
  await recorded(pollux, 0, ["+a"]);

  const ranking = await openPage(t, pollux.page(1));
  await answers.ranking.byMouse(ranking);
  await confirmed(ranking, answers.ranking.words);
  await ranking.reload();
  await ranking.getByRole("button", { name: "Remove Lisbon" }).click();
  await ranking.getByRole("button", { name: "Change my vote" }).click();
  await confirmed(ranking, "1. Oslo, 2. Rome");
  await recorded(pollux, 1, [">a>b"]);
});

test("an answer that is none is not sent, and the page says what is missing", async (t) => {
  const pollux = await PolluxWithPolls.start(t, kinds.map((kind) => ({ question: questions[kind], change: "never" })));
  for (const [kind, text] of [
    ["single", "Please choose an answer first."],
    ["multiple", "Please choose at least 1. You have chosen 0."],
    ["scale", "Please choose an answer first."],
    ["ranking", "Please rank at least 2. You have ranked 0."],
  ]) {
    const page = await openPage(t, pollux.page(kinds.indexOf(kind)));
    await page.locator("#answer #send").click();
    await page.getByText(text).waitFor();
    const inForm = await page.evaluate(() => document.activeElement.closest("form") !== null);
    assert.equal(inForm, true);
  }
  const page = await openPage(t, pollux.page(1));
  for (const name of ["Monday", "Tuesday", "Friday"]) {
    await page.getByRole("checkbox", { name }).check({ force: true });
  }
  await page.locator("#send").click();
  await page.getByText("Please choose at most 2. You have chosen 3.").waitFor();
  assert.deepEqual(pollux.selections(1), []);
});

test("without JavaScript an answer that is none comes back to be corrected", async (t) => {
  const pollux = await PolluxWithPolls.start(t, [{ question: questions.multiple }, { question: questions.ranking }]);
  const page = await openPage(t, pollux.page(), { javaScriptEnabled: false });
  for (const name of ["Monday", "Tuesday", "Friday"]) {
    await page.getByRole("checkbox", { name }).check({ force: true });
  }
  await page.locator("#send").click();
  await page.getByText("Your vote was not counted. Please correct your answer and send it again.").waitFor();
  assert.equal(await page.getByRole("checkbox", { checked: true }).count(), 3);
  await page.getByRole("checkbox", { name: "Tuesday" }).uncheck({ force: true });
  await page.locator("#send").click();
  await confirmed(page, "Monday, Friday");

  const ranking = await openPage(t, pollux.page(1), { javaScriptEnabled: false });
  await ranking.getByLabel("Place 1").selectOption("Rome");
  await ranking.getByLabel("Place 2").selectOption("Rome");
  await ranking.locator("#send").click();
  await ranking.getByText("Your vote was not counted.").waitFor();
  await ranking.getByText("Each option can have one place only").waitFor();
  await ranking.getByLabel("Place 2").selectOption("Oslo");
  await ranking.locator("#send").click();
  await confirmed(ranking, "1. Rome, 2. Oslo");
});

for (const javaScriptEnabled of [true, false]) {
  test(`a vote that is final has a button of its own, and no form afterwards: JavaScript ${javaScriptEnabled}`, async (t) => {
    const pollux = await PolluxWithPolls.start(t, kinds.map((kind) => ({ question: questions[kind], change: "never" })));
    for (const [index, kind] of kinds.entries()) {
      const page = await openPage(t, pollux.page(index), { javaScriptEnabled });
      await page.getByText("You can’t change your vote later").waitFor();
      if (kind === "single" || kind === "scale") {
        await page.getByRole("radio").nth(1).check({ force: true });
        await page.locator("#send").click();
      } else {
        await answers[kind][javaScriptEnabled ? "byMouse" : "withoutScript"](page);
      }
      await page.locator("#confirmation", { hasText: "Your vote is in" }).waitFor();
      await page.locator("main form").waitFor({ state: "detached" });
      assert.equal(pollux.selections(index).length, 1);
    }
  });
}

test("an option is dragged to another place", async (t) => {
  const pollux = await PolluxWithPolls.start(t, [{ question: questions.ranking }]);
  const page = await openPage(t, pollux.page());
  for (const name of ["Oslo", "Rome", "Lisbon"]) {
    await page.locator(".pool").getByRole("button", { name }).click();
  }
  const place = (name) => page.locator(".rank", { hasText: name }).locator(".place");
  const from = await place("Lisbon").boundingBox();
  const to = await place("Oslo").boundingBox();
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 4, { steps: 8 });
  await page.mouse.up();
  await eventually(async () => {
    assert.deepEqual(await page.locator(".rank .label").allInnerTexts(), ["Lisbon", "Oslo", "Rome"]);
    assert.deepEqual(await page.locator(".rank .place").allInnerTexts(), ["1", "2", "3"]);
    assert.equal(await page.locator(".dragged").count(), 0);
  });
  await page.locator("#send").click();
  await confirmed(page, "1. Lisbon, 2. Oslo, 3. Rome");
});

test("a lost vote is sent again and counted once", async (t) => {
  const pollux = await PolluxWithPolls.start(t, kinds.map((kind) => ({ question: questions[kind] })));
  for (const [index, kind] of kinds.entries()) {
    const page = await openPage(t, pollux.page(index));
    let attempts = 0;
    await page.route("**/*", async (route) => {
      if (route.request().method() !== "POST" || ++attempts > 2) {
        return route.continue();
      }
      await route.fetch();
      return route.abort("connectionreset");
    });
    await answers[kind].byMouse(page);
    await confirmed(page, answers[kind].words);
    assert.ok(attempts >= 3);
    await recorded(pollux, index, [answers[kind].selection]);
  }
});

test("a page that waits opens by itself, at the scheduled time", async (t) => {
  const soon = Math.floor(Date.now() / 1000) + 20; // on a busy machine it takes a while until the page is there
  const pollux = await PolluxWithPolls.start(t, [
    { question: questions.single, state: "draft", revision: 1, opens_at: soon },
  ]);
  const page = await openPage(t, pollux.page());
  await page.getByRole("heading", { name: "Voting has not started yet" }).waitFor();
  assert.equal(await page.getByText("Where shall we eat?").count(), 0);
  await page.getByText(/Voting starts: \w+, /).waitFor();
  await page.getByRole("button", { name: "Pizza" }).click();
  await confirmed(page, "Pizza");
  await recorded(pollux, 0, ["b"]);
});

test("a page does not announce an opening in the past", async (t) => {
  const passed = { opens_at: 1_577_836_800, closes_at: 1_577_840_400 };
  const pollux = await PolluxWithPolls.start(t, [{ question: questions.single, state: "draft", revision: 1, ...passed }]);
  const page = await openPage(t, pollux.page());
  await page.getByText("This page changes by itself when voting starts.").waitFor();
  await page.getByText("Voting starts:").waitFor({ state: "hidden" });
});

test("open pages learn that voting is closed, opened again and archived", async (t) => {
  const pollux = await PolluxWithPolls.start(t, [{ question: questions.single }]);
  const page = await openPage(t, pollux.page());
  await answers.single.byMouse(page);
  await confirmed(page, "Pizza");
  await pollux.change(0, { state: "closed" });
  await page.locator(".state", { hasText: "Voting is closed." }).waitFor();
  await confirmed(page, "Pizza");
  assert.equal(await page.locator("main form").count(), 0);
  await eventually(async () => assert.equal(await said(page, "#news"), "Voting is closed."));
  await pollux.change(0, { state: "open" });
  await page.getByRole("button", { name: "Noodles" }).click();
  await confirmed(page, "Noodles");
  await pollux.change(0, { state: "archived" });
  await page.locator(".state", { hasText: "This poll is over." }).waitFor();
  await page.getByRole("link", { name: "Join another poll" }).waitFor();
  assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation").length), 1);
});

for (const javaScriptEnabled of [true, false]) {
  test(`a vote that comes after the close is not counted, and the page says so: JavaScript ${javaScriptEnabled}`, async (t) => {
    const pollux = await PolluxWithPolls.start(t, [{ question: questions.single }]);
    const page = await openPage(t, pollux.page(), { javaScriptEnabled });
    await page.route("**/state", (route) => route.abort());
    await pollux.change(0, { state: "closed" });
    await page.getByRole("button", { name: "Pizza" }).click();
    const notice = page.getByText("Voting was closed before your vote arrived, so it was not counted.");
    await notice.waitFor();
    await page.unroute("**/state");
    await pollux.change(0, { results: "hidden" }); // a change that the page learns of keeps the notice
    assert.equal(await notice.isVisible(), true);
    assert.deepEqual(pollux.selections(), []);
  });
}

test("another run begins while the page is open: the page shows it and says so", async (t) => {
  const other = { ...questions.multiple, text: "Which month suits you?" };
  const pollux = await PolluxWithPolls.start(t, [{ question: questions.multiple }]);
  const [learns, votes, bare] = [
    await openPage(t, pollux.page()),
    await openPage(t, pollux.page()),
    await openPage(t, pollux.page(), { javaScriptEnabled: false }),
  ];
  await votes.route("**/state", (route) => route.abort());
  await pollux.change(0, { question: other, run: 2 });
  await learns.getByRole("heading", { name: other.text }).waitFor();
  await learns.getByText("The question has changed since you opened this page. Please choose again.").waitFor();
  for (const page of [votes, bare]) {
    await answers.multiple.byMouse(page);
    await page.getByRole("heading", { name: other.text }).waitFor();
    await page.getByText("Your vote was not counted. Please choose again.").waitFor();
    assert.deepEqual(pollux.selections(), []);
  }
  await answers.multiple.byMouse(votes);
  await confirmed(votes, answers.multiple.words);
  await recorded(pollux, 0, ["+a+c"]);
});

test("what was entered stays when the poll is reworded", async (t) => {
  const pollux = await PolluxWithPolls.start(t, [{ question: questions.multiple }, { question: questions.ranking }]);
  const page = await openPage(t, pollux.page());
  const ranking = await openPage(t, pollux.page(1));
  await page.getByRole("checkbox", { name: "Friday" }).check({ force: true });
  await ranking.locator(".pool").getByRole("button", { name: "Rome" }).click();
  await pollux.change(0, { question: { ...questions.multiple, text: "Which day suits you?" } });
  await pollux.change(1, { question: { ...questions.ranking, text: "Where shall we go??" } });
  await page.getByRole("heading", { name: "Which day suits you?" }).waitFor();
  assert.equal(await page.getByRole("checkbox", { name: "Friday" }).isChecked(), true);
  await ranking.getByRole("heading", { name: "Where shall we go??" }).waitFor();
  await ranking.locator(".rank", { hasText: "Rome" }).waitFor();
});

test("a browser that keeps no cookies is one voter, also after the poll was reworded", async (t) => {
  // Its cookies are for HTTPS only, and the page comes by HTTP.
  const flags = ["--public-url", "https://vote.example.org/"];
  const pollux = await PolluxWithPolls.start(t, [{ question: questions.multiple }], flags);
  const rule = `--host-resolver-rules=MAP vote.example.org:80 ${new URL(pollux.voteUrl).host}`;
  const browser = await launchBrowser({ args: [rule] });
  t.after(() => browser.close());
  const context = await browser.newContext({ locale: "en-US" });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.goto(`http://vote.example.org/p/${pollux.code()}`);
  await answers.multiple.byMouse(page);
  await confirmed(page, answers.multiple.words);
  await page.getByText("Cookies are disabled in your browser.").waitFor();
  await pollux.change(0, { question: { ...questions.multiple, text: "Which day suits you?" } });
  await page.getByRole("heading", { name: "Which day suits you?" }).waitFor();
  await confirmed(page, answers.multiple.words);
  await page.getByRole("checkbox", { name: "Friday" }).uncheck({ force: true });
  await page.getByRole("button", { name: "Change my vote" }).click();
  await confirmed(page, "Monday");
  await recorded(pollux, 0, ["+a"]);
  await pollux.change(0, { state: "closed" });
  await page.locator(".state", { hasText: "Voting is closed." }).waitFor();
  await confirmed(page, "Monday");
});

test("all of it works below a path", async (t) => {
  const polls = [{ question: questions.ranking, results: "after_vote" }];
  const pollux = await PolluxWithPolls.start(t, polls, ["--public-url", "http://example.org/votes/"]);
  for (const javaScriptEnabled of [true, false]) {
    const page = await openPage(t, `${pollux.voteUrl}/votes/join`, { javaScriptEnabled });
    await page.getByLabel("Code of the poll").fill(pollux.code().toLowerCase());
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/votes/p/${pollux.code()}`);
    await answers.ranking[javaScriptEnabled ? "byMouse" : "withoutScript"](page);
    await confirmed(page, answers.ranking.words);
    assert.deepEqual(page.faults, []);
    await page.goto(`${pollux.voteUrl}/votes/p/yyyyyy`);
    await page.getByText("No poll has this code.").waitFor();
    assert.equal(await page.locator("form").evaluate(({ action }) => new URL(action).pathname), "/votes/join");
  }
  const follows = await openPage(t, `${pollux.voteUrl}/votes/p/${pollux.code()}`);
  await pollux.change(0, { state: "closed" });
  await follows.locator(".state", { hasText: "Voting is closed." }).waitFor();
});

test("the page links to the results only while the voter may see them", async (t) => {
  const results = ["live", "after_vote", "after_close", "hidden"];
  const pollux = await PolluxWithPolls.start(t, results.map((policy) => ({ question: questions.single, results: policy })));
  const link = (page) => page.getByRole("link", { name: "See the results" });
  for (const [index, policy] of results.entries()) {
    const page = await openPage(t, pollux.page(index), { javaScriptEnabled: false });
    assert.equal(await link(page).count(), policy === "live" ? 1 : 0);
    await answers.single.withoutScript(page);
    await confirmed(page, "Pizza");
    assert.equal(await link(page).count(), policy === "live" || policy === "after_vote" ? 1 : 0);
    assert.equal(await page.getByText("You can see the results when voting is closed.").count(), policy === "after_close" ? 1 : 0);
  }
  const scripted = await openPage(t, pollux.page(1));
  await scripted.getByText("You can see the results after your vote.").waitFor();
  await answers.single.byMouse(scripted);
  await link(scripted).waitFor();
});

for (const javaScriptEnabled of [true, false]) {
  test(`a code is typed in any form: JavaScript ${javaScriptEnabled}`, async (t) => {
    const pollux = await PolluxWithPolls.start(t, [{ question: questions.single }]);
    const code = pollux.code();
    const page = await openPage(t, `${pollux.voteUrl}/join`, { javaScriptEnabled });
    await page.getByLabel("Code of the poll").fill("hello!");
    await page.keyboard.press("Enter");
    await page.getByText("This is not a code.").waitFor();
    assert.equal(await page.getByLabel("Code of the poll").inputValue(), "hello!");
    await page.getByLabel("Code of the poll").fill("YYYYYY");
    await page.getByRole("button", { name: "Go to the poll" }).click();
    await page.getByText("No poll has this code.").waitFor();
    await page.getByLabel("Code of the poll").fill(` ${code.slice(0, 3).toLowerCase()}-${code.slice(3)} `);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Where shall we eat?" }).waitFor();
    assert.equal(page.url(), pollux.page());
    await page.goto(`${pollux.voteUrl}/p/yyyyyy`);
    await page.getByText("No poll has this code.").waitFor();
    await page.getByLabel("Code of the poll").fill(code.toLowerCase());
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Where shall we eat?" }).waitFor();
  });
}

test("the pages are in the language of the reader", async (t) => {
  const pollux = await PolluxWithPolls.start(t, [{ question: questions.ranking }]);
  for (const [locale, hint, button, join] of [
    ["de-DE", "Bringen Sie mindestens 2 von 4 in eine Reihenfolge", "Abstimmen", "An einer Abstimmung teilnehmen"],
    ["fr-FR", "Classez au moins 2 réponses sur 4", "Voter", "Participer à un sondage"],
  ]) {
    const page = await openPage(t, pollux.page(), { locale });
    await page.getByText(hint).waitFor();
    await page.getByRole("button", { name: button, exact: true }).waitFor();
    const joining = await openPage(t, `${pollux.voteUrl}/join`, { locale });
    await joining.getByRole("heading", { name: join }).waitFor();
  }
});

test("a skipped question and none of the options are answers, too", async (t) => {
  const any = { kind: "multiple", text: "Who helps?", options: ["Ann", "Bob"], min: 0, max: 2 };
  const pollux = await PolluxWithPolls.start(t, [{ question: questions.scale }, { question: any }]);
  for (const javaScriptEnabled of [true, false]) {
    const scale = await openPage(t, pollux.page(), { javaScriptEnabled });
    await scale.getByRole("button", { name: "Skip this question" }).click();
    await confirmed(scale, "skipped");
    const none = await openPage(t, pollux.page(1), { javaScriptEnabled });
    await none.locator("#send").click();
    await confirmed(none, "none of them");
  }
  await recorded(pollux, 0, ["skip", "skip"]);
  await recorded(pollux, 1, ["+", "+"]);
});

test("the keyboard goes on where a button of a ranking has disappeared", async (t) => {
  const pollux = await PolluxWithPolls.start(t, [{ question: questions.ranking }]);
  const page = await openPage(t, pollux.page());
  await tabTo(page, ".pool button >> nth=0");
  for (const name of ["Oslo", "Rome", "Lisbon", "Tallinn"]) {
    await page.locator("*:focus", { hasText: name }).waitFor();
    await page.keyboard.press("Enter");
  }
  await page.getByText("Tallinn: place 4 of 4").waitFor({ state: "attached" });
  await page.waitForFunction(() => document.activeElement.closest(".rank") !== null);
});
