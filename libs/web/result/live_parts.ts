// What both result pages show in the same way while results arrive.
import { find, type ResultTexts } from "../shared/page.js";
import type { ConnectionState } from "./live_tally.js";
import type { FeedState } from "./tally.js";
import { Announcer } from "./wording.js";

// Numbers that change faster are unreadable.
const drawEveryMs = 120;

const announceEveryMs = 15_000;
const announceAfterMs = 2000;

/** Draws the newest of the values that it is given, at most a few times a second. */
export class PacedDrawing<Value> {
  private next: Value | undefined;
  private drawnAt = -Infinity;

  constructor(private readonly draw: (value: Value) => void) {}

  show(value: Value): void {
    const waiting = this.next !== undefined;
    this.next = value;
    if (!waiting) {
      const pause = Math.max(0, this.drawnAt + drawEveryMs - performance.now());
      setTimeout(() => requestAnimationFrame(() => this.drawNext()), pause);
    }
  }

  /** Does not draw what waits. */
  cancel(): void {
    this.next = undefined;
  }

  private drawNext(): void {
    const value = this.next;
    this.next = undefined;
    this.drawnAt = performance.now();
    if (value !== undefined) {
      this.draw(value);
    }
  }
}

/** The line that says whether the results are live. */
export class ConnectionLine {
  private readonly element: HTMLElement;
  private connection: ConnectionState = "connecting";
  private feed: FeedState = "live";

  constructor(
    root: HTMLElement,
    private readonly texts: ResultTexts,
  ) {
    this.element = find(root, "#connection");
  }

  showConnection(state: ConnectionState): void {
    this.connection = state;
    this.say();
  }

  showFeed(state: FeedState): void {
    this.feed = state;
    this.say();
  }

  // A service that does not receive votes is not live, even if the connection is.
  private say(): void {
    const feedIsDown = this.connection === "live" && this.feed === "reconnecting";
    const state = feedIsDown ? "feed_reconnecting" : this.connection;
    if (this.element.dataset["state"] !== state) {
      this.element.dataset["state"] = state;
      this.element.textContent = this.texts.say(state);
    }
  }
}

/** Announces results to screen readers, once they have settled. */
export function announcerIn(root: HTMLElement): Announcer {
  const announcement = find(root, "#announcement");
  return new Announcer({
    everyMs: announceEveryMs,
    settleMs: announceAfterMs,
    now: () => performance.now(),
    setTimer: (callback, ms) => void setTimeout(callback, ms),
    announce: (text) => (announcement.textContent = text),
  });
}
