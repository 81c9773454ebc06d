import { Backoff, longestRetryMs } from "../shared/backoff.js";
import { find } from "../shared/page.js";
import type { AnswerForm } from "./answer_form.js";
import { KeptVote } from "./kept_vote.js";
import { Outbox, type VoteState } from "./outbox.js";
import { fetchPage, hiddenField, sendVote } from "./send.js";
import type { VoteView } from "./vote_view.js";

const keyOf = (action: string): string => `pollux ${action}`;

function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** The vote that is kept for the form that posts to this address. */
export const keptVoteOf = (action: string): KeptVote =>
  new KeptVote({ storage: storage(), key: keyOf(action), now: () => Date.now() });

export interface VotePageParts {
  readonly form: HTMLFormElement;
  readonly answers: AnswerForm;
  readonly view: VoteView;
  /** The server has another page: another question, or one without a form. */
  replace(page: Document): void;
}

/** The page with one question. */
export class VotePage {
  private readonly form: HTMLFormElement;
  private readonly answers: AnswerForm;
  private readonly view: VoteView;
  private readonly kept: KeptVote;
  private readonly poll = hiddenField(document, "poll");
  private currentVoter = hiddenField(document, "voter");
  private readonly outbox: Outbox;

  constructor(private readonly parts: VotePageParts) {
    ({ form: this.form, answers: this.answers, view: this.view } = parts);
    this.kept = keptVoteOf(this.form.action);
    this.outbox = new Outbox({
      send: (vote) => sendVote(this.form.action, vote),
      kept: this.kept,
      backoff: new Backoff({ firstMs: 400, longestMs: longestRetryMs, random: Math.random }),
      setTimer: (callback, ms) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
      onState: (state) => this.show(state),
    });
    this.takeKept();
    this.form.addEventListener("submit", (event) => {
      const selection = this.answers.read(event.submitter);
      if (selection !== undefined) {
        this.outbox.cast({ selection, voter: this.voter, poll: this.poll });
      }
      event.preventDefault(); // last: if this script fails, the form posts by itself
    });
  }

  /** The token with which this page votes. */
  get voter(): string {
    return this.currentVoter;
  }

  /** Whether a vote is on its way. */
  get pending(): boolean {
    return this.outbox.pending;
  }

  /** The page is visible again. */
  refresh(): void {
    this.view.refresh();
  }

  /** A request may succeed now. */
  tryNow(): void {
    this.outbox.tryNow();
  }

  /** Checks whether the server still has this question, after the page was in the background. */
  async checkQuestion(): Promise<void> {
    const page = this.outbox.pending ? undefined : await fetchPage(this.form.action);
    if (page && !this.outbox.pending && hiddenField(page, "poll") !== this.poll) {
      find(page, "#question-changed").textContent = this.view.texts.say("question_changed");
      this.leaveFor(page);
    }
  }

  /** Another tab has stored a vote: the newest vote of a voter counts. */
  onStorage({ key, newValue, oldValue }: StorageEvent): void {
    if (key !== keyOf(this.form.action)) {
      return;
    }
    const put = this.kept.read(newValue ?? "");
    const settled = newValue === null ? this.kept.read(oldValue ?? "") : undefined;
    const vote = put ?? settled;
    if (vote?.poll !== this.poll || !this.answers.has(vote.selection)) {
      return;
    }
    if (put && this.outbox.pending) {
      this.currentVoter = put.voter;
      this.outbox.take(put);
    } else if (settled && !this.outbox.pending) {
      this.currentVoter = settled.voter;
      this.view.show({ kind: "accepted", selection: settled.selection });
    }
  }

  // A vote that was not confirmed before a reload is sent as the vote of the same voter.
  private takeKept(): void {
    const left = this.kept.get();
    if (!left) {
      return;
    }
    if (left.poll === this.poll && this.answers.has(left.selection)) {
      this.currentVoter = left.voter;
      this.outbox.take(left);
    } else {
      this.kept.dropped(left.selection);
      this.view.sayQuestionChanged("kept_dropped");
    }
  }

  /** Another page takes its place. */
  close(): void {
    this.view.close();
  }

  private leaveFor(page: Document): void {
    this.close();
    this.parts.replace(page);
  }

  private show(state: VoteState): void {
    if (state.kind === "changed") {
      return this.leaveFor(state.page);
    }
    if (state.kind === "accepted" && state.answer?.voter) {
      this.currentVoter = state.answer.voter;
    }
    if (state.kind === "accepted" && state.answer?.final) {
      return this.leaveFor(state.answer.final);
    }
    this.view.show(state);
  }
}
