// Fields of forms: a label, a hint and what is wrong, connected for screen readers.
import { make, newId, type Child } from "./dom.js";
import { say } from "./words.js";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

interface Description {
  readonly label: string;
  readonly hint?: string | undefined;
}

// The control with its label above, and the texts that describe it below.
function describe(control: Control, { label, hint }: Description, ...more: Child[]): HTMLElement {
  const id = newId();
  control.id = id;
  control.setAttribute("aria-describedby", hint ? `${id}h ${id}f` : `${id}f`);
  return make(
    "div",
    { class: "field" },
    make("label", { for: id }, label),
    control,
    hint && make("p", { id: `${id}h`, class: "hint" }, hint),
    make("p", { id: `${id}f`, class: "fault" }),
    ...more,
  );
}

export const input = (name: string, description: Description, attributes: Attributes = {}, ...more: Child[]) =>
  describe(make("input", { name, autocomplete: "off", ...attributes }), description, ...more);

export function longInput(name: string, description: Description, value: string, attributes: Attributes = {}) {
  const control = make("textarea", { name, rows: 2, ...attributes });
  control.value = value;
  return describe(control, description);
}

export function password(name: string, description: Description, autocomplete: "new-password" | "current-password") {
  return input(name, description, { type: "password", autocomplete, required: true, maxlength: 1024 });
}

/** A selection of one of several values. */
export function select(
  name: string,
  description: Description,
  values: readonly (readonly [value: string, label: string])[],
  selected: string,
  ...more: Child[]
) {
  const options = values.map(([value, label]) => make("option", { value, selected: value === selected }, label));
  return describe(make("select", { name }, ...options), description, ...more);
}

/** A box to tick, or one of several buttons of a group. */
export function tick(
  type: "checkbox" | "radio",
  name: string,
  { label, hint }: Description,
  attributes: Attributes = {},
): HTMLElement {
  const id = newId();
  return make(
    "div",
    { class: "tick" },
    make("input", { type, name, id, ...attributes, "aria-describedby": hint && `${id}h` }),
    make("label", { for: id }, label),
    hint && make("p", { id: `${id}h`, class: "hint" }, hint),
  );
}

export const group = (legend: string, attributes: Attributes, ...children: Child[]) =>
  make("fieldset", attributes, make("legend", {}, legend), ...children);

export const valueOf = (form: HTMLFormElement, name: string): string => {
  const found = form.elements.namedItem(name);
  return found instanceof RadioNodeList ? found.value : ((found as Control | null)?.value ?? "");
};

export const isTicked = (form: HTMLFormElement, name: string): boolean =>
  (form.elements.namedItem(name) as HTMLInputElement).checked;

function setFault(control: Control, text: string): void {
  const place = document.getElementById(`${control.id}f`);
  if (place) {
    place.textContent = text;
  }
  if (text === "") {
    control.removeAttribute("aria-invalid");
  } else {
    control.setAttribute("aria-invalid", "true");
  }
}

/** Shows what is wrong with the fields of these names, removes what was shown before, and focuses the first of them. */
export function showFaults(form: HTMLFormElement, faults: ReadonlyMap<string, string>): void {
  let first: Control | undefined;
  for (const element of form.elements) {
    if (
      element instanceof HTMLInputElement ||
      element instanceof HTMLSelectElement ||
      element instanceof HTMLTextAreaElement
    ) {
      const text = faults.get(element.name) ?? "";
      setFault(element, text);
      first ??= text === "" ? undefined : element;
    }
  }
  first?.closest("details")?.setAttribute("open", "");
  first?.focus();
}

/** Whether none of these fields is empty; shows which are. */
export function areFilled(form: HTMLFormElement, names: readonly string[]): boolean {
  const empty = names.filter((name) => valueOf(form, name).trim() === "");
  showFaults(form, new Map(empty.map((name) => [name, say("fault_required")])));
  return empty.length === 0;
}
