// Builds the pages: node build.mjs DIRECTORY
//
// Bundles and minifies scripts and styles, names them after their content, and writes into DIRECTORY what the
// C++ library `web` is made of (embed.mjs). Pages refer to their sources by relative paths, which become the
// final ones.
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { embed } from "./embed.mjs";

const root = path.dirname(fileURLToPath(import.meta.url));

const contentTypes = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

function fingerprint(bytes) {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

function staticFile(servedPath, bytes, { immutable = false, extension = path.extname(servedPath) } = {}) {
  return {
    path: servedPath,
    contentType: contentTypes[extension],
    etag: `"${fingerprint(bytes)}"`,
    immutable,
    bytes,
  };
}

// A script, style or picture, as a file whose name changes with its content.
async function asset(source) {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, source)],
    bundle: true,
    minify: true,
    write: false,
    outdir: root,
    format: "esm",
    target: ["es2022", "chrome109", "firefox115", "safari16"],
    loader: { ".svg": "copy" },
    legalComments: "none",
    logLevel: "warning",
  });
  const bytes = outputFiles[0].contents;
  const { name, ext } = path.parse(source);
  const extension = ext === ".ts" ? ".js" : ext;
  return staticFile(`/assets/${name}-${fingerprint(bytes)}${extension}`, bytes, { immutable: true });
}

// A page and the assets that it names.
async function page(source) {
  const assets = new Map();
  let text = await readFile(path.join(root, source), "utf8");
  for (const [, attribute, reference] of text.matchAll(/(href|src)="([^"/{#:][^":{]*)"/g)) {
    const made = await asset(path.posix.join(path.dirname(source), reference));
    assets.set(made.path, made);
    text = text.replace(`${attribute}="${reference}"`, `${attribute}="${made.path}"`);
  }
  const bytes = Buffer.from(text.replace(/^\s+/gm, ""), "utf8");
  return { bytes, assets: [...assets.values()] };
}

// The client that npm publishes for pages that bring no build of their own, at the address where Socket.IO servers
// offer it. Without the pointer to its source map, which is not served.
async function socketIoClient() {
  const dist = path.join(root, "node_modules", "socket.io-client", "dist");
  const script = await readFile(path.join(dist, "socket.io.min.js"), "utf8");
  const bytes = Buffer.from(script.replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n"), "utf8");
  return staticFile("/socket.io/socket.io.js", bytes);
}

const [directory] = process.argv.slice(2);
if (!directory) {
  console.error("usage: node build.mjs DIRECTORY");
  process.exit(2);
}
await mkdir(directory, { recursive: true });

const vote = await page("vote/page.mustache");
const result = await page("result/page.html");
const index = staticFile("/", result.bytes, { extension: ".html" });
const robots = staticFile("/robots.txt", Buffer.from("User-agent: *\nAllow: /\n"));

await embed(directory, {
  groups: {
    vote_files: [robots, ...vote.assets],
    result_files: [index, { ...index, path: "/index.html" }, robots, await socketIoClient(), ...result.assets],
  },
  texts: { vote_page_template: vote.bytes },
});
