import assert from "node:assert/strict";
import { test } from "node:test";
import { request, vote } from "../system/http.mjs";
import { Pollux } from "../system/program.mjs";
import { button, openPage, option } from "./pages_in_browser.mjs";

const words = {
  "en-US": { tip: "Tip: you can change your vote", in: "Your vote is in: Cats", votes: "1,000 votes", none: "Waiting for the first vote" },
  "de-DE": { tip: "Sie können Ihre Stimme ändern", in: "Ihre Stimme wurde abgegeben: Cats", votes: "1.000 Stimmen", none: "Warten auf die erste Stimme" },
  "fr-FR": { tip: "vous pouvez changer votre vote", in: "Votre vote est enregistré : Cats", votes: "1 000 votes", none: "En attente du premier vote" },
};

for (const [locale, said] of Object.entries(words)) {
  test(`both pages are in the language of the reader: ${locale}`, async (t) => {
    const pollux = await Pollux.start(t);
    const results = await openPage(t, pollux.resultUrl, { locale });
    await results.getByText(said.none).waitFor();
    for (const javaScriptEnabled of [true, false]) {
      const voter = await openPage(t, pollux.voteUrl, { locale, javaScriptEnabled });
      assert.equal(await voter.locator("html").getAttribute("lang"), locale.slice(0, 2));
      await voter.getByText(said.tip).waitFor();
      await button(voter, "a").click();
      await voter.locator("#confirmation", { hasText: said.in }).waitFor();
    }
    const jars = Array.from({ length: 998 });
    for (let first = 0; first < jars.length; first += 50) {
      await Promise.all(jars.slice(first, first + 50).map(() => vote(pollux, "b")));
    }
    const total = results.locator("#total");
    await total.filter({ hasText: new RegExp(said.votes.replaceAll(/[ .]/g, ".")) }).waitFor();
    const share = locale === "en-US" ? /^99\.8%$/ : /^99,8\s%$/;
    await option(results, "b").locator(".percentage").filter({ hasText: share }).waitFor(); // it counts up
  });
}

test("responses depend on the language and declare that to caches", async (t) => {
  const { voteUrl, resultUrl } = await Pollux.start(t);
  const tags = new Set();
  for (const [accepted, language] of [
    ["de-AT, en;q=0.5", "de"],
    ["fr", "fr"],
    ["nl", "en"],
  ]) {
    for (const url of [voteUrl, resultUrl]) {
      const { headers } = await request(`${url}/`, { headers: { "Accept-Language": accepted } });
      assert.equal(headers["content-language"], language);
      assert.match(headers.vary, /Accept-Language/);
      tags.add(headers.etag);
    }
  }
  tags.delete(undefined); // the vote page is personal and not cached
  assert.equal(tags.size, 3);
});
