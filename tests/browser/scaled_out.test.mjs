// The pages of separate vote and result services link to each other.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { launchBrowser } from "../system/browser.mjs";
import { Cluster } from "../system/cluster.mjs";
import { PostgresServer } from "../system/postgres_server.mjs";
import { refuse, startFront } from "../system/push_front.mjs";
import { choose, live, openContext, openPage } from "./pages_in_browser.mjs";
import { readQr } from "./page_checks.mjs";

const postgres = await PostgresServer.start({ after });

// A cluster whose vote service knows the address of the results.
async function start(t, argsOf) {
  const cluster = await Cluster.start(t, postgres, { votes: 0 });
  cluster.args.vote = argsOf(new URL(cluster.results[0].resultUrl));
  cluster.voteUrl = (await cluster.vote()).voteUrl;
  return cluster;
}

async function invited(page) {
  await page.locator("#qr svg").waitFor();
  return { code: await readQr(page, page.locator("#qr")), words: await page.locator("#address").innerText() };
}

test("one host with two ports: the vote page links to the results, and the presenter view to the vote", async (t) => {
  const cluster = await start(t, ({ origin }) => ["--public-result-url", origin]);
  const page = await openPage(t, cluster.voteUrl);
  await choose(page, "a");
  await page.getByRole("link", { name: "See the results" }).click();
  await live(page);
  assert.equal(page.url(), `${cluster.results[0].resultUrl}/`);
  await page.locator("#total").getByText("1 vote", { exact: true }).waitFor();

  const projector = await openPage(t, `${cluster.voteUrl}/present`);
  const { code, words } = await invited(projector);
  assert.equal(code, `${cluster.voteUrl}/`);
  assert.equal(`http://${words}`, cluster.voteUrl);
  await choose(await openPage(t, code), "b");
  await projector.locator("#total").getByText("2 votes", { exact: true }).waitFor();
});

test("two names of one domain: as --public-result-url says", async (t) => {
  const results = "http://results.example.org/";
  const cluster = await start(t, () => ["--public-result-url", results]);
  const rules = [
    `MAP vote.example.org:80 ${new URL(cluster.voteUrl).host}`,
    `MAP results.example.org:80 ${new URL(cluster.results[0].resultUrl).host}`,
  ];
  const browser = await launchBrowser({ args: [`--host-resolver-rules=${rules}`] });
  t.after(() => browser.close());
  const context = await browser.newContext({ locale: "en-US" });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.goto("http://vote.example.org/");
  await page.getByRole("link", { name: "See the results" }).click();
  await live(page);
  assert.equal(page.url(), results);

  await page.goto("http://vote.example.org/present");
  assert.deepEqual(await invited(page), { code: "http://vote.example.org/", words: "vote.example.org" });
});

test("two result services behind a balancer without sticky sessions, and without WebSocket: the page is updated", async (t) => {
  const cluster = await Cluster.start(t, postgres, { results: 2 });
  const front = await startFront(t, cluster.results, { upgrade: refuse });
  const page = await (await openContext(t)).newPage();
  await page.goto(front);
  await live(page);
  for (const [votes, option] of ["1 vote", "2 votes", "3 votes"].map((words, turn) => [words, "ab"[turn % 2]])) {
    await choose(await openPage(t, cluster.votes[0].voteUrl), option);
    await page.locator("#total").getByText(votes, { exact: true }).waitFor();
  }
});
