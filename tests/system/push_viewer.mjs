import { io } from "socket.io-client";
import { Events } from "./events.mjs";

// A client that follows the results: every event from its first moment on, in its order.
export class Viewer extends Events {
  constructor(t, url, options = {}) {
    super();
    this.socket = io(url, { transports: ["websocket"], forceNew: true, reconnection: false, ...options });
    t.after(() => this.socket.disconnect());
    this.socket.onAny((name, ...values) => this.keep(name, ...values));
    this.socket.on("connect_error", (error) => this.keep("connect_error", error.message));
    this.socket.on("disconnect", (reason) => this.keep("disconnect", reason));
  }
}

export function showsTotal(total) {
  return ({ name, values }) => name === "tally" && values[0].total === total;
}
