import type { Tally } from "../shared/tally.js";
import type { ConnectionState } from "./live_tally.js";
import { OptionRow } from "./option_row.js";
import { tenthsOfPercent } from "./percentages.js";
import { Wording } from "./wording.js";

const connectionWords: Record<ConnectionState, string> = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Reconnecting…",
  unavailable: "This poll is not live",
};

// From so many options on, the list is set in smaller type and, where there is room, in two columns.
const manyOptions = 7;

function find(root: ParentNode, selector: string): HTMLElement {
  const element = root.querySelector<HTMLElement>(selector);
  if (!element) {
    throw new Error(`The page has no ${selector}.`);
  }
  return element;
}

/** Draws the tally. However many arrive, the page changes once a frame at most, to the last that came. */
export class ResultView {
  private readonly heading: HTMLElement;
  private readonly list: HTMLElement;
  private readonly total: HTMLElement;
  private readonly connection: HTMLElement;
  private readonly wording = new Wording();
  private rows: OptionRow[] = [];
  private next: Tally | undefined;

  constructor(root: HTMLElement) {
    this.heading = find(root, "#heading");
    this.list = find(root, "#options");
    this.total = find(root, "#total");
    this.connection = find(root, "#connection");
  }

  show(tally: Tally): void {
    if (this.next === undefined) {
      requestAnimationFrame(() => this.draw());
    }
    this.next = tally;
  }

  showConnection(state: ConnectionState): void {
    this.connection.dataset["state"] = state;
    this.connection.textContent = connectionWords[state];
  }

  private draw(): void {
    const tally = this.next;
    this.next = undefined;
    if (!tally) {
      return;
    }
    this.matchOptions(tally);
    if (this.heading.textContent !== tally.question) {
      this.heading.textContent = tally.question;
      document.title = tally.question;
    }
    const shares = tenthsOfPercent(tally.options.map((option) => option.count));
    tally.options.forEach((option, index) => this.rows[index]?.show(option, shares[index] ?? 0));
    this.total.textContent = this.wording.total(tally.total);
  }

  // The options of a running poll stay the same but for a restart with other settings.
  private matchOptions(tally: Tally): void {
    const same =
      tally.options.length === this.rows.length &&
      tally.options.every((option, index) => this.rows[index]?.isOf(option));
    if (same) {
      return;
    }
    this.rows = tally.options.map((option) => new OptionRow(option, this.wording));
    this.list.replaceChildren(...this.rows.map((row) => row.element));
    this.list.classList.toggle("many", tally.options.length >= manyOptions);
  }
}
