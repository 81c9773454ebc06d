// Requests that are rejected, and what is compared of the responses: status, body, content type, whether the connection
// closes, and the effect on the session.
//
// Not compared, because our server differs on purpose (see libs/engineio/README.md): Cache-Control (ours is also on
// errors), the content type of a rejected upgrade and of a POST's "ok" (text/html in the reference), the close code of a
// WebSocket (none in the reference), and Content-Length in place of chunks.
import { Wire, frameOf, requestText, upgradeFields } from "./wire.mjs";

const polling = "EIO=4&transport=polling";
const webSocket = "EIO=4&transport=websocket";

async function exchange({ url, path }, method, query, options = {}) {
  const wire = new Wire(url);
  wire.send(requestText(method, `${path}?${query}`, options));
  const answer = await wire.answer({ head: method === "HEAD" });
  return { wire, answer };
}

const bodyFor = (method) => (["POST", "PUT", "PATCH"].includes(method) ? { body: "4x" } : {});
const withoutSid = (text) => text.replace(/"sid":"[^"]+"/, '"sid":"…"');

async function ask(server, method, query, options) {
  const { wire, answer } = await exchange(server, method, query, options);
  wire.close();
  const { status, body, fields } = answer;
  return { status, body: withoutSid(body), type: status === 200 && body === "ok" ? "any" : fields["content-type"] };
}

async function openByPolling(server) {
  const { wire, answer } = await exchange(server, "GET", polling);
  wire.close();
  return JSON.parse(answer.body.slice(1)).sid;
}

function openWebSocket(server, query, fields = {}) {
  return exchange(server, "GET", query, { fields: { ...upgradeFields(), ...fields } });
}

// The next frame that is not a ping.
async function nextFrame(wire) {
  for (;;) {
    const frame = await wire.frame();
    if (frame !== "2") {
      return frame?.close ? "closed" : frame;
    }
  }
}

// The outcome of an upgrade, and of frames sent on it.
async function askToUpgrade(server, query, { fields, frames = [] } = {}) {
  const { wire, answer } = await openWebSocket(server, query, fields);
  try {
    if (answer.status !== 101) {
      return { status: answer.status, body: answer.body, connection: answer.fields.connection };
    }
    const seen = { status: 101, frames: [] };
    const first = await nextFrame(wire);
    seen.frames.push(typeof first === "string" ? withoutSid(first) : first);
    for (const frame of first === "closed" ? [] : frames) {
      wire.send(frame);
      seen.frames.push(await nextFrame(wire));
    }
    return seen;
  } finally {
    wire.close();
  }
}

// A session with a probed WebSocket: { sid, wire }.
async function upgrading(server) {
  const sid = await openByPolling(server);
  const { wire } = await openWebSocket(server, `${webSocket}&sid=${sid}`);
  wire.send(frameOf("2probe"));
  if ((await wire.frame()) !== "3probe") {
    throw new Error("The probe was not answered.");
  }
  return { sid, wire };
}

// The result of `what` on an upgraded session, and the ping that follows on its WebSocket.
async function onUpgraded(server, what) {
  const { sid, wire } = await upgrading(server);
  wire.send(frameOf("5"));
  if ((await wire.frame()) !== "2") {
    throw new Error("No ping on the WebSocket.");
  }
  wire.send(frameOf("3"));
  const seen = await what(sid);
  const then = await wire.frame();
  wire.close();
  return { seen, then };
}

// The responses to a POST and to the next GET: a ping if the session is open.
async function post(server, body, fields = {}) {
  const query = `${polling}&sid=${await openByPolling(server)}`;
  return [await ask(server, "POST", query, { body, fields }), await ask(server, "GET", query)];
}

const onSession = (method, query, options) => async (server) =>
  ask(server, method, `${query}&sid=${await openByPolling(server)}`, options);

const tooLarge = `4${"x".repeat(1_000_000)}`;
const rejected = (code, message, status = 400) => ({
  status,
  body: JSON.stringify({ code, message }),
  type: "application/json",
});
const opened = (upgrades, timeout = 5000) =>
  `0{"sid":"…","upgrades":${upgrades},"pingInterval":300,"pingTimeout":${timeout},"maxPayload":1000000}`;
const openedByPolling = { status: 200, body: opened('["websocket"]'), type: "text/plain; charset=UTF-8" };
const unknownSession = rejected(1, "Session ID unknown");
const ok = { status: 200, body: "ok", type: "any" };
const bare = (status) => ({ status, body: "", type: undefined });
const alive = { status: 200, body: "2", type: "text/plain; charset=UTF-8" };

const strict = "A protocol violation ends the session, and the response to its POST says so.";
const once = "A repeated parameter is ambiguous: a proxy and a server may read it differently.";
const sameSite = "CORS does not protect WebSocket; pages of other sites are rejected unless Options allow them.";

const handshakes = [
  ...["transport=polling", "EIO=abc&transport=polling", "EIO=3&transport=polling", "EIO=04&transport=polling"].map(
    (query) => ({ name: `opening with ?${query}`, ask: (server) => ask(server, "GET", query) }),
  ),
  ...["", "abc", "POLLING", "webtransport", "__proto__", "polling&transport=abc"].map((transport) => ({
    name: `opening with the transport '${transport}'`,
    ask: (server) => ask(server, "GET", `EIO=4&transport=${transport}`),
  })),
  { name: "opening without a transport", ask: (server) => ask(server, "GET", "EIO=4") },
  ...["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"].map((method) => ({
    name: `opening with ${method}`,
    ask: (server) => ask(server, method, polling, bodyFor(method)),
  })),
  { name: "opening a WebSocket without an upgrade", ask: (server) => ask(server, "GET", webSocket) },
  { name: "opening with an empty session id", ask: (server) => ask(server, "GET", `${polling}&sid=`) },
  {
    name: "opening with two transports",
    ask: (server) => ask(server, "GET", "EIO=4&transport=abc&transport=polling"),
    exception: { why: once, reference: openedByPolling, ours: rejected(0, "Transport unknown") },
  },
  {
    name: "opening with two versions",
    ask: (server) => ask(server, "GET", "EIO=3&EIO=4&transport=polling"),
    exception: { why: once, reference: openedByPolling, ours: rejected(5, "Unsupported protocol version") },
  },
  {
    name: "opening with a broken percent escape",
    ask: (server) => ask(server, "GET", `${polling}&t=%zz`),
    exception: { why: "The query is invalid.", reference: openedByPolling, ours: rejected(3, "Bad request") },
  },
  {
    name: "opening from a page of another site",
    ask: (server) => ask(server, "GET", polling, { fields: { Origin: "http://evil.example" } }),
    exception: { why: sameSite, reference: openedByPolling, ours: rejected(4, "Forbidden", 403) },
  },
  {
    name: "opening with a control character in the Origin",
    ask: async (server) => {
      const { wire, answer } = await exchange(server, "GET", polling, { fields: { Origin: "http://e\x01" } });
      wire.close();
      return { status: answer.status, connection: answer.fields.connection };
    },
  },
  {
    name: "a path below",
    ask: async ({ url, path }) => (await ask({ url, path: `${path}x` }, "GET", polling)).status,
    exception: { why: "There is one path; the reference accepts every path below it.", reference: 200, ours: 404 },
  },
  {
    name: "the path without its slash",
    ask: async ({ url, path }) => (await ask({ url, path: path.slice(0, -1) }, "GET", polling)).status,
  },
];

const sessions = [
  ...["GET", "POST", "PUT", "HEAD"].map((method) => ({
    name: `${method} with an unknown session id`,
    ask: (server) => ask(server, method, `${polling}&sid=abc`, bodyFor(method)),
  })),
  ...["__proto__", "constructor", "a&sid=b"].map((sid) => ({
    name: `GET with the session id ${sid}`,
    ask: (server) => ask(server, "GET", `${polling}&sid=${sid}`),
  })),
  {
    name: "an unknown session id of a WebSocket without an upgrade",
    ask: (server) => ask(server, "GET", `${webSocket}&sid=abc`),
  },
  { name: "GET with another transport than the session's", ask: onSession("GET", webSocket) },
  { name: "POST with another transport than the session's", ask: onSession("POST", webSocket, { body: "4x" }) },
  { name: "GET with another version than the session's", ask: onSession("GET", "EIO=3&transport=polling") },
  ...["PUT", "DELETE", "OPTIONS", "PATCH"].map((method) => ({
    name: `${method} to a session`,
    ask: onSession(method, polling, bodyFor(method)),
    exception: {
      why: "500 would mean a fault of the server.",
      reference: bare(500),
      ours: rejected(2, "Bad handshake method"),
    },
  })),
  ...["GET", "POST"].map((method) => ({
    name: `${method} to an upgraded session`,
    ask: (server) =>
      onUpgraded(server, (sid) => ask(server, method, `${polling}&sid=${sid}`, bodyFor(method))),
  })),
];

const upgrades = [
  {
    name: "a second WebSocket of an upgraded session (E25, S16)",
    ask: (server) => onUpgraded(server, (sid) => askToUpgrade(server, `${webSocket}&sid=${sid}`)),
  },
  {
    name: "a second WebSocket while the first is probed",
    ask: async (server) => {
      const { sid, wire } = await upgrading(server);
      const seen = await askToUpgrade(server, `${webSocket}&sid=${sid}`);
      wire.send(frameOf("5"));
      const then = await wire.frame();
      wire.close();
      return { seen, then };
    },
  },
  {
    name: "a second WebSocket of a session that began with one",
    ask: async (server) => {
      const { wire } = await openWebSocket(server, webSocket);
      const { sid } = JSON.parse((await wire.frame()).slice(1));
      const other = await openWebSocket(server, `${webSocket}&sid=${sid}`);
      other.wire.send(frameOf("2probe"));
      const seen = await nextFrame(other.wire);
      other.wire.close();
      wire.close();
      return seen;
    },
    exception: {
      why: "There is nothing to upgrade; the reference would switch to the other WebSocket.",
      reference: "3probe",
      ours: "closed",
    },
  },
  { name: "an upgrade of polling", ask: (server) => askToUpgrade(server, polling) },
  {
    name: "an upgrade of polling with a session id",
    ask: async (server) => askToUpgrade(server, `${polling}&sid=${await openByPolling(server)}`),
  },
  ...["transport=abc", "EIO=4", `${webSocket}&sid=abc`].map((query) => ({
    name: `an upgrade with ?${query}`,
    ask: (server) => askToUpgrade(server, query),
  })),
  {
    name: "an upgrade with another version than the session's",
    ask: async (server) => askToUpgrade(server, `EIO=3&transport=websocket&sid=${await openByPolling(server)}`),
  },
  ...["EIO=3&transport=websocket", "transport=websocket"].map((query) => ({
    name: `a WebSocket with ?${query}`,
    ask: async (server) => {
      const { wire, answer } = await openWebSocket(server, query);
      wire.close();
      return answer.status;
    },
    exception: { why: "The reference answers 101 and then 400 within the WebSocket.", reference: 101, ours: 400 },
  })),
  {
    name: "a WebSocket by POST",
    ask: async (server) => {
      const { wire, answer } = await exchange(server, "POST", webSocket, { fields: upgradeFields(), body: "" });
      wire.close();
      return { status: answer.status, body: answer.body, connection: answer.fields.connection };
    },
  },
  {
    name: "a WebSocket with a bad key",
    ask: async (server) =>
      (await askToUpgrade(server, webSocket, { fields: { "Sec-WebSocket-Key": "abc" } })).status,
  },
  {
    name: "a WebSocket from a page of another site",
    ask: (server) => askToUpgrade(server, webSocket, { fields: { Origin: "http://evil.example" } }),
    exception: {
      why: sameSite,
      reference: { status: 101, frames: [opened("[]")] },
      ours: { status: 400, body: "Forbidden", connection: "close" },
    },
  },
];

const bodies = [
  {
    name: "a body of one byte too much",
    ask: async (server) => {
      const query = `${polling}&sid=${await openByPolling(server)}`;
      const large = await ask(server, "POST", query, { body: tooLarge });
      return [large, await ask(server, "POST", query, { body: "3" }), await ask(server, "GET", query)];
    },
  },
  {
    name: "a chunked body of one byte too much",
    ask: (server) => post(server, `F4241\r\n${tooLarge}\r\n0\r\n\r\n`, { "Transfer-Encoding": "chunked" }),
  },
  {
    name: "a body of one byte too much to an unknown session",
    ask: (server) => ask(server, "POST", `${polling}&sid=abc`, { body: tooLarge }),
    exception: {
      why: "The size is checked first, so that no large body is read for an unknown session.",
      reference: unknownSession,
      ours: bare(413),
    },
  },
  { name: "a body of protocol 3", ask: (server) => post(server, "4x", { "Content-Type": "application/octet-stream" }) },
  {
    name: "a poll beside a poll",
    ask: async (server) => {
      const query = `${polling}&sid=${await openByPolling(server)}`;
      const first = new Wire(server.url);
      first.send(requestText("GET", `${server.path}?${query}`));
      const second = new Wire(server.url);
      await ask(server, "GET", "EIO=4&transport=none");
      second.send(requestText("GET", `${server.path}?${query}`));
      const answers = [await first.answer(), await second.answer()].map(({ status, body }) => ({ status, body }));
      first.close();
      second.close();
      return [...answers, await ask(server, "GET", query)];
    },
  },
  ...["3", "6", "1"].map((body) => ({ name: `POST ${body}`, ask: (server) => post(server, body) })),
  ...["abc", "", "2", "9", "\x1e3", "3\x1eabc"].map((body) => ({
    name: `POST ${JSON.stringify(body)}`,
    ask: (server) => post(server, body),
    exception: {
      why: strict,
      reference: [ok, unknownSession],
      ours: [rejected(3, "Bad request"), unknownSession],
    },
  })),
  ...["0{}", "5"].map((body) => ({
    name: `POST ${body}`,
    ask: (server) => post(server, body),
    exception: { why: strict, reference: [ok, alive], ours: [rejected(3, "Bad request"), unknownSession] },
  })),
];

const frames = [
  ...["abc", "", "2", "9", "1"].map((packet) => ({
    name: `the frame ${JSON.stringify(packet)}`,
    ask: (server) => askToUpgrade(server, webSocket, { frames: [frameOf(packet)] }),
  })),
  {
    name: "bytes as base64 in a text frame",
    only: "/engine.io/",
    ask: (server) => askToUpgrade(server, webSocket, { frames: [frameOf("bAAECAwQ=")] }),
  },
  {
    name: "bytes for a client that forces base64",
    only: "/engine.io/",
    ask: (server) => askToUpgrade(server, `${webSocket}&b64=1`, { frames: ["bAAECAwQ=", [1, 2, 3]].map((bytes) =>
      frameOf(bytes, typeof bytes === "string" ? 1 : 2)) }),
  },
  {
    name: "broken base64 in a text frame",
    only: "/engine.io/",
    ask: (server) => askToUpgrade(server, webSocket, { frames: [frameOf("b!!!")] }),
    exception: {
      why: strict,
      reference: { status: 101, frames: [opened("[]"), Buffer.alloc(0)] },
      ours: { status: 101, frames: [opened("[]"), "closed"] },
    },
  },
];

export const cases = [...handshakes, ...sessions, ...upgrades, ...bodies, ...frames];
