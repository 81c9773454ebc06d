// Inserts the texts of shared/catalogue.json and admin/catalogue.json into a page: [[vote_page.tip]], or
// [[vote.accepted|label=<b>{{label}}</b>]] for a text with a placeholder, {label}, which is replaced by HTML. A
// "|" separates several of them.
import { readFileSync } from "node:fs";

const read = (folder) => JSON.parse(readFileSync(new URL(`${folder}/catalogue.json`, import.meta.url), "utf8"));
const catalogue = { ...read("shared"), ...read("admin") };

/** The first is the default. */
export const languages = Object.keys(catalogue.vote.accepted);

function textOf(section, key, language) {
  const text = catalogue[section]?.[key]?.[language];
  if (typeof text !== "string") {
    throw new Error(`The catalogue has no ${section}.${key} in the language ${language}.`);
  }
  return text;
}

/** The texts of a section for the C++ library, one per line: key, tab, text. */
export const textsOf = (section, language) =>
  Object.keys(catalogue[section])
    .map((key) => `${key}\t${textOf(section, key, language)}\n`)
    .join("");

/** The catalogue of a folder with the texts of one language. */
export const catalogueIn = (folder, language) =>
  JSON.parse(JSON.stringify(read(folder)), (key, value) =>
    languages.includes(key) && key !== language ? undefined : value,
  );

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

// Placeholders and their HTML: "|min={{min}}|max={{max}}".
const filled = (text, placeholders) =>
  [...placeholders.matchAll(/\|(\w+)=([^|]*)/g)].reduce(
    (result, [, name, html]) => result.replace(`{${name}}`, () => html),
    text,
  );

// Texts without placeholders come first, because the HTML of a placeholder may contain such a text.
export const translate = (page, language) =>
  page
    .replaceAll("[[language]]", language)
    .replace(/\[\[(\w+)\.(\w+)\]\]/g, (_, section, key) => escaped(textOf(section, key, language)))
    .replace(/\[\[(\w+)\.(\w+)((?:\|\w+=[^|]*?)+)\]\]/g, (_, section, key, placeholders) =>
      filled(escaped(textOf(section, key, language)), placeholders),
    );
