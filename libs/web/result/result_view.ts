import type { FeedState } from "../shared/events.js";
import { find } from "../shared/find.js";
import type { Tally } from "../shared/tally.js";
import type { ResultTexts } from "../shared/texts.js";
import { Announcer } from "./announcer.js";
import type { ConnectionState } from "./live_tally.js";
import { NumbersTable } from "./numbers_table.js";
import { OptionRow } from "./option_row.js";
import { tenthsOfPercent } from "./percentages.js";
import type { Wording } from "./wording.js";

// From so many options on, the list is set in smaller type and, where there is room, in columns.
const manyOptions = 7;

// Numbers that change faster can't be read.
const drawEveryMs = 120;

// As long as people need to look up and read it.
const sayChangeMs = 30_000;

const announceEveryMs = 15_000;
const announceAfterMs = 2000;
const announcedOptions = 5;

// As the server does for the page to vote on.
function lengthOf(question: string): string {
  const { length } = [...question];
  return length <= 50 ? "short" : length <= 120 ? "medium" : "long";
}

/** Draws the tally. However many arrive, the page changes a few times a second, to the last that came. */
export class ResultView {
  private readonly heading: HTMLElement;
  private readonly list: HTMLElement;
  private readonly total: HTMLElement;
  private readonly connection: HTMLElement;
  private readonly overTime: HTMLElement;
  private readonly table: NumbersTable;
  private readonly announcer: Announcer;
  private rows: OptionRow[] = [];
  private next: Tally | undefined;
  private drawnAt = -Infinity;
  private connectionState: ConnectionState = "connecting";
  private feedState: FeedState = "live";

  constructor(
    private readonly root: HTMLElement,
    private readonly texts: ResultTexts,
    private readonly wording: Wording,
  ) {
    this.heading = find(root, "#heading");
    this.list = find(root, "#options");
    this.total = find(root, "#total");
    this.connection = find(root, "#connection");
    this.overTime = find(root, "#over-time");
    const numbers = find<HTMLDetailsElement>(root, "#numbers");
    numbers.open = false;
    numbers.classList.add("closable");
    this.table = new NumbersTable(numbers, wording);
    root.setAttribute("aria-busy", "true");
    const announcement = find(root, "#announcement");
    this.announcer = new Announcer({
      everyMs: announceEveryMs,
      settleMs: announceAfterMs,
      now: () => performance.now(),
      setTimer: (callback, ms) => void setTimeout(callback, ms),
      announce: (text) => (announcement.textContent = text),
    });
  }

  show(tally: Tally): void {
    const waiting = this.next !== undefined;
    this.next = tally;
    if (!waiting) {
      const pause = Math.max(0, this.drawnAt + drawEveryMs - performance.now());
      setTimeout(() => requestAnimationFrame(() => this.draw()), pause);
    }
  }

  /** The results that follow are of another question, or of a new run of it. */
  sayQuestionChanged(): void {
    find(this.root, "#question-changed").textContent = this.texts.say("question_changed");
    setTimeout(() => (find(this.root, "#question-changed").textContent = ""), sayChangeMs);
  }

  showConnection(state: ConnectionState): void {
    this.connectionState = state;
    this.sayConnection();
  }

  showFeed(state: FeedState): void {
    this.feedState = state;
    this.sayConnection();
  }

  // A service that does not hear of votes itself is live to nobody.
  private sayConnection(): void {
    const cut = this.connectionState === "live" && this.feedState === "reconnecting";
    const state = cut ? "feed_reconnecting" : this.connectionState;
    if (this.connection.dataset["state"] !== state) {
      this.connection.dataset["state"] = state;
      this.connection.textContent = this.texts.say(state);
    }
  }

  private draw(): void {
    const tally = this.next;
    this.next = undefined;
    this.drawnAt = performance.now();
    if (!tally) {
      return;
    }
    this.matchOptions(tally);
    if (this.heading.textContent !== tally.question) {
      this.heading.textContent = tally.question;
      document.title = tally.question;
    }
    this.heading.dataset["length"] = lengthOf(tally.question);
    const shares = tenthsOfPercent(tally.options.map((option) => option.count));
    tally.options.forEach((option, index) => this.rows[index]?.show(option, shares[index] ?? 0));
    this.total.textContent = this.wording.total(tally.total);
    this.table.show(tally, shares);
    this.overTime.classList.toggle("empty", tally.total === 0); // with the numbers, so that it moves nothing later
    this.root.setAttribute("aria-busy", "false");
    this.announce(tally, shares);
  }

  // The first of the options by votes, so that it stays a sentence.
  private announce(tally: Tally, shares: readonly number[]): void {
    if (tally.total === 0) {
      return;
    }
    const leading = tally.options
      .map((option, index) => [option.label, shares[index] ?? 0] as const)
      .sort(([, left], [, right]) => right - left)
      .slice(0, announcedOptions);
    this.announcer.offer(this.wording.announcement(leading, tally.total));
  }

  // The options of a running poll stay the same but for a restart with other settings.
  private matchOptions(tally: Tally): void {
    const same =
      tally.options.length === this.rows.length &&
      tally.options.every((option, index) => this.rows[index]?.isOf(option));
    if (same) {
      return;
    }
    this.rows = tally.options.map((option) => new OptionRow(option, this.wording));
    this.list.replaceChildren(...this.rows.map((row) => row.element));
    this.list.classList.toggle("many", tally.options.length >= manyOptions);
  }
}
