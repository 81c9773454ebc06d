import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const everyRule = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
const rulesOfColour = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

// Asserts that axe-core finds no violation in the current page, light and dark. `seen` is called in each colour scheme.
export async function assertAccessible(page, state, seen) {
  await page.evaluate(axe);
  for (const [colorScheme, rules] of Object.entries({ light: everyRule, dark: rulesOfColour })) {
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
