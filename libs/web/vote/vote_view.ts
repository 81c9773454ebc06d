import { find, type VoteTexts } from "../shared/page.js";
import { CardResults } from "./card_results.js";
import type { VoteState } from "./outbox.js";

type ShownState = Exclude<VoteState, { kind: "changed" }>;

const labelMark = "\u0000";

/** Shows the selected option and the state of the vote. */
export class VoteView {
  private readonly buttons: HTMLButtonElement[];
  private readonly confirmation = find(document, "#confirmation");
  private readonly hostname = document.querySelector("#hostname"); // unless the service hides it
  private readonly questionChanged = find(document, "#question-changed");
  private readonly withoutCookie = find(document, "#without-cookie");
  private readonly labels: ReadonlyMap<string, string>;
  private readonly results: CardResults | undefined;

  constructor(
    private readonly form: HTMLFormElement,
    readonly texts: VoteTexts,
    poll: string,
  ) {
    this.buttons = [...form.querySelectorAll("button")];
    const chosen = this.buttons.find((button) => button.disabled);
    form.querySelectorAll(".mark").forEach((mark) => mark.remove());
    this.labels = new Map(this.buttons.map(({ value, textContent }) => [value, textContent?.trim() ?? ""]));
    const tallyUrl = find(document, "main").dataset["tally"];
    this.results = tallyUrl ? new CardResults(tallyUrl, poll, this.buttons, texts) : undefined;
    this.choose(chosen?.value);
    if (chosen) {
      this.results?.start();
    }
  }

  has(selection: string): boolean {
    return this.buttons.some((button) => button.value === selection);
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
      this.results?.start();
    }
    if (kind === "accepted" && state.answer) {
      if (this.hostname) {
        this.hostname.textContent = state.answer.host;
      }
      this.withoutCookie.hidden = state.answer.cookieKept;
    }
  }

  /** The page is visible again: the results that it shows may be old. */
  refresh(): void {
    if (this.buttons.some((button) => button.dataset["state"] === "accepted")) {
      this.results?.start();
    }
  }

  /** Another page takes its place. */
  close(): void {
    this.results?.stop();
  }

  private choose(selection: string | undefined, kind: ShownState["kind"] = "accepted"): void {
    document.body.classList.toggle("voted", selection !== undefined);
    for (const button of this.buttons) {
      const chosen = button.value === selection;
      button.disabled = false;
      button.setAttribute("aria-pressed", String(chosen));
      button.dataset["state"] = chosen ? kind : "";
    }
  }

  private say(kind: ShownState["kind"], selection: string): void {
    const waiting = navigator.onLine ? "not_sent" : "offline";
    const key = kind === "waiting" ? waiting : kind;
    const label = document.createElement("strong");
    label.dir = "auto";
    label.textContent = this.labels.get(selection) ?? "";
    const [before = "", after] = this.texts.say(key, { label: labelMark }).split(labelMark);
    this.confirmation.dataset["state"] = kind;
    this.confirmation.replaceChildren(before, ...(after === undefined ? [] : [label, after]));
  }
}
