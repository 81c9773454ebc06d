/** What the page says in numbers and words, in the reader's language of numbers. */
export class Wording {
  private readonly whole: Intl.NumberFormat;
  private readonly share: Intl.NumberFormat;

  constructor(locales?: string | readonly string[]) {
    const chosen = locales === undefined || typeof locales === "string" ? locales : [...locales];
    this.whole = new Intl.NumberFormat(chosen, { maximumFractionDigits: 0 });
    this.share = new Intl.NumberFormat(chosen, {
      style: "percent",
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
  }

  votes(count: number): string {
    return `${this.whole.format(count)} ${count === 1 ? "vote" : "votes"}`;
  }

  percentage(tenths: number): string {
    return this.share.format(tenths / 1000);
  }

  total(total: number): string {
    return total === 0 ? "No votes yet" : this.votes(total);
  }
}
