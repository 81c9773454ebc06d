// HTTP and WebSocket byte by byte, for requests that no client library sends and details that it would hide.
import { randomBytes } from "node:crypto";
import net from "node:net";

const deadlineMs = 60_000;

// A connection to 127.0.0.1.
export class Wire {
  #socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #wake = () => undefined;

  constructor(url) {
    this.#socket = net.connect(Number(new URL(url).port), "127.0.0.1");
    this.#socket.on("data", (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    this.#socket.on("error", () => undefined); // its close follows
    this.#socket.on("close", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  send(bytes) {
    this.#socket.write(bytes, "latin1");
  }

  close() {
    this.#socket.destroy();
  }

  // Waits until `take` can parse the received bytes: [value, number of bytes used]. Null if the connection ended
  // first.
  async #take(take) {
    const deadline = Date.now() + deadlineMs;
    for (;;) {
      const taken = take(this.#received);
      if (taken) {
        this.#received = this.#received.subarray(taken[1]);
        return taken[0];
      }
      if (this.#ended) {
        return null;
      }
      const left = deadline - Date.now();
      if (left <= 0) {
        throw new Error(`No answer in time. Received: ${JSON.stringify(this.#received.toString("latin1"))}`);
      }
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => (clearTimeout(timer), resolve());
      });
    }
  }

  // { status, fields (names in lower case), body }, or null.
  answer({ head = false } = {}) {
    return this.#take((bytes) => parseAnswer(bytes, head));
  }

  // "text", Buffer, { close: code } or null.
  frame() {
    return this.#take(parseFrame);
  }

  async ends() {
    await this.#take(() => null);
    return true;
  }
}

function parseAnswer(bytes, isHead) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) {
    return undefined;
  }
  const [line, ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const fields = Object.fromEntries(
    lines.map((each) => [each.slice(0, each.indexOf(":")).toLowerCase(), each.slice(each.indexOf(":") + 1).trim()]),
  );
  const status = Number(line.split(" ")[1]);
  const answer = { status, fields, body: "" };
  const start = end + 4;
  if (isHead || status === 101 || status === 204) {
    return [answer, start];
  }
  if (fields["transfer-encoding"] === "chunked") {
    const last = bytes.indexOf("0\r\n\r\n", start);
    if (last < 0) {
      return undefined;
    }
    answer.body = bytes.subarray(start, last).toString().replace(/(^|\r\n)[0-9a-f]+\r\n/g, "").trimEnd();
    return [answer, last + 5];
  }
  const length = Number(fields["content-length"] ?? 0);
  if (bytes.length < start + length) {
    return undefined;
  }
  answer.body = bytes.subarray(start, start + length).toString();
  return [answer, start + length];
}

function parseFrame(bytes) {
  if (bytes.length < 2) {
    return undefined;
  }
  const short = bytes[1] & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) {
    return undefined;
  }
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < start + length) {
    return undefined;
  }
  const payload = Buffer.from(bytes.subarray(start, start + length));
  switch (bytes[0] & 0x0f) {
    case 1:
      return [payload.toString(), start + length];
    case 8:
      return [{ close: length >= 2 ? payload.readUInt16BE(0) : 1005 }, start + length];
    default:
      return [payload, start + length];
  }
}

// The text of a request. `fields` are an object; a body gets its length.
export function requestText(method, target, { fields = {}, body } = {}) {
  const all = { Host: "example", ...fields };
  if (body !== undefined && !("Content-Length" in all) && !("Transfer-Encoding" in all)) {
    all["Content-Length"] = Buffer.byteLength(body);
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`;
}

export function upgradeFields() {
  return {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
  };
}

// A frame as clients send it, masked with zeros.
export function frameOf(payload, opcode = 1) {
  const bytes = Buffer.from(payload);
  if (bytes.length > 125) {
    throw new Error("Frames longer than 125 bytes are not supported.");
  }
  const head = Buffer.from([0x80 | opcode, 0x80 | bytes.length, 0, 0, 0, 0]);
  return Buffer.concat([head, bytes]).toString("latin1");
}
