// What this machine has compiled already, for the builds of images: node objects.mjs CACHE_DIR HOST PORT
//
// Serves a cache of ccache, read-only, as the storage over HTTP that another ccache asks (layout "subdirs"): the entry
// that is asked for as /ab/cde… lies in the file a/b/cde…, or a level or two deeper, with one more letter for its kind.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";

const [cache, host, port] = process.argv.slice(2);

function placesOf(key) {
  return [2, 3, 4].flatMap((levels) =>
    ["R", "M"].map((kind) => path.join(cache, ...key.slice(0, levels), key.slice(levels) + kind)),
  );
}

async function entry(key) {
  for (const place of placesOf(key)) {
    try {
      return await readFile(place);
    } catch {
      // not there
    }
  }
}

createServer(async ({ method, url }, response) => {
  const key = url.replaceAll("/", "");
  const bytes = method === "GET" && /^[0-9a-v]{20,64}$/.test(key) && (await entry(key));
  response.writeHead(bytes ? 200 : 404).end(bytes || undefined);
}).listen(Number(port), host);
