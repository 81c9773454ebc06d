// A TCP gate before a server: clients connect to it, and it makes the faults of a network. All connections are affected.
//
//   delay      each piece of data arrives `delay` ms later
//   stalls     one in `stalls` pieces, and all that follow it, arrive 200 to 400 ms late: what TCP makes of a lost packet,
//              its retransmission timeout
//   hold()     nothing is forwarded, in either direction: a cable was pulled; connections stay open. release() ends it
//   halve()    the server's data is no longer forwarded on the connections that exist: half-open; release() closes them
//   cut()      all connections are reset
//   truncate() the next piece on each connection is cut in the middle, and the connection is reset
//   corrupt()  one bit of the next piece from the server is flipped on each connection
//   close()    connections are reset, new ones are rejected; open() ends it
import { once } from "node:events";
import net from "node:net";

const shortestStallMs = 200;
const longestStallMs = 400;

// One direction of a connection: pieces in their order, each at its time.
class Pipe {
  #queue = [];
  #timer;
  #last = 0;

  constructor(gate, link, from, to, fromServer) {
    Object.assign(this, { gate, link, from, to, fromServer });
    from.on("data", (piece) => this.#take(piece));
    from.on("end", () => this.#push({ end: true }));
  }

  #take(piece) {
    const { gate } = this;
    if (this.fromServer && this.link.corrupted) {
      this.link.corrupted = false;
      piece[gate.random.below(piece.length)] ^= 1 << gate.random.below(8);
      gate.made.corrupted += 1;
    }
    if (this.link.truncated) {
      gate.made.truncated += 1;
      this.to.write(piece.subarray(0, Math.floor(piece.length / 2)), () => this.link.reset());
      return;
    }
    this.#push({ piece });
  }

  #push(what) {
    const { gate } = this;
    let due = performance.now() + gate.delay;
    if (gate.stalls > 0 && gate.random.below(gate.stalls) === 0) {
      due += gate.random.between(shortestStallMs, longestStallMs);
      gate.made.stalled += 1;
    }
    this.#last = Math.max(this.#last, due);
    this.#queue.push({ ...what, due: this.#last });
    this.flush();
  }

  flush() {
    clearTimeout(this.#timer);
    if (this.gate.held || (this.fromServer && this.link.halved)) {
      return;
    }
    while (this.#queue.length > 0) {
      const [{ piece, end, due }] = this.#queue;
      const wait = due - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.flush(), wait);
        return;
      }
      this.#queue.shift();
      if (end) {
        this.to.end();
      } else if (!this.to.write(piece) && !this.from.isPaused()) {
        this.from.pause();
        this.to.once("drain", () => this.from.resume());
      }
    }
  }

  stop() {
    clearTimeout(this.#timer);
  }
}

class Link {
  constructor(gate, client) {
    this.client = client;
    this.server = net.connect({ ...gate.target(), noDelay: true, allowHalfOpen: true });
    this.pipes = [new Pipe(gate, this, client, this.server, false), new Pipe(gate, this, this.server, client, true)];
    for (const socket of [this.client, this.server]) {
      socket.on("error", () => this.reset());
      socket.on("close", () => this.server.destroyed && this.client.destroyed && gate.links.delete(this));
    }
  }

  flush() {
    this.pipes.forEach((pipe) => pipe.flush());
  }

  reset() {
    this.pipes.forEach((pipe) => pipe.stop());
    for (const socket of [this.client, this.server]) {
      socket.resetAndDestroy();
    }
  }
}

export class Gate {
  delay = 0;
  stalls = 0;
  held = false;
  links = new Set();
  made = { stalled: 0, truncated: 0, corrupted: 0 }; // faults that reached data
  #listener;

  // `target()` is { port, host } of the server at present.
  static async start(scope, target, random) {
    const gate = new Gate();
    Object.assign(gate, { target, random });
    await gate.open();
    scope.after(() => gate.close());
    return gate;
  }

  async open() {
    this.#listener = net.createServer({ noDelay: true, allowHalfOpen: true }, (client) =>
      this.links.add(new Link(this, client)),
    );
    this.#listener.listen(this.port ?? 0, "127.0.0.1");
    await once(this.#listener, "listening");
    this.port = this.#listener.address().port;
  }

  async close() {
    const closed = this.#listener.listening && once(this.#listener, "close");
    this.#listener.close();
    this.cut();
    await closed;
  }

  hold() {
    this.held = true;
  }

  halve() {
    this.links.forEach((link) => (link.halved = true));
  }

  release() {
    this.held = false;
    this.links.forEach((link) => (link.halved ? link.reset() : link.flush()));
  }

  cut() {
    this.links.forEach((link) => link.reset());
  }

  truncate() {
    this.links.forEach((link) => (link.truncated = true));
  }

  corrupt() {
    this.links.forEach((link) => (link.corrupted = true));
  }
}
