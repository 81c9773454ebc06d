// The lines of a log as docs/logs.md describes them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const document = readFileSync(new URL("../../docs/logs.md", import.meta.url), "utf8");

// The types of fields by name, from the tables of a section.
function fieldsOf(section) {
  const text = document.split(/^## /m).find((part) => part.startsWith(`${section}\n`));
  const rows = [...text.matchAll(/^\| (`[^|]+`) \| (string|integer|number) \| /gm)];
  return new Map(rows.flatMap(([, names, type]) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => [name, type])));
}

const fixed = fieldsOf("Fields of every line");
const others = fieldsOf("Other fields");
const levels = ["debug", "info", "warning", "error"];
const voterId = /\b[0-9a-f]{44}\b/;

const hasType = {
  string: (value) => typeof value === "string",
  integer: Number.isInteger,
  number: Number.isFinite,
};

// What is wrong with a line; undefined if nothing is.
function faultOf(line) {
  let entry;
  try {
    entry = JSON.parse(line);
  } catch {
    return "not JSON";
  }
  const names = Object.keys(entry);
  if (names.slice(0, fixed.size).join() !== [...fixed.keys()].join()) {
    return `does not begin with ${[...fixed.keys()].join(", ")}`;
  }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(entry.time)) {
    return "time is not RFC 3339 in UTC with milliseconds";
  }
  if (!levels.includes(entry.level)) {
    return `unknown level ${entry.level}`;
  }
  if (voterId.test(line)) {
    return "has a voter's id";
  }
  const wrong = names.find((name) => !hasType[fixed.get(name) ?? others.get(name)]?.(entry[name]));
  return wrong && `the field ${wrong} is not in docs/logs.md, or has another type there`;
}

// Fails for the first line that is not as documented.
export function assertLogLines(lines) {
  for (const line of lines) {
    const fault = faultOf(line);
    assert.equal(fault, undefined, `${fault}: ${line}`);
  }
}

// How often at most a warning that is repeated may have been written since that time of performance.now().
export function mostRepeats(since) {
  const periodMs = 10_000; // Log::repeat_period
  return 1 + Math.floor((performance.now() - since) / periodMs);
}
