import { io, type Socket } from "socket.io-client";
import { namespaceOf, type ClientEvents, type ServerEvents } from "../shared/events.js";

export type ConnectionState = "connecting" | "live" | "reconnecting" | "unavailable";

export interface Subscriber {
  /** A connection is up and its snapshot comes next. */
  onConnect(): void;
  onState(state: ConnectionState): void;
  onTally(tally: unknown): void;
}

const longestRetryMs = 2000;

/** Listens to one poll for as long as the page lives, and connects again whenever the connection is lost. */
export function subscribe(poll: string, subscriber: Subscriber): void {
  const socket: Socket<ServerEvents, ClientEvents> = io(namespaceOf(poll), {
    transports: ["websocket"],
    reconnectionDelay: 250,
    reconnectionDelayMax: longestRetryMs,
  });

  socket.on("connect", () => {
    subscriber.onConnect();
    subscriber.onState("live");
  });
  socket.on("tally", (tally) => subscriber.onTally(tally));

  socket.on("disconnect", (reason) => {
    subscriber.onState("reconnecting");
    if (reason === "io server disconnect") {
      // The client takes this for final, but a server that drains means: come back, not all at once.
      setTimeout(() => socket.connect(), Math.random() * longestRetryMs);
    }
  });
  socket.on("connect_error", () => {
    // Inactive: the server answered and has no such poll. Active: it could not be reached and is tried again.
    subscriber.onState(socket.active ? "reconnecting" : "unavailable");
  });
}
