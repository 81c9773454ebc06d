import type { Tally } from "../shared/tally.js";

/** Lets the tallies of one poll through in the order of their versions, whichever way and order they come. */
export class NewestTally {
  private shown: number | undefined;

  constructor(private readonly poll: string) {}

  /** Whether to show it: false for another poll's, for an older one and for the one that is shown already. */
  accept(tally: Tally): boolean {
    if (tally.poll !== this.poll || (this.shown !== undefined && tally.version <= this.shown)) {
      return false;
    }
    this.shown = tally.version;
    return true;
  }

  /**
   * Takes the next tally whatever its version. A new connection begins with a snapshot, and a server whose
   * data were reset counts its versions from the start: an open page must not wait for them to catch up.
   */
  startOver(): void {
    this.shown = undefined;
  }
}
