import assert from "node:assert/strict";
import { test } from "node:test";
import catalogue from "./catalogue.json";
import { numberLocale, resultTexts, voteTexts } from "./texts.js";

const languages = ["en", "de", "fr"];
const gapsOf = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

test("every text exists in every language, with the same gaps", () => {
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
          assert.deepEqual(gapsOf(text), gapsOf(forms[0]?.[0] ?? ""), name);
        }
      }
    }
  }
});

test("numbers are written in the page's language, in the reader's form of it", () => {
  assert.equal(numberLocale("en", ["de-DE", "en-IN", "en"]), "en-IN");
  assert.equal(numberLocale("en", ["de-DE", "nl"]), "en");
  assert.equal(numberLocale("fr", []), "fr");
});

test("gaps are filled, and what looks like one in a label stays as it is", () => {
  assert.equal(voteTexts("en").say("accepted", { label: "Cats" }), "Your vote is in: Cats");
  assert.equal(voteTexts("en").say("accepted", { label: "{label} $&" }), "Your vote is in: {label} $&");
});

test("numbers take the form that the language has for them", () => {
  const inAll = (language: "en" | "de" | "fr") =>
    [0, 1, 2].map((count) => resultTexts(language).sayCount("votes", count, String(count)));
  assert.deepEqual(inAll("en"), ["0 votes", "1 vote", "2 votes"]);
  assert.deepEqual(inAll("de"), ["0 Stimmen", "1 Stimme", "2 Stimmen"]);
  assert.deepEqual(inAll("fr"), ["0 vote", "1 vote", "2 votes"]);
});
