import { find, type PollTexts } from "../shared/page.js";
import type { AnswerForm, Delivery } from "../vote/answer_form.js";
import { rankingOf, valuesOf } from "../vote/selection.js";
import { drag } from "./drag.js";
import { moved } from "./order.js";
import { RankedItem } from "./ranked_item.js";
import { SendBar } from "./send_bar.js";
import { numbered } from "./words.js";

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  text = "",
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/**
 * Options are tapped in the order of preference, and moved by buttons or by dragging. The form's selects stay in the page,
 * hidden, and have the same order, so that the form can still post by itself.
 */
export class RankingForm implements AnswerForm {
  private readonly selects: HTMLSelectElement[];
  private readonly items: ReadonlyMap<string, RankedItem>;
  private readonly ranked = element("ol", "options ranked");
  private readonly pool = element("ul", "options pool");
  private readonly title: HTMLElement;
  private readonly invitation: HTMLElement;
  private readonly news = element("p", "unseen");
  private readonly bar: SendBar;
  private readonly min: number;
  private order: string[];

  constructor(
    form: HTMLFormElement,
    private readonly texts: PollTexts,
  ) {
    this.min = Number(form.dataset["min"]);
    this.selects = [...form.querySelectorAll("select")];
    this.order = this.selects.map(({ value }) => value).filter((value) => value !== "");
    const options = [...(this.selects[0]?.options ?? [])].filter(({ value }) => value !== "");
    this.items = new Map(options.map(({ value, text }, index) => [value, this.itemOf(value, text, index)]));
    this.title = element("h2", "", texts.say("your_order"));
    this.invitation = element("h2", "", texts.say("tap_in_order"));
    this.news.setAttribute("role", "status");
    this.bar = new SendBar(form, texts);
    const list = find(form, ".ranks");
    list.hidden = true;
    list.after(this.title, this.ranked, this.invitation, this.pool, this.news);
    this.render();
  }

  read(): string | undefined {
    if (this.order.length >= this.min) {
      return rankingOf(this.order);
    }
    this.pool.querySelector("button")?.focus();
    const limits = { min: String(this.min), count: String(this.order.length) };
    return this.bar.reject(this.texts.say("rank_more", limits));
  }

  has(selection: string): boolean {
    const values = valuesOf(selection);
    return values.length >= this.min && values.every((value) => this.items.has(value));
  }

  label(selection: string): string {
    return numbered(valuesOf(selection).map((id) => this.items.get(id)?.label ?? ""));
  }

  choose(selection: string | undefined, delivery: Delivery): void {
    if (selection !== undefined) {
      this.order = valuesOf(selection);
      this.render();
      this.bar.settle(selection, delivery);
    }
  }

  private itemOf(id: string, label: string, index: number): RankedItem {
    return new RankedItem(label, index, this.texts, {
      onAdd: () => this.add(id),
      onMove: (by) => this.place(id, this.order.indexOf(id) + by),
      onRemove: () => this.remove(id),
      onDrag: (item, start) =>
        drag(item, start, {
          items: () => this.rankedItems().map(({ ranked }) => ranked),
          onPlace: (place) => this.place(id, place),
          onEnd: () => this.say(id),
        }),
    });
  }

  // The focus goes to what was next to the button that disappears.
  private add(id: string): void {
    const buttons = [...this.pool.querySelectorAll("button")];
    const next = buttons.indexOf(document.activeElement as HTMLButtonElement);
    this.change([...this.order, id], id);
    const left = [...this.pool.querySelectorAll("button")];
    (left[next] ?? left[next - 1] ?? this.items.get(id)?.up)?.focus();
  }

  private remove(id: string): void {
    this.change(
      this.order.filter((each) => each !== id),
      id,
    );
    this.items.get(id)?.pooled.querySelector("button")?.focus();
  }

  private place(id: string, place: number): void {
    const to = Math.max(0, Math.min(this.order.length - 1, place));
    this.change(moved(this.order, this.order.indexOf(id), to), id);
  }

  private change(order: string[], id: string): void {
    this.order = order;
    this.render(this.items.get(id)?.ranked);
    this.say(id);
    this.bar.edited(order.length >= this.min ? rankingOf(order) : undefined);
  }

  private say(id: string): void {
    const label = this.items.get(id)?.label ?? "";
    const place = this.order.indexOf(id) + 1;
    const values = { label, place: String(place), count: String(this.order.length) };
    this.news.textContent = this.texts.say(place > 0 ? "at_place" : "unranked", values);
  }

  private rankedItems(): RankedItem[] {
    return this.order.map((id) => this.items.get(id)).filter((item) => item !== undefined);
  }

  // `pinned` stays where it is in the document, so that it keeps the focus and the pointer: the others move around it.
  private render(pinned?: HTMLElement): void {
    const ranked = this.rankedItems();
    const pooled = [...this.items].filter(([id]) => !this.order.includes(id)).map(([, item]) => item);
    const elements = ranked.map((item): HTMLElement => item.ranked);
    for (const item of pooled) {
      item.ranked.remove();
    }
    if (pinned && pinned.parentElement === this.ranked) {
      const at = elements.indexOf(pinned);
      elements.slice(0, at).forEach((other) => this.ranked.insertBefore(other, pinned));
      this.ranked.append(...elements.slice(at + 1));
    } else {
      this.ranked.replaceChildren(...elements);
    }
    this.pool.replaceChildren(...pooled.map((item) => item.pooled));
    ranked.forEach((item, index) => item.showPlace(index + 1, ranked.length));
    this.selects.forEach((select, index) => (select.value = this.order[index] ?? ""));
    this.title.hidden = this.ranked.hidden = ranked.length === 0;
    this.invitation.hidden = this.pool.hidden = pooled.length === 0;
  }
}
