// Error pages: in the design of the site, in the language of the visitor, with a link back. Programs get plain text.
import assert from "node:assert/strict";
import { test } from "node:test";
import { formType, request } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { assertAccessible } from "./page_checks.mjs";
import { openPage, phone } from "./pages_in_browser.mjs";

test("a missing page links back to its site, from any depth", async (t) => {
  const pollux = await Pollux.start(t);
  for (const [url, back] of [
    [pollux.voteUrl, "Back to the vote"],
    [pollux.resultUrl, "Back to the results"],
  ]) {
    for (const path of ["/nothing", "/not/here/at/all", "/a/b/"]) {
      const page = await openPage(t, `${url}${path}`, { ...phone, colorScheme: "light" });
      await page.getByRole("heading", { name: "Page not found" }).waitFor();
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(246, 244, 239)");
      await assertAccessible(page, path, async () => undefined);
      await page.getByRole("link", { name: back }).click();
      await page.waitForURL(`${url}/`);
      await page.context().close();
    }
  }
});

for (const [locale, words] of Object.entries({
  "de-DE": ["Seite nicht gefunden", "Zurück zur Abstimmung"],
  "fr-FR": ["Page introuvable", "Retour au vote"],
})) {
  test(`errors are in the language of the reader: ${locale}`, async (t) => {
    const { voteUrl } = await Pollux.start(t);
    const page = await openPage(t, `${voteUrl}/nothing`, { locale, javaScriptEnabled: false });
    await page.getByRole("heading", { name: words[0] }).waitFor();
    await page.getByRole("link", { name: words[1] }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), locale.slice(0, 2));
  });
}

const browsers = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

test("invalid requests from browsers are answered with a page", async (t) => {
  const { voteUrl } = await Pollux.start(t);
  const post = (headers, body = "vote=a") =>
    request(`${voteUrl}/`, { method: "POST", headers: { ...browsers, "Content-Type": formType, ...headers }, body });
  for (const [status, title, answer] of [
    [403, "Not allowed", await post({ Origin: "https://elsewhere.example", "Sec-Fetch-Site": "cross-site" })],
    [400, "Invalid request", await post({}, "vote=nothing")],
    [405, "Method not allowed", await request(`${voteUrl}/`, { method: "DELETE", headers: browsers })],
  ]) {
    assert.equal(answer.status, status);
    assert.match(answer.headers["content-type"], /^text\/html/);
    assert.match(answer.body.toString(), new RegExp(`<h1>${title}</h1>`));
    assert.match(answer.headers["content-security-policy"], /default-src 'none'/);
  }
});

test("programs get plain text", async (t) => {
  const { voteUrl, resultUrl } = await Pollux.start(t);
  for (const url of [`${voteUrl}/nothing`, `${resultUrl}/nothing`]) {
    for (const headers of [{}, { Accept: "*/*" }, { Accept: "application/json" }]) {
      const { status, headers: answered, body } = await request(url, { headers });
      assert.equal(status, 404);
      assert.match(answered["content-type"], /^text\/plain/);
      assert.equal(body.toString(), "There is nothing at this address.\n");
    }
  }
});
