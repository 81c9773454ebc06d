// How the results of each kind of question are drawn.
import { prefersStill } from "./motion.js";
import { Ordering } from "./ordering.js";
import type { PollWording } from "./poll_wording.js";
import type { ChoiceResults, Question, RankingResults, Results, ScaleResults } from "./poll_results.js";
import { fewOptions, leaderOf } from "./ranking.js";
import { element, OptionRow, type RowTexts } from "./rows.js";
import { RunoffView } from "./runoff_view.js";

/** Draws the results of one question. */
export interface KindView<Kind extends Results = Results> {
  readonly elements: readonly HTMLElement[];
  show(results: Kind): void;
  /** In the order of the result, or of the question. */
  order(ordered: boolean): void;
}

function listOf(count: number): HTMLElement {
  const list = element("ul", "options");
  list.id = "options";
  list.setAttribute("role", "list");
  list.classList.toggle("many", count >= fewOptions);
  return list;
}

/** A row with a bar for each option. */
class OptionRows {
  readonly list: HTMLElement;
  private readonly rows: readonly OptionRow[];
  private readonly ordering = new Ordering();

  constructor(labels: readonly string[], texts: RowTexts) {
    this.rows = labels.map(
      (label, index) => new OptionRow({ id: String.fromCharCode(97 + index), label }, texts),
    );
    this.list = listOf(labels.length);
    this.list.append(...this.rows.map((row) => row.element));
    this.ordering.arrange(this.rows.map((row) => row.element));
  }

  /** The two numbers of each option, and by which number they are ordered. Bars are parts of `whole`. */
  show(first: readonly number[], second: readonly number[], whole: number): void {
    const leader = leaderOf(first);
    this.rows.forEach((row, index) => {
      const number = first[index] ?? 0;
      row.show(number, second[index] ?? 0, whole === 0 ? 0 : number / whole);
      row.showLeading(index === leader);
    });
    this.list.classList.toggle("led", leader !== undefined);
    this.ordering.show(first);
  }

  order(ordered: boolean): void {
    this.ordering.turn(ordered);
  }
}

/** Bars: of a single or a multiple choice. */
class ChoiceView implements KindView<ChoiceResults> {
  readonly elements: readonly HTMLElement[];
  private readonly rows: OptionRows;
  private readonly scaled: HTMLElement;

  constructor(
    labels: readonly string[],
    private readonly wording: PollWording,
  ) {
    this.rows = new OptionRows(labels, wording.votesAndShares());
    this.scaled = element("p", "scaled", wording.say("scaled"));
    this.scaled.hidden = labels.length <= fewOptions;
    this.elements = [this.rows.list, this.scaled];
  }

  show(results: ChoiceResults): void {
    const counts = results.options.map((option) => option.count);
    // With many options in proportion to the leader.
    const whole = counts.length > fewOptions ? Math.max(...counts) : results.voters;
    this.rows.show(counts, this.wording.shares(results), whole);
  }

  order(ordered: boolean): void {
    this.rows.order(ordered);
  }
}

/** A histogram with the average. */
class ScaleView implements KindView<ScaleResults> {
  readonly elements: readonly HTMLElement[];
  private readonly average = element("span", "value");
  private readonly marker = element("div", "marker");
  private readonly skipped = element("p", "skipped");
  private readonly columns: { readonly count: HTMLElement; readonly fill: HTMLElement }[] = [];
  private readonly size: number;

  constructor(
    question: Question & { kind: "scale" },
    private readonly wording: PollWording,
  ) {
    this.size = question.size;
    const figure = element("div", "histogram");
    const columns = element("ol", "columns");
    columns.setAttribute("role", "list");
    columns.style.setProperty("--size", String(question.size));
    for (let number = 1; number <= question.size; number += 1) {
      columns.append(this.column(number));
    }
    this.marker.setAttribute("aria-hidden", "true");
    columns.append(this.marker);
    const average = element("p", "average");
    average.append(this.average, " ", element("span", "what", wording.say("average")));
    figure.append(average, columns, this.ends(question), this.skipped);
    this.elements = [figure];
  }

  show(results: ScaleResults): void {
    const most = Math.max(1, ...results.counts);
    results.counts.forEach((count, index) => {
      const column = this.columns[index];
      if (column) {
        column.count.textContent = this.wording.number(count);
        column.fill.style.setProperty("--share", String(count / most));
      }
    });
    this.average.textContent = this.wording.decimal(results.mean);
    this.marker.hidden = results.mean === null;
    this.marker.style.setProperty("--at", String(((results.mean ?? 1) - 0.5) / this.size));
    this.marker.classList.toggle("still", prefersStill());
    this.skipped.textContent = results.skipped > 0 ? this.wording.skipped(results.skipped) : "";
  }

  /** The numbers have their order. */
  order(): void {}

  private column(number: number): HTMLElement {
    const item = element("li", "column");
    const count = element("span", "count");
    const bar = element("div", "bar");
    bar.setAttribute("aria-hidden", "true");
    const fill = element("div", "fill");
    bar.append(fill);
    item.append(element("span", "number", String(number)), count, bar);
    this.columns.push({ count, fill });
    return item;
  }

  private ends({ low, high, size }: Question & { kind: "scale" }): HTMLElement {
    const ends = element("p", "ends");
    ends.hidden = low === "" && high === "";
    for (const [number, label] of [[1, low], [size, high]] as const) {
      const end = element("span", "end", label === "" ? "" : `${number} – ${label}`);
      end.dir = "auto";
      ends.append(end);
    }
    return ends;
  }
}

/** Points and average ranks, and the instant run-off round by round. */
class RankingView implements KindView<RankingResults> {
  readonly elements: readonly HTMLElement[];
  private readonly rows: OptionRows;
  private readonly runoff: RunoffView;

  constructor(labels: readonly string[], wording: PollWording) {
    this.rows = new OptionRows(labels, wording.pointsAndRanks());
    this.runoff = new RunoffView(labels, wording);
    this.elements = [this.rows.list, this.runoff.element];
  }

  show(results: RankingResults): void {
    const points = results.options.map((option) => option.points);
    // In hundredths, since numbers that count up are whole.
    const ranks = results.options.map(({ average_rank: rank }) => (rank === null ? 0 : Math.round(rank * 100)));
    this.rows.show(points, ranks, Math.max(...points));
    this.runoff.show(results);
  }

  order(ordered: boolean): void {
    this.rows.order(ordered);
  }
}

/** A view of the question's results. Its `show` takes the results of that question only. */
export function makeKindView(question: Question, wording: PollWording): KindView {
  switch (question.kind) {
    case "scale":
      return new ScaleView(question, wording) as KindView;
    case "ranking":
      return new RankingView(question.options, wording) as KindView;
    default:
      return new ChoiceView(question.options, wording) as KindView;
  }
}
