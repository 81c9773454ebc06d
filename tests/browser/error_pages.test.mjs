// Errors as people see them: in the design, in their language, with a way back. Programs get one plain sentence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { formType, request } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { assertAccessible } from "./axe.mjs";
import { openPage, phone } from "./pages_in_browser.mjs";

test("an address that does not exist leads back, from any depth, on both sites", async (t) => {
  const pollux = await Pollux.start(t);
  for (const [url, back] of [
    [pollux.voteUrl, "To the vote"],
    [pollux.resultUrl, "To the results"],
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
  "de-DE": ["Seite nicht gefunden", "Zur Abstimmung"],
  "fr-FR": ["Page introuvable", "Aller au vote"],
})) {
  test(`errors speak the language of the reader: ${locale}`, async (t) => {
    const { voteUrl } = await Pollux.start(t);
    const page = await openPage(t, `${voteUrl}/nothing`, { locale, javaScriptEnabled: false });
    await page.getByRole("heading", { name: words[0] }).waitFor();
    await page.getByRole("link", { name: words[1] }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), locale.slice(0, 2));
  });
}

const browsers = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

test("a form that another site or no known page sends, and a wrong method, are answered by a page", async (t) => {
  const { voteUrl } = await Pollux.start(t);
  const post = (headers, body = "vote=a") =>
    request(`${voteUrl}/`, { method: "POST", headers: { ...browsers, "Content-Type": formType, ...headers }, body });
  for (const [status, title, answer] of [
    [403, "This is not allowed here", await post({ Origin: "https://elsewhere.example", "Sec-Fetch-Site": "cross-site" })],
    [400, "This request is not valid", await post({}, "vote=nothing")],
    [405, "This address works differently", await request(`${voteUrl}/`, { method: "DELETE", headers: browsers })],
  ]) {
    assert.equal(answer.status, status);
    assert.match(answer.headers["content-type"], /^text\/html/);
    assert.match(answer.body.toString(), new RegExp(`<h1>${title}</h1>`));
    assert.match(answer.headers["content-security-policy"], /default-src 'none'/);
  }
});

test("programs get one plain sentence", async (t) => {
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
