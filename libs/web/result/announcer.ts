export interface AnnouncerOptions {
  /** The least time between two announcements; the first comes after `settleMs`. */
  readonly everyMs: number;
  readonly settleMs: number;
  readonly now: () => number;
  setTimer(callback: () => void, ms: number): void;
  announce(text: string): void;
}

/**
 * Tells a screen reader of the newest result, and not of each: what comes while a pause lasts is told at its end, and
 * only if it differs from what was told last.
 */
export class Announcer {
  private told = "";
  private newest = "";
  private waiting = false;
  private notBefore: number;

  constructor(private readonly options: AnnouncerOptions) {
    this.notBefore = options.now() + options.settleMs;
  }

  offer(text: string): void {
    this.newest = text;
    if (this.waiting || text === this.told) {
      return;
    }
    this.waiting = true;
    const { now, settleMs, setTimer } = this.options;
    setTimer(() => this.tell(), Math.max(settleMs, this.notBefore - now()));
  }

  private tell(): void {
    this.waiting = false;
    if (this.newest !== this.told) {
      this.told = this.newest;
      this.notBefore = this.options.now() + this.options.everyMs;
      this.options.announce(this.told);
    }
  }
}
