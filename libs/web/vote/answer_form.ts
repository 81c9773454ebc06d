import type { VoteState } from "./outbox.js";

/** How the delivery of a vote is going, for the elements that show it. */
export type Delivery = Exclude<VoteState["kind"], "changed">;

/** The form of one kind of question: what the voter selects in it. */
export interface AnswerForm {
  /** The selection to send when the form is submitted. Undefined if it is no answer; then the form says why. */
  read(submitter: HTMLElement | null): string | undefined;
  /** Whether the question has this answer. */
  has(selection: string): boolean;
  /** The selection in words. */
  label(selection: string): string;
  /** Shows the voter's selection. Undefined: the voter has none. */
  choose(selection: string | undefined, delivery: Delivery): void;
}
