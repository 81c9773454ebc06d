/** The longest wait between two attempts, so that a page is back within three seconds of its server. */
export const longestRetryMs = 2000;

export interface BackoffOptions {
  /** The first wait, before jitter. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** From 0 to below 1, like Math.random. */
  readonly random: () => number;
}

/**
 * Exponential backoff with jitter: each wait is twice as long up to a bound, and shortened at random by up to a half, so
 * that many pages do not retry at the same moment.
 */
export class Backoff {
  private failures = 0;

  constructor(private readonly options: BackoffOptions) {}

  /** The wait after another failure. `atLeastMs` is the wait that the server asked for; it is bounded too. */
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
