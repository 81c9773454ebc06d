// Dynamic namespaces: the reference implementation and the fixture server send the same packets.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { clients, open, startFixture } from "./clients.mjs";
import { startReference } from "./reference.mjs";
import { Wire, frameOf, requestText, upgradeFields } from "./wire.mjs";

const servers = {};
before(async () => {
  servers.reference = await startReference();
  servers.ours = await startFixture();
});
after(async () => {
  await servers.reference?.stop();
  await servers.ours?.stop();
});

const withoutSid = (text) => text.replace(/"sid":"[^"]+"/, '"sid":"…"');

// A client that sends and receives packets as they are. Answers pings.
class Packets {
  #wire;

  static async open({ url }) {
    const packets = new Packets();
    packets.#wire = new Wire(url);
    const target = "/socket.io/?EIO=4&transport=websocket";
    packets.#wire.send(requestText("GET", target, { fields: upgradeFields() }));
    assert.equal((await packets.#wire.answer()).status, 101);
    await packets.next(); // the handshake of Engine.IO
    return packets;
  }

  send(packet) {
    this.#wire.send(frameOf(packet));
  }

  async next() {
    for (;;) {
      const frame = await this.#wire.frame();
      if (frame !== "2") {
        return typeof frame === "string" ? withoutSid(frame) : frame;
      }
      this.send("3");
    }
  }

  async ask(packet) {
    this.send(packet);
    return this.next();
  }

  // What the server sends for a CONNECT that is accepted.
  async join(packet) {
    return [await this.ask(packet), await this.next()];
  }

  // When it returns, the server has read all packets before.
  async settle() {
    return this.ask('42["message"]');
  }

  close() {
    this.#wire.close();
  }
}

// Runs a scenario, with as many clients as it has parameters, on both servers.
async function compare(scenario) {
  const outcomes = await Promise.all(
    [servers.reference, servers.ours].map(async (server) => {
      const packets = await Promise.all(Array.from({ length: scenario.length }, () => Packets.open(server)));
      await Promise.all(packets.map((each) => each.join("40")));
      const outcome = await scenario(...packets);
      packets.forEach((each) => each.close());
      return outcome;
    }),
  );
  assert.deepEqual(outcomes[1], outcomes[0]);
  return outcomes[0];
}

describe("dynamic namespaces", () => {
  test("by a regular expression", async () => {
    const [joined, , refused, bare] = await compare(async (client) => [
      ...(await client.join('40/numbered/17,{"a":1}')),
      await client.ask("40/numbered/x,"),
      await client.ask("40/numbered/,"),
    ]);
    assert.equal(joined, '40/numbered/17,{"sid":"…"}');
    assert.equal(refused, '44/numbered/x,{"message":"Invalid namespace"}');
    assert.equal(bare, '44/numbered/,{"message":"Invalid namespace"}');
  });

  test("by a function of the name and of the auth data", async () => {
    await compare(async (client) => [
      await client.ask("40/rooms/blue,"),
      await client.ask('40/rooms/blue,{"lock":1}'),
      await client.ask('40/cellar/blue,{"key":1}'),
      ...(await client.join('40/rooms/blue,{"key":1}')),
      await client.ask("40/nowhere,"),
      await client.settle(),
    ]);
  });

  test("the function is not asked again while the namespace has sockets", async () => {
    const [, , without] = await compare(async (first, second) => [
      ...(await first.join('40/rooms/red,{"key":1}')),
      ...(await second.join("40/rooms/red,")),
    ]);
    assert.equal(without, '40/rooms/red,{"sid":"…"}');
  });

  test("an empty namespace is removed, after its last client has left or is gone", async () => {
    const outcome = await compare(async (first, second, third) => {
      await first.join('40/rooms/green,{"key":1}');
      await second.join("40/rooms/green,");
      first.send("41/rooms/green,");
      await first.settle();
      const shared = await third.join("40/rooms/green,");
      for (const client of [second, third]) {
        client.send("41/rooms/green,");
        await client.settle();
      }
      return [...shared, await first.ask("40/rooms/green,"), ...(await first.join('40/rooms/green,{"key":2}'))];
    });
    assert.equal(outcome[2], '44/rooms/green,{"message":"Invalid namespace"}');
  });
});

for (const client of clients.filter(({ name }) => name.startsWith("client 4"))) {
  for (const name of ["reference", "ours"]) {
    test(`${client.name} is rejected, and can try again (${name})`, async (t) => {
      const { url } = servers[name];
      const refused = open(t, client, `${url}/rooms/yellow`);
      assert.deepEqual(await refused.happened.next(), { name: "connect_error", values: ["Invalid namespace"] });
      assert.equal(refused.active, false);
      refused.auth = { key: 1 };
      refused.connect();
      assert.equal((await refused.happened.next()).name, "connect");
      assert.deepEqual(await refused.happened.next(), { name: "auth", values: [{ key: 1 }] });
    });
  }
}
