// Builds the pages: node build.mjs DIRECTORY
//
// Bundles and minifies scripts and styles, names them by content hash, translates the pages, and writes the sources of the
// C++ library `web` to DIRECTORY (embed.mjs). Pages refer to their sources by relative paths, which are replaced by the
// final ones. These are relative too, so that a page works below any path of a proxy.
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { embed } from "./embed.mjs";
import { catalogueIn, languages, textsOf, translate } from "./translate.mjs";

const root = path.dirname(fileURLToPath(import.meta.url));

const contentTypes = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

function fingerprint(bytes) {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

function staticFile(servedPath, bytes, { immutable = false, language = "", extension } = {}) {
  return {
    path: servedPath,
    contentType: contentTypes[extension ?? path.extname(servedPath)],
    etag: `"${fingerprint(bytes)}"`,
    immutable,
    language,
    bytes,
  };
}

// Scripts contain only the texts in the language of their page.
const textsIn = (language) => ({
  name: "texts",
  setup({ onLoad }) {
    onLoad({ filter: /\/catalogue\.json$/ }, ({ path: catalogue }) => ({
      contents: JSON.stringify(catalogueIn(path.relative(root, path.dirname(catalogue)), language)),
      loader: "json",
    }));
  },
});

// Builds a script, style or image into files named by content hash: first the requested one, then those it loads later.
async function assets(source, language) {
  const entryPoint = path.join(root, source);
  const { outputFiles, metafile } = await build({
    entryPoints: [entryPoint],
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    absWorkingDir: root,
    outdir: path.join(root, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    format: "esm",
    target: ["es2020", "chrome87", "firefox78", "safari15"], // as in README.md
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } }, // smaller for browsers without class fields
    loader: { ".png": "copy", ".svg": "copy" },
    plugins: [textsIn(language)],
    define: { BUNDLED_LANGUAGE: JSON.stringify(language ?? languages[0]) },
    legalComments: "none",
    logLevel: "warning",
  });
  const isEntry = (file) =>
    metafile.outputs[path.relative(root, file.path)]?.entryPoint === source || outputFiles.length === 1;
  return outputFiles
    .sort((left, right) => Number(isEntry(right)) - Number(isEntry(left)))
    .map(({ path: made, contents }) =>
      staticFile(`/assets/${path.basename(made)}`, contents, { immutable: true }),
    );
}

// A page in one language, and its assets. `leading` is put before their paths.
async function pageIn(language, source, leading) {
  const files = [];
  let text = await readFile(path.join(root, source), "utf8");
  for (const [, attribute, reference] of text.matchAll(/(href|src)="([^":{]+\.(?:css|png|svg|ts))"/g)) {
    const made = await assets(path.posix.join(path.dirname(source), reference), language);
    files.push(...made);
    text = text.replace(`${attribute}="${reference}"`, `${attribute}="${leading}${made[0].path.slice(1)}"`);
  }
  return { language, bytes: Buffer.from(translate(text.replace(/^\s+/gm, ""), language), "utf8"), files };
}

// A page in every language, and their assets. `root` is the path to the root of the site; a variable for pages that are
// served at several addresses.
async function page(source, { root: leading = "" } = {}) {
  const translations = await Promise.all(languages.map((language) => pageIn(language, source, leading)));
  return { translations, assets: translations.flatMap(({ files }) => files) };
}

// By path: pages share images, languages share styles.
const unique = (files) => [...new Map(files.map((file) => [file.path, file])).values()];

// The client from npm for other pages, at the usual address of Socket.IO servers. Without the reference to its source map,
// which is not served.
async function socketIoClient() {
  const dist = path.join(root, "node_modules", "socket.io-client", "dist");
  const script = await readFile(path.join(dist, "socket.io.min.js"), "utf8");
  const bytes = Buffer.from(script.replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n"), "utf8");
  return staticFile("/socket.io/socket.io.js", bytes);
}

const picture = (size) => readFile(path.join(root, "shared", `icon-${size}.png`));

// For clients that request it without reading a page: a PNG in an ICO container.
async function favicon() {
  const png = await picture("32");
  const head = Buffer.from([0, 0, 1, 0, 1, 0, 32, 32, 0, 0, 1, 0, 32, 0, 0, 0, 0, 0, 22, 0, 0, 0]);
  head.writeUInt32LE(png.length, 14);
  return Buffer.concat([head, png]);
}

const [directory] = process.argv.slice(2);
if (!directory) {
  console.error("usage: node build.mjs DIRECTORY");
  process.exit(2);
}
await mkdir(directory, { recursive: true });

const vote = await page("vote/page.mustache");
const result = await page("result/page.mustache");
const poll = await page("poll/page.mustache", { root: "../" });
const join = await page("join/page.mustache", { root: "{{root}}" });
const pollResult = await page("result/poll.mustache", { root: "../" });
const error = await page("error/page.mustache", { root: "{{root}}" });
const ofVoters = [vote, poll, join, error].flatMap(({ assets: files }) => files);
const ofViewers = [result, pollResult, error].flatMap(({ assets: files }) => files);
const admin = await page("admin/page.html");
const icons = [staticFile("/icon-512.png", await picture("512")), staticFile("/favicon.ico", await favicon())];
const adminPages = admin.translations.map(({ language, bytes }) =>
  staticFile("/", bytes, { language, extension: ".html" }),
);
const robots = staticFile("/robots.txt", Buffer.from("User-agent: *\nAllow: /\n"));
const noRobots = staticFile("/robots.txt", Buffer.from("User-agent: *\nDisallow: /\n"));

await embed(directory, {
  groups: {
    vote_files: [robots, ...icons, ...unique(ofVoters)],
    admin_files: [noRobots, ...icons, ...adminPages, ...unique(admin.assets)],
    result_files: [robots, ...icons, await socketIoClient(), ...unique(ofViewers)],
  },
  texts: {
    vote_page_template: vote.translations,
    poll_page_template: poll.translations,
    join_page_template: join.translations,
    result_page_template: result.translations,
    poll_result_page_template: pollResult.translations,
    error_page_template: error.translations,
    error_texts: languages.map((language) => ({ language, bytes: Buffer.from(textsOf("error", language), "utf8") })),
  },
});
