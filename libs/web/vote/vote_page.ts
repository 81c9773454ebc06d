import { Backoff, longestRetryMs } from "../shared/backoff.js";
import { find } from "../shared/find.js";
import { pageLanguage, voteTexts } from "../shared/texts.js";
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

/** The page with one question. Where the server asks another one, `replace` is called with the page that does. */
export class VotePage {
  private readonly form = find<HTMLFormElement>(document, "#choice");
  private readonly view = new VoteView(this.form, voteTexts(pageLanguage()));
  private readonly key = `pollux ${this.form.action}`;
  private readonly kept = new KeptVote({ storage: storage(), key: this.key, now: () => Date.now() });
  private readonly poll = hiddenField(document, "poll");
  private voter = hiddenField(document, "voter");
  private readonly outbox: Outbox;

  constructor(private readonly replace: (page: Document) => void) {
    this.outbox = new Outbox({
      send: (ballot) => sendVote(this.form.action, ballot),
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
        event.preventDefault(); // last: where something is wrong with this script, the form posts by itself
      }
    });
  }

  /** Something says that a request may work now. */
  tryNow(): void {
    this.outbox.tryNow();
  }

  /** Asks the server whether this is still its question; for a page that nobody has looked at for a while. */
  async checkQuestion(): Promise<void> {
    const page = this.outbox.pending ? undefined : await fetchPage(this.form.action);
    if (page && !this.outbox.pending && hiddenField(page, "poll") !== this.poll) {
      find(page, "#question-changed").textContent = this.view.texts.say("question_changed");
      this.replace(page);
    }
  }

  /** Another tab has written: of all choices of one voter the newest counts. */
  onStorage({ key, newValue, oldValue }: StorageEvent): void {
    if (key !== this.key) {
      return;
    }
    const put = this.kept.read(newValue ?? "");
    const settled = newValue === null ? this.kept.read(oldValue ?? "") : undefined;
    const ballot = put ?? settled;
    if (ballot?.poll !== this.poll || !this.view.has(ballot.selection)) {
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

  // What was not confirmed before the page was loaded again goes on as the vote of the same voter.
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

  private show(state: VoteState): void {
    if (state.kind === "changed") {
      return this.replace(state.page);
    }
    if (state.kind === "accepted" && state.answer?.voter) {
      this.voter = state.answer.voter;
    }
    this.view.show(state);
  }
}
