// The table of a bench: medians with their spread, beside what is to be held.

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => sorted(values)[Math.floor(values.length / 2)];

const figure = (value, digits) => value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

// "81,204 (80,101 – 82,330)"
function withSpread(values, digits = 0) {
  const order = sorted(values);
  return `${figure(median(values), digits)} (${figure(order[0], digits)} – ${figure(order.at(-1), digits)})`;
}

function line(name, value, judged = "") {
  console.log(`  ${name.padEnd(44)} ${value.padStart(28)}  ${judged}`.trimEnd());
}

const verdict = (holds, bound) => `${holds ? "holds" : "FALLS SHORT"} (${bound})`;
const atLeast = (values, bound) => verdict(median(values) >= bound, `at least ${bound}`);
const atMost = (values, bound, unit) => verdict(median(values) <= bound, `at most ${bound} ${unit}`);

export function printReport({ command, commit, machine, clients, seconds, rounds }) {
  const of = (pick) => rounds.map(pick);
  console.log(`\n${command} at ${commit}`);
  console.log(`${machine.processor}, ${machine.cores} cores, Linux ${machine.kernel}, ${machine.system}`);
  console.log(`${clients} keep-alive clients in a closed loop, ${seconds} s a run; server and clients share the cores.`);
  console.log(`Median of ${rounds.length} interleaved rounds (least – greatest).\n`);

  line("nginx, POST, return 200, answers/s", withSpread(of((r) => r.empty.perSecond)));
  line("nginx, GET, page file of the same size, /s", withSpread(of((r) => r.page.perSecond)));
  line("pollux, POST, every vote on disk, votes/s", withSpread(of((r) => r.votes.perSecond)));
  // Ratios within a round, so that what disturbs the machine disturbs both sides.
  const toPage = of((r) => r.votes.perSecond / r.page.perSecond);
  line("pollux / nginx page file", withSpread(toPage, 2), atLeast(toPage, 0.7));
  line("pollux / nginx return 200", withSpread(of((r) => r.votes.perSecond / r.empty.perSecond), 2));
  line("processor time a vote, µs", withSpread(of((r) => r.votes.microsecondsPerAnswer), 1));
  line("processor time a page of nginx, µs", withSpread(of((r) => r.page.microsecondsPerAnswer), 1));
  line("making 4 KiB durable on this disk, ms", withSpread(of((r) => r.diskMilliseconds), 2));
  const ready = of((r) => r.readyMilliseconds);
  line("start to ready, ms", withSpread(ready), atMost(ready, 200, "ms"));
  const idle = of((r) => r.idleMegabytes);
  line("memory when idle, MB", withSpread(idle, 1), atMost(idle, 20, "MB"));
  line("memory after the load, MB", withSpread(of((r) => r.loadedMegabytes), 1));
  console.log("\nEvery acknowledged vote was found in the tally.");
}
