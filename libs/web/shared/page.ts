// What both pages use: elements, and texts in the language of the page.
import { poll, poll_result as pollResult, result, vote } from "./catalogue.json";
import { dress } from "./theme.js";

/** An element that every version of the page has. Throws if it is missing. */
export function find<Kind extends Element = HTMLElement>(root: ParentNode, selector: string): Kind {
  const element = root.querySelector<Kind>(selector);
  if (!element) {
    throw new Error(`The page has no ${selector}.`);
  }
  return element;
}

/** Replaces the content of the page with that of another one. */
export function takeOver(page: Document): void {
  document.title = page.title;
  document.body.className = page.body.className;
  const sheet = page.querySelector(".accent")?.getAttribute("href");
  dress(document, sheet ?? undefined, page.documentElement.dataset["scheme"]);
  find(document, "main").replaceWith(document.adoptNode(find(page, "main")));
}

/** Every text exists in each of them: the type check says which one is missing. */
export type Language = keyof typeof vote.accepted;

type Plural = Readonly<Record<"one" | "other", string>>;
type Entry = Readonly<Record<Language, string | Plural>>;
type Section = Readonly<Record<string, Entry>>;
type Values = Readonly<Record<string, string>>;

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}

/** The texts of one page: its section of the catalogue. */
export class Texts<Page extends Section> {
  private readonly plurals: Intl.PluralRules;

  constructor(
    private readonly page: Page,
    private readonly language: Language,
  ) {
    this.plurals = new Intl.PluralRules(language);
  }

  /** The text with its placeholders replaced: `{label}` by `values.label`. */
  say(key: keyof Page & string, values: Values = {}): string {
    const text = this.page[key]?.[this.language] ?? "";
    return fill(typeof text === "string" ? text : text.other, values);
  }

  /** The plural form for `count`, with `{count}` replaced by `formatted`. */
  sayCount(key: keyof Page & string, count: number, formatted: string): string {
    const text = this.page[key]?.[this.language] ?? "";
    const form = this.plurals.select(count) === "one" ? "one" : "other";
    return fill(typeof text === "string" ? text : text[form], { count: formatted });
  }
}

export type VoteTexts = Texts<typeof vote>;
export type PollTexts = Texts<typeof poll>;
export type ResultTexts = Texts<typeof result>;
export type PollResultTexts = Texts<typeof pollResult>;

export const voteTexts = (language: Language): VoteTexts => new Texts(vote, language);
export const pollTexts = (language: Language): PollTexts => new Texts(poll, language);
export const resultTexts = (language: Language): ResultTexts => new Texts(result, language);
export const pollResultTexts = (language: Language): PollResultTexts => new Texts(pollResult, language);

/**
 * The locale for numbers and times: the reader's variant of the page's language, such as "en-IN", or the language
 * itself, so that an English sentence never contains "12,5 %".
 */
export function numberLocale(language: Language, preferred: readonly string[]): string {
  return preferred.find((locale) => locale.toLowerCase().split("-")[0] === language) ?? language;
}

/** Set by build.mjs, which bundles the texts of one language. */
declare const BUNDLED_LANGUAGE: Language;

/** The language of this page's texts. The attribute `lang` may be another one, set by a translator in the browser. */
export const pageLanguage = (): Language => BUNDLED_LANGUAGE;
