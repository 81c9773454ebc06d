/** No page waits longer between two attempts, so that it is back within three seconds of its server. */
export const longestRetryMs = 2000;

export interface BackoffOptions {
  /** Of the first wait, before chance shortens it. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** 0 to below 1, as Math.random. */
  readonly random: () => number;
}

/**
 * How long to wait before each new attempt: twice as long each time up to a bound, and shortened by chance to
 * between a half and all of it, so that many pages do not come back at the same moment.
 */
export class Backoff {
  private failures = 0;

  constructor(private readonly options: BackoffOptions) {}

  /** After one more failure. `atLeastMs` is what the server asked for; it too is bounded. */
  nextMs(atLeastMs = 0): number {
    const { firstMs, longestMs, random } = this.options;
    const full = Math.min(longestMs, firstMs * 2 ** Math.min(this.failures, 30));
    this.failures += 1;
    return Math.max(Math.min(atLeastMs, longestMs), full / 2 + (random() * full) / 2);
  }

  reset(): void {
    this.failures = 0;
  }
}
