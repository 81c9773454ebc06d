// A vote service accepts connections of voters only when it can queue their votes.
import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { after, test } from "node:test";
import { programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { freePort } from "./free_port.mjs";
import { request, vote } from "./http.mjs";
import { RedisServer } from "./redis_server.mjs";
import { Service } from "./service.mjs";

const redis = await RedisServer.start({ after });

// Relays connections to Redis. Those of the queue, which begin with the names of its streams, get no answer until
// release().
class SlowForTheQueue {
  held = [];
  #released = false;

  static async start(t) {
    const relay = new SlowForTheQueue();
    const sockets = [];
    const server = net.createServer((client) => {
      const upstream = net.connect(redis.port, "127.0.0.1");
      sockets.push(client, upstream);
      client.on("data", (bytes) => relay.#relay(client, upstream, bytes));
      upstream.pipe(client);
      for (const [socket, other] of [
        [client, upstream],
        [upstream, client],
      ]) {
        socket.on("error", () => other.destroy());
        socket.on("close", () => other.destroy());
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    relay.url = `redis://127.0.0.1:${server.address().port}`;
    t.after(() => {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    });
    return relay;
  }

  #relay(client, upstream, bytes) {
    if (this.#released || !bytes.includes("pollux:streams")) {
      upstream.write(bytes);
      return;
    }
    client.pause();
    this.held.push(() => {
      upstream.write(bytes);
      client.resume();
    });
  }

  release() {
    this.#released = true;
    this.held.forEach((send) => send());
  }
}

async function anotherPort(than) {
  const port = await freePort();
  return port === than ? anotherPort(than) : port;
}

// The promise of the running service, and its addresses.
async function launch(t, relay, startWait) {
  const page = await freePort();
  const management = await anotherPort(page);
  const listen = ["--listen", `127.0.0.1:${page}`, "--management-listen", `127.0.0.1:${management}`];
  const launched = Service.launch(t, programs.vote, [...listen, "--start-wait", startWait], {
    env: { REDIS_URL: relay.url },
  });
  launched.catch(() => {}); // awaited later
  return { launched, voteUrl: `http://127.0.0.1:${page}`, managementUrl: `http://127.0.0.1:${management}` };
}

async function readiness({ managementUrl }) {
  const { status, body } = await request(`${managementUrl}/readyz`);
  return `${status} ${body}`;
}

test("a vote service answers for its health, but not to voters, before its queue is connected", async (t) => {
  const relay = await SlowForTheQueue.start(t);
  const starting = await launch(t, relay, "5m");
  await eventually(async () => {
    assert.ok(relay.held.length > 0, "the queue connects");
    assert.match(await readiness(starting), /^503 not ready\n[^]*^queue: Redis /m);
  });
  assert.equal((await request(`${starting.managementUrl}/livez`)).status, 200);
  await assert.rejects(request(starting.voteUrl), { code: "ECONNREFUSED" });
  relay.release();
  const service = await starting.launched;
  assert.equal((await vote(service, "a")).status, 200, "the first vote, at once");
  assert.match(await readiness(service), /^200 /);
});

test("a vote service whose queue is not connected after the start wait serves the page and says so", async (t) => {
  const relay = await SlowForTheQueue.start(t);
  const { launched } = await launch(t, relay, "0ms");
  const service = await launched;
  assert.equal((await request(service.voteUrl)).status, 200);
  assert.equal((await vote(service, "a")).status, 503);
  assert.match(await readiness(service), /^503 not ready\n[^]*^queue: Redis /m);
  const said = service.log.map((line) => JSON.parse(line)).find(({ message }) => message.includes("cannot be queued"));
  assert.equal(said.level, "warning");
  relay.release();
  await service.ready();
  assert.equal((await vote(service, "a")).status, 200);
});
