// A keep-alive connection for one HTTP request after the other. It does less than node:http, so that one thread sends
// thousands of votes a second beside everything else, and it knows whether a request may have reached the server.
import net from "node:net";

const endOfHead = Buffer.from("\r\n\r\n");

export class Connection {
  #socket;
  #received = Buffer.alloc(0);
  #waiting;
  #connected = false;

  // To a URL such as http://127.0.0.1:8080.
  constructor(url) {
    this.url = url;
    const { hostname, port } = new URL(url);
    this.host = `${hostname}:${port}`;
    this.#socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on("connect", () => (this.#connected = true));
    this.#socket.on("data", (data) => this.#receive(data));
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("close", () => this.#fail(new Error("The connection was closed.")));
  }

  get usable() {
    return !this.#socket.destroyed && this.#socket.readyState !== "readOnly";
  }

  // The response: { status, cookie, retryAfter }. An error has the member `sent`: whether the request may have arrived.
  request({ method = "GET", cookie, body = "", timeoutMs }) {
    const fields = [
      `${method} / HTTP/1.1`,
      `Host: ${this.host}`,
      ...(cookie ? [`Cookie: ${cookie}`] : []),
      ...(body ? ["Content-Type: application/x-www-form-urlencoded", `Content-Length: ${body.length}`] : []),
    ];
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#fail(new Error(`No response within ${timeoutMs} ms.`));
        this.close();
      }, timeoutMs);
      this.#waiting = { resolve, reject, timer };
      this.#socket.write(`${fields.join("\r\n")}\r\n\r\n${body}`);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #receive(data) {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data]);
    const end = this.#received.indexOf(endOfHead);
    if (end < 0 || !this.#waiting) {
      return;
    }
    const head = this.#received.subarray(0, end).toString("latin1");
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + endOfHead.length + length) {
      return;
    }
    this.#received = this.#received.subarray(end + endOfHead.length + length);
    const { resolve, timer } = this.#waiting;
    this.#waiting = undefined;
    clearTimeout(timer);
    if (/^connection: close$/im.test(head)) {
      this.close();
    }
    resolve({
      status: Number(head.slice(9, 12)),
      cookie: /^set-cookie: (voter_id=[^;]+)/im.exec(head)?.[1],
      retryAfter: /^retry-after: (\d+)$/im.exec(head)?.[1],
    });
  }

  #fail(error) {
    if (this.#waiting) {
      const { reject, timer } = this.#waiting;
      this.#waiting = undefined;
      clearTimeout(timer);
      reject(Object.assign(error, { sent: this.#connected }));
    }
    this.#socket.destroy();
  }
}
