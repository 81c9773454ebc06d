// The form of a poll: what it rejects, its preview, its times, and two people who edit the same poll.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { Pollux } from "../system/program.mjs";
import { api, castVote, heading, makePoll, questions, setUp } from "./admin_pages.mjs";
import { desktop, openPage, phone } from "./pages_in_browser.mjs";
import { keep } from "./pictures.mjs";

const inBerlin = { ...desktop, timezoneId: "Europe/Berlin" };

async function openForm(t, options = inBerlin) {
  const page = await setUp(t, await Pollux.start(t), options);
  await page.getByRole("link", { name: "New poll" }).click();
  await heading(page, "New poll");
  return page;
}

const rootOf = (page) => page.url().split("#")[0];

// A poll that is open in the form.
async function openPoll(t, question, more) {
  const page = await setUp(t, await Pollux.start(t), inBerlin);
  const poll = await makePoll(page, question, more);
  await page.goto(`${rootOf(page)}#/polls/${poll.id}/edit`);
  await heading(page, `Edit: ${poll.title}`);
  return { page, poll };
}

const save = (page) => page.getByRole("button", { name: "Save", exact: true }).click();

test("what is wrong is said beside the field, which gets the focus", async (t) => {
  const page = await openForm(t);
  await page.getByRole("button", { name: "Create poll" }).click();
  const question = page.getByLabel("Question", { exact: true });
  assert.equal(await question.getAttribute("aria-invalid"), "true");
  assert.equal(await question.evaluate((field) => field === document.activeElement), true);
  await page.getByText("Please fill in this field.").waitFor();
  await question.fill("Tea or coffee?");
  await page.getByLabel("Option 1", { exact: true }).fill("Tea");
  await page.getByLabel("Option 2", { exact: true }).fill(" tea ");
  await page.getByRole("button", { name: "Create poll" }).click();
  await page.getByText("There is such an option already.").waitFor();
  assert.equal(await question.getAttribute("aria-invalid"), null);
  await keep(page, "admin-fault");
});

test("pasted lines are options, which can be moved and removed by keyboard", async (t) => {
  const page = await openForm(t);
  const values = () => page.locator("#answers input").evaluateAll((inputs) => inputs.map(({ value }) => value));
  await page.getByLabel("Option 1", { exact: true }).focus();
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "Tea\r\nCoffee\r\n\r\nMilk\r\n");
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  assert.deepEqual(await values(), ["Tea", "Coffee", "Milk"]);
  await page.getByRole("button", { name: "Move option 3 up" }).press("Enter");
  assert.deepEqual(await values(), ["Tea", "Milk", "Coffee"]);
  await page.getByRole("button", { name: "Remove option 1" }).press("Enter");
  assert.deepEqual(await values(), ["Milk", "Coffee"]);
});

test("the preview shows each kind as voters will see it", async (t) => {
  const page = await openForm(t);
  const preview = page.frameLocator(".phone iframe");
  await page.getByLabel("Question", { exact: true }).fill("Which one?");
  await preview.getByText("Which one?").waitFor();
  await page.getByLabel("Option 1", { exact: true }).fill("Tea");
  await preview.locator("#choice button", { hasText: "Tea" }).waitFor();
  await page.getByLabel("Several answers").check();
  await preview.locator(".checks input[type=checkbox]").first().waitFor();
  await page.getByLabel("Scale", { exact: true }).check();
  await page.getByLabel("Largest number", { exact: true }).fill("7");
  await preview.locator(".scale .number").nth(6).waitFor();
  await page.getByLabel("Ranking", { exact: true }).check();
  await preview.locator(".pool .card").first().waitFor();
  // The style sheet is there, within the content security policy.
  const display = () => preview.locator("#content-container").evaluate((main) => getComputedStyle(main).display);
  await eventually(async () => assert.equal(await display(), "grid"));
  assert.deepEqual(page.faults, []);
});

// What is seen of the question and its answers: elements with their classes and texts.
const outline = (question) =>
  question.evaluate((heading) =>
    [heading, ...heading.parentElement.querySelectorAll("form, form *")]
      .filter((element) => element.getClientRects().length > 0 && !element.closest(".unseen, option"))
      .filter(({ localName }) => localName !== "option")
      .map(({ localName, id, classList, dataset, childNodes }) => {
        const text = [...childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data.trim()).join("");
        return [localName, /^.$/.test(id) ? "" : id, ...classList, dataset.letter, dataset.length, dataset.rows, text].filter(Boolean).join(" ");
      }),
  );

test("the preview has the elements of the page of each kind", async (t) => {
  const page = await setUp(t, await Pollux.start(t), inBerlin);
  for (const [kind, question] of Object.entries(questions)) {
    for (const change of ["while_open", "never"]) {
      const poll = await makePoll(page, question, { policies: { change } });
      await page.goto(`${rootOf(page)}#/polls/${poll.id}/edit`);
      const shown = page.frameLocator(".phone iframe").locator("#question", { hasText: question.text });
      await shown.waitFor();
      await api(page, "POST", `polls/${poll.id}/open`);
      const voter = await openPage(t, poll.vote_url, phone);
      const real = voter.locator("#question", { hasText: question.text });
      await eventually(async () => assert.deepEqual(await outline(shown), await outline(real), `${kind}, ${change}`));
      await keep(page, `admin-preview-${kind}-${change}`);
      await keep(voter, `admin-preview-${kind}-${change}-page`);
    }
  }
});

test("times that clocks skip or repeat are rejected, others are shown in both zones", async (t) => {
  const page = await openForm(t, { ...desktop, timezoneId: "America/New_York" });
  await page.getByLabel("Question", { exact: true }).fill("Tea or coffee?");
  await page.getByLabel("Option 1", { exact: true }).fill("Tea");
  await page.getByLabel("Option 2", { exact: true }).fill("Coffee");
  await page.getByText("Schedule").click();
  await page.getByLabel("Time zone").selectOption("Europe/Berlin");
  const closes = page.getByLabel("Closes at");
  const create = page.getByRole("button", { name: "Create poll" });
  for (const [time, said] of [
    ["2031-03-30T02:30", "This time does not exist in Europe/Berlin"],
    ["2031-10-26T02:30", "This time occurs twice in Europe/Berlin"],
  ]) {
    await closes.fill(time);
    await create.click();
    await page.locator('.fault[id$="f"]', { hasText: said }).waitFor();
    assert.equal(await closes.getAttribute("aria-invalid"), "true");
  }
  await keep(page, "admin-time-fault");
  await closes.fill("2031-10-26T03:30");
  await page.getByText(/3:30.*\(Europe\/Berlin\)\s.*10:30.*\(America\/New York\)/s).waitFor();
  await create.click();
  await heading(page, "Tea or coffee?");
  const id = /polls\/(\w+)/.exec(page.url())[1];
  assert.deepEqual((await api(page, "GET", `polls/${id}`)).schedule, {
    opens_at: null,
    closes_at: "2031-10-26T02:30:00Z",
    zone: "Europe/Berlin",
  });
});

test("votes of an open poll can be made to need a cookie, and the form shows it", async (t) => {
  const { page, poll } = await openPoll(t, questions.single);
  await api(page, "POST", `polls/${poll.id}/open`);
  await page.reload();
  const box = page.getByLabel("Votes need a cookie");
  for (const wanted of [true, false]) {
    await page.getByText("Results and votes").click();
    assert.equal(await box.isChecked(), !wanted);
    await box.setChecked(wanted);
    await keep(page, "admin-cookie");
    await save(page);
    await heading(page, poll.title);
    assert.equal((await api(page, "GET", `polls/${poll.id}`)).policies.require_cookie, wanted);
    await page.goto(`${rootOf(page)}#/polls/${poll.id}/edit`);
    await heading(page, `Edit: ${poll.title}`);
  }
});

test("that someone else made votes need a cookie is said, and stays", async (t) => {
  const { page, poll } = await openPoll(t, questions.single);
  const policies = { require_cookie: true };
  await api(page, "PATCH", `polls/${poll.id}`, { body: { policies }, revision: poll.revision });
  await page.getByLabel("Option 3", { exact: true }).fill("Soup");
  await save(page);
  const dialog = page.getByRole("dialog", { name: "Someone else changed this poll" });
  await dialog.getByText("Votes need a cookie – Yes").waitFor();
  await dialog.getByRole("button", { name: "Save my changes" }).click();
  await heading(page, poll.title);
  assert.equal((await api(page, "GET", `polls/${poll.id}`)).policies.require_cookie, true);
});

test("once people have voted only texts can be changed, and the form says so", async (t) => {
  const page = await setUp(t, await Pollux.start(t), inBerlin);
  const poll = await makePoll(page, questions.single);
  await api(page, "POST", `polls/${poll.id}/open`);
  await castVote(poll, ["a"]);
  await eventually(async () => assert.equal((await api(page, "GET", `polls/${poll.id}`)).voters, 1));
  await page.goto(`${rootOf(page)}#/polls/${poll.id}/edit`);
  await page.getByText("People have voted, so only typos can be fixed").waitFor();
  assert.equal(await page.getByRole("button", { name: "Add an option" }).count(), 0);
  assert.equal(await page.getByLabel("Ranking", { exact: true }).isDisabled(), true);
  await page.getByLabel("Option 1", { exact: true }).fill("Noodle");
  await save(page);
  await heading(page, poll.title);
  await page.goto(`${rootOf(page)}#/polls/${poll.id}/edit`);
  await page.getByLabel("Option 1", { exact: true }).fill("Something else");
  await save(page);
  await page.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
});

test("changes of two people to different parts are both kept", async (t) => {
  const { page, poll } = await openPoll(t, questions.single);
  await api(page, "PATCH", `polls/${poll.id}`, { body: { policies: { results: "hidden" } }, revision: poll.revision });
  await page.getByLabel("Option 3", { exact: true }).fill("Soup");
  await save(page);
  const dialog = page.getByRole("dialog", { name: "Someone else changed this poll" });
  await dialog.getByText("They fit together").waitFor();
  await dialog.getByText("Results – Never").waitFor();
  await keep(page, "admin-conflict-kept");
  await dialog.getByRole("button", { name: "Save my changes" }).click();
  await heading(page, poll.title);
  const { question, policies } = await api(page, "GET", `polls/${poll.id}`);
  assert.deepEqual([question.options, policies.results], [["Noodles", "Pizza", "Soup"], "hidden"]);
});

for (const [choice, expected] of [["Save my changes", "Mine?"], ["Discard my changes", "Theirs?"]]) {
  test(`if two people changed the same, one chooses: ${choice}`, async (t) => {
    const { page, poll } = await openPoll(t, questions.single);
    const body = { question: { ...questions.single, text: "Theirs?" } };
    await api(page, "PATCH", `polls/${poll.id}`, { body, revision: poll.revision });
    await page.getByLabel("Question", { exact: true }).fill("Mine?");
    await save(page);
    const dialog = page.getByRole("dialog", { name: "Someone else changed this poll" });
    await dialog.getByRole("row", { name: "Question Theirs? Mine?" }).waitFor();
    await keep(page, "admin-conflict");
    await page.keyboard.press("Escape");
    assert.equal(await page.getByLabel("Question", { exact: true }).inputValue(), "Mine?", "nothing is lost by Escape");
    await save(page);
    await dialog.getByRole("button", { name: choice }).click();
    await eventually(async () => assert.equal((await api(page, "GET", `polls/${poll.id}`)).question.text, expected));
    if (choice === "Discard my changes") {
      await eventually(async () => assert.equal(await page.getByLabel("Question", { exact: true }).inputValue(), "Theirs?"));
    } else {
      await heading(page, "Mine?"); // a poll without a title has its question as title
    }
  });
}
