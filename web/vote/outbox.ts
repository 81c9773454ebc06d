import type { Backoff } from "../shared/backoff.js";
import type { KeptVote } from "./kept_vote.js";

export type Outcome =
  /** The server's page says that the vote is in. `host`: which of several made that page. */
  | { readonly kind: "accepted"; readonly host: string }
  /** The server will never take it. */
  | { readonly kind: "refused" }
  /** It may or may not have arrived. */
  | { readonly kind: "failed"; readonly retryAfterMs: number };

export type VoteState =
  | { readonly kind: "sending"; readonly selection: string }
  | { readonly kind: "waiting"; readonly selection: string }
  | { readonly kind: "accepted"; readonly selection: string; readonly host?: string }
  | { readonly kind: "refused"; readonly selection: string };

export interface OutboxOptions {
  /** Never rejects. */
  send(selection: string): Promise<Outcome>;
  readonly kept: KeptVote;
  readonly backoff: Backoff;
  /** Calls back once after the time, unless what it returns is called before. */
  setTimer(callback: () => void, ms: number): () => void;
  onState(state: VoteState): void;
}

/**
 * Brings the voter's last choice to the server: it is kept until the server has accepted it, and sent again as often
 * as it takes. One request is under way at a time, so that an older choice can't overtake a newer one. The server
 * knows the voter by the cookie, so a vote that arrives twice counts once.
 */
export class Outbox {
  private wanted: string | undefined;
  private underWay = false;
  private cancelWait: (() => void) | undefined;

  constructor(private readonly options: OutboxOptions) {}

  get pending(): boolean {
    return this.wanted !== undefined;
  }

  cast(selection: string): void {
    this.options.kept.put(selection);
    this.take(selection);
  }

  /** A choice that is kept already: from before the page was loaded anew, or from another tab. */
  take(selection: string): void {
    this.wanted = selection;
    this.options.backoff.reset();
    this.options.onState({ kind: "sending", selection });
    this.tryNow();
  }

  /** Waits no longer: something says that it may work now. */
  tryNow(): void {
    this.cancelWait?.();
    this.cancelWait = undefined;
    if (!this.underWay && this.wanted !== undefined) {
      void this.attempt(this.wanted);
    }
  }

  private async attempt(selection: string): Promise<void> {
    this.underWay = true;
    const outcome = await this.options.send(selection);
    this.underWay = false;
    if (this.wanted !== selection) {
      this.tryNow(); // the voter has changed it meanwhile
    } else if (outcome.kind === "failed") {
      this.wait(selection, outcome.retryAfterMs);
    } else {
      this.settle(selection, outcome);
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
      this.options.onState({ kind: "accepted", selection, host: outcome.host });
    } else {
      this.options.kept.dropped(selection);
      this.options.onState({ kind: "refused", selection });
    }
  }
}
