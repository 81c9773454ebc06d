export interface KeptVoteOptions {
  /** The browser's store for this site, or nothing where it has none. */
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined;
  readonly key: string;
  readonly now: () => number;
}

/** A choice that nobody has been told of for so long is no longer what the voter wants to say. */
const keepMs = 60 * 60 * 1000;

/**
 * The choice that is not accepted yet, kept where a reload of the page and other tabs find it. Without a store it is
 * kept in memory by the outbox alone.
 */
export class KeptVote {
  constructor(private readonly options: KeptVoteOptions) {}

  put(selection: string): void {
    this.write(JSON.stringify({ selection, at: this.options.now() }));
  }

  /** Forgets it, unless another tab has replaced it meanwhile. */
  accepted(selection: string): void {
    if (this.get() === selection) {
      this.write(undefined);
    }
  }

  /** The same for one that was refused; other tabs must not take its end for a success. */
  dropped(selection: string): void {
    if (this.get() === selection) {
      this.write("");
      this.write(undefined);
    }
  }

  get(): string | undefined {
    try {
      return this.read(this.options.storage?.getItem(this.options.key) ?? "");
    } catch {
      return undefined;
    }
  }

  /** The selection in a kept text; nothing in one that is too old or none of ours. */
  read(text: string): string | undefined {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return undefined;
    }
    const { selection, at } = (value ?? {}) as { selection?: unknown; at?: unknown };
    const age = typeof at === "number" ? this.options.now() - at : Infinity;
    return typeof selection === "string" && age >= 0 && age < keepMs ? selection : undefined;
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
