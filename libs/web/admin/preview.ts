// How voters will see the question on a phone: the style sheet and the elements of the pages for votes, in a frame of the
// size of a phone, in which nothing can be clicked. Its document has no scripts and inherits the page's content security
// policy.
import { poll, poll_page } from "../shared/catalogue.json";
import { find, pageLanguage, Texts } from "../shared/page.js";
import { accentSheet, dress } from "../shared/theme.js";
import { optionsOf, type Draft } from "./content.js";
import { make, present, type Child } from "./dom.js";
import type { ShownLogo } from "./logo/field.js";
import { say } from "./words.js";

const pageTexts = new Texts(poll_page, pageLanguage());
const pollTexts = new Texts(poll, pageLanguage());

// As the server does for the pages.
const lengthOf = (text: string, short: number, medium: number): string | undefined => {
  const { length } = [...text];
  return length <= short ? undefined : length <= medium ? "medium" : "long";
};
const labelLength = (label: string) => lengthOf(label, 24, 60);

const hues = 6; // in shared/tokens.css

const letterOf = (index: number) => String.fromCharCode(97 + index);

// The options so far, and placeholders for those that are still to be entered.
function shownOptions(draft: Draft): string[] {
  const options = optionsOf(draft);
  while (options.length < 2) {
    options.push(say("option", { position: String(options.length + 1) }));
  }
  return options;
}

// The button that sends the answer, and the line above it that says what is missing.
const sendBar = () => [
  make("p", { id: "problem" }),
  make("button", { id: "send", type: "button" }, pollTexts.say("send")),
];

// One tap is the vote.
const cards = (options: readonly string[]) => [
  make(
    "form",
    { id: "choice" },
    ...options.map((label, index) =>
      make("button", { type: "button", value: letterOf(index), "data-length": labelLength(label) }, label),
    ),
  ),
];

function limitsHint(min: number, max: number, all: number): string {
  const values = { min: String(min), max: String(max) };
  if (min === max) {
    return pageTexts.say("choose_exactly", values);
  }
  if (min === 0) {
    return pageTexts.say(max === all ? "choose_any" : "choose_any_up_to", values);
  }
  if (max === all) {
    return pageTexts.say(min === 1 ? "choose_some" : "choose_at_least", values);
  }
  return pageTexts.say(min === 1 ? "choose_up_to" : "choose_between", values);
}

const checks = (type: "radio" | "checkbox", hint: string, options: readonly string[]) =>
  make(
    "form",
    { id: "answer" },
    make("p", { id: "hint" }, hint),
    make(
      "div",
      { class: "options checks" },
      ...options.map((label, index) =>
        make(
          "label",
          {},
          make("input", { type, name: "vote" }),
          make("span", { class: "card", "data-letter": letterOf(index), "data-length": labelLength(label) }, label),
        ),
      ),
    ),
    ...sendBar(),
  );

function scale(draft: Draft, taps: boolean): HTMLElement {
  const size = Math.min(10, Math.max(2, draft.size || 2));
  const number = (label: string) => make("span", { class: "number" }, label);
  const answer = (label: string, name = "") =>
    taps
      ? make("button", { class: `number ${name}`, type: "button" }, label)
      : make("label", { class: name }, make("input", { type: "radio", name: "vote" }), number(label));
  const end = (id: string, at: number, label: string) =>
    label.trim() !== "" &&
    make("p", { id, class: "end" }, make("b", {}, String(at)), " ", make("span", { dir: "auto" }, label));
  const steps = Array.from({ length: size }, (_, index) => answer(String(index + 1)));
  return make(
    "form",
    { id: "answer" },
    make(
      "div",
      { class: "scale" },
      make("div", { class: "steps", "data-size": size, "data-rows": size > 5 && 2 }, ...steps),
      (draft.low.trim() !== "" || draft.high.trim() !== "") &&
        make("div", { class: "ends" }, end("low", 1, draft.low), end("high", size, draft.high)),
      draft.skippable && answer(pageTexts.say("skip"), "skip"),
    ),
    ...(taps ? [] : sendBar()),
  );
}

// Before anything is ranked.
function ranking(options: readonly string[], min: number): HTMLElement {
  const all = options.length;
  const hint = pageTexts.say(min === all ? "rank_all" : "rank_some", { min: String(min), max: String(all) });
  const items = options.map((label, index) => {
    const item = make("li", {}, make("button", { type: "button", class: "card", "data-letter": "+" }, label));
    item.style.setProperty("--hue", `var(--hue-${(index % hues) + 1})`);
    return item;
  });
  return make(
    "form",
    { id: "answer" },
    make("p", { id: "hint" }, hint),
    make("h2", {}, pollTexts.say("tap_in_order")),
    make("ul", { class: "options pool" }, ...items),
    ...sendBar(),
  );
}

function answers(draft: Draft): Child[] {
  const options = shownOptions(draft);
  const taps = draft.change === "while_open";
  const min = draft.min || 0;
  switch (draft.kind) {
    case "scale":
      return [scale(draft, taps)];
    case "ranking":
      return [ranking(options, min)];
    case "multiple":
      return [checks("checkbox", limitsHint(min, draft.max || options.length, options.length), options)];
    default:
      return taps ? cards(options) : [checks("radio", pageTexts.say("choose_one"), options)];
  }
}

export class Preview {
  readonly root: HTMLElement;
  private readonly frame = make("iframe", { title: say("preview"), tabindex: -1, sandbox: "allow-same-origin" });
  private draft: Draft | undefined;
  private logo: ShownLogo | undefined;

  constructor() {
    const style = find<HTMLLinkElement>(find<HTMLTemplateElement>(document, "#preview-style").content, "link");
    this.frame.srcdoc =
      `<!doctype html><html lang="${pageLanguage()}"><meta charset="utf-8"><title>${say("preview")}</title>` +
      `<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="${style.getAttribute("href")}">` +
      `<body inert><main id="content-container"><div id="content-container-center"></div></main></body></html>`;
    this.frame.addEventListener("load", () => this.draw());
    const phone = make("div", { class: "phone" }, this.frame);
    this.root = make("section", { class: "preview", "aria-label": say("preview") }, phone);
  }

  show(draft: Draft): void {
    this.draft = draft;
    this.draw();
  }

  showLogo(logo: ShownLogo | undefined): void {
    this.logo = logo;
    this.draw();
  }

  // Without effect until the frame is loaded.
  private draw(): void {
    const page = this.frame.contentDocument;
    const place = page?.querySelector("#content-container-center");
    if (!page || !place || !this.draft) {
      return;
    }
    dress(page, this.draft.colored ? accentSheet(this.draft.accent) : undefined, this.draft.scheme);
    const text = this.draft.text.trim() || say("question");
    const length = lengthOf(text, 50, 120) ?? "short";
    const { url, ...size } = this.logo ?? {};
    place.replaceChildren(
      ...(url ? [make("img", { class: "logo", src: url, ...size })] : []),
      make("h1", { id: "question", dir: "auto", "data-length": length }, text),
      ...present(answers(this.draft)),
    );
  }
}
