// How the counts of a poll have changed lately, as `GET /api/history` carries it.

export interface HistoryPoint {
  /** Milliseconds since 1970, by the server's clock. */
  readonly at: number;
  /** In the order of the poll's options. */
  readonly counts: readonly number[];
}

export interface TallyHistory {
  readonly poll: string;
  /** The server's clock when it answered. */
  readonly now: number;
  /** The ids of the options. */
  readonly options: readonly string[];
  /** The oldest first; the counts of a point hold until the next. */
  readonly points: readonly HistoryPoint[];
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isPoint(value: unknown, options: number): value is HistoryPoint {
  const point = value as Partial<HistoryPoint> | null | undefined;
  return (
    isNumber(point?.at) &&
    Array.isArray(point.counts) &&
    point.counts.length === options &&
    point.counts.every(isNumber)
  );
}

/** Whether a value that came over the network is a history. */
export function isTallyHistory(value: unknown): value is TallyHistory {
  const history = value as Partial<TallyHistory> | null | undefined;
  const options = history?.options;
  return (
    typeof history?.poll === "string" &&
    isNumber(history.now) &&
    Array.isArray(options) &&
    options.every((id) => typeof id === "string") &&
    Array.isArray(history.points) &&
    history.points.every((point) => isPoint(point, options.length))
  );
}
