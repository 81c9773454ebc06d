import type { HistoryPoint } from "../shared/tally_history.js";

export interface TimelineOptions {
  /** How far it reaches back. */
  readonly spanMs: number;
  /** Changes that follow each other faster are one point. */
  readonly stepMs: number;
}

/**
 * The counts over the last while, bounded: what is older goes, and what follows too fast is one point. The counts of
 * a point hold until the next, so before a change after a pause there is a point with the counts of the pause.
 */
export class Timeline {
  private points: HistoryPoint[] = [];

  constructor(private readonly options: TimelineOptions) {}

  /** Puts earlier points before those that are there already. */
  prepend(earlier: readonly HistoryPoint[]): void {
    const first = this.points[0]?.at ?? Infinity;
    const later = this.points;
    this.points = [];
    earlier.filter(({ at }) => at < first).forEach(({ at, counts }) => this.add(at, counts));
    later.forEach(({ at, counts }) => this.add(at, counts));
  }

  add(at: number, counts: readonly number[]): void {
    const { spanMs, stepMs } = this.options;
    const last = this.points[this.points.length - 1];
    if (last && at - last.at < stepMs) {
      this.points[this.points.length - 1] = { at: last.at, counts };
      return;
    }
    if (last && at - last.at > 2 * stepMs) {
      this.points.push({ at: at - stepMs, counts: last.counts });
    }
    this.points.push({ at, counts });
    // One point from before the span stays: its counts hold at the beginning.
    while ((this.points[1]?.at ?? Infinity) <= at - spanMs) {
      this.points.shift();
    }
  }

  clear(): void {
    this.points = [];
  }

  /** For a chart: the times in seconds up to `now`, then a row for each option. */
  columns(now: number): number[][] {
    const last = this.points[this.points.length - 1];
    if (!last) {
      return [];
    }
    const shown = now > last.at ? [...this.points, { at: now, counts: last.counts }] : this.points;
    const times = shown.map(({ at }) => Math.max(at, now - this.options.spanMs) / 1000);
    return [times, ...last.counts.map((_, option) => shown.map(({ counts }) => counts[option] ?? 0))];
  }
}
