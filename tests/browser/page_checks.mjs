// Checks of a page by libraries in it: accessibility by axe-core, and QR codes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = (module) => readFileSync(createRequire(import.meta.url).resolve(module), "utf8");
const axe = source("axe-core/axe.min.js");
const qrReader = source("jsqr");
const everyRule = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
const rulesOfColor = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

// Asserts that axe-core finds no violation in the current page, light and dark. `seen` is called in each color scheme.
export async function assertAccessible(page, state, seen) {
  await page.evaluate(axe);
  for (const [colorScheme, rules] of Object.entries({ light: everyRule, dark: rulesOfColor })) {
    await page.emulateMedia({ colorScheme });
    await assertNoViolation(page, rules, `${state}-${colorScheme}`);
    await seen(colorScheme);
  }
}

async function assertNoViolation(page, runOnly, state) {
  const violations = await page.evaluate(
    (only) => window.axe.run(document, { runOnly: only }).then((result) => result.violations),
    runOnly,
  );
  const faults = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target}\n${failureSummary}`),
  );
  assert.deepEqual(faults, [], state);
}

// The text of the QR code in a part of a page, read from a screenshot like a phone does. Undefined if it is unreadable.
export async function readQr(page, part) {
  const picture = await part.screenshot();
  const bench = await page.context().newPage(); // the content security policy of the page blocks other scripts
  try {
    await bench.evaluate(qrReader);
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
