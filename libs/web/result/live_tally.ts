import { io, type Socket } from "socket.io-client";
import { longestRetryMs } from "../shared/backoff.js";
import { feedState, namespaceOf, type ClientEvents, type FeedState, type ServerEvents } from "./tally.js";

export type ResultsEvent = "tally" | "results" | "voted_results";

export type ConnectionState = "connecting" | "live" | "reconnecting" | "unavailable";

export interface Subscriber {
  /** A connection is established; its snapshot follows. */
  onConnect(): void;
  onState(state: ConnectionState): void;
  onFeed(state: FeedState): void;
  onTally(tally: unknown, event: ResultsEvent): void;
  /** The service has no such poll. Resolves to whether another poll is followed instead. */
  onUnknownPoll(): Promise<boolean>;
  /** Fetches the tally by a request and shows it. Resolves to whether there was an answer. */
  request(signal: AbortSignal): Promise<boolean>;
}

// Some proxies neither forward nor reject a WebSocket.
const connectTimeoutMs = 5000;

// The server sends a ping every 25 s (engineio::PingTimes); one more second for the network.
const silentAfterMs = 26_000;

const retryUnknownPollMs = 10_000;

// Longer than viewers need to reconnect to a restarted service, so that they do not request the tally as well.
const firstRequestMs = 5000;
const requestEveryMs = 2000;
const requestTimeoutMs = 5000;

// Spreads the requests of many pages that lost their connections at the same time.
const spread = (ms: number): number => ms * (1 + Math.random() / 2);

/**
 * Requests the tally every few seconds while no connection can be made. The requests are independent, so any replica of
 * the service can answer them.
 */
class RequestedTally {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private round = 0;
  private answered = false;

  /** `request` fetches and shows the tally. It resolves to whether there was an answer. */
  constructor(
    private readonly request: (signal: AbortSignal) => Promise<boolean>,
    private readonly onAnswered: (answered: boolean) => void,
  ) {}

  /** Whether the page shows a recent answer of the service. */
  get isAnswered(): boolean {
    return this.answered;
  }

  /** Has no effect if it is started already. */
  start(): void {
    this.timer ??= setTimeout(() => void this.next(this.round), spread(firstRequestMs));
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.answered = false;
    this.round += 1;
  }

  private async next(round: number): Promise<void> {
    const controller = new AbortController();
    const timeout = setTimeout(() => controller.abort(), requestTimeoutMs);
    const answered = await this.request(controller.signal);
    clearTimeout(timeout);
    if (round !== this.round) {
      return; // stopped meanwhile
    }
    this.answered = answered;
    this.onAnswered(answered);
    this.timer = setTimeout(() => void this.next(round), spread(requestEveryMs));
  }
}

/** The events that carry what is followed, the path of Socket.IO relative to the page, and what to connect with. */
export interface Channel {
  readonly events: readonly ResultsEvent[];
  readonly path: string;
  readonly auth: Readonly<Record<string, string>>;
}

/**
 * Follows one poll while the page is open, and reconnects when the connection is lost. While no connection can be made, it
 * requests the tally instead.
 */
export class LiveTally {
  private socket: Socket<ServerEvents, ClientEvents> | undefined;
  private heardAt = 0;
  private readonly requested: RequestedTally;

  constructor(
    private readonly subscriber: Subscriber,
    private readonly channel: Channel = { events: ["tally"], path: "socket.io/", auth: {} },
  ) {
    this.requested = new RequestedTally(
      (signal) => subscriber.request(signal),
      (answered) => subscriber.onState(answered ? "live" : "reconnecting"),
    );
  }

  /** Follows this poll and no other. */
  follow(poll: string): void {
    this.socket?.removeAllListeners();
    this.socket?.disconnect();
    const socket: Socket<ServerEvents, ClientEvents> = io(namespaceOf(poll), {
      path: new URL(this.channel.path, document.baseURI).pathname,
      auth: { ...this.channel.auth },
      // A WebSocket needs one request and no sticky sessions; polling works if a proxy blocks it.
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      timeout: connectTimeoutMs,
      reconnectionDelay: 250,
      reconnectionDelayMax: longestRetryMs,
      forceNew: true,
    });
    this.socket = socket;
    this.listen(socket);
    this.requested.start();
  }

  /** The page is visible again or the network is back: reconnects a lost connection at once. */
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
      this.requested.stop();
      subscriber.onConnect();
      subscriber.onFeed("live"); // unless the server reports otherwise
      subscriber.onState("live");
    });
    for (const event of this.channel.events) {
      socket.on(event, (tally: unknown) => {
        heard();
        subscriber.onTally(tally, event);
      });
    }
    socket.on("feed", (feed) => {
      const state = feedState(feed);
      if (state) {
        subscriber.onFeed(state);
      }
    });

    socket.on("disconnect", (reason) => {
      this.lost();
      if (reason === "io server disconnect") {
        // The client does not reconnect after this, but a draining server expects it to, with a random delay.
        setTimeout(() => socket.connect(), Math.random() * longestRetryMs);
      }
    });
    socket.on("connect_error", (error) => {
      if (error.message === "timeout") {
        socket.io.opts.transports = ["polling", "websocket"];
      }
      // Active: the server is unreachable, the client retries. Inactive: the server has no such poll.
      if (socket.active) {
        this.lost();
      } else {
        void this.handleUnknownPoll(socket);
      }
    });
  }

  private lost(): void {
    this.requested.start();
    if (!this.requested.isAnswered) {
      this.subscriber.onState("reconnecting");
    }
  }

  private async handleUnknownPoll(socket: Socket<ServerEvents, ClientEvents>): Promise<void> {
    if (!(await this.subscriber.onUnknownPoll()) && this.socket === socket) {
      this.requested.stop();
      this.subscriber.onState("unavailable");
      setTimeout(() => this.socket === socket && socket.connect(), retryUnknownPollMs * (0.5 + Math.random()));
    }
  }
}
