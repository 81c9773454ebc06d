// Draws a file of Excalidraw as a picture that holds the drawing itself, so that Excalidraw opens either of them.
// The file is written, too, in the form that this version of Excalidraw gives it: node draw.mjs DRAWING.excalidraw PICTURE.png
import { readFile, writeFile } from "node:fs/promises";
import { launchBrowser } from "../../tests/system/browser.mjs";
import { drawingInside } from "./scene.mjs";

const [drawing, picture] = process.argv.slice(2);
const library = new URL("node_modules/@excalidraw/utils/dist/prod/index.js", import.meta.url);
const origin = "http://drawing.invalid";

// In the page. Excalidraw needs a canvas, and `process` because it was built for bundlers.
async function draw({ elements, appState, files }) {
  window.process = { env: {} };
  const { exportToBlob } = await import("/excalidraw.js");
  const blob = await exportToBlob({
    data: { elements, appState: { ...appState, exportBackground: true, exportEmbedScene: true }, files },
    config: { padding: 20, scale: 1.5, mimeType: "image/png" },
  });
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

const browser = await launchBrowser();
try {
  const page = await browser.newPage();
  // A page of a made-up site, because modules are not loaded from files.
  await page.route(`${origin}/`, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  await page.route(`${origin}/excalidraw.js`, async (route) =>
    route.fulfill({ contentType: "text/javascript", body: await readFile(library) }),
  );
  await page.goto(`${origin}/`);
  const png = Buffer.from(await page.evaluate(draw, JSON.parse(await readFile(drawing, "utf8"))), "base64");
  await writeFile(picture, png);
  await writeFile(drawing, `${JSON.stringify(drawingInside(png), null, 2)}\n`);
} finally {
  await browser.close();
}
