// The push protocol between the result service and its pages: Socket.IO, a namespace for each poll.

/** What the server emits in a poll's namespace: the whole tally at connect, then whenever it has changed. */
export interface ServerEvents {
  tally: (tally: unknown) => void;
}

/** A page only listens. */
export type ClientEvents = Record<string, never>;

export function namespaceOf(poll: string): string {
  return `/polls/${poll}`;
}
