import type { PollTexts } from "../shared/page.js";

export interface RankedItemHandlers {
  onAdd(): void;
  /** -1: one place up; 1: one place down. */
  onMove(by: number): void;
  onRemove(): void;
  onDrag(item: HTMLElement, start: PointerEvent): void;
}

const hues = 6; // in shared/tokens.css

function button(className: string, name: string, onClick: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.setAttribute("aria-label", name);
  made.addEventListener("click", onClick);
  return made;
}

function span(className: string, text = ""): HTMLElement {
  const made = document.createElement("span");
  made.className = className;
  made.textContent = text;
  return made;
}

/** The elements of an option of a ranking: among the ranked ones, with its place and its buttons, and among the others. */
export class RankedItem {
  readonly ranked = document.createElement("li");
  readonly pooled = document.createElement("li");
  readonly up: HTMLButtonElement;
  private readonly down: HTMLButtonElement;
  private readonly place = span("place");

  constructor(
    readonly label: string,
    index: number,
    texts: PollTexts,
    handlers: RankedItemHandlers,
  ) {
    const hue = `var(--hue-${(index % hues) + 1})`;
    const add = button("card", label, handlers.onAdd);
    add.removeAttribute("aria-label");
    add.dataset["letter"] = "+";
    add.append(label);
    this.pooled.append(add);
    this.up = button("up", texts.say("up", { label }), () => handlers.onMove(-1));
    this.down = button("down", texts.say("down", { label }), () => handlers.onMove(1));
    const remove = button("remove", texts.say("remove", { label }), handlers.onRemove);
    const text = span("label", label);
    text.dir = "auto";
    const tools = span("tools");
    tools.append(this.up, this.down, remove);
    this.ranked.className = "rank";
    const named = span("named");
    named.append(this.place, text);
    this.ranked.append(named, tools);
    for (const item of [this.ranked, this.pooled]) {
      item.style.setProperty("--hue", hue);
    }
    this.ranked.addEventListener("pointerdown", (event) => {
      const target = event.target as Element;
      // A finger scrolls the page everywhere else.
      const isHeld = event.pointerType === "mouse" || this.place.contains(target);
      if (isHeld && event.button === 0 && !tools.contains(target)) {
        handlers.onDrag(this.ranked, event);
      }
    });
  }

  showPlace(place: number, count: number): void {
    this.place.textContent = String(place);
    this.up.setAttribute("aria-disabled", String(place === 1));
    this.down.setAttribute("aria-disabled", String(place === count));
  }
}
