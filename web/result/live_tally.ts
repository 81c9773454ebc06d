import { io, type Socket } from "socket.io-client";
import { longestRetryMs } from "../shared/backoff.js";
import { feedState, namespaceOf, type ClientEvents, type FeedState, type ServerEvents } from "../shared/events.js";

export type ConnectionState = "connecting" | "live" | "reconnecting" | "unavailable";

export interface Subscriber {
  /** A connection is up and its snapshot comes next. */
  onConnect(): void;
  onState(state: ConnectionState): void;
  onFeed(state: FeedState): void;
  onTally(tally: unknown): void;
}

// Some proxies neither pass a WebSocket on nor refuse it.
const connectTimeoutMs = 5000;

/** Listens to one poll for as long as the page lives, and connects again whenever the connection is lost. */
export function subscribe(poll: string, subscriber: Subscriber): void {
  const socket: Socket<ServerEvents, ClientEvents> = io(namespaceOf(poll), {
    path: new URL("socket.io/", document.baseURI).pathname, // beside the page, which may be below a path
    // A WebSocket is there in one request and needs no sticky sessions; polling works where none gets through.
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    timeout: connectTimeoutMs,
    reconnectionDelay: 250,
    reconnectionDelayMax: longestRetryMs,
  });

  socket.on("connect", () => {
    subscriber.onConnect();
    subscriber.onFeed("live"); // until the server says otherwise
    subscriber.onState("live");
  });
  socket.on("tally", (tally) => subscriber.onTally(tally));
  socket.on("feed", (feed) => {
    const state = feedState(feed);
    if (state) {
      subscriber.onFeed(state);
    }
  });

  socket.on("disconnect", (reason) => {
    subscriber.onState("reconnecting");
    if (reason === "io server disconnect") {
      // The client takes this for final, but a server that drains means: come back, not all at once.
      setTimeout(() => socket.connect(), Math.random() * longestRetryMs);
    }
  });
  socket.on("connect_error", (error) => {
    if (error.message === "timeout") {
      socket.io.opts.transports = ["polling", "websocket"];
    }
    // Inactive: the server answered and has no such poll. Active: it could not be reached and is tried again.
    subscriber.onState(socket.active ? "reconnecting" : "unavailable");
  });
}
