// Voting, live results and socket.io-client work behind the proxies of docs/proxy.md.
import assert from "node:assert/strict";
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import { test } from "node:test";
import { launchBrowser } from "../system/browser.mjs";
import { eventually } from "../system/eventually.mjs";
import { metrics } from "../system/metrics.mjs";
import { accepted, button, choose, live } from "./pages_in_browser.mjs";
import { behindProxy, configurations } from "./proxies.mjs";

const { io } = createRequire(new URL("../system/package.json", import.meta.url))("socket.io-client");

async function openBrowser(t, { rule }) {
  const browser = await launchBrowser({ args: [rule, "--ignore-certificate-errors"] });
  t.after(() => browser.close());
  return browser;
}

async function openPage(browser, address) {
  const context = await browser.newContext({ locale: "en-US", ignoreHTTPSErrors: true });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  page.faults = [];
  page.on("response", (response) => {
    if (response.status() >= 400) {
      page.faults.push(`${response.status()} ${response.url()}`);
    }
  });
  page.on("pageerror", (error) => page.faults.push(String(error)));
  await page.goto(address.href);
  return page;
}

const total = (page, text) => page.locator("#total").getByText(text, { exact: true }).waitFor();

// Every name resolves to this machine.
const lookup = (name, { all }, found) =>
  all ? found(null, [{ address: "127.0.0.1", family: 4 }]) : found(null, "127.0.0.1", 4);

// Follows the default poll through the proxy with this transport only.
function follow(t, { port, results }, transport) {
  const { Agent } = results.protocol === "https:" ? https : http;
  const socket = io(`${results.protocol}//${results.hostname}:${port}/polls/default`, {
    path: `${results.pathname}socket.io/`,
    transports: [transport],
    extraHeaders: { Origin: "https://elsewhere.example" },
    agent: new Agent({ lookup, rejectUnauthorized: false }),
    rejectUnauthorized: false,
    reconnection: false,
  });
  t.after(() => socket.disconnect());
  return new Promise((resolve, reject) => {
    socket.on("tally", resolve);
    socket.on("connect_error", reject);
  });
}

test("docs/proxy.md has all its configurations", () => {
  assert.deepEqual(
    configurations.map(({ name }) => name),
    ["nginx-two-hosts", "nginx-one-host", "nginx-without-tls", "haproxy-two-hosts", "haproxy-one-host"],
  );
});

test("no timeout of docs/proxy.md is shorter than a ping interval and timeout", () => {
  const timeouts = configurations.flatMap(({ text }) => [
    ...text.matchAll(/(?:proxy_read_timeout|timeout (?:client|server)) (\d+)s/g),
  ]);
  assert.ok(timeouts.length >= configurations.length);
  for (const [setting, seconds] of timeouts) {
    assert.ok(Number(seconds) >= 45, setting);
  }
});

for (const configuration of configurations) {
  test(`${configuration.name}: votes, results, links and clients work`, async (t) => {
    const site = await behindProxy(t, configuration);
    const browser = await openBrowser(t, site);
    const page = await openPage(browser, site.vote);
    await choose(page, "a");
    assert.equal(await page.locator("#without-cookie").isVisible(), false);
    await page.getByRole("link", { name: "See the results" }).click();
    await live(page);
    assert.equal(page.url(), site.results.href);
    await total(page, "1 vote");
    await eventually(async () => assert.equal((await metrics(site.pollux))['pollux_viewers{transport="websocket"}'], 1));

    const another = await openPage(browser, site.vote);
    await choose(another, "b");
    await total(page, "2 votes");
    await another.reload();
    await choose(another, "a");
    await total(page, "2 votes");
    if (site.vote.protocol === "https:") {
      const protocol = () => performance.getEntriesByType("navigation")[0].nextHopProtocol;
      assert.equal(await another.evaluate(protocol), "h2");
    }

    const projector = await openPage(browser, new URL("present", site.vote));
    await live(projector);
    await projector
      .locator("#address")
      .getByText(site.vote.host + site.vote.pathname.replace(/\/$/, ""), { exact: true })
      .waitFor();
    for (const each of [page, another, projector]) {
      assert.deepEqual(each.faults, []);
    }

    for (const transport of ["polling", "websocket"]) {
      assert.equal((await follow(t, site, transport)).total, 2);
    }
  });
}

const withoutTls = configurations.find(({ name }) => name === "nginx-without-tls");

test("nginx changes Host and no public address is set: the log says why the vote is rejected", async (t) => {
  const site = await behindProxy(t, withoutTls, []);
  const page = await openPage(await openBrowser(t, site), site.vote);
  await button(page, "a").click();
  await eventually(() => {
    const line = site.pollux.log.find((each) => each.includes("its Origin is not this site"));
    assert.match(line ?? "", /"origin":"http:\/\/example.org","host":"127.0.0.1:\d+".*--public-url/);
  });
});

test("nginx changes Host and is reached by localhost: no setting is needed", async (t) => {
  const site = await behindProxy(t, withoutTls, []);
  const address = new URL(`http://localhost:${site.port}/vote/`);
  const page = await openPage(await openBrowser(t, { rule: "--host-resolver-rules=MAP localhost 127.0.0.1" }), address);
  await button(page, "a").click();
  await accepted(page, "a");
});
