import { find } from "../shared/find.js";
import type { Tally } from "../shared/tally.js";
import { isTallyHistory } from "../shared/tally_history.js";
import type { Chart } from "./chart.js";
import { Timeline } from "./timeline.js";

const spanMs = 10 * 60 * 1000;
const stepMs = 2000;
const redrawMs = 2000;

/** The votes over time: what the server remembers, then what this page sees. */
export class OverTime {
  private readonly timeline = new Timeline({ spanMs, stepMs });
  private options: readonly string[] = [];
  private chart: Chart | undefined;
  private drawWaits = false;

  constructor(private readonly locale: string) {}

  /** Fetches the history of the poll; without it the chart begins with this page. */
  async start(url: string, poll: string): Promise<void> {
    const history = await fetch(url)
      .then((response): Promise<unknown> | undefined => (response.ok ? response.json() : undefined))
      .catch(() => undefined);
    const { Chart } = await import("./chart.js");
    this.chart = new Chart(find(document, "#chart"), this.locale);
    if (isTallyHistory(history) && history.poll === poll) {
      const skew = Date.now() - history.now;
      if (this.options.length === 0 || this.options.join() === history.options.join()) {
        this.options = history.options;
        this.timeline.prepend(history.points.map(({ at, counts }) => ({ at: at + skew, counts })));
      }
    }
    this.draw();
    setInterval(() => document.hidden || this.draw(), redrawMs);
  }

  add(tally: Tally): void {
    const options = tally.options.map(({ id }) => id);
    if (options.join() !== this.options.join()) {
      this.timeline.clear(); // the poll was restarted with other options
      this.options = options;
    }
    this.timeline.add(
      Date.now(),
      tally.options.map(({ count }) => count),
    );
    this.draw();
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
        this.chart?.draw(columns, this.options);
      }
    });
  }
}
