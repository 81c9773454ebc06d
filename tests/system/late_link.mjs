// A connection to a server on 127.0.0.1 whose answers arrive late, as over a distance; what is on its way is lost when
// it is cut.
import { once } from "node:events";
import net from "node:net";

export class LateLink {
  #listener;
  #ends = new Set();

  // To `port`; what comes from there is `delayMs` late.
  static async to(port, delayMs) {
    const link = new LateLink();
    link.#listener = net.createServer((near) => link.#join(near, port, delayMs)).listen(0, "127.0.0.1");
    await once(link.#listener, "listening");
    link.port = link.#listener.address().port;
    return link;
  }

  #join(near, port, delayMs) {
    const far = net.connect(port, "127.0.0.1");
    for (const end of [near, far]) {
      this.#ends.add(end);
      end.setNoDelay(true);
      end.on("error", () => undefined);
      end.on("close", () => {
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => setTimeout(() => near.destroyed || near.write(bytes), delayMs));
  }

  cut() {
    this.#listener.close();
    this.#ends.forEach((end) => end.destroy());
  }
}
