import type { AnswerForm, Delivery } from "./answer_form.js";

/** A button for each answer: one tap is the vote. */
export class ButtonForm implements AnswerForm {
  readonly buttons: readonly HTMLButtonElement[];
  private readonly labels: ReadonlyMap<string, string>;

  /** `names` has the words for answers whose button says something else. */
  constructor(form: HTMLFormElement, names: Readonly<Record<string, string>> = {}) {
    this.buttons = [...form.querySelectorAll("button")];
    form.querySelectorAll(".mark").forEach((mark) => mark.remove());
    const label = ({ value, textContent }: HTMLButtonElement) => names[value] ?? textContent?.trim() ?? "";
    this.labels = new Map(this.buttons.map((button) => [button.value, label(button)]));
  }

  read(submitter: HTMLElement | null): string | undefined {
    return submitter instanceof HTMLButtonElement ? submitter.value : undefined;
  }

  has(selection: string): boolean {
    return this.labels.has(selection);
  }

  label(selection: string): string {
    return this.labels.get(selection) ?? "";
  }

  choose(selection: string | undefined, delivery: Delivery): void {
    for (const button of this.buttons) {
      const chosen = button.value === selection;
      button.disabled = false;
      button.setAttribute("aria-pressed", String(chosen));
      button.dataset["state"] = chosen ? delivery : "";
    }
  }
}
