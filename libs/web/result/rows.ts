// The results as a list of bars and as a table.
import { find } from "../shared/page.js";
import { CountingNumber } from "./motion.js";
import type { OptionCount, Tally } from "./tally.js";
import type { Wording } from "./wording.js";

function element(name: string, className: string, text = ""): HTMLElement {
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

/** One option: letter, label, count and percentage, and a bar that repeats the percentage. */
export class OptionRow {
  readonly element: HTMLElement;
  private readonly count: CountingNumber;
  private readonly percentage: CountingNumber;
  private readonly fill = element("div", "fill");

  constructor(
    private readonly option: OptionCount,
    wording: Wording,
    leading: string,
  ) {
    const count = element("span", "count");
    const percentage = element("span", "percentage");
    this.count = new CountingNumber(count, (votes) => wording.votes(votes));
    this.percentage = new CountingNumber(percentage, (tenths) => wording.percentage(tenths));
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
    this.element.dataset["leading"] = leading; // the style sheet shows it
    this.element.append(badge, label, count, percentage, bar);
  }

  isOf(option: OptionCount): boolean {
    return option.id === this.option.id && option.label === this.option.label;
  }

  /** `length` is that of the bar, as a part of the whole. */
  show(option: OptionCount, tenths: number, length: number): void {
    this.count.show(option.count);
    this.percentage.show(tenths);
    this.fill.style.setProperty("--share", String(length));
  }

  /** Whether more people voted for it than for any other. */
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
