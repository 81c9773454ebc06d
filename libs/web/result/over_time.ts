import { find } from "../shared/page.js";
import type { Chart } from "./chart.js";
import { chartedOf } from "./ranking.js";
import { isTallyHistory, type HistoryPoint } from "./tally.js";

const spanMs = 10 * 60 * 1000;
const stepMs = 2000;
const redrawMs = 2000;

export interface TimelineOptions {
  /** The length of the period that is kept. */
  readonly spanMs: number;
  /** Changes within this time become one point. */
  readonly stepMs: number;
}

/**
 * The recent counts, bounded: older points are dropped, and fast changes become one point. The counts of a point hold until
 * the next, so a change after a pause is preceded by a point with the counts of the pause.
 */
export class Timeline {
  private points: HistoryPoint[] = [];

  constructor(private readonly options: TimelineOptions) {}

  /** Inserts earlier points before the existing ones. */
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
    // One point from before the span stays: its counts hold at the start of the span.
    while ((this.points[1]?.at ?? Infinity) <= at - spanMs) {
      this.points.shift();
    }
  }

  clear(): void {
    this.points = [];
  }

  /** For a chart: the times in seconds up to `now`, then the counts of each option. */
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

/** The votes over time: the history of the server, then the tallies that this page receives. */
export class OverTime {
  private readonly timeline = new Timeline({ spanMs, stepMs });
  private options: readonly string[] = [];
  private chart: Chart | undefined;
  private drawWaits = false;
  private cleared = 0;

  constructor(private readonly locale: string) {}

  /** Fetches the history of the poll. Without it the chart starts when the page was opened. */
  async start(url: string, poll: string): Promise<void> {
    const { cleared } = this;
    const history = await fetch(url)
      .then((response): Promise<unknown> | undefined => (response.ok ? response.json() : undefined))
      .catch(() => undefined);
    const { Chart } = await import("./chart.js");
    this.chart = new Chart(find(document, "#chart"), this.locale);
    // What was cleared meanwhile is not to be shown.
    if (isTallyHistory(history) && history.poll === poll && cleared === this.cleared) {
      const skew = Date.now() - history.now;
      if (this.options.length === 0 || this.options.join() === history.options.join()) {
        this.options = history.options;
        this.timeline.prepend(history.points.map(({ at, counts }) => ({ at: at + skew, counts })));
      }
    }
    this.draw();
    setInterval(() => document.hidden || this.draw(), redrawMs);
  }

  /** The current counts of the options with these ids; an id that is empty has no letter in the chart. */
  add(options: readonly string[], counts: readonly number[]): void {
    if (options.join() !== this.options.join()) {
      this.timeline.clear(); // the poll was restarted with other options
      this.options = options;
    }
    this.timeline.add(Date.now(), counts);
    this.draw();
  }

  /** Forgets all counts, also those that are drawn. */
  clear(): void {
    this.cleared += 1;
    this.timeline.clear();
    this.chart?.clear();
  }

  private draw(): void {
    if (!this.chart || this.drawWaits) {
      return;
    }
    this.drawWaits = true;
    requestAnimationFrame(() => {
      this.drawWaits = false;
      const columns = this.timeline.columns(Date.now());
      if (columns.length > 1) {
        const [times = [], ...counts] = columns;
        const shown = chartedOf(counts.map((line) => line[line.length - 1] ?? 0));
        this.chart?.draw(
          [times, ...shown.map((index) => counts[index] ?? [])],
          shown.map((index) => ({ index, id: this.options[index] ?? "" })),
        );
      }
    });
  }
}
