// What the pages say, in the language of the page.
import { result, vote } from "./catalogue.json";

export type Language = "en" | "de" | "fr";

type Plural = Readonly<Record<"one" | "other", string>>;
type Entry = Readonly<Record<Language, string | Plural>>;
type Section = Readonly<Record<string, Entry>>;
type Values = Readonly<Record<string, string>>;

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (gap, name: string) => values[name] ?? gap);
}

/** The texts of one page, whose keys are its section of the catalogue. */
export class Texts<Page extends Section> {
  private readonly plurals: Intl.PluralRules;

  constructor(
    private readonly page: Page,
    private readonly language: Language,
  ) {
    this.plurals = new Intl.PluralRules(language);
  }

  /** The text with its gaps filled: `{label}` by `values.label`. */
  say(key: keyof Page & string, values: Values = {}): string {
    const text = this.page[key]?.[this.language] ?? "";
    return fill(typeof text === "string" ? text : text.other, values);
  }

  /** The text's form for a number, with `{count}` as `formatted`. */
  sayCount(key: keyof Page & string, count: number, formatted: string): string {
    const text = this.page[key]?.[this.language] ?? "";
    const form = this.plurals.select(count) === "one" ? "one" : "other";
    return fill(typeof text === "string" ? text : text[form], { count: formatted });
  }
}

export type VoteTexts = Texts<typeof vote>;
export type ResultTexts = Texts<typeof result>;

export const voteTexts = (language: Language): VoteTexts => new Texts(vote, language);
export const resultTexts = (language: Language): ResultTexts => new Texts(result, language);

/**
 * The locale for numbers and times: the reader's own form of the page's language, such as "en-IN", or the language
 * alone, so that "12,5 %" never stands in an English sentence.
 */
export function numberLocale(language: Language, preferred: readonly string[]): string {
  return preferred.find((locale) => locale.toLowerCase().split("-")[0] === language) ?? language;
}

/** The language that the server chose for this page. */
export function pageLanguage(): Language {
  const { lang } = document.documentElement;
  return lang === "de" || lang === "fr" ? lang : "en";
}
