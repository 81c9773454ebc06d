// Pages in a real browser: one that does what example-voting-app's does, and ours where no WebSocket gets through.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { launchBrowser } from "./browser.mjs";
import { eventually } from "./eventually.mjs";
import { request, vote } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { Pollux } from "./program.mjs";
import { ignore, refuse, startFront, tunnel } from "./push_front.mjs";

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser?.close());

async function newPage(t) {
  const context = await browser.newContext({ locale: "en-US" });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  return page;
}

// Shows nothing before the welcome and listens for the scores only then, like example-voting-app's page.
const examplePage = {
  "/": {
    type: "text/html",
    text: `<!doctype html>
      <title>Result</title>
      <script src="/socket.io/socket.io.js"></script>
      <script src="/app.js"></script>
      <body hidden><p id="a"></p><p id="b"></p></body>`,
  },
  "/app.js": {
    type: "text/javascript",
    text: `
      const socket = io.connect();
      socket.on("message", () => {
        document.body.hidden = false;
        socket.on("scores", (json) => {
          for (const [option, votes] of Object.entries(JSON.parse(json))) {
            document.getElementById(option).textContent = votes + " for " + option;
          }
        });
      });`,
  },
};

test("a page like example-voting-app's shows the scores, with its files beside our service", async (t) => {
  const pollux = await Pollux.start(t);
  const page = await newPage(t);
  await page.goto(await startFront(t, pollux, { files: examplePage }));
  await page.getByText("0 for b").waitFor();

  await eventually(async () => {
    assert.equal((await metrics(pollux)).pollux_viewers_upgraded_total, 1);
  });
  for (const votes of [1, 2]) {
    await vote(pollux, "b");
    await page.getByText(`${votes} for b`).waitFor();
  }
  assert.deepEqual(page.faults, []);
});

test("the client script is served compressed and revalidated", async (t) => {
  const pollux = await Pollux.start(t);
  const get = (headers) => request(`${pollux.resultUrl}/socket.io/socket.io.js`, { headers });
  const plain = await get({});
  assert.equal(plain.status, 200);
  assert.equal(plain.headers["content-type"], "text/javascript; charset=utf-8");
  assert.match(plain.body.toString(), /^\/\*!\n \* Socket\.IO v4\./);
  assert.doesNotMatch(plain.body.toString(), /sourceMappingURL/);
  for (const [coding, decode] of [
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ]) {
    const { headers, body } = await get({ "Accept-Encoding": coding });
    assert.equal(headers["content-encoding"], coding);
    assert.equal(headers["vary"], "Accept-Encoding");
    assert.deepEqual(decode(body), plain.body);
  }
  assert.equal(plain.headers["cache-control"], "no-cache");
  assert.equal((await get({ "If-None-Match": plain.headers.etag })).status, 304);
});

for (const [what, upgrade] of [
  ["refuses WebSockets", refuse],
  ["lets WebSockets hang", ignore],
  ["passes WebSockets on", tunnel],
]) {
  test(`the result page moves behind a proxy that ${what}`, async (t) => {
    const pollux = await Pollux.start(t);
    const page = await newPage(t);
    await page.goto(await startFront(t, pollux, { upgrade }));
    await page.getByText("Live", { exact: true }).waitFor();
    for (const votes of ["1 vote", "2 votes"]) {
      await vote(pollux, "a");
      await page.locator('[data-option="a"]').getByText(votes, { exact: true }).waitFor();
    }
    assert.deepEqual(page.faults, []);
  });
}
