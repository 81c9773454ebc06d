// The results in the options of the vote page, once the vote is in: a bar at the edge of each, and its numbers.
import { tenthsOfPercent } from "../result/wording.js";
import { numberLocale, pageLanguage, type VoteTexts } from "../shared/page.js";
import type { ReadCounts } from "./option_counts.js";

// The first answer may be older than the vote.
const secondMs = 1000;
const everyMs = 5000;
const timeoutMs = 5000;

// About ten minutes. A page that was put away and is opened again starts over.
const mostRequests = 120;

// Added with the first numbers.
function numbersOf(button: HTMLButtonElement): HTMLElement {
  const present = button.querySelector<HTMLElement>(".numbers");
  if (present) {
    return present;
  }
  const numbers = document.createElement("span");
  numbers.className = "numbers";
  button.append(numbers);
  return numbers;
}

/** Requests the results from `url` while the page is visible. Without an answer the options keep what they show. */
export class CardResults {
  private readonly whole: Intl.NumberFormat;
  private readonly share: Intl.NumberFormat;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private left = 0;

  constructor(
    private readonly url: string,
    private readonly countsIn: ReadCounts,
    private readonly buttons: readonly HTMLButtonElement[],
    private readonly texts: VoteTexts,
  ) {
    const locale = numberLocale(pageLanguage(), navigator.languages);
    this.whole = new Intl.NumberFormat(locale);
    this.share = new Intl.NumberFormat(locale, {
      style: "percent",
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
  }

  /** The vote is in, or the page is visible again: shows the results, and keeps them up to date for a while. */
  start(): void {
    this.left = mostRequests;
    void this.next(secondMs);
  }

  stop(): void {
    this.left = 0;
    clearTimeout(this.timer);
  }

  private async next(pauseMs: number): Promise<void> {
    this.left -= 1;
    if (!document.hidden) {
      this.show(await this.request());
    }
    clearTimeout(this.timer); // of another start meanwhile
    if (this.left > 0) {
      const spread = 1 + Math.random() / 2; // not all pages at once
      this.timer = setTimeout(() => void this.next(everyMs), pauseMs * spread);
    }
  }

  private async request(): Promise<unknown> {
    const controller = new AbortController();
    const timeout = setTimeout(() => controller.abort(), timeoutMs);
    try {
      const response = await fetch(this.url, { cache: "no-store", signal: controller.signal });
      return response.ok ? await response.json() : undefined;
    } catch {
      return undefined;
    } finally {
      clearTimeout(timeout);
    }
  }

  // The counts of another poll are not shown: the page learns of the change with the next vote.
  private show(answer: unknown): void {
    const options = this.countsIn(answer);
    if (!options) {
      return;
    }
    const tenths = tenthsOfPercent(options.map(({ count }) => count));
    options.forEach(({ id, count }, index) => {
      const button = this.buttons.find(({ value }) => value === id);
      if (button) {
        const share = (tenths[index] ?? 0) / 1000;
        const votes = this.texts.sayCount("votes", count, this.whole.format(count));
        button.style.setProperty("--share", String(share));
        numbersOf(button).textContent = `${this.share.format(share)} · ${votes}`;
      }
    });
  }
}
