// The push protocol between the result service and its pages: Socket.IO, a namespace for each poll.

/** What the server emits in a poll's namespace. */
export interface ServerEvents {
  /** The whole tally at connect, then whenever it has changed; tally.ts says what it is. */
  tally: (tally: unknown) => void;
  /** Whether the service hears of new votes itself. Not sent by every server; without it the feed is live. */
  feed: (feed: unknown) => void;
}

/** A page only listens. */
export type ClientEvents = Record<string, never>;

export type FeedState = "live" | "reconnecting";

/** The state in the argument of `feed`; nothing where it is none that we know. */
export function feedState(value: unknown): FeedState | undefined {
  const state = (value as { state?: unknown } | null | undefined)?.state;
  return state === "live" || state === "reconnecting" ? state : undefined;
}

export function namespaceOf(poll: string): string {
  return `/polls/${poll}`;
}
