import { find, type PollTexts } from "../shared/page.js";
import type { AnswerForm, Delivery } from "../vote/answer_form.js";
import { setOf, valuesOf } from "../vote/selection.js";
import { SendBar } from "./send_bar.js";
import { listed } from "./words.js";

/** Checkboxes or radio buttons, and a button that sends the answer. */
export class CheckForm implements AnswerForm {
  private readonly inputs: HTMLInputElement[];
  private readonly bar: SendBar;
  private readonly min: number;
  private readonly max: number;
  private readonly isSet: boolean;

  constructor(
    form: HTMLFormElement,
    private readonly texts: PollTexts,
  ) {
    this.inputs = [...form.querySelectorAll<HTMLInputElement>('input[name="vote"]')];
    this.isSet = this.inputs[0]?.type === "checkbox";
    this.min = Number(form.dataset["min"] ?? 1);
    this.max = Number(form.dataset["max"] ?? 1);
    this.bar = new SendBar(form, texts);
    form.addEventListener("input", () => this.bar.edited(this.selection()));
  }

  read(): string | undefined {
    const count = this.values().length;
    if (this.isAnswer(count)) {
      return this.selection();
    }
    this.inputs.find((input) => !input.disabled)?.focus();
    if (!this.isSet) {
      return this.bar.reject(this.texts.say("choose_first"));
    }
    const limits = { min: String(this.min), max: String(this.max), count: String(count) };
    return this.bar.reject(this.texts.say(count < this.min ? "too_few" : "too_many", limits));
  }

  has(selection: string): boolean {
    const values = valuesOf(selection);
    const isKnown = (value: string) => this.inputs.some((input) => input.value === value);
    return this.isAnswer(values.length) && values.every(isKnown);
  }

  label(selection: string): string {
    const values = valuesOf(selection);
    if (selection === "skip") {
      return this.texts.say("skipped");
    }
    const chosen = this.inputs.filter(({ value }) => values.includes(value));
    return chosen.length === 0 ? this.texts.say("none") : listed(chosen.map(labelOf));
  }

  choose(selection: string | undefined, delivery: Delivery): void {
    if (selection === undefined) {
      return; // the voter may correct the answer
    }
    const values = valuesOf(selection);
    for (const input of this.inputs) {
      input.checked = values.includes(input.value);
    }
    this.bar.settle(selection, delivery);
  }

  private values(): string[] {
    return this.inputs.filter(({ checked }) => checked).map(({ value }) => value);
  }

  private isAnswer(count: number): boolean {
    return count >= this.min && count <= this.max;
  }

  private selection(): string | undefined {
    const values = this.values();
    return this.isSet ? setOf(values) : values[0];
  }
}

function labelOf(input: HTMLInputElement): string {
  return input.parentElement ? (find(input.parentElement, "span").textContent?.trim() ?? "") : "";
}
