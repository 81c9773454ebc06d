import { find } from "../shared/find.js";
import type { VoteTexts } from "../shared/texts.js";
import type { VoteState } from "./outbox.js";

const gap = "\u0000";

/** The page's state as the voter sees it: which option is chosen, and what has become of the vote. */
export class VoteView {
  private readonly buttons: HTMLButtonElement[];
  private readonly confirmation = find(document, "#confirmation");
  private readonly hostname = find(document, "#hostname");

  constructor(
    form: HTMLFormElement,
    private readonly texts: VoteTexts,
  ) {
    this.buttons = [...form.querySelectorAll("button")];
    const chosen = this.buttons.find((button) => button.disabled);
    form.querySelectorAll(".mark").forEach((mark) => mark.remove());
    this.choose(chosen?.value);
  }

  has(selection: string): boolean {
    return this.buttons.some((button) => button.value === selection);
  }

  show(state: VoteState): void {
    const { kind, selection } = state;
    this.choose(kind === "refused" ? undefined : selection, kind);
    this.say(kind, selection);
    if (kind === "accepted" && state.host) {
      this.hostname.textContent = state.host;
    }
  }

  private choose(selection: string | undefined, kind: VoteState["kind"] = "accepted"): void {
    document.body.classList.toggle("voted", selection !== undefined);
    for (const button of this.buttons) {
      const chosen = button.value === selection;
      button.disabled = false;
      button.setAttribute("aria-pressed", String(chosen));
      button.dataset["state"] = chosen ? kind : "";
    }
  }

  private say(kind: VoteState["kind"], selection: string): void {
    const waiting = navigator.onLine ? "not_sent" : "offline";
    const key = kind === "waiting" ? waiting : kind;
    const label = document.createElement("strong");
    label.dir = "auto";
    label.textContent = this.buttons.find((button) => button.value === selection)?.textContent?.trim() ?? "";
    const [before = "", after] = this.texts.say(key, { label: gap }).split(gap);
    this.confirmation.dataset["state"] = kind;
    this.confirmation.replaceChildren(before, ...(after === undefined ? [] : [label, after]));
  }
}
