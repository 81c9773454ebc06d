// The table of a bench: medians with their spread, beside what is to be held.

const sorted = (values) => [...values].sort((a, b) => a - b);
export const median = (values) => sorted(values)[Math.floor(values.length / 2)];

export const figure = (value, digits) => value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

// "81,204 (80,101 – 82,330)"
export function withSpread(values, digits = 0) {
  const order = sorted(values);
  return `${figure(median(values), digits)} (${figure(order[0], digits)} – ${figure(order.at(-1), digits)})`;
}

export function line(name, value = "", verdict = "") {
  console.log(`  ${name.padEnd(52)} ${value.padStart(28)}  ${verdict}`.trimEnd());
}

const verdict = (holds, bound) => `${holds ? "holds" : "FALLS SHORT"} (${bound})`;
export const atLeast = (values, bound) => verdict(median(values) >= bound, `at least ${bound}`);
export const atMost = (values, bound, unit = "") => verdict(median(values) <= bound, `at most ${bound} ${unit}`.trimEnd());

// `how` says in a sentence or two how it was measured.
export function heading({ command, commit, machine, loadBefore, rounds }, how) {
  console.log(`\n${command} at ${commit}`);
  console.log(`${machine.processor}, ${machine.cores} cores, Linux ${machine.kernel}, ${machine.system}; load average before: ${figure(loadBefore, 1)}`);
  console.log(how);
  console.log(`Median of ${rounds.length} interleaved rounds (least – greatest).\n`);
}
