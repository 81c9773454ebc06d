import { Backoff, longestRetryMs } from "../shared/backoff.js";
import { find, pageLanguage, voteTexts } from "../shared/page.js";
import { KeptVote } from "./kept_vote.js";
import { Outbox, type VoteState } from "./outbox.js";
import { fetchPage, hiddenField, sendVote } from "./send.js";
import { VoteView } from "./vote_view.js";

function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** The page with one question. If the server has another one, `replace` is called with its page. */
export class VotePage {
  private readonly form = find<HTMLFormElement>(document, "#choice");
  private readonly key = `pollux ${this.form.action}`;
  private readonly kept = new KeptVote({ storage: storage(), key: this.key, now: () => Date.now() });
  private readonly poll = hiddenField(document, "poll");
  private readonly view = new VoteView(this.form, voteTexts(pageLanguage()), this.poll);
  private voter = hiddenField(document, "voter");
  private readonly outbox: Outbox;

  constructor(private readonly replace: (page: Document) => void) {
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
      if (event.submitter instanceof HTMLButtonElement) {
        this.outbox.cast({ selection: event.submitter.value, voter: this.voter, poll: this.poll });
        event.preventDefault(); // last: if this script fails, the form posts by itself
      }
    });
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
    if (key !== this.key) {
      return;
    }
    const put = this.kept.read(newValue ?? "");
    const settled = newValue === null ? this.kept.read(oldValue ?? "") : undefined;
    const vote = put ?? settled;
    if (vote?.poll !== this.poll || !this.view.has(vote.selection)) {
      return;
    }
    if (put && this.outbox.pending) {
      this.voter = put.voter;
      this.outbox.take(put);
    } else if (settled && !this.outbox.pending) {
      this.voter = settled.voter;
      this.view.show({ kind: "accepted", selection: settled.selection });
    }
  }

  // A vote that was not confirmed before a reload is sent as the vote of the same voter.
  private takeKept(): void {
    const left = this.kept.get();
    if (!left) {
      return;
    }
    if (left.poll === this.poll && this.view.has(left.selection)) {
      this.voter = left.voter;
      this.outbox.take(left);
    } else {
      this.kept.dropped(left.selection);
      this.view.sayQuestionChanged("kept_dropped");
    }
  }

  private leaveFor(page: Document): void {
    this.view.close();
    this.replace(page);
  }

  private show(state: VoteState): void {
    if (state.kind === "changed") {
      return this.leaveFor(state.page);
    }
    if (state.kind === "accepted" && state.answer?.voter) {
      this.voter = state.answer.voter;
    }
    this.view.show(state);
  }
}
