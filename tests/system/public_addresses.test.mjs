// Pages that know at which addresses people reach them, and what follows from it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { io } from "socket.io-client";
import { eventually } from "./eventually.mjs";
import { cookieOf, counts, request, vote } from "./http.mjs";
import { Pollux, run } from "./program.mjs";

const votePage = "https://example.org/vote/";
const resultPage = "https://example.org/results/";
const bothByTls = ["--public-url", votePage, "--public-result-url", resultPage];

const logged = (pollux, part) => pollux.log.filter((line) => line.includes(part));

test("links and redirects lead to the public addresses, regardless of Host", async (t) => {
  const { voteUrl } = await Pollux.start(t, { args: bothByTls });
  for (const [path, location] of [
    ["/results", resultPage],
    ["/vote/results", resultPage],
    ["/vote/present", `${resultPage}?present=${votePage}`],
    ["/vote", "/vote/"],
  ]) {
    const { headers } = await request(voteUrl + path, { headers: { Host: "10.0.0.1:8080" } });
    assert.equal(headers.location, location, path);
  }
  assert.match((await request(`${voteUrl}/vote/`)).body.toString(), new RegExp(`href="${resultPage}"`));
});

test("both pages and their files are served below their path and without it", async (t) => {
  const { voteUrl, resultUrl } = await Pollux.start(t, { args: bothByTls });
  for (const page of [`${voteUrl}/vote/`, `${voteUrl}/`, `${resultUrl}/results/`, `${resultUrl}/`]) {
    const html = (await request(page)).body.toString();
    const addresses = [...html.matchAll(/(?:href|src|action|data-tally|data-history)="([^"#]*)"/g)].map(
      ([, address]) => address,
    );
    assert.ok(addresses.length > 3);
    for (const address of addresses.filter((each) => !each.startsWith("https:"))) {
      assert.doesNotMatch(address, /^\//, `${address} of ${page} is relative`);
      const { status } = await request(new URL(address, page));
      assert.ok([200, 302].includes(status), `${address} of ${page}: ${status}`);
    }
  }
});

test("with https, cookies are Secure, have a protected prefix, and apply only to the page's path", async (t) => {
  const { voteUrl } = await Pollux.start(t, { args: bothByTls });
  const [cookie] = (await request(`${voteUrl}/vote/`)).headers["set-cookie"];
  assert.match(cookie, /^__Secure-voter_id=[^;]+; Path=\/vote; .*; Secure;/);
  const atRoot = await Pollux.start(t, { args: ["--public-url", "https://vote.example.org"] });
  const [whole] = (await request(`${atRoot.voteUrl}/`)).headers["set-cookie"];
  assert.match(whole, /^__Host-voter_id=[^;]+; Path=\/; .*; Secure;/);
});

test("a voter stays one voter when the site changes to TLS", async (t) => {
  const pollux = await Pollux.start(t, { args: bothByTls });
  const cookie = cookieOf(await request(`${pollux.voteUrl}/`));
  const [, token] = cookie.split("=");
  for (const name of ["voter_id", "__Host-voter_id", "__Secure-voter_id"]) {
    const answer = await vote(pollux, "a", { headers: { Cookie: `${name}=${token}` } });
    assert.equal(cookieOf(answer), cookie);
  }
  await eventually(async () => assert.deepEqual(await counts(pollux), { a: 1, b: 0 }));
});

test("Strict-Transport-Security is sent if both pages use https", async (t) => {
  const both = await Pollux.start(t, { args: bothByTls });
  for (const url of [both.voteUrl, both.resultUrl, `${both.voteUrl}/nowhere`]) {
    assert.match((await request(url)).headers["strict-transport-security"] ?? "", /^max-age=\d+$/, url);
  }
  const one = await Pollux.start(t, { args: ["--public-url", votePage] });
  assert.equal((await request(one.voteUrl)).headers["strict-transport-security"], undefined);
  assert.equal(logged(one, "Set --public-result-url.").length, 1);
});

test("/present warns about a loopback address, but not about a public one", async (t) => {
  const pollux = await Pollux.start(t);
  await request(`${pollux.voteUrl}/present`);
  await eventually(() => assert.match(logged(pollux, "Phones cannot reach")[0] ?? "", /--public-url/));
  const stated = await Pollux.start(t, { args: bothByTls });
  await request(`${stated.voteUrl}/present`);
  await request(`${stated.voteUrl}/`);
  assert.equal(logged(stated, "Phones cannot reach").length, 0);
});

test("a browser that sends same-origin may vote, regardless of Host", async (t) => {
  const pollux = await Pollux.start(t);
  const headers = { Host: "127.0.0.1:1", Origin: "https://vote.example.org", "Sec-Fetch-Site": "same-origin" };
  assert.equal((await vote(pollux, "a", { headers })).status, 200);
});

test("without Sec-Fetch-Site the public address may vote; other origins are logged with the solution", async (t) => {
  const headers = { Host: "127.0.0.1:1", Origin: "http://vote.example.org" };
  const pollux = await Pollux.start(t);
  for (let index = 0; index < 3; ++index) {
    assert.equal((await vote(pollux, "a", { headers })).status, 403);
  }
  const lines = await eventually(() => {
    const found = logged(pollux, "Origin is not this site");
    assert.equal(found.length, 1);
    return found;
  });
  const { origin, host, remedy } = JSON.parse(lines[0]);
  assert.deepEqual({ origin, host }, { origin: headers.Origin, host: headers.Host });
  assert.match(remedy, /--public-url/);

  const stated = await Pollux.start(t, { args: ["--public-url", "http://vote.example.org"] });
  assert.equal((await vote(stated, "a", { headers })).status, 200);
});

// The result of connecting from a page with that origin, with polling and with WebSocket.
async function follow(t, pollux, origin, transport) {
  const socket = io(`${pollux.resultUrl}/polls/default`, {
    transports: [transport],
    reconnection: false,
    extraHeaders: { Origin: origin, Host: "127.0.0.1:1" },
  });
  t.after(() => socket.disconnect());
  return new Promise((resolve) => {
    socket.on("tally", () => resolve("followed"));
    socket.on("connect_error", () => resolve("rejected"));
  });
}

test("any page may follow the results, unless --allowed-origins restricts them", async (t) => {
  const open = await Pollux.start(t);
  const narrowed = await Pollux.start(t, {
    args: ["--allowed-origins", "https://intranet.example", "--public-result-url", "http://results.example"],
  });
  for (const transport of ["polling", "websocket"]) {
    assert.equal(await follow(t, open, "https://elsewhere.example", transport), "followed");
    assert.equal(await follow(t, narrowed, "https://intranet.example", transport), "followed");
    assert.equal(await follow(t, narrowed, "http://results.example", transport), "followed");
    assert.equal(await follow(t, narrowed, "https://elsewhere.example", transport), "rejected");
  }
  const lines = await eventually(() => {
    const found = logged(narrowed, "Origin is not this site");
    assert.equal(found.length, 1);
    return found;
  });
  assert.match(lines[0], /"origin":"https:\/\/elsewhere.example".*--public-result-url/);
});

test("an invalid address or origin prevents the start with an error message", async () => {
  for (const [args, words] of [
    [["--public-url", "vote.example.org"], /https:\/\/vote\.example\//],
    [["--public-result-url", "https://a/?b"], /after \?/],
    [["--allowed-origins", "https://a.example/"], /Write https:\/\/a\.example\./],
  ]) {
    const { status, stderr } = await run(args);
    assert.equal(status, 2);
    assert.match(stderr, words);
  }
});

test("the settings of the previous version are read, with a warning", async (t) => {
  const args = ["--secure-cookies", "--results-url", "https://results.example.org"];
  const pollux = await Pollux.start(t, { args });
  const page = await request(`${pollux.voteUrl}/`);
  assert.match(page.headers["set-cookie"][0], /^__Host-voter_id=.*; Secure/);
  assert.match(page.body.toString(), /href="https:\/\/results\.example\.org\/"/);
  assert.equal(logged(pollux, "A setting has been replaced").length, 2);
});
