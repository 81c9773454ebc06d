// Texts, numbers and times in the language of the page.
import { numberLocale, pageLanguage, Texts } from "../shared/page.js";
import { Failure } from "./api.js";
import { admin } from "./catalogue.json";
import { make } from "./dom.js";

const language = pageLanguage();
const texts = new Texts(admin, language);

export type Key = keyof typeof admin & string;

export const locale = numberLocale(language, navigator.languages);

export const say = (key: Key, values: Readonly<Record<string, string>> = {}): string => texts.say(key, values);

/** Whether the catalogue has the text. */
export const hasText = (key: string): key is Key => key in admin;

const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
const shares = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const times = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

export const number = (value: number | null): string => (value === null ? "–" : numbers.format(value));
export const percentage = (share: number): string => shares.format(share);
export const sayCount = (key: Key, count: number): string => texts.sayCount(key, count, numbers.format(count));

/** In the time zone of the browser. */
export const time = (instant: string | null): string => (instant === null ? "–" : times.format(Date.parse(instant)));

// Their detail says what to do; it is in English.
const detailed = ["invalid", "not_allowed", "full", "conflict", "forbidden"];

/** What went wrong, for people. */
export function sayFailure(error: unknown): (Node | string)[] {
  if (!(error instanceof Failure)) {
    console.error(error); // a fault of this page
    return [say("problem_other")];
  }
  const { code, detail, retryAfterSeconds } = error.problem;
  const key = `problem_${code}`;
  const general = say(hasText(key) ? key : "problem_other", { seconds: number(retryAfterSeconds ?? 1) });
  if (!detailed.includes(code) || detail === "") {
    return [general];
  }
  return language === "en" ? [detail] : [general, " ", make("span", { lang: "en" }, detail)];
}
