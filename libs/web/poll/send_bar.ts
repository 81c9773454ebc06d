import { find, type PollTexts } from "../shared/page.js";
import type { Delivery } from "../vote/answer_form.js";

/** The button that sends an answer of several steps, and the line above it that says what is missing. */
export class SendBar {
  private readonly problem: HTMLElement;
  private readonly button: HTMLElement;
  private sent: string | undefined;

  constructor(
    form: HTMLFormElement,
    private readonly texts: PollTexts,
  ) {
    this.problem = find(form, "#problem");
    this.button = find(form, "#send");
  }

  /** The answer can't be sent. */
  reject(problem: string): undefined {
    this.problem.dataset["state"] = "wrong";
    this.problem.textContent = problem;
    return undefined;
  }

  /** The voter has changed the answer to this one; undefined if it can't be sent as it is. */
  edited(selection: string | undefined): void {
    const isUnsent = this.sent !== undefined && selection !== this.sent;
    this.problem.dataset["state"] = "";
    this.problem.textContent = isUnsent ? this.texts.say("edited") : "";
  }

  /** The answer is on its way, or there. */
  settle(selection: string, delivery: Delivery): void {
    this.sent = selection;
    this.edited(selection);
    if (delivery === "accepted") {
      this.button.textContent = this.texts.say("send_again");
    }
  }
}
