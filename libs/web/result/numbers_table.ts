import { find } from "../shared/find.js";
import type { Tally } from "../shared/tally.js";
import type { Wording } from "./wording.js";

interface Row {
  readonly element: HTMLTableRowElement;
  readonly label: HTMLElement;
  readonly count: HTMLElement;
  readonly percentage: HTMLElement;
}

function makeRow(): Row {
  const element = document.createElement("tr");
  const label = document.createElement("th");
  label.scope = "row";
  label.dir = "auto";
  const count = document.createElement("td");
  const percentage = document.createElement("td");
  element.append(label, count, percentage);
  return { element, label, count, percentage };
}

/** The same numbers as the bars, as a table. */
export class NumbersTable {
  private readonly body: HTMLElement;
  private readonly total: NodeListOf<HTMLElement>;
  private rows: Row[] = [];

  constructor(
    root: HTMLElement,
    private readonly wording: Wording,
  ) {
    this.body = find(root, "tbody");
    this.total = root.querySelectorAll("tfoot td");
  }

  show(tally: Tally, tenths: readonly number[]): void {
    if (this.rows.length !== tally.options.length) {
      this.rows = tally.options.map(makeRow);
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
