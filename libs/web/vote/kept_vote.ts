/** The fields of a vote: sent again, it is the same vote of the same voter. */
export interface Vote {
  readonly selection: string;
  /** The signed token of the page's form; empty if the server sent none. */
  readonly voter: string;
  /** The id of the poll and its run; empty if the server sent none. */
  readonly poll: string;
}

export interface KeptVoteOptions {
  /** The local storage of the browser, if available. */
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined;
  readonly key: string;
  readonly now: () => number;
}

/** After this time an unsent vote may no longer be what the voter wants. */
const keepMs = 60 * 60 * 1000;

/**
 * The vote that is not accepted yet, stored for a reload of the page and for other tabs. Without local storage only the
 * outbox keeps it in memory.
 */
export class KeptVote {
  constructor(private readonly options: KeptVoteOptions) {}

  put({ selection, voter, poll }: Vote): void {
    this.write(JSON.stringify({ selection, voter, poll, at: this.options.now() }));
  }

  /** Removes the vote, unless another tab has replaced it. */
  accepted(selection: string): void {
    if (this.get()?.selection === selection) {
      this.write(undefined);
    }
  }

  /** Removes a rejected vote. Other tabs must not mistake this for a success. */
  dropped(selection: string): void {
    if (this.get()?.selection === selection) {
      this.write("");
      this.write(undefined);
    }
  }

  get(): Vote | undefined {
    try {
      return this.read(this.options.storage?.getItem(this.options.key) ?? "");
    } catch {
      return undefined;
    }
  }

  /** Parses a stored vote. Undefined if it is too old or invalid. */
  read(text: string): Vote | undefined {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return undefined;
    }
    const { selection, voter, poll, at } = (value ?? {}) as Record<string, unknown>;
    const age = typeof at === "number" ? this.options.now() - at : Infinity;
    const isVote = typeof selection === "string" && typeof voter === "string" && typeof poll === "string";
    return isVote && age >= 0 && age < keepMs ? { selection, voter, poll } : undefined;
  }

  private write(text: string | undefined): void {
    try {
      if (text === undefined) {
        this.options.storage?.removeItem(this.options.key);
      } else {
        this.options.storage?.setItem(this.options.key, text);
      }
    } catch {
      // The storage is full or blocked: the vote is still sent, but does not survive a reload.
    }
  }
}
