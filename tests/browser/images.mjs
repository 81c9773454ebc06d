// Images that browsers can draw, made here.
import { crc32, deflateSync } from "node:zlib";

const checksum =
  crc32 ??
  ((bytes) => {
    let sum = ~0;
    for (const byte of bytes) {
      sum ^= byte;
      for (let bit = 0; bit < 8; ++bit) {
        sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
      }
    }
    return ~sum >>> 0;
  });

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(checksum(named), 4);
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)]);
}

// A PNG in which `colorAt(x, y)` gives red, green, blue and opacity, each 0 to 255.
export function png(width, height, colorAt) {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const rows = [];
  for (let y = 0; y < height; ++y) {
    rows.push(0);
    for (let x = 0; x < width; ++x) {
      rows.push(...colorAt(x, y));
    }
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

// Three bars of ink on nothing, as a logo that is made for paper.
export const barsOnPaper = (width, height) =>
  png(width, height, (x) => (Math.floor((5 * x) / width) % 2 === 0 ? [20, 40, 90, 255] : [0, 0, 0, 0]));

// A photo, which compresses badly.
export const noise = (width, height) => {
  let state = 1;
  const next = () => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) >> 16 & 0xff;
  return png(width, height, () => [next(), next(), next(), 255]);
};
