// The results as a list of bars and as a table.
import { find } from "../shared/page.js";
import { CountingNumber } from "./motion.js";
import type { Tally } from "./tally.js";
import type { Wording } from "./wording.js";

/** The option of a row. */
export interface RowOption {
  readonly id: string;
  readonly label: string;
}

export function element(name: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

// As the server does for the vote page.
function lengthOf(label: string): string {
  const { length } = [...label];
  return length <= 24 ? "short" : length <= 60 ? "medium" : "long";
}

/** How a row writes its two numbers, and what it calls the option that is ahead. */
export interface RowTexts {
  first(value: number): string;
  second(value: number): string;
  readonly leading: string;
  /** The same once voting is closed. */
  readonly won: string;
}

/** The texts of votes and their shares in tenths of a percent. */
export const votesAndShares = (wording: Wording, leading: string, won = leading): RowTexts => ({
  first: (votes) => wording.votes(votes),
  second: (tenths) => wording.percentage(tenths),
  leading,
  won,
});

/** One option: letter, label, two numbers such as count and percentage, and a bar that shows the result. */
export class OptionRow {
  readonly element: HTMLElement;
  private readonly first: CountingNumber;
  private readonly second: CountingNumber;
  private readonly fill = element("div", "fill");

  constructor(
    private readonly option: RowOption,
    texts: RowTexts,
  ) {
    const first = element("span", "count");
    const second = element("span", "percentage");
    this.first = new CountingNumber(first, texts.first);
    this.second = new CountingNumber(second, texts.second);
    const badge = element("span", "badge", option.id);
    const bar = element("div", "bar");
    badge.setAttribute("aria-hidden", "true");
    bar.setAttribute("aria-hidden", "true");
    bar.append(this.fill);
    const label = element("span", "label", option.label);
    label.dir = "auto";
    label.dataset["length"] = lengthOf(option.label);
    this.element = element("li", "option");
    this.element.dataset["option"] = option.id;
    this.element.dataset["leading"] = texts.leading; // the style sheet shows one of them
    this.element.dataset["won"] = texts.won;
    this.element.append(badge, label, first, second, bar);
  }

  isOf(option: RowOption): boolean {
    return option.id === this.option.id && option.label === this.option.label;
  }

  /** `length` is that of the bar, as a part of the whole. */
  show(first: number, second: number, length: number): void {
    this.first.show(first);
    this.second.show(second);
    this.fill.style.setProperty("--share", String(length));
  }

  /** Whether it is ahead of all others. */
  showLeading(leads: boolean): void {
    this.element.classList.toggle("leading", leads);
  }
}

interface TableRow {
  readonly element: HTMLTableRowElement;
  readonly label: HTMLElement;
  readonly count: HTMLElement;
  readonly percentage: HTMLElement;
}

function makeTableRow(): TableRow {
  const element = document.createElement("tr");
  const label = document.createElement("th");
  label.scope = "row";
  label.dir = "auto";
  const count = document.createElement("td");
  const percentage = document.createElement("td");
  element.append(label, count, percentage);
  return { element, label, count, percentage };
}

/** The same numbers as a table. */
export class NumbersTable {
  private readonly body: HTMLElement;
  private readonly total: NodeListOf<HTMLElement>;
  private rows: TableRow[] = [];

  constructor(
    root: HTMLElement,
    private readonly wording: Wording,
  ) {
    this.body = find(root, "tbody");
    this.total = root.querySelectorAll("tfoot td");
  }

  show(tally: Tally, tenths: readonly number[]): void {
    if (this.rows.length !== tally.options.length) {
      this.rows = tally.options.map(makeTableRow);
      this.body.replaceChildren(...this.rows.map((row) => row.element));
    }
    tally.options.forEach((option, index) => {
      const row = this.rows[index];
      if (row) {
        row.label.textContent = option.label;
        row.count.textContent = this.wording.number(option.count);
        row.percentage.textContent = this.wording.percentage(tenths[index] ?? 0);
      }
    });
    const whole = [this.wording.number(tally.total), this.wording.percentage(tally.total > 0 ? 1000 : 0)];
    this.total.forEach((cell, index) => (cell.textContent = whole[index] ?? ""));
  }
}
