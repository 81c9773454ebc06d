import type { ResultTexts } from "../shared/texts.js";

/** What the page says with numbers: the words in the page's language, the numbers as the reader writes them. */
export class Wording {
  private readonly whole: Intl.NumberFormat;
  private readonly share: Intl.NumberFormat;

  constructor(
    private readonly texts: ResultTexts,
    locale?: string,
  ) {
    this.whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.share = new Intl.NumberFormat(locale, {
      style: "percent",
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
  }

  number(count: number): string {
    return this.whole.format(count);
  }

  votes(count: number): string {
    return this.texts.sayCount("votes", count, this.number(count));
  }

  percentage(tenths: number): string {
    return this.share.format(tenths / 1000);
  }

  total(total: number): string {
    return total === 0 ? this.texts.say("no_votes") : this.votes(total);
  }

  /** One sentence about the options, each a label and its tenths of a percent. */
  announcement(options: readonly (readonly [string, number])[], total: number): string {
    const said = options.map(([label, tenths]) =>
      this.texts.say("announced_option", { label, percentage: this.percentage(tenths) }),
    );
    return this.texts.say("announcement", { options: said.join(", "), total: this.votes(total) });
  }
}
