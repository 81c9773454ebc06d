import type { Backoff } from "../shared/backoff.js";
import type { Ballot, KeptVote } from "./kept_vote.js";

/** What the page that answers a vote says. */
export interface Answer {
  /** Which of several servers made the page. */
  readonly host: string;
  /** The voter that it counts for; empty where the page names none. */
  readonly voter: string;
  /** Whether the browser sent the cookie that the server had given it. */
  readonly cookieKept: boolean;
}

export type Outcome =
  /** The server's page says that the vote is in; what else it says is in `answer`. */
  | { readonly kind: "accepted"; readonly answer: Answer }
  /** The server asks another question by now; `page` is its page. The vote was not counted. */
  | { readonly kind: "changed"; readonly page: Document }
  /** The server will never take it. */
  | { readonly kind: "refused" }
  /** It may or may not have arrived. */
  | { readonly kind: "failed"; readonly retryAfterMs: number };

export type VoteState =
  | { readonly kind: "sending"; readonly selection: string }
  | { readonly kind: "waiting"; readonly selection: string }
  | { readonly kind: "accepted"; readonly selection: string; readonly answer?: Answer }
  | { readonly kind: "refused"; readonly selection: string }
  | { readonly kind: "changed"; readonly selection: string; readonly page: Document };

export interface OutboxOptions {
  /** Never rejects. */
  send(ballot: Ballot): Promise<Outcome>;
  readonly kept: KeptVote;
  readonly backoff: Backoff;
  /** Calls back once after the time, unless what it returns is called before. */
  setTimer(callback: () => void, ms: number): () => void;
  onState(state: VoteState): void;
}

/**
 * Brings the voter's last choice to the server: it is kept until the server has accepted it, and sent again as often
 * as it takes. One request is under way at a time, so that an older choice can't overtake a newer one. Every attempt
 * names the same voter, so a vote that arrives twice counts once, whether or not the browser keeps cookies.
 */
export class Outbox {
  private wanted: Ballot | undefined;
  private underWay = false;
  private cancelWait: (() => void) | undefined;

  constructor(private readonly options: OutboxOptions) {}

  get pending(): boolean {
    return this.wanted !== undefined;
  }

  cast(ballot: Ballot): void {
    this.options.kept.put(ballot);
    this.take(ballot);
  }

  /** A choice that is kept already: from before the page was reloaded, or from another tab. */
  take(ballot: Ballot): void {
    this.wanted = ballot;
    this.options.backoff.reset();
    this.options.onState({ kind: "sending", selection: ballot.selection });
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

  private async attempt(ballot: Ballot): Promise<void> {
    this.underWay = true;
    const outcome = await this.options.send(ballot);
    this.underWay = false;
    if (this.wanted !== ballot && outcome.kind !== "changed") {
      this.tryNow(); // the voter has changed it meanwhile
    } else if (outcome.kind === "failed") {
      this.wait(ballot.selection, outcome.retryAfterMs);
    } else {
      this.settle((this.wanted ?? ballot).selection, outcome);
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
