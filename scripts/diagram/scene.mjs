import { inflateSync } from "node:zlib";

const signatureLength = 8;
const keyword = "application/vnd.excalidraw+json\0";

// The drawing that Excalidraw puts into its pictures: JSON, deflated, in a text chunk (PNG specification, 11.3.3.2).
export function drawingInside(png) {
  for (let at = signatureLength; at + 12 <= png.length; at += 12 + png.readUInt32BE(at)) {
    const content = png.toString("latin1", at + 8, at + 8 + png.readUInt32BE(at));
    if (png.toString("latin1", at + 4, at + 8) === "tEXt" && content.startsWith(keyword)) {
      const { encoded } = JSON.parse(content.slice(keyword.length));
      return JSON.parse(inflateSync(Buffer.from(encoded, "latin1")));
    }
  }
  throw new Error("There is no drawing of Excalidraw in this picture.");
}
