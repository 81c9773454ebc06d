import type { ResultTexts } from "../shared/page.js";

/**
 * The share of each count in tenths of a percent. Unless the total is zero they add up to 1000: every share is rounded
 * down, and the rest goes to the largest remainders (Hamilton's method), the earlier first.
 */
export function tenthsOfPercent(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) {
    return counts.map(() => 0);
  }
  const exact = counts.map((count) => (count / total) * 1000);
  const shares = exact.map(Math.floor);
  const missing = 1000 - shares.reduce((sum, share) => sum + share, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((left, right) => right.remainder - left.remainder || left.index - right.index);
  for (const { index } of byRemainder.slice(0, missing)) {
    shares[index] = (shares[index] ?? 0) + 1;
  }
  return shares;
}

/** Texts with numbers: words in the language of the page, numbers in the reader's format. */
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

  /** A sentence about the options, given as labels and tenths of a percent. */
  announcement(options: readonly (readonly [string, number])[], total: number): string {
    const said = options.map(([label, tenths]) =>
      this.texts.say("announced_option", { label, percentage: this.percentage(tenths) }),
    );
    return this.texts.say("announcement", { options: said.join(", "), total: this.votes(total) });
  }
}

export interface AnnouncerOptions {
  /** The minimum time between two announcements. The first follows after `settleMs`. */
  readonly everyMs: number;
  readonly settleMs: number;
  readonly now: () => number;
  setTimer(callback: () => void, ms: number): void;
  announce(text: string): void;
}

/**
 * Announces results to a screen reader at a bounded rate: at the end of each pause the newest result, if it differs from
 * the last announcement.
 */
export class Announcer {
  private announced = "";
  private newest = "";
  private waiting = false;
  private notBefore: number;

  constructor(private readonly options: AnnouncerOptions) {
    this.notBefore = options.now() + options.settleMs;
  }

  offer(text: string): void {
    this.newest = text;
    if (this.waiting || text === this.announced) {
      return;
    }
    this.waiting = true;
    const { now, settleMs, setTimer } = this.options;
    setTimer(() => this.announce(), Math.max(settleMs, this.notBefore - now()));
  }

  /** Takes back what was announced, and what waits to be: the results are hidden now. */
  withdraw(): void {
    this.newest = "";
    if (this.announced !== "") {
      this.announced = "";
      this.options.announce("");
    }
  }

  private announce(): void {
    this.waiting = false;
    if (this.newest !== this.announced) {
      this.announced = this.newest;
      this.notBefore = this.options.now() + this.options.everyMs;
      this.options.announce(this.announced);
    }
  }
}
