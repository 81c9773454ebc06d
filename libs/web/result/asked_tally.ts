// Where neither a WebSocket nor long-polling works, the page asks for the tally every few seconds. Each request stands
// for itself, so any replica of the service can answer it, whatever a load balancer does.

// Longer than a restarted service takes to get its viewers back, so that those do not ask as well.
const firstAfterMs = 5000;
const everyMs = 2000;
const timeoutMs = 5000;

// A few pages ask at a time when a service has lost all its viewers.
const spread = (ms: number): number => ms * (1 + Math.random() / 2);

/** Asks while it is started; several starts are one. */
export class AskedTally {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private round = 0;
  private answered = false;

  /** `ask` fetches the tally and shows it, and tells whether there was an answer. */
  constructor(
    private readonly ask: (signal: AbortSignal) => Promise<boolean>,
    private readonly onAnswered: (answered: boolean) => void,
  ) {}

  /** Whether the page shows what the service answered lately. */
  get isAnswered(): boolean {
    return this.answered;
  }

  start(): void {
    this.timer ??= setTimeout(() => void this.next(this.round), spread(firstAfterMs));
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.answered = false;
    this.round += 1;
  }

  private async next(round: number): Promise<void> {
    const controller = new AbortController();
    const timeout = setTimeout(() => controller.abort(), timeoutMs);
    const answered = await this.ask(controller.signal);
    clearTimeout(timeout);
    if (round !== this.round) {
      return; // stopped meanwhile
    }
    this.answered = answered;
    this.onAnswered(answered);
    this.timer = setTimeout(() => void this.next(round), spread(everyMs));
  }
}
