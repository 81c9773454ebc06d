// What an open page learns of its poll: the state of the poll, asked for every few seconds while the page is visible.
import { Backoff } from "../shared/backoff.js";

export interface PollState {
  /** The id of the poll and its run. */
  readonly poll: string;
  readonly state: "draft" | "open" | "closed" | "archived";
  /** Grows with each change of the poll. */
  readonly revision: number;
}

export interface StateResponse {
  /** Undefined if it has not changed since `etag`. */
  readonly state: PollState | undefined;
  readonly etag: string;
}

export interface StateWatchOptions {
  /** Undefined if there is no usable answer. Never rejects. */
  request(etag: string): Promise<StateResponse | undefined>;
  /** Whether the page is visible. Hidden pages ask nothing. */
  isVisible(): boolean;
  /** Called after each answer, also if nothing has changed. */
  onState(state: PollState): void;
  /** Calls back once after the time, unless the returned function is called first. */
  setTimer(callback: () => void, ms: number): () => void;
  /** From 0 to below 1, like Math.random. */
  readonly random: () => number;
}

const usualMs = 5000;
/** After so many answers without news, about half an hour, the page may have been forgotten: it asks less often. */
const manyAnswers = 360;
const forgottenMs = 30_000;

/** Asks until the poll is archived, which is final, or the page is hidden: then askNow() begins again. */
export class StateWatch {
  private readonly backoff: Backoff;
  private last: PollState | undefined;
  private etag = "";
  private answersWithoutNews = 0;
  private isAsking = false;
  private cancelTimer: (() => void) | undefined;

  constructor(private readonly options: StateWatchOptions) {
    this.backoff = new Backoff({ firstMs: 2 * usualMs, longestMs: 60_000, random: options.random });
  }

  start(): void {
    this.wait(usualMs);
  }

  /** Asks at once: the page is visible again, or online. */
  askNow(): void {
    this.answersWithoutNews = 0;
    void this.ask();
  }

  private async ask(): Promise<void> {
    if (this.isAsking || this.last?.state === "archived" || !this.options.isVisible()) {
      return;
    }
    this.isAsking = true;
    const response = await this.options.request(this.etag);
    this.isAsking = false;
    if (!response) {
      return this.schedule(this.backoff.nextMs(usualMs));
    }
    this.take(response);
  }

  private take({ state, etag }: StateResponse): void {
    this.backoff.reset();
    this.etag = etag;
    this.answersWithoutNews = state ? 0 : this.answersWithoutNews + 1;
    this.last = state ?? this.last;
    this.wait(this.answersWithoutNews < manyAnswers ? usualMs : forgottenMs);
    if (this.last) {
      this.options.onState(this.last);
    }
  }

  // Between 80 % and 120 %, so that the pages of an audience do not ask at the same moment.
  private wait(ms: number): void {
    this.schedule(ms * (0.8 + 0.4 * this.options.random()));
  }

  private schedule(ms: number): void {
    this.cancelTimer?.();
    this.cancelTimer = this.options.setTimer(() => void this.ask(), ms);
  }
}

const states: readonly unknown[] = ["draft", "open", "closed", "archived"];

/** Whether a value from outside is the state of a poll. */
export function isPollState(value: unknown): value is PollState {
  const { poll, state, revision } = (value ?? {}) as Record<string, unknown>;
  return typeof poll === "string" && states.includes(state) && typeof revision === "number";
}
