import { find, type ResultTexts } from "../shared/page.js";
import { announcerIn, ConnectionLine, PacedDrawing } from "./live_parts.js";
import { CountingNumber } from "./motion.js";
import { Ordering } from "./ordering.js";
import { barLengths, fewOptions, leaderOf } from "./ranking.js";
import { NumbersTable, OptionRow, votesAndShares } from "./rows.js";
import type { Tally } from "./tally.js";
import { areHidden } from "./tools.js";
import { type Announcer, tenthsOfPercent, type Wording } from "./wording.js";

// Long enough to notice and read it.
const sayChangeMs = 30_000;

const announcedOptions = 5;

/** As the server does for the vote page. */
export function lengthOf(question: string): string {
  const { length } = [...question];
  return length <= 50 ? "short" : length <= 120 ? "medium" : "long";
}

/** Draws the newest tally, at most a few times a second. */
export class ResultView {
  readonly connection: ConnectionLine;
  private readonly heading: HTMLElement;
  private readonly list: HTMLElement;
  private readonly total: CountingNumber;
  private readonly overTime: HTMLElement;
  private readonly table: NumbersTable;
  private readonly announcer: Announcer;
  private readonly ordering: Ordering;
  private rows: OptionRow[] = [];
  private readonly drawing = new PacedDrawing<Tally>((tally) => this.draw(tally));

  constructor(
    private readonly root: HTMLElement,
    private readonly texts: ResultTexts,
    private readonly wording: Wording,
  ) {
    this.heading = find(root, "#heading");
    this.list = find(root, "#options");
    this.total = new CountingNumber(find(root, "#total"), (total) => wording.total(total));
    this.ordering = new Ordering();
    this.connection = new ConnectionLine(root, texts);
    this.overTime = find(root, "#over-time");
    const numbers = find<HTMLDetailsElement>(root, "#numbers");
    numbers.open = false;
    numbers.classList.add("closable");
    this.table = new NumbersTable(numbers, wording);
    root.setAttribute("aria-busy", "true");
    this.announcer = announcerIn(root);
  }

  show(tally: Tally): void {
    this.drawing.show(tally);
  }

  /** The next results are of another question, or of a new run. */
  sayQuestionChanged(): void {
    find(this.root, "#question-changed").textContent = this.texts.say("question_changed");
    setTimeout(() => (find(this.root, "#question-changed").textContent = ""), sayChangeMs);
  }

  /** In the order of the result, or of the poll. */
  orderByResult(ordered: boolean): void {
    this.ordering.turn(ordered);
  }

  private draw(tally: Tally): void {
    this.matchOptions(tally);
    if (this.heading.textContent !== tally.question) {
      this.heading.textContent = tally.question;
      document.title = tally.question;
    }
    this.heading.dataset["length"] = lengthOf(tally.question);
    const counts = tally.options.map((option) => option.count);
    const shares = tenthsOfPercent(counts);
    this.drawRows(tally, counts, shares);
    this.total.show(tally.total);
    this.table.show(tally, shares);
    // With the first numbers, so that nothing moves later.
    this.overTime.classList.toggle("empty", tally.total === 0);
    document.body.classList.toggle("waiting", tally.total === 0);
    this.root.setAttribute("aria-busy", "false");
    this.announce(tally, shares);
  }

  private drawRows(tally: Tally, counts: readonly number[], shares: readonly number[]): void {
    const lengths = barLengths(counts);
    const leader = leaderOf(counts);
    tally.options.forEach((option, index) => {
      const row = this.rows[index];
      row?.show(option.count, shares[index] ?? 0, lengths[index] ?? 0);
      row?.showLeading(index === leader);
    });
    this.list.classList.toggle("led", leader !== undefined);
    this.ordering.show(counts);
  }

  // Only the leading options, to keep the sentence short.
  private announce(tally: Tally, shares: readonly number[]): void {
    if (tally.total === 0 || areHidden()) {
      return;
    }
    const leading = tally.options
      .map((option, index) => [option.label, shares[index] ?? 0] as const)
      .sort(([, left], [, right]) => right - left)
      .slice(0, announcedOptions);
    this.announcer.offer(this.wording.announcement(leading, tally.total));
  }

  // Options change only if the service restarts with other settings.
  private matchOptions(tally: Tally): void {
    const same =
      tally.options.length === this.rows.length &&
      tally.options.every((option, index) => this.rows[index]?.isOf(option));
    if (same) {
      return;
    }
    const texts = votesAndShares(this.wording, this.texts.say("leading"));
    this.rows = tally.options.map((option) => new OptionRow(option, texts));
    this.list.replaceChildren(...this.rows.map((row) => row.element));
    this.ordering.arrange(this.rows.map((row) => row.element));
    // Smaller type and, on wide screens, columns.
    this.list.classList.toggle("many", tally.options.length >= fewOptions);
    const many = tally.options.length > fewOptions;
    find(this.root, "#scale").hidden = !many;
    find(this.overTime, "figcaption").textContent = this.texts.say(many ? "over_time_leading" : "over_time");
  }
}
