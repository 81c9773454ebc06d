// Elements without a framework: made with their attributes, listeners and children in one call.

export type Child = Node | string | undefined | false;

type Value = string | number | boolean | undefined | ((event: Event) => void);

/**
 * A new element. An attribute that is true is present without a value, one that is false or undefined is absent; a
 * function listens to the event that the name has after "on". Texts are text, never markup.
 */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, Value>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(key.slice(2), value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  element.append(...present(children));
  return element;
}

/** The children that are there. */
export const present = (children: readonly Child[]): (Node | string)[] =>
  children.filter((child): child is Node | string => child !== undefined && child !== false);

/** A button that does not send its form. */
export function button(label: string, onclick: (event: Event) => void, attributes: Record<string, Value> = {}) {
  return make("button", { type: "button", onclick, ...attributes }, label);
}

/** A text that people wrote: in its own direction. */
export const written = (text: string) => make("bdi", {}, text);

/** A table that scrolls within itself on a narrow screen, by keyboard too. Headers name the columns. */
export function table(caption: string, headers: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  const cell = (child: Child, index: number) =>
    index === 0 ? make("th", { scope: "row" }, child) : make("td", {}, child);
  return make(
    "div",
    { class: "wide", tabindex: 0, role: "group", "aria-label": caption },
    make(
      "table",
      {},
      make("caption", { class: "unseen" }, caption),
      make("thead", {}, make("tr", {}, ...headers.map((header) => make("th", { scope: "col" }, header)))),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map(cell)))),
    ),
  );
}

let ids = 0;

/** An id that no other element of the page has. */
export const newId = (): string => `i${++ids}`;
