import type { OptionCount } from "../shared/tally.js";
import type { Wording } from "./wording.js";

function element(name: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** One option: its letter and label, count and percentage, and the bar, which says nothing that the text does not. */
export class OptionRow {
  readonly element: HTMLElement;
  private readonly count = element("span", "count");
  private readonly percentage = element("span", "percentage");
  private readonly fill = element("div", "fill");

  constructor(
    private readonly option: OptionCount,
    private readonly wording: Wording,
  ) {
    const badge = element("span", "badge", option.id);
    const bar = element("div", "bar");
    badge.setAttribute("aria-hidden", "true");
    bar.setAttribute("aria-hidden", "true");
    bar.append(this.fill);
    const label = element("span", "label", option.label);
    label.dir = "auto";
    this.element = element("li", "option");
    this.element.dataset["option"] = option.id;
    this.element.append(badge, label, this.count, this.percentage, bar);
  }

  isOf(option: OptionCount): boolean {
    return option.id === this.option.id && option.label === this.option.label;
  }

  show(option: OptionCount, tenths: number): void {
    this.count.textContent = this.wording.votes(option.count);
    this.percentage.textContent = this.wording.percentage(tenths);
    this.fill.style.setProperty("--share", String(tenths / 1000));
  }
}
