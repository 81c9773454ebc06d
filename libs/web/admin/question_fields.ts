// The fields for a question: kind, text, options and limits.
import { kinds, linesOf, mostOptions, withLines, type Draft, type Kind } from "./content.js";
import { button, make } from "./dom.js";
import { group, input, isTicked, longInput, tick, valueOf } from "./forms.js";
import { number, say } from "./words.js";

// One field for each option, with buttons that move and remove it. Its number is its name: option0, option1 …
class OptionRows {
  readonly root = make("ol", { id: "answers" });

  constructor(
    options: readonly string[],
    private readonly fixed: boolean,
    private readonly onChange: () => void,
  ) {
    this.draw(options);
    if (!fixed) {
      this.root.addEventListener("keydown", (event) => this.onKey(event));
      this.root.addEventListener("paste", (event) => this.onPaste(event));
    }
  }

  get values(): string[] {
    return this.inputs.map(({ value }) => value);
  }

  private get inputs(): HTMLInputElement[] {
    return [...this.root.querySelectorAll("input")];
  }

  /** Another blank one at the end, to type into. */
  add(): void {
    this.change([...this.values, ""], this.values.length);
  }

  private change(options: readonly string[], focus: number): void {
    this.draw(options);
    this.inputs[Math.min(focus, options.length - 1)]?.focus();
    this.onChange();
  }

  private draw(options: readonly string[]): void {
    this.root.replaceChildren(...options.map((option, index) => this.row(option, index, options.length)));
  }

  private row(option: string, index: number, count: number): HTMLElement {
    const position = number(index + 1);
    const move = (to: number) => {
      const values = this.values;
      values.splice(to, 0, ...values.splice(index, 1));
      this.change(values, to);
    };
    const tool = (sign: string, label: string, onclick: () => void, disabled: boolean) =>
      button(sign, onclick, { class: "tool", "aria-label": label, title: label, disabled });
    const field = input(`option${index}`, { label: say("option", { position }) }, {
      value: option,
      maxlength: 200,
      dir: "auto",
    });
    return make(
      "li",
      {},
      field,
      !this.fixed &&
        make(
          "div",
          { class: "tools" },
          tool("↑", say("move_up", { position }), () => move(index - 1), index === 0),
          tool("↓", say("move_down", { position }), () => move(index + 1), index === count - 1),
          tool("×", say("remove_option", { position }), () => this.remove(index), count <= 2),
        ),
    );
  }

  private remove(index: number): void {
    this.change(
      this.values.filter((_, other) => other !== index),
      index,
    );
  }

  // Enter goes to the next option, and makes one after the last, rather than sending the form.
  private onKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.isComposing || !(event.target instanceof HTMLInputElement)) {
      return;
    }
    event.preventDefault();
    const { inputs } = this;
    const next = inputs[inputs.indexOf(event.target) + 1];
    if (next) {
      next.focus();
    } else {
      this.add();
    }
  }

  // Lines that are pasted are one option each.
  private onPaste(event: ClipboardEvent): void {
    const lines = linesOf(event.clipboardData?.getData("text/plain") ?? "");
    if (lines.length < 2 || !(event.target instanceof HTMLInputElement)) {
      return;
    }
    event.preventDefault();
    const { options, last } = withLines(this.values, this.inputs.indexOf(event.target), lines);
    this.change(options, last);
  }
}

export class QuestionFields {
  readonly root: HTMLElement;
  private readonly rows: OptionRows;
  private readonly add: HTMLButtonElement;
  private readonly parts: ReadonlyMap<HTMLElement, readonly Kind[]>;

  /** With `fixed` only texts can be changed, since people have voted. */
  constructor(
    private readonly form: HTMLFormElement,
    draft: Draft,
    fixed: boolean,
    onChange: () => void,
  ) {
    this.rows = new OptionRows(draft.options, fixed, onChange);
    this.add = button(say("add_option"), () => this.rows.add());
    const numeric = (name: "min" | "max" | "size", label: string, least: number, most: number, hint?: string) =>
      input(
        name,
        { label, hint },
        {
          type: "number",
          inputmode: "numeric",
          min: least,
          max: most,
          value: Number.isNaN(draft[name]) ? "" : draft[name],
          readonly: fixed,
        },
      );
    const choices = [...kinds].map((kind) =>
      tick(
        "radio",
        "kind",
        { label: say(`kind_${kind}`), hint: say(`kind_${kind}_hint`) },
        {
          value: kind,
          checked: kind === draft.kind,
          disabled: fixed,
        },
      ),
    );
    const options = group(say("options"), { class: "part" }, this.rows.root, !fixed && this.add);
    const least = numeric("min", say("min"), 0, 26);
    const most = numeric("max", say("max"), 1, 26, say("max_hint"));
    const scale = group(
      say("scale"),
      { class: "part" },
      numeric("size", say("size"), 2, 10),
      input("low", { label: say("low") }, { value: draft.low, maxlength: 200, dir: "auto" }),
      input("high", { label: say("high") }, { value: draft.high, maxlength: 200, dir: "auto" }),
      tick("checkbox", "skippable", { label: say("skippable") }, { checked: draft.skippable, disabled: fixed }),
    );
    this.parts = new Map<HTMLElement, readonly Kind[]>([
      [options, ["single", "multiple", "ranking"]],
      [least, ["multiple", "ranking"]],
      [most, ["multiple"]],
      [scale, ["scale"]],
    ]);
    this.root = make(
      "div",
      { class: "question" },
      longInput("text", { label: say("question") }, draft.text, { required: true, maxlength: 500, dir: "auto" }),
      fixed && make("p", { class: "note" }, say("fixed")),
      group(say("kind"), { class: "kinds" }, ...choices),
      options,
      make("div", { class: "pair" }, least, most),
      scale,
    );
    this.showKind(draft.kind);
  }

  /** What the fields have now, into the draft. */
  readInto(draft: Draft): void {
    const { form } = this;
    const numberOf = (name: string) => {
      const value = valueOf(form, name).trim();
      return value === "" ? NaN : Number(value);
    };
    draft.text = valueOf(form, "text");
    draft.kind = valueOf(form, "kind") as Kind;
    draft.options = this.rows.values;
    draft.min = numberOf("min");
    draft.max = numberOf("max");
    draft.size = numberOf("size");
    draft.low = valueOf(form, "low");
    draft.high = valueOf(form, "high");
    draft.skippable = isTicked(form, "skippable");
    this.showKind(draft.kind);
  }

  private showKind(kind: Kind): void {
    for (const [part, of] of this.parts) {
      part.hidden = !of.includes(kind);
    }
    this.add.disabled = this.rows.values.length >= mostOptions(kind);
  }
}
