// The files of deploy/monitoring as they are, except for addresses and, for tests that cannot wait, durations.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const folder = fileURLToPath(new URL("../../deploy/monitoring/", import.meta.url));
const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

// The text of a file in which each [from, to] is replaced: `from` is a text or a pattern that must occur.
export async function deployed(name, replacements = []) {
  const text = await readFile(folder + name, "utf8");
  return replacements.reduce((changed, [from, to]) => {
    const result = changed.replaceAll(from, to);
    if (result === changed) {
      throw new Error(`deploy/monitoring/${name} has no ${from}.`);
    }
    return result;
  }, text);
}

// Every duration in the text, such as 5m, divided by the factor.
export function faster(text, factor) {
  return text.replace(
    /(?<![\w.])(\d+)(ms|s|m|h|d)(?!\w)/g,
    (_, number, unit) => `${Math.max(1, Math.round((number * milliseconds[unit]) / factor))}ms`,
  );
}

async function generated(...args) {
  const { stdout } = await execute("/usr/bin/python3", ["-B", `${folder}generate.py`, ...args]);
  return stdout;
}

// The rule file in which every duration is divided by the factor.
export function rules(factor) {
  return generated("rules", "--faster", String(factor));
}

// { dashboard, panel, expr } of every expression of every panel, with values for the dashboards' variables.
export async function panelExpressions() {
  return (await generated("expressions"))
    .split("\n")
    .filter((line) => line)
    .map((line) => JSON.parse(line));
}
