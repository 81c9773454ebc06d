// The results of a run as the result page draws them, and as tables behind that. A script of its own, so that the views
// without results do not load it: results_panel.ts does.
import { numberLocale, pageLanguage, pollResultTexts, resultTexts } from "../shared/page.js";
import { DataTables } from "../result/data_table.js";
import { type KindView, makeKindView } from "../result/kind_views.js";
import type { Question } from "../result/poll_results.js";
import { PollWording } from "../result/poll_wording.js";
import type { RunResults } from "./api.js";
import { make } from "./dom.js";

export class DrawnResults {
  private readonly wording: PollWording;
  private readonly drawing = make("div");
  private readonly details: HTMLDetailsElement;
  private readonly tables: DataTables;
  private view: KindView | undefined;
  private viewOf = "";
  readonly element: HTMLElement;

  /** `tablesOpen`: whether the tables are shown at first; the reader opens and closes them. */
  constructor({ tablesOpen }: { readonly tablesOpen: boolean }) {
    const language = pageLanguage();
    const texts = resultTexts(language);
    this.wording = new PollWording(texts, pollResultTexts(language), numberLocale(language, navigator.languages));
    const caption = texts.say("table");
    const wide = make("div", { class: "wide", tabindex: 0, role: "group", "aria-label": caption });
    this.tables = new DataTables(wide);
    this.details = make("details", { open: tablesOpen }, make("summary", {}, caption), wide);
    this.element = make("div", { class: "drawn" }, this.drawing, this.details);
  }

  /** `isOver`: no more votes are taken. */
  show({ run, question, results }: RunResults, isOver: boolean): void {
    const asked = question as Question; // what the API has of a question is what viewers get of it
    this.matchView(asked, run);
    this.element.classList.toggle("over", isOver);
    this.view?.show(results);
    this.tables.show(asked, results, this.wording);
  }

  // Another question, or another run of the same, begins from nothing.
  private matchView(question: Question, run: number): void {
    const key = JSON.stringify([run, question]);
    if (key !== this.viewOf) {
      this.viewOf = key;
      this.view = makeKindView(question, this.wording);
      this.drawing.replaceChildren(...this.view.elements);
    }
  }
}
