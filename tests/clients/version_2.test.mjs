// Client 2 speaks an older protocol, which is not offered: its user gets an error, nobody else notices.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { io } from "socket.io-client";
import io2 from "socket.io-client-v2";
import { request } from "../system/http.mjs";
import { Events } from "../system/events.mjs";
import { startFixture } from "./server.mjs";

let server;
let url;
before(async () => ({ url } = server = await startFixture()));
after(() => server?.stop());

for (const transports of [["polling", "websocket"], ["polling"], ["websocket"]]) {
  test(`client 2 over ${transports.join(" and ")} is refused`, async (t) => {
    const socket = io2(url, { transports, forceNew: true, reconnection: false });
    t.after(() => socket.close());
    const happened = new Events();
    socket.on("connect", () => happened.keep("connect"));
    socket.on("connect_error", ({ message }) => happened.keep("refused", message));
    const error = transports[0] === "polling" ? "xhr poll error" : "websocket error";
    assert.deepEqual(await happened.next(), { name: "refused", values: [error] });

    const other = io(url, { forceNew: true, reconnection: false });
    t.after(() => other.disconnect());
    other.on("auth", () => happened.keep("served"));
    assert.equal((await happened.next()).name, "served");
  });
}

test("the answer to protocol 3 says what is wrong", async () => {
  const { status, body } = await request(`${url}/socket.io/?EIO=3&transport=polling`);
  assert.equal(status, 400);
  assert.equal(body.toString(), '{"code":5,"message":"Unsupported protocol version"}');
});
