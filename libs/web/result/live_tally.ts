import { io, type Socket } from "socket.io-client";
import { longestRetryMs } from "../shared/backoff.js";
import { feedState, namespaceOf, type ClientEvents, type FeedState, type ServerEvents } from "../shared/events.js";
import { AskedTally } from "./asked_tally.js";

export type ConnectionState = "connecting" | "live" | "reconnecting" | "unavailable";

export interface Subscriber {
  /** A connection is up and its snapshot comes next. */
  onConnect(): void;
  onState(state: ConnectionState): void;
  onFeed(state: FeedState): void;
  onTally(tally: unknown): void;
  /** The service has no such poll. Whether another one is followed from now on. */
  onUnknownPoll(): Promise<boolean>;
  /** Fetches the tally by a request of its own and shows it. Whether there was an answer. */
  ask(signal: AbortSignal): Promise<boolean>;
}

// Some proxies neither pass a WebSocket on nor refuse it.
const connectTimeoutMs = 5000;

// The server sends something at least this often (its pings, engine.io 4: every 25 s), and a second for the way.
const silentAfterMs = 26_000;

const askAgainMs = 10_000;

/**
 * Listens to one poll for as long as the page lives, and connects again whenever the connection is lost. As long as none
 * can be made, it asks for the tally instead.
 */
export class LiveTally {
  private socket: Socket<ServerEvents, ClientEvents> | undefined;
  private heardAt = 0;
  private readonly asked: AskedTally;

  constructor(private readonly subscriber: Subscriber) {
    this.asked = new AskedTally(
      (signal) => subscriber.ask(signal),
      (answered) => subscriber.onState(answered ? "live" : "reconnecting"),
    );
  }

  /** Listens to this poll from now on, and to no other. */
  follow(poll: string): void {
    this.socket?.removeAllListeners();
    this.socket?.disconnect();
    const socket: Socket<ServerEvents, ClientEvents> = io(namespaceOf(poll), {
      path: new URL("socket.io/", document.baseURI).pathname,
      // A WebSocket is there in one request and needs no sticky sessions; polling works where none gets through.
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      timeout: connectTimeoutMs,
      reconnectionDelay: 250,
      reconnectionDelayMax: longestRetryMs,
      forceNew: true,
    });
    this.socket = socket;
    this.listen(socket);
    this.asked.start();
  }

  /** The page is looked at again, or the network is back: a lost connection is made at once, not after a wait. */
  resume(): void {
    const { socket } = this;
    const silent = Date.now() - this.heardAt > silentAfterMs;
    if (socket && (!socket.connected || silent)) {
      this.lost();
      socket.io.engine?.close();
      socket.disconnect().connect();
    }
  }

  private listen(socket: Socket<ServerEvents, ClientEvents>): void {
    const { subscriber } = this;
    const heard = () => (this.heardAt = Date.now());
    socket.io.on("ping", heard);
    socket.on("connect", () => {
      heard();
      this.asked.stop();
      subscriber.onConnect();
      subscriber.onFeed("live"); // until the server says otherwise
      subscriber.onState("live");
    });
    socket.on("tally", (tally) => {
      heard();
      subscriber.onTally(tally);
    });
    socket.on("feed", (feed) => {
      const state = feedState(feed);
      if (state) {
        subscriber.onFeed(state);
      }
    });

    socket.on("disconnect", (reason) => {
      this.lost();
      if (reason === "io server disconnect") {
        // The client takes this for final, but a server that drains means: come back, not all at once.
        setTimeout(() => socket.connect(), Math.random() * longestRetryMs);
      }
    });
    socket.on("connect_error", (error) => {
      if (error.message === "timeout") {
        socket.io.opts.transports = ["polling", "websocket"];
      }
      // Active: it could not be reached and is tried again. Inactive: the server answered and has no such poll.
      if (socket.active) {
        this.lost();
      } else {
        void this.askForPoll(socket);
      }
    });
  }

  private lost(): void {
    this.asked.start();
    if (!this.asked.isAnswered) {
      this.subscriber.onState("reconnecting");
    }
  }

  private async askForPoll(socket: Socket<ServerEvents, ClientEvents>): Promise<void> {
    if (!(await this.subscriber.onUnknownPoll()) && this.socket === socket) {
      this.asked.stop();
      this.subscriber.onState("unavailable");
      setTimeout(() => this.socket === socket && socket.connect(), askAgainMs * (0.5 + Math.random()));
    }
  }
}
