// Polls with a logo: on every page of them, above the question, without moving anything, and in the form. If
// POLLUX_SCREENSHOTS names a directory, it receives pictures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { request } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { api, castVote, heading, makePoll, questions, setUp } from "./admin_pages.mjs";
import { barsOnPaper, noise } from "./images.mjs";
import { assertAccessible } from "./page_checks.mjs";
import { desktop, openPage, phone } from "./pages_in_browser.mjs";
import { keep } from "./pictures.mjs";

const inEnglish = { ...desktop, reducedMotion: "reduce", colorScheme: "light" };

async function putLogo(admin, poll, image, alt) {
  const { revision } = await api(admin, "GET", `polls/${poll.id}`);
  const body = { image: image.toString("base64"), alt };
  return api(admin, "PUT", `polls/${poll.id}/logo`, { body, revision });
}

async function openPollWithLogo(admin, question = questions.single) {
  const poll = await makePoll(admin, question);
  await api(admin, "POST", `polls/${poll.id}/open`);
  return { ...poll, logo: (await putLogo(admin, poll, barsOnPaper(320, 96), "City school")).logo };
}

// Its box is drawn above that of the question.
async function assertAboveQuestion(page, name) {
  const logo = page.getByRole("img", { name: "City school" });
  await logo.waitFor();
  await eventually(async () => assert.ok(await logo.evaluate((image) => image.naturalWidth > 0)));
  const { logo: box, question, width } = await page.evaluate(() => {
    const rectangle = (selector) => document.querySelector(selector).getBoundingClientRect().toJSON();
    return { logo: rectangle(".logo"), question: rectangle("h1"), width: document.documentElement.clientWidth };
  });
  assert.ok(box.height >= 30 && box.width > 2.5 * box.height, `${name}: ${box.width} by ${box.height}`);
  assert.ok(box.left >= 0 && box.right <= width, `${name}: within the page`);
  const text = await page.evaluate(() => {
    const range = document.createRange();
    range.selectNodeContents(document.querySelector("h1"));
    return range.getBoundingClientRect().toJSON();
  });
  assert.ok(box.bottom <= text.top + 4, `${name}: ${box.bottom} is above ${text.top} (${question.top})`);
}

test("every page of a poll shows its logo above the question, wide and narrow, also without JavaScript", async (t) => {
  const admin = await setUp(t, await Pollux.start(t), inEnglish);
  const narrow = { viewport: { width: 320, height: 640 } };
  const poll = await openPollWithLogo(admin);
  await castVote(poll, ["a"]);
  for (const [name, url, options] of [
    ["vote", poll.vote_url, phone],
    ["vote-wide", poll.vote_url, {}],
    ["vote-narrow", poll.vote_url, { ...narrow, forcedColors: "active" }],
    ["vote-plain", poll.vote_url, { javaScriptEnabled: false }],
    ["result", poll.result_url, {}],
    ["result-narrow", poll.result_url, { ...narrow, colorScheme: "dark" }],
    ["result-plain", poll.result_url, { javaScriptEnabled: false }],
    ["presenter", `${poll.result_url}?present`, {}],
  ]) {
    const page = await openPage(t, url, { ...inEnglish, ...options });
    await page.getByText(questions.single.text).first().waitFor();
    await assertAboveQuestion(page, name);
    await keep(page, `logo-${name}`);
    if (name === "vote" || name === "presenter") {
      await page.locator('[aria-busy="true"]').waitFor({ state: "detached" });
      await assertAccessible(page, `logo-${name}`, (scheme) => keep(page, `logo-${name}-${scheme}`));
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});

test("a screen asks again for an image that the service does not have yet", async (t) => {
  const admin = await setUp(t, await Pollux.start(t), inEnglish);
  const poll = await openPollWithLogo(admin);
  const page = await openPage(t, "about:blank", inEnglish);
  const missing = async () => {
    let asked = 0;
    await page.route("**/logo/*", (route) => {
      asked += 1;
      return asked <= 2 ? route.fulfill({ status: 404, body: "" }) : route.continue();
    });
  };
  const arrives = (alt) =>
    eventually(async () =>
      assert.ok(await page.getByRole("img", { name: alt }).evaluate((image) => image.naturalWidth > 0)),
    );
  await missing();
  await page.goto(poll.result_url);
  await arrives("City school");
  await missing();
  await putLogo(admin, poll, barsOnPaper(200, 96), "Country school");
  await arrives("Country school");
});

test("an image takes its place before it arrives", async (t) => {
  const admin = await setUp(t, await Pollux.start(t), inEnglish);
  const poll = await openPollWithLogo(admin);
  const page = await openPage(t, "about:blank", { ...inEnglish, ...phone });
  let send;
  const isWanted = new Promise((resolve) => {
    void page.route("**/logo/*", (route) => {
      send = () => route.continue();
      resolve();
    });
  });
  await page.goto(poll.vote_url, { waitUntil: "commit" });
  await isWanted;
  const places = () =>
    page.evaluate(() => [".logo", "h1", "form"].map((part) => document.querySelector(part).getBoundingClientRect().toJSON()));
  await page.locator("form").waitFor();
  const before = await places();
  await send();
  await eventually(async () => assert.ok(await page.locator(".logo").evaluate(({ naturalWidth }) => naturalWidth > 0)));
  assert.deepEqual(await places(), before);
});

test("an image is served as nothing but an image, by its hash, and not before the question is known", async (t) => {
  const admin = await setUp(t, await Pollux.start(t), inEnglish);
  const image = barsOnPaper(64, 32);
  const draft = await makePoll(admin, questions.single);
  const { logo } = await putLogo(admin, draft, image, "");
  const addresses = [`${draft.vote_url}/logo/${logo.hash}`, `${draft.result_url}/logo/${logo.hash}`];
  for (const address of addresses) {
    assert.equal((await request(address)).status, 404, "a draft");
  }
  assert.doesNotMatch((await request(draft.vote_url)).body.toString(), /logo\//);
  await api(admin, "POST", `polls/${draft.id}/open`);
  for (const address of addresses) {
    const answer = await eventually(async () => {
      const shown = await request(address);
      assert.equal(shown.status, 200);
      return shown;
    });
    assert.deepEqual(answer.body, image);
    assert.equal(answer.headers["content-type"], "image/png");
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
    assert.match(answer.headers["content-security-policy"], /^default-src 'none';.* sandbox$/);
    assert.match(answer.headers["cache-control"], /immutable/);
    const known = { headers: { "If-None-Match": answer.headers["etag"] } };
    assert.equal((await request(address, known)).status, 304);
    assert.equal((await request(address.replace(logo.hash, "0".repeat(32)))).status, 404);
  }
});

test("pages that are open get another logo, and lose it", async (t) => {
  const admin = await setUp(t, await Pollux.start(t), inEnglish);
  const poll = await makePoll(admin, questions.single);
  await api(admin, "POST", `polls/${poll.id}/open`);
  const pages = [
    await openPage(t, poll.vote_url, { ...inEnglish, ...phone }),
    await openPage(t, poll.result_url, inEnglish),
  ];
  const images = async (page) => page.locator("main .logo").evaluateAll((all) => all.map(({ alt }) => alt));
  const eventuallyShow = (expected) =>
    Promise.all(pages.map((page) => eventually(async () => assert.deepEqual(await images(page), expected))));
  await eventuallyShow([]);
  await putLogo(admin, poll, barsOnPaper(64, 32), "First");
  await eventuallyShow(["First"]);
  await putLogo(admin, poll, barsOnPaper(64, 16), "Second");
  await eventuallyShow(["Second"]);
  const { revision } = await api(admin, "GET", `polls/${poll.id}`);
  await api(admin, "DELETE", `polls/${poll.id}/logo`, { revision });
  await eventuallyShow([]);
  assert.deepEqual(
    pages.flatMap(({ faults }) => faults),
    [],
  );
});

test("the form takes a large photo, shows it in the preview, keeps and removes it", async (t) => {
  const page = await setUp(t, await Pollux.start(t), inEnglish);
  const poll = await makePoll(page, questions.single);
  const edit = async () => {
    await page.goto(`${page.url().split("#")[0]}#/polls/${poll.id}/edit`);
    await heading(page, `Edit: ${poll.title}`);
  };
  const save = async () => {
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await heading(page, poll.title);
    return (await api(page, "GET", `polls/${poll.id}`)).logo;
  };
  const preview = page.frameLocator(".phone iframe").locator(".logo");
  await edit();
  await page.getByText("Appearance").click();
  await page.getByLabel("Logo", { exact: true }).setInputFiles({ name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") });
  await page.getByRole("alert").getByText("no image that can be used").waitFor();
  await page.getByLabel("Logo", { exact: true }).setInputFiles({ name: "photo.png", mimeType: "image/png", buffer: noise(900, 450) });
  await page.getByLabel("What the logo says").fill("é".repeat(150));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("This text is too long: at most 200 bytes.").waitFor();
  await page.getByLabel("What the logo says").fill("City school");
  await eventually(async () => assert.equal(await preview.getAttribute("alt"), "City school"));
  await assertAccessible(page, "admin-logo", (scheme) => keep(page, `admin-logo-${scheme}`));
  const saved = await save();
  assert.equal(saved.alt, "City school");
  assert.ok(saved.width <= 640 && saved.width === 2 * saved.height, JSON.stringify(saved));
  await edit();
  await eventually(async () => assert.equal(await preview.count(), 1));
  assert.ok(await page.getByLabel("Logo", { exact: true }).isVisible(), "the section of a poll with a logo is open");
  assert.equal(await page.getByLabel("What the logo says").inputValue(), "City school");
  assert.deepEqual(await save(), saved, "nothing was changed");
  await edit();
  await page.getByRole("button", { name: "Remove the logo" }).click();
  await eventually(async () => assert.equal(await preview.count(), 0));
  assert.equal(await save(), null);
  assert.deepEqual(page.faults, []);
});

test("if two people changed the logo, one chooses", async (t) => {
  const page = await setUp(t, await Pollux.start(t), inEnglish);
  const poll = await makePoll(page, questions.single);
  await putLogo(page, poll, barsOnPaper(64, 32), "First");
  const says = page.getByLabel("What the logo says");
  const open = async () => {
    await page.goto(`${page.url().split("#")[0]}#/polls/${poll.id}/edit`);
    await eventually(async () => assert.equal(await says.inputValue(), "First"));
  };
  const save = () => page.getByRole("button", { name: "Save", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Someone else changed this poll" });
  const stored = async () => (await api(page, "GET", `polls/${poll.id}`)).logo;
  await open();
  await putLogo(page, poll, barsOnPaper(80, 40), "Theirs");
  await says.fill("Mine");
  await save();
  await dialog.getByRole("row", { name: "Logo Theirs (80 × 40) Mine (64 × 32)" }).waitFor();
  await keep(page, "admin-logo-conflict");
  await page.keyboard.press("Escape");
  assert.equal((await stored()).alt, "Theirs", "nothing is stored yet");
  await save();
  await dialog.getByRole("button", { name: "Discard my changes" }).click();
  await eventually(async () => assert.equal(await says.inputValue(), "Theirs"));
  await page.getByLabel("Logo", { exact: true }).waitFor();
  await putLogo(page, poll, barsOnPaper(64, 32), "Theirs again");
  await page.getByRole("button", { name: "Remove the logo" }).click();
  await save();
  await dialog.getByRole("button", { name: "Save my changes" }).click();
  await heading(page, poll.title);
  assert.equal(await stored(), null);
});
