import { moveAlong } from "./motion.js";
import { byResult } from "./ranking.js";

// Rows that change places more often are unreadable.
const moveEveryMs = 1000;

/** The places of the rows: in the order of the poll, or of the result. */
export class Ordering {
  private rows: readonly HTMLElement[] = [];
  private counts: readonly number[] = [];
  private ordered = false;
  private isSeen = false; // the rows with numbers
  private movedAt = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** These rows from now on, in the order of the poll. */
  arrange(rows: readonly HTMLElement[]): void {
    this.rows = rows;
    this.isSeen = false;
  }

  turn(ordered: boolean): void {
    this.ordered = ordered;
    this.move();
  }

  /** The counts of the rows. Rows move at most once a second. */
  show(counts: readonly number[]): void {
    this.counts = counts;
    if (this.ordered && !this.isSeen) {
      this.move();
    } else if (this.ordered && this.timer === undefined) {
      const pause = Math.max(0, this.movedAt + moveEveryMs - performance.now());
      this.timer = setTimeout(() => this.move(), pause);
    }
    this.isSeen = true;
  }

  private move(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.movedAt = performance.now();
    const places = this.ordered ? byResult(this.counts) : this.rows.map((_, index) => index);
    const wanted = places.map((row) => this.rows[row]);
    if (wanted.every((row, place) => row === undefined || row.style.order === String(place))) {
      return;
    }
    // By `order`, not in the document: an element that is moved in the document loses the transition of its bar.
    const place = () => wanted.forEach((row, index) => row?.style.setProperty("order", String(index)));
    if (this.isSeen) {
      moveAlong(this.rows, place);
    } else {
      place();
    }
  }
}
