import { once } from "node:events";
import net from "node:net";

// A free loopback port. Another program may take it before it is used: try again then.
export async function freePort() {
  const holder = net.createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address();
  holder.close();
  await once(holder, "close");
  return port;
}

// What `start(port)` gives, tried on several ports.
export async function onFreePort(start) {
  for (let attempt = 1; ; ++attempt) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === 5) {
        throw error;
      }
    }
  }
}
