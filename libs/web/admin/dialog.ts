// Questions that interrupt: a dialog with a form, which closes once what it asks for is done, or cancelled.
import { button, make, newId, type Child } from "./dom.js";
import { say, sayFailure } from "./words.js";

export interface Question {
  readonly title: string;
  readonly content: readonly Child[];
  readonly confirm: string;
  /** Another way out than confirming and cancelling. */
  readonly other?: string;
  readonly cancel?: string;
  /** What is done cannot be undone. */
  readonly grave?: boolean;
  /** If it rejects with a Failure, the dialog shows it and stays. */
  readonly submit?: (form: HTMLFormElement) => Promise<unknown>;
}

function showModally(dialog: HTMLDialogElement): void {
  if (typeof dialog.showModal === "function") {
    dialog.showModal();
  } else {
    dialog.setAttribute("open", ""); // Safari before 15.4 and Firefox before 98
  }
}

export type Choice = "confirmed" | "other" | "cancelled";

/** What was chosen; "confirmed" once it is done. Escape cancels. */
export function choose(question: Question): Promise<Choice> {
  const { title, content, confirm, other, cancel = say("cancel"), grave, submit } = question;
  return new Promise((resolve) => {
    const heading = newId();
    const problem = make("p", { role: "alert", class: "fault" });
    let busy = false;
    const form = make(
      "form",
      { method: "dialog", novalidate: true },
      make("h2", { id: heading }, title),
      ...content,
      problem,
      make(
        "div",
        { class: "actions" },
        make("button", { class: grave ? "grave" : "main" }, confirm),
        other !== undefined && button(other, () => finish("other")),
        button(cancel, () => finish("cancelled"), { autofocus: grave === true }),
      ),
    );
    const dialog = make("dialog", { "aria-labelledby": heading }, form);
    const before = document.activeElement;
    const finish = (choice: Choice) => {
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus();
      }
      resolve(choice);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (busy) {
        return;
      }
      busy = true;
      problem.replaceChildren();
      (submit?.(form) ?? Promise.resolve())
        .then(() => finish("confirmed"))
        .catch((error: unknown) => problem.replaceChildren(...sayFailure(error)))
        .finally(() => (busy = false));
    });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish("cancelled");
    });
    document.body.append(dialog);
    showModally(dialog);
  });
}

/** Whether it was confirmed, and done. */
export const ask = async (question: Question): Promise<boolean> => (await choose(question)) === "confirmed";
