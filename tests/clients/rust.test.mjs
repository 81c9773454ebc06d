// rust_socketio: connects, receives results, and reconnects after a restart, over every transport that it supports.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Child } from "../system/child.mjs";
import { eventually } from "../system/eventually.mjs";
import { vote } from "../system/http.mjs";
import { Pollux, temporaryDirectory } from "../system/program.mjs";
import { programOf } from "../system/service.mjs";

const client = programOf("POLLUX_RUST_CLIENT");

// A client that follows the poll.
class Follower {
  #child;
  #seen = 0; // lines

  constructor(t, url, transport) {
    this.#child = new Child(client, [url, transport, "/polls/default"]);
    t.after(() => this.#child.end("SIGKILL"));
  }

  // Waits for the next tally with this total.
  shows(total) {
    return eventually(() => {
      const lines = this.#child.log;
      while (this.#seen < lines.length) {
        const line = lines[this.#seen++];
        const { name, values } = line.startsWith("{") ? JSON.parse(line) : {};
        if (name === "tally" && values[0].total === total) {
          return;
        }
      }
      assert.fail(`No tally with a total of ${total}.\n${lines.join("\n")}`);
    });
  }
}

for (const transport of ["polling", "websocket", "upgrade"]) {
  for (const [how, end] of [
    ["kill -9", (pollux) => pollux.kill()],
    ["SIGTERM", (pollux) => pollux.stop()],
  ]) {
    test(`${transport}: follows the results and reconnects after ${how}`, async (t) => {
      const directory = await temporaryDirectory(t);
      const first = await Pollux.start(t, { directory });
      const follower = new Follower(t, first.resultUrl, transport);
      await follower.shows(0);
      assert.equal((await vote(first, "a")).status, 200);
      await follower.shows(1);

      await end(first);
      const second = await Pollux.start(t, { directory, resultListen: new URL(first.resultUrl).host });
      await follower.shows(1);
      assert.equal((await vote(second, "b")).status, 200);
      await follower.shows(2);
    });
  }
}
