import uPlot from "uplot";

const hues = 6;

// Like the patterns of the bars, so that hue and dash repeat only after thirty options.
const dashes = [[], [8, 4], [2, 4], [12, 4, 2, 4], [4, 4]];

// The minimum width of the time axis, for a poll that has just started.
const leastSpanSeconds = 60;

const timeSteps = [5, 10, 15, 30, 60, 120, 300, 600];
const countSteps = [1, 2, 5].flatMap((digit) => Array.from({ length: 13 }, (_, zeros) => digit * 10 ** zeros)).sort(
  (left, right) => left - right,
);

/** An option that the chart shows: its place in the poll, which gives it its hue and dash, and its letter. */
export interface Line {
  readonly index: number;
  readonly id: string;
}

export interface LineEnd {
  readonly index: number;
  /** Of the end of the line, from the top. */
  readonly y: number;
}

export interface Room {
  readonly top: number;
  readonly bottom: number;
  /** The minimum distance of two labels. */
  readonly gap: number;
}

/**
 * Positions of the labels of lines: beside the ends, moved apart to the minimum distance if those are closer, in the order
 * of the ends. All are within the room. If there are too many, only the upper ones get a label.
 */
export function placeLabels(ends: readonly LineEnd[], { top, bottom, gap }: Room): LineEnd[] {
  const places = Math.max(0, Math.floor((bottom - top) / gap) + 1);
  const placed = [...ends]
    .sort((left, right) => left.y - right.y || left.index - right.index)
    .slice(0, places)
    .map(({ index, y }) => ({ index, y: Math.min(bottom, Math.max(top, y)) }));
  // Moves labels down off the one above, then up again if the last is below the room.
  let least = top;
  for (const label of placed) {
    label.y = Math.max(label.y, least);
    least = label.y + gap;
  }
  let most = bottom;
  for (const label of placed.reverse()) {
    label.y = Math.min(label.y, most);
    most = label.y - gap;
  }
  return placed.reverse();
}

/** The counts over time as lines, each labelled with the letter of its option. */
export class Chart {
  private plot: uPlot | undefined;
  private data: number[][] = [];
  private lines: readonly Line[] = [];

  private readonly number: Intl.NumberFormat;
  private readonly time: Intl.DateTimeFormat;
  private readonly timeWithSeconds: Intl.DateTimeFormat;

  constructor(
    private readonly element: HTMLElement,
    locale: string,
  ) {
    this.number = new Intl.NumberFormat(locale, { notation: "compact" });
    this.time = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
    this.timeWithSeconds = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
    new ResizeObserver(() => this.fit()).observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  /** `columns`: the times in seconds, then the counts of each line. */
  draw(columns: number[][], lines: readonly Line[]): void {
    if (lines.map(({ id }) => id).join() !== this.lines.map(({ id }) => id).join()) {
      this.forget();
    }
    this.lines = lines;
    this.data = columns;
    const data = columns as uPlot.AlignedData;
    if (this.plot) {
      this.plot.setData(data);
    } else {
      this.plot = new uPlot(this.settings(lines), data, this.element);
    }
  }

  /** Draws nothing until the next draw(). */
  clear(): void {
    this.forget();
    this.data = [];
  }

  private redraw(): void {
    if (this.plot) {
      this.forget();
      this.draw(this.data, this.lines);
    }
  }

  private forget(): void {
    this.plot?.destroy();
    this.plot = undefined;
  }

  private fit(): void {
    this.plot?.setSize(this.size());
  }

  private size(): { width: number; height: number } {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  private settings(lines: readonly Line[]): uPlot.Options {
    const style = getComputedStyle(this.element);
    const color = (name: string) => style.getPropertyValue(name).trim();
    const text = parseFloat(style.fontSize);
    const font = `${text}px ${style.fontFamily}`;
    const axis = { stroke: color("--ink-soft"), font, ticks: { show: false } };
    const line = Math.max(2, text / 6);
    return {
      ...this.size(),
      padding: [text, 2.2 * text, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { range: (_, first, last) => [Math.min(first, last - leastSpanSeconds), last] },
        y: { range: (_, __, most) => [0, Math.max(1, most)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 2.2 * text,
          gap: 0.7 * text,
          space: 9 * text,
          incrs: timeSteps,
          // Not near the ends, where a label would not fit.
          values: ({ scales }, splits, __, ___, step) => {
            const [first = 0, last = 0] = [scales["x"]?.min, scales["x"]?.max];
            const edge = 0.07 * (last - first);
            const format = step < 60 ? this.timeWithSeconds : this.time;
            return splits.map((at) => (at < first + edge || at > last - edge ? "" : format.format(at * 1000)));
          },
        },
        {
          ...axis,
          grid: { stroke: color("--line"), width: 1 },
          size: 3.4 * text,
          space: 2 * text,
          incrs: countSteps,
          values: (_, splits) => splits.map((count) => this.number.format(count)),
        },
      ],
      series: [
        {},
        ...lines.map(({ index }) => ({
          stroke: color(`--hue-${(index % hues) + 1}`),
          width: line,
          dash: dashes[index % dashes.length] ?? [],
          points: { show: false },
        })),
      ],
      hooks: { draw: [(plot) => letters(plot, lines, color, text)] },
    };
  }
}

// Draws the letters of the options at the ends of their lines.
function letters(
  plot: uPlot,
  lines: readonly Line[],
  color: (name: string) => string,
  size: number,
): void {
  const scale = devicePixelRatio;
  const { ctx, bbox } = plot;
  const ends = lines.map((_, index) => {
    const counts = plot.data[index + 1] ?? [];
    return { index, y: plot.valToPos(counts[counts.length - 1] ?? 0, "y", true) };
  });
  const room = { top: bbox.top, bottom: bbox.top + bbox.height, gap: size * scale };
  ctx.save();
  ctx.font = `750 ${size * scale}px ${getComputedStyle(plot.root).fontFamily}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  for (const { index, y } of placeLabels(ends, room)) {
    const line = lines[index];
    ctx.fillStyle = color(`--hue-${((line?.index ?? 0) % hues) + 1}`);
    ctx.fillText((line?.id ?? "").toUpperCase(), bbox.left + bbox.width + 0.5 * size * scale, y);
  }
  ctx.restore();
}
