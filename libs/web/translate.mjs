// Puts the texts of shared/catalogue.json into a page: [[vote_page.tip]], or [[vote.accepted|label=<b>{{label}}</b>]] for
// a text with a gap, {label}, which is filled with HTML.
import { readFileSync } from "node:fs";

const catalogue = JSON.parse(readFileSync(new URL("shared/catalogue.json", import.meta.url), "utf8"));

/** The first is for readers of none of them. */
export const languages = Object.keys(catalogue.vote.accepted);

/** A section's texts for a program: a line each, the key, a tab, and the text. */
export const textsOf = (section, language) =>
  Object.entries(catalogue[section])
    .map(([key, entry]) => `${key}\t${entry[language]}\n`)
    .join("");

/** The catalogue with the texts of one language. */
export const catalogueIn = (language) =>
  JSON.parse(JSON.stringify(catalogue), (key, value) =>
    languages.includes(key) && key !== language ? undefined : value,
  );

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

export function translate(page, language) {
  return page.replaceAll("[[language]]", language).replace(
    /\[\[(\w+)\.(\w+)(?:\|(\w+)=(.*?))?\]\]/g,
    (reference, section, key, gap, html) => {
      const text = catalogue[section]?.[key]?.[language];
      if (typeof text !== "string") {
        throw new Error(`The catalogue has no ${reference} in the language ${language}.`);
      }
      return escaped(text).replace(`{${gap}}`, () => html);
    },
  );
}
