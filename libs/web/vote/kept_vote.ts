/** A choice with all that its request says: sent again, it is the same vote of the same voter. */
export interface Ballot {
  readonly selection: string;
  /** The signed identity of the page that it was made on; empty where the server gave none. */
  readonly voter: string;
  /** The poll and run that it answers; empty where the server named none. */
  readonly poll: string;
}

export interface KeptVoteOptions {
  /** The browser's store for this site, or nothing where it has none. */
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined;
  readonly key: string;
  readonly now: () => number;
}

/** A choice that nobody has been told of for so long is no longer what the voter wants to say. */
const keepMs = 60 * 60 * 1000;

/**
 * The vote that is not accepted yet, kept where a reload of the page and other tabs find it. Without a store it is
 * kept in memory by the outbox alone.
 */
export class KeptVote {
  constructor(private readonly options: KeptVoteOptions) {}

  put({ selection, voter, poll }: Ballot): void {
    this.write(JSON.stringify({ selection, voter, poll, at: this.options.now() }));
  }

  /** Forgets it, unless another tab has replaced it meanwhile. */
  accepted(selection: string): void {
    if (this.get()?.selection === selection) {
      this.write(undefined);
    }
  }

  /** The same for one that was refused; other tabs must not take its end for a success. */
  dropped(selection: string): void {
    if (this.get()?.selection === selection) {
      this.write("");
      this.write(undefined);
    }
  }

  get(): Ballot | undefined {
    try {
      return this.read(this.options.storage?.getItem(this.options.key) ?? "");
    } catch {
      return undefined;
    }
  }

  /** The vote in a kept text; nothing in one that is too old or not one of ours. */
  read(text: string): Ballot | undefined {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return undefined;
    }
    const { selection, voter, poll, at } = (value ?? {}) as Record<string, unknown>;
    const age = typeof at === "number" ? this.options.now() - at : Infinity;
    const isBallot = typeof selection === "string" && typeof voter === "string" && typeof poll === "string";
    return isBallot && age >= 0 && age < keepMs ? { selection, voter, poll } : undefined;
  }

  private write(text: string | undefined): void {
    try {
      if (text === undefined) {
        this.options.storage?.removeItem(this.options.key);
      } else {
        this.options.storage?.setItem(this.options.key, text);
      }
    } catch {
      // A full or forbidden store: the vote is sent all the same, it only does not outlive the page.
    }
  }
}
