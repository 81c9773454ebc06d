import type { Backoff } from "../shared/backoff.js";
import type { Vote, KeptVote } from "./kept_vote.js";

/** What the page in the response to a vote says. */
export interface Answer {
  /** The server that rendered the page. */
  readonly host: string;
  /** The token of the voter; empty if the page has none. */
  readonly voter: string;
  /** Whether the browser sent the server's cookie. */
  readonly cookieKept: boolean;
  /** What the page says about the results: a link, or when they can be seen. */
  readonly results: Element | null;
  /** The page itself, if it has no form any more: the vote can't be changed. */
  readonly final?: Document;
}

export type Outcome =
  /** The server has accepted the vote. */
  | { readonly kind: "accepted"; readonly answer: Answer }
  /** The server now has another question, or takes no votes: `page` says so. The vote was not counted. */
  | { readonly kind: "changed"; readonly page: Document }
  /** The server will never accept it. */
  | { readonly kind: "rejected" }
  /** The vote may or may not have arrived. */
  | { readonly kind: "failed"; readonly retryAfterMs: number };

export type VoteState =
  | { readonly kind: "sending"; readonly selection: string }
  | { readonly kind: "waiting"; readonly selection: string }
  | { readonly kind: "accepted"; readonly selection: string; readonly answer?: Answer }
  | { readonly kind: "rejected"; readonly selection: string }
  | { readonly kind: "changed"; readonly selection: string; readonly page: Document };

export interface OutboxOptions {
  /** Never rejects. */
  send(vote: Vote): Promise<Outcome>;
  readonly kept: KeptVote;
  readonly backoff: Backoff;
  /** Calls back once after the time, unless the returned function is called first. */
  setTimer(callback: () => void, ms: number): () => void;
  onState(state: VoteState): void;
}

/**
 * Delivers the voter's last selection: it is stored until the server has accepted it, and retried until then. One request is
 * in flight at a time, so that an older selection cannot overtake a newer one. Every attempt has the same voter token, so a
 * vote that arrives twice counts once, even without cookies.
 */
export class Outbox {
  private wanted: Vote | undefined;
  private isSending = false;
  private cancelWait: (() => void) | undefined;

  constructor(private readonly options: OutboxOptions) {}

  get pending(): boolean {
    return this.wanted !== undefined;
  }

  cast(vote: Vote): void {
    this.options.kept.put(vote);
    this.take(vote);
  }

  /** Sends a vote that is stored already, from before a reload or from another tab. */
  take(vote: Vote): void {
    this.wanted = vote;
    this.options.backoff.reset();
    this.options.onState({ kind: "sending", selection: vote.selection });
    this.tryNow();
  }

  /** Retries at once, because a request may succeed now. */
  tryNow(): void {
    this.cancelWait?.();
    this.cancelWait = undefined;
    if (!this.isSending && this.wanted !== undefined) {
      void this.attempt(this.wanted);
    }
  }

  private async attempt(vote: Vote): Promise<void> {
    this.isSending = true;
    const outcome = await this.options.send(vote);
    this.isSending = false;
    if (this.wanted !== vote && outcome.kind !== "changed") {
      this.tryNow(); // the voter has changed the selection
    } else if (outcome.kind === "failed") {
      this.wait(vote.selection, outcome.retryAfterMs);
    } else {
      this.settle((this.wanted ?? vote).selection, outcome);
    }
  }

  private wait(selection: string, retryAfterMs: number): void {
    this.options.onState({ kind: "waiting", selection });
    this.cancelWait = this.options.setTimer(() => this.tryNow(), this.options.backoff.nextMs(retryAfterMs));
  }

  private settle(selection: string, outcome: Exclude<Outcome, { kind: "failed" }>): void {
    this.wanted = undefined;
    if (outcome.kind === "accepted") {
      this.options.kept.accepted(selection);
      this.options.onState({ kind: "accepted", selection, answer: outcome.answer });
    } else {
      this.options.kept.dropped(selection);
      this.options.onState({ ...outcome, selection });
    }
  }
}
