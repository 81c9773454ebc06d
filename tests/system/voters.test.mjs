// Identification of voters by the cookie, or by the page's form if the browser stores no cookie.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "./eventually.mjs";
import { cookieOf, counts, formType, request } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { Pollux } from "./program.mjs";

const assertCounts = (pollux, expected) =>
  eventually(async () => assert.deepEqual(await counts(pollux), expected));

function post(pollux, fields, headers = {}) {
  return request(`${pollux.voteUrl}/`, {
    method: "POST",
    headers: { "Content-Type": formType, ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}

// The hidden fields of a page's form: { voter, poll }.
function fieldsOf(answer) {
  const page = answer.body.toString();
  const value = (name) => page.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1];
  return { voter: value("voter"), poll: value("poll") };
}

const noticeIsShown = (answer, id) => new RegExp(`<p id="${id}"(?![^>]* hidden)`).test(answer.body.toString());

test("a page's form has the poll, and the voter of its cookie unless the browser has sent that", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await request(`${pollux.voteUrl}/`);
  assert.deepEqual(fieldsOf(page), { voter: cookieOf(page).split("=")[1], poll: "default" });
  const answer = await post(pollux, { vote: "a" }, { Cookie: cookieOf(page) });
  assert.deepEqual(fieldsOf(answer), { voter: "", poll: "default" });
});

test("a page that votes four times without its cookie is one voter, and its last selection counts", async (t) => {
  const pollux = await Pollux.start(t);
  let page = await request(`${pollux.voteUrl}/`);
  const { voter } = fieldsOf(page);
  for (const option of ["a", "a", "b", "a"]) {
    page = await post(pollux, { vote: option, ...fieldsOf(page) });
    assert.equal(page.status, 200);
    assert.equal(fieldsOf(page).voter, voter);
    assert.ok(noticeIsShown(page, "without-cookie"), "the page says that the cookie was not kept");
  }
  await assertCounts(pollux, { a: 1, b: 0 });
  assert.equal((await metrics(pollux)).pollux_votes_without_cookie_total, 4);
});

test("a page that votes with its cookie gets no message about cookies", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await request(`${pollux.voteUrl}/`);
  const answer = await post(pollux, { vote: "a", ...fieldsOf(page) }, { Cookie: cookieOf(page) });
  assert.ok(!noticeIsShown(answer, "without-cookie"));
});

test("the first valid cookie identifies the voter, at any position", async (t) => {
  const pollux = await Pollux.start(t);
  const cookie = cookieOf(await request(`${pollux.voteUrl}/`));
  for (const before of ["", "voter_id=1f3a2b; ", `voter_id=${"0".repeat(44)}.${"0".repeat(32)}; `]) {
    assert.equal((await post(pollux, { vote: "b" }, { Cookie: before + cookie })).status, 200);
  }
  await assertCounts(pollux, { a: 0, b: 1 });
});

test("a form of another poll gets the current question and is not counted", async (t) => {
  const pollux = await Pollux.start(t);
  const { voter } = fieldsOf(await request(`${pollux.voteUrl}/`));
  const answer = await post(pollux, { vote: "a", voter, poll: "default.7" });
  assert.equal(answer.status, 409);
  assert.ok(noticeIsShown(answer, "question-changed"));
  assert.deepEqual(fieldsOf(answer), { voter, poll: "default" });
  await post(pollux, { vote: "b", ...fieldsOf(answer) });
  await assertCounts(pollux, { a: 0, b: 1 });
});
