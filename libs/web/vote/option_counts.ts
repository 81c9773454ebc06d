// The counts of the options in what a vote page gets about the results: of the poll of the settings, or of one that someone
// made.
import { isTally } from "../result/tally.js";

export interface CountedOption {
  readonly id: string;
  readonly count: number;
}

/** The counts in a value from the network. Undefined: there are none to show, or they are of another poll. */
export type ReadCounts = (value: unknown) => readonly CountedOption[] | undefined;

export const countsOfTally =
  (poll: string): ReadCounts =>
  (value) =>
    isTally(value) && value.poll === poll && value.total > 0 ? value.options : undefined;

const isCounted = (value: unknown): value is CountedOption => {
  const { id, count } = (value ?? {}) as Partial<CountedOption>;
  return typeof id === "string" && typeof count === "number" && Number.isSafeInteger(count) && count >= 0;
};

/** `run` is that of the form: the id of the poll and, from the second run on, its number. */
export const countsOfResults =
  (run: string): ReadCounts =>
  (value) => {
    const now = (value ?? {}) as { poll?: unknown; run?: unknown; results?: { voters?: unknown; options?: unknown } | null };
    const options: unknown = now.results?.options;
    const isOfRun = run === (now.run === 1 ? now.poll : `${String(now.poll)}.${String(now.run)}`);
    return isOfRun && now.results?.voters !== 0 && Array.isArray(options) && options.every(isCounted) ? options : undefined;
  };
