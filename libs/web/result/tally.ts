// The tally of a poll and its history, and the push protocol that carries them: Socket.IO, one namespace per poll.

export interface OptionCount {
  readonly id: string;
  readonly label: string;
  readonly count: number;
}

/** As in `GET /api/tally` and the event `tally`. */
export interface Tally {
  readonly poll: string;
  /** Grows with each change, so a larger version of the same poll is newer. */
  readonly version: number;
  /** The heading of the page. If no question is configured, the server makes it from the options. */
  readonly question: string;
  /** In the order of the poll. */
  readonly options: readonly OptionCount[];
  /** The sum of the counts above. */
  readonly total: number;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isOptionCount(value: unknown): value is OptionCount {
  return (
    isRecord(value) &&
    typeof value["id"] === "string" &&
    typeof value["label"] === "string" &&
    isCount(value["count"])
  );
}

/** Whether a value from the network is a tally; anything else is ignored. */
export function isTally(value: unknown): value is Tally {
  return (
    isRecord(value) &&
    typeof value["poll"] === "string" &&
    isCount(value["version"]) &&
    typeof value["question"] === "string" &&
    isCount(value["total"]) &&
    Array.isArray(value["options"]) &&
    value["options"].every(isOptionCount)
  );
}

/** Accepts tallies of one poll with growing versions, in whichever order they arrive. */
export class NewestTally {
  private shown: number | undefined;

  constructor(private readonly poll: string) {}

  /** Whether to show a tally: false if it is of another poll, older, or shown already. */
  accept(tally: Tally): boolean {
    if (tally.poll !== this.poll || (this.shown !== undefined && tally.version <= this.shown)) {
      return false;
    }
    this.shown = tally.version;
    return true;
  }

  /**
   * Accepts the next tally regardless of its version. A new connection starts with a snapshot, and a server whose data
   * was reset starts its versions again: an open page must not wait for them to catch up.
   */
  startOver(): void {
    this.shown = undefined;
  }
}

export interface HistoryPoint {
  /** Milliseconds since 1970 by the server's clock. */
  readonly at: number;
  /** In the order of the poll's options. */
  readonly counts: readonly number[];
}

/** The recent counts of a poll, as in `GET /api/history`. */
export interface TallyHistory {
  readonly poll: string;
  /** The server's clock at the time of the response. */
  readonly now: number;
  /** The ids of the options. */
  readonly options: readonly string[];
  /** The oldest first. The counts of a point hold until the next. */
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

/** Whether a value from the network is a history. */
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

/** Events that the server emits in a poll's namespace. */
export interface ServerEvents {
  /** A Tally on connecting, then after each change. */
  tally: (tally: unknown) => void;
  /** Of a poll that someone made: a PollNow or RemovedPoll instead of the Tally. */
  results: (results: unknown) => void;
  /** The same for those who have voted, while the results are hidden from others. */
  voted_results: (results: unknown) => void;
  /** Whether the service receives new votes itself. Not every server sends it; the initial state is live. */
  feed: (feed: unknown) => void;
}

/** A page sends no events. */
export type ClientEvents = Record<string, never>;

export type FeedState = "live" | "reconnecting";

/** The state in the argument of `feed`. Undefined if it is unknown. */
export function feedState(value: unknown): FeedState | undefined {
  const state = (value as { state?: unknown } | null | undefined)?.state;
  return state === "live" || state === "reconnecting" ? state : undefined;
}

export function namespaceOf(poll: string): string {
  return `/polls/${poll}`;
}
