import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { eventually } from "./eventually.mjs";
import { cookieOf, counts, formType, request, tally, vote } from "./http.mjs";
import { Pollux } from "./program.mjs";
import { assertPageAfterVoteForA, assertPageToVoteOn } from "./vote_page.mjs";

function post(pollux, body, headers = { "Content-Type": formType }) {
  return request(`${pollux.voteUrl}/`, { method: "POST", headers, body });
}

// That nothing has been counted: a good vote that comes after is all there is.
async function assertNothingWasCounted(pollux) {
  assert.equal((await vote(pollux, "b")).status, 200);
  await eventually(async () => assert.equal((await counts(pollux)).b, 1));
  assert.deepEqual(await counts(pollux), { a: 0, b: 1 });
}

async function assertCounts(pollux, expected) {
  await eventually(async () => assert.deepEqual(await counts(pollux), expected));
}

test("the response to a vote is the page with the selection", async (t) => {
  const pollux = await Pollux.start(t);
  assertPageAfterVoteForA(await vote(pollux, "a"));
});

test("the vote page has the form, ids and texts of example-voting-app", async (t) => {
  assertPageToVoteOn((await request(`${(await Pollux.start(t)).voteUrl}/`)).body.toString());
});

test("OPTION_A, OPTION_B and the question are shown escaped", async (t) => {
  const pollux = await Pollux.start(t, {
    args: ["--option-a", "Tea & <i>", "--option-b", "Coffee", "--question", 'What "first"?'],
  });
  const page = (await request(`${pollux.voteUrl}/`)).body.toString();
  assert.match(page, /<title>What &quot;first&quot;\?<\/title>/);
  assert.match(page, />Tea &amp; &lt;i&gt;<\/button>/);
  assert.equal((await tally(pollux)).options[0].label, "Tea & <i>");
});

test("ten votes without a cookie are ten voters", async (t) => {
  const pollux = await Pollux.start(t);
  for (let index = 0; index < 10; ++index) {
    assert.equal((await vote(pollux, "a")).status, 200);
  }
  await assertCounts(pollux, { a: 10, b: 0 });
});

test("ten votes with one cookie jar are one voter, and the last counts", async (t) => {
  const pollux = await Pollux.start(t);
  const jar = {};
  for (let index = 0; index < 10; ++index) {
    assert.equal((await vote(pollux, index === 9 ? "b" : "a", { jar })).status, 200);
  }
  await assertCounts(pollux, { a: 0, b: 1 });
});

test("a multipart form votes like an urlencoded one", async (t) => {
  const pollux = await Pollux.start(t);
  const body = '--limit\r\nContent-Disposition: form-data; name="vote"\r\n\r\na\r\n--limit--\r\n';
  const { status } = await post(pollux, body, { "Content-Type": "multipart/form-data; boundary=limit" });
  assert.equal(status, 200);
  await assertCounts(pollux, { a: 1, b: 0 });
});

test("an invalid vote is rejected with a message and stores nothing", async (t) => {
  const pollux = await Pollux.start(t);
  const bodies = [
    "vote=zzz",
    "vote=",
    "vote=A",
    "vote=c",
    "vote=%00",
    "vote=a%00",
    "vote=%0Aa",
    "vote=%zz",
    "vote=%ff",
    `vote=${"x".repeat(256)}`,
    "",
    "choice=a",
    "vote=a&vote=b",
  ];
  for (const body of bodies) {
    const { status, headers } = await post(pollux, body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.match(headers["content-type"], /^text\/(plain|html)/);
  }
  await assertNothingWasCounted(pollux);
});

test("a body of another type is rejected", async (t) => {
  const pollux = await Pollux.start(t);
  for (const type of ["application/json", "text/plain", "multipart/form-data"]) {
    const { status } = await post(pollux, '{"vote":"a"}', { "Content-Type": type });
    assert.ok(status === 400 || status === 415, `${type}: ${status}`);
  }
  await assertNothingWasCounted(pollux);
});

test("a body of 60 MB is rejected and the server keeps working", async (t) => {
  const pollux = await Pollux.start(t);
  const body = Buffer.alloc(60_000_000, "x");
  body.write("vote=a&");
  // A server may close while the client still sends; then the client sees the reset in place of the 413.
  const status = await post(pollux, body).then(
    (answer) => answer.status,
    (error) => error.code,
  );
  assert.ok([413, "ECONNRESET", "EPIPE"].includes(status), String(status));
  await assertNothingWasCounted(pollux);
});

test("a body that announces 60 MB is rejected before it is sent", async (t) => {
  const pollux = await Pollux.start(t);
  const { status } = await post(pollux, "vote=a", { "Content-Type": formType, "Content-Length": 60_000_000 });
  assert.equal(status, 413);
  await assertNothingWasCounted(pollux);
});

test("a tampered cookie is ignored: the voter gets a new one and takes over no vote", async (t) => {
  const pollux = await Pollux.start(t);
  const jar = {};
  await vote(pollux, "a", { jar });
  const forged = [
    jar.cookie.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")),
    jar.cookie.replace(/=./, (text) => (text === "=0" ? "=1" : "=0")),
    jar.cookie.split(".")[0],
    "voter_id=",
    "voter_id=1",
    `voter_id=${"f".repeat(256)}`,
    "voter_id=%00",
  ];
  for (const cookie of forged) {
    const answer = await vote(pollux, "b", { headers: { Cookie: cookie } });
    assert.equal(answer.status, 200, cookie);
    assert.notEqual(cookieOf(answer), cookie);
    assert.notEqual(cookieOf(answer), jar.cookie);
  }
  await assertCounts(pollux, { a: 1, b: forged.length });
});

test("the voter's cookie is not accessible to scripts or to forms of other sites", async (t) => {
  const [cookie] = (await request(`${(await Pollux.start(t)).voteUrl}/`)).headers["set-cookie"];
  assert.match(cookie, /^voter_id=[^;]+/);
  assert.match(cookie, /; *HttpOnly/i);
  assert.match(cookie, /; *SameSite=Lax/i);
  assert.match(cookie, /; *Path=\/(;|$)/i);
});

test("another site's page cannot vote; our own page and programs can", async (t) => {
  const pollux = await Pollux.start(t);
  const refused = [
    { Origin: "https://elsewhere.example" },
    { Origin: "null" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
    { Origin: pollux.resultUrl },
  ];
  for (const headers of refused) {
    assert.equal((await vote(pollux, "a", { headers })).status, 403, JSON.stringify(headers));
  }
  await assertNothingWasCounted(pollux);
  assert.equal((await vote(pollux, "a", { headers: { Origin: pollux.voteUrl } })).status, 200);
  assert.equal((await vote(pollux, "a", { headers: { "Sec-Fetch-Site": "same-origin" } })).status, 200);
});

test("each path has its methods", async (t) => {
  const { voteUrl, resultUrl } = await Pollux.start(t);
  const cases = [
    ["GET", `${voteUrl}/`, 200],
    ["HEAD", `${voteUrl}/`, 200],
    ["OPTIONS", `${voteUrl}/`, [200, 204]],
    ["PUT", `${voteUrl}/`, 405],
    ["DELETE", `${voteUrl}/`, 405],
    ["GET", `${voteUrl}/nowhere`, 404],
    ["GET", `${resultUrl}/`, 200],
    ["HEAD", `${resultUrl}/index.html`, 200],
    ["HEAD", `${resultUrl}/api/tally`, 200],
    ["POST", `${resultUrl}/api/tally`, 405],
    ["GET", `${resultUrl}/nowhere`, 404],
  ];
  for (const [method, url, expected] of cases) {
    const { status, headers, body } = await request(url, { method });
    assert.ok([expected].flat().includes(status), `${method} ${url}: ${status}`);
    assert.ok(method !== "HEAD" || body.length === 0);
    if (status === 405 || method === "OPTIONS") {
      assert.ok(headers.allow, `${method} ${url} names no Allow`);
    }
  }
});

test("every response has the security headers", async (t) => {
  const pollux = await Pollux.start(t);
  const answers = [
    await request(`${pollux.voteUrl}/`),
    await request(`${pollux.voteUrl}/nowhere`),
    await request(`${pollux.voteUrl}/`, { method: "PUT" }),
    await post(pollux, "vote=zzz"),
    await vote(pollux, "a"),
    await request(`${pollux.resultUrl}/`),
    await request(`${pollux.resultUrl}/api/tally`),
    await request(`${pollux.resultUrl}/nowhere`),
  ];
  for (const { status, headers } of answers) {
    const policy = headers["content-security-policy"] ?? "";
    assert.match(policy, /frame-ancestors 'none'/, String(status));
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.ok(headers["referrer-policy"]);
    assert.ok(headers["permissions-policy"]);
    assert.equal(headers["cross-origin-opener-policy"], "same-origin");
  }
});

test("the tally is JSON with exactly these fields", async (t) => {
  const pollux = await Pollux.start(t);
  const empty = await request(`${pollux.resultUrl}/api/tally`);
  assert.match(empty.headers["content-type"], /^application\/json/);
  assert.equal(
    empty.body.toString(),
    '{"poll":"default","version":0,"question":"Cats vs Dogs!",' +
      '"options":[{"id":"a","label":"Cats","count":0},{"id":"b","label":"Dogs","count":0}],"total":0}',
  );
  await vote(pollux, "b");
  await eventually(async () => assert.equal((await tally(pollux)).total, 1));
  assert.ok((await tally(pollux)).version > 0);
});

test("assets are compressed, cached permanently, and not sent again if unchanged", async (t) => {
  const { resultUrl } = await Pollux.start(t);
  const page = (await request(`${resultUrl}/`)).body.toString();
  const script = new URL(page.match(/"(assets\/[^"]+\.js)/)[1], `${resultUrl}/`);
  const plain = await request(script);
  const brotli = await request(script, { headers: { "Accept-Encoding": "gzip, br" } });
  const gzip = await request(script, { headers: { "Accept-Encoding": "gzip" } });

  assert.equal(plain.headers["content-encoding"], undefined);
  assert.equal(brotli.headers["content-encoding"], "br");
  assert.equal(gzip.headers["content-encoding"], "gzip");
  assert.deepEqual(brotliDecompressSync(brotli.body), plain.body);
  assert.deepEqual(gunzipSync(gzip.body), plain.body);
  assert.match(plain.headers["cache-control"], /max-age=31536000.*immutable/);
  assert.match(plain.headers.vary, /accept-encoding/i);
  assert.equal(
    (await request(script, { headers: { "If-None-Match": plain.headers.etag } })).status,
    304,
  );
});

test("the result page is revalidated each time and sent only if it changed", async (t) => {
  const { resultUrl } = await Pollux.start(t);
  const { headers } = await request(`${resultUrl}/`);
  assert.match(headers["cache-control"], /no-cache/);
  const again = await request(`${resultUrl}/`, { headers: { "If-None-Match": headers.etag } });
  assert.equal(again.status, 304);
  assert.equal(again.body.length, 0);
});
