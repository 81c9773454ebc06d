// The published tally of a poll, as `GET /api/tally` and the event `tally` carry it.

export interface OptionCount {
  readonly id: string;
  readonly label: string;
  readonly count: number;
}

export interface Tally {
  readonly poll: string;
  /** Grows with each change: of two tallies of a poll the one with the larger version is the newer. */
  readonly version: number;
  /** What the page is headed with; where nobody asked one, the server makes it from the options. */
  readonly question: string;
  /** In the order of the poll. */
  readonly options: readonly OptionCount[];
  /** Of the options above. */
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

/** Whether a value that came over the network is a tally; anything else must not reach the page. */
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
