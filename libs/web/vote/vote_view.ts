import { find, type VoteTexts } from "../shared/page.js";
import type { AnswerForm, Delivery } from "./answer_form.js";
import type { Answer, VoteState } from "./outbox.js";
import { selectionOn, showSelectionOn } from "./send.js";

type ShownState = Exclude<VoteState, { kind: "changed" }>;

/** What is shown once the vote is in: CardResults, on pages that have results. */
export interface ShownResults {
  start(): void;
  stop(): void;
}

const labelMark = "\u0000";

/** Shows the selection and the state of the vote. */
export class VoteView {
  private readonly confirmation = find(document, "#confirmation");
  private readonly hostname = document.querySelector("#hostname"); // unless the service hides it
  private readonly questionChanged = find(document, "#question-changed");
  private readonly withoutCookie = find(document, "#without-cookie");
  private isVoteIn = false;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly answers: AnswerForm,
    readonly texts: VoteTexts,
    private readonly results?: ShownResults,
  ) {
    this.choose(selectionOn(document), "accepted");
    if (this.isVoteIn) {
      this.results?.start();
    }
  }

  /** A vote for an earlier question was dropped. */
  sayQuestionChanged(key: "kept_dropped" | "question_changed"): void {
    this.questionChanged.textContent = this.texts.say(key);
    this.questionChanged.hidden = false;
  }

  show(state: ShownState): void {
    const { kind, selection } = state;
    this.questionChanged.hidden = true; // the voter has seen it
    this.form.classList.add("tapped");
    this.choose(kind === "rejected" ? undefined : selection, kind);
    this.say(kind, selection);
    if (kind === "accepted") {
      showSelectionOn(document, selection);
      this.results?.start();
      this.showAnswer(state.answer);
    }
  }

  /** The page is visible again: the results that it shows may be old. */
  refresh(): void {
    if (this.isVoteIn) {
      this.results?.start();
    }
  }

  /** Another page takes its place. */
  close(): void {
    this.results?.stop();
  }

  private showAnswer(answer: Answer | undefined): void {
    if (!answer) {
      return; // of another tab
    }
    if (this.hostname) {
      this.hostname.textContent = answer.host;
    }
    this.withoutCookie.hidden = answer.cookieKept;
    const results = document.querySelector("#results");
    if (results && answer.results && results.textContent !== answer.results.textContent) {
      results.replaceWith(document.adoptNode(answer.results));
    }
  }

  private choose(selection: string | undefined, kind: Delivery): void {
    this.isVoteIn = selection !== undefined && kind === "accepted";
    document.body.classList.toggle("voted", selection !== undefined);
    this.answers.choose(selection, kind);
  }

  private say(kind: Delivery, selection: string): void {
    const waiting = navigator.onLine ? "not_sent" : "offline";
    const key = kind === "waiting" ? waiting : kind;
    const label = document.createElement("strong");
    label.textContent = this.answers.label(selection);
    // Several labels are isolated from each other, and have the direction of the page (poll/words.ts).
    label.dir = label.textContent.includes("\u2068") ? "" : "auto";
    const [before = "", after] = this.texts.say(key, { label: labelMark }).split(labelMark);
    this.confirmation.dataset["state"] = kind;
    this.confirmation.replaceChildren(before, ...(after === undefined ? [] : [label, after]));
  }
}
