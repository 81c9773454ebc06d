// Writes files as one blob and a C++ table of views into it. The assembler includes the blob (assets.S), so that its bytes
// are not compiled.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gunzipSync } from "node:zlib";
import zopfli from "@gfx/zopfli";

const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

// About 3 % smaller than zlib; takes about a second.
async function zopfliGzip(bytes) {
  const zipped = await zopfli.gzipAsync(bytes, { numiterations: 15 });
  if (!gunzipSync(zipped).equals(bytes)) {
    throw new Error("The gzip file made by Zopfli does not decompress to its input.");
  }
  return zipped;
}

async function encodings({ bytes }) {
  const none = Buffer.alloc(0);
  const zipped = await zopfliGzip(bytes);
  const brotli = await promisify(brotliCompress)(bytes, brotliOptions);
  return {
    gzip: zipped.length < bytes.length ? zipped : none,
    brotli: brotli.length < bytes.length ? brotli : none,
  };
}

class Blob {
  parts = [];
  offsets = new Map();
  size = 0;

  // The C++ expression of a view of these bytes. Equal bytes are stored once.
  view(bytes) {
    if (bytes.length === 0) {
      return "{}";
    }
    const key = Buffer.from(bytes).toString("latin1");
    if (!this.offsets.has(key)) {
      this.offsets.set(key, this.size);
      this.parts.push(bytes);
      this.size += bytes.length;
    }
    return `view(${this.offsets.get(key)}, ${bytes.length})`;
  }
}

const quoted = (text) => JSON.stringify(text);

async function tableRow(file, blob) {
  const { gzip: zipped, brotli } = await encodings(file);
  return `      {.path = ${quoted(file.path)},
       .content_type = ${quoted(file.contentType)},
       .etag = ${quoted(file.etag)},
       .immutable = ${file.immutable},
       .bytes = ${blob.view(file.bytes)},
       .gzip = ${blob.view(zipped)},
       .brotli = ${blob.view(brotli)},
       .language = ${quoted(file.language)}},`;
}

// `groups` maps names of functions to the files that they return, `texts` to the translations that they return.
export async function embed(directory, { groups, texts }) {
  const blob = new Blob();
  const functions = [];
  for (const [name, files] of Object.entries(groups)) {
    const rows = [];
    for (const file of files) {
      rows.push(await tableRow(file, blob)); // sequentially, so that the blob is reproducible
    }
    functions.push(`std::span<const http::StaticFile> ${name}() {
  static const std::array<http::StaticFile, ${files.length}> files{{
${rows.join("\n")}
  }};
  return files;
}`);
  }
  for (const [name, translations] of Object.entries(texts)) {
    const rows = translations.map(({ language, bytes }) => `      {${quoted(language)}, ${blob.view(bytes)}},`);
    functions.push(`std::span<const http::Translated> ${name}() {
  static const std::array<http::Translated, ${rows.length}> translations{{
${rows.join("\n")}
  }};
  return translations;
}`);
  }

  await writeFile(path.join(directory, "assets.bin"), Buffer.concat(blob.parts));
  await writeFile(
    path.join(directory, "assets.cpp"),
    `// Made by libs/web/embed.mjs.
#include "web/assets.hpp"

#include <array>
#include <cstddef>

extern "C" const char pollux_web_assets[];

namespace pollux::web {

namespace {

std::string_view view(std::size_t offset, std::size_t size) {
  return {pollux_web_assets + offset, size};
}

}  // namespace

${functions.join("\n\n")}

}  // namespace pollux::web
`,
  );
}
