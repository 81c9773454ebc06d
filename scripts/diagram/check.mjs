// Fails if a picture was drawn from another drawing than the file: node check.mjs DRAWING.excalidraw PICTURE.png
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { drawingInside } from "./scene.mjs";

const [drawing, picture] = process.argv.slice(2);

if (!isDeepStrictEqual(JSON.parse(readFileSync(drawing, "utf8")), drawingInside(readFileSync(picture)))) {
  console.log(`${picture} is not the picture of ${drawing}: run ./dev diagram`);
  process.exitCode = 1;
}
