import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const reader = readFileSync(createRequire(import.meta.url).resolve("jsqr"), "utf8");

// The text of the QR code in a part of a page, read from a screenshot like a phone does. Undefined if it is unreadable.
export async function readQr(page, part) {
  const picture = await part.screenshot();
  const bench = await page.context().newPage(); // the page itself lets no other script in
  try {
    await bench.evaluate(reader);
    return await bench.evaluate(async (url) => {
      const bitmap = await createImageBitmap(await (await fetch(url)).blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      canvas.drawImage(bitmap, 0, 0);
      const { data, width, height } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
      return window.jsQR(data, width, height)?.data;
    }, `data:image/png;base64,${picture.toString("base64")}`);
  } finally {
    await bench.close();
  }
}
