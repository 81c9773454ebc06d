import assert from "node:assert/strict";
import { test } from "node:test";
import admin from "../admin/catalogue.json";
import shared from "./catalogue.json";
import { numberLocale, resultTexts, voteTexts } from "./page.js";

const catalogue = { ...shared, ...admin };
const languages = Object.keys(catalogue.vote.accepted);
const placeholdersOf = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

test("every text exists in every language, with the same placeholders", () => {
  for (const [section, entries] of Object.entries(catalogue)) {
    for (const [key, entry] of Object.entries(entries as Record<string, Record<string, unknown>>)) {
      const name = `${section}.${key}`;
      assert.deepEqual(Object.keys(entry), languages, name);
      const forms = Object.values(entry).map((text) =>
        typeof text === "string" ? [text] : Object.values(text as Record<string, string>),
      );
      for (const texts of forms) {
        assert.equal(texts.length, forms[0]?.length, name);
        for (const text of texts) {
          assert.notEqual(text.trim(), "", name);
          assert.deepEqual(placeholdersOf(text), placeholdersOf(forms[0]?.[0] ?? ""), name);
        }
      }
    }
  }
});

test("numbers use the reader's variant of the page's language", () => {
  assert.equal(numberLocale("en", ["de-DE", "en-IN", "en"]), "en-IN");
  assert.equal(numberLocale("en", ["de-DE", "nl"]), "en");
  assert.equal(numberLocale("fr", []), "fr");
});

test("placeholders are replaced, and a label that looks like one is not", () => {
  assert.equal(voteTexts("en").say("accepted", { label: "Cats" }), "Your vote is in: Cats");
  assert.equal(voteTexts("en").say("accepted", { label: "{label} $&" }), "Your vote is in: {label} $&");
});

test("counts select the plural form of the language", () => {
  const inAll = (language: "en" | "de" | "fr") =>
    [0, 1, 2].map((count) => resultTexts(language).sayCount("votes", count, String(count)));
  assert.deepEqual(inAll("en"), ["0 votes", "1 vote", "2 votes"]);
  assert.deepEqual(inAll("de"), ["0 Stimmen", "1 Stimme", "2 Stimmen"]);
  assert.deepEqual(inAll("fr"), ["0 vote", "1 vote", "2 votes"]);
});
