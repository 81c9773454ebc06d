// Decides whether what is recorded can be the result of a history.
//
// Of each voter the last accepted vote counts, or a later one whose outcome the voter does not know. A vote that was
// rejected or not answered may also be delayed and count after an accepted one that began later: its version shows that.
// Options differ from one vote of a voter to the next (load.mjs), so that each row can be attributed to its vote.
const clockSlackMs = 1000; // versions have the time of Redis, which it reads less often than we do

const mayCount = ({ outcome }) => outcome !== "unsent";

// Can the row be this vote of the voter?
function isOf(row, operation, last, versionsAreTimes) {
  if (operation.option !== row.option || !mayCount(operation)) {
    return false;
  }
  if (operation.outcome === "accepted" && operation !== last) {
    return false; // replaced
  }
  if (!versionsAreTimes) {
    return true;
  }
  const earliest = Math.max(operation.start, last?.start ?? 0);
  const latest = operation.outcome === "accepted" ? operation.end : Infinity;
  return row.time >= earliest - clockSlackMs && row.time <= latest + clockSlackMs;
}

// What is wrong with a voter's row (undefined if there is none), or undefined: { kind, about }.
function faultOfVoter(voter, operations, row, versionsAreTimes) {
  const last = operations.findLast(({ outcome }) => outcome === "accepted");
  const fault = (kind, about) => ({ kind, voter, about, last, row });
  if (!row) {
    return last && fault("lost", "an accepted vote is not recorded");
  }
  if (operations.some((operation) => isOf(row, operation, last, versionsAreTimes))) {
    return undefined;
  }
  const earlier = operations.some(
    (operation) => operation !== last && operation.outcome === "accepted" && operation.option === row.option,
  );
  return last && (earlier || row.time < last.start - clockSlackMs)
    ? fault("lost", "an earlier vote than the last accepted one is recorded")
    : fault("wrong", "a vote is recorded that was not cast, or not then");
}

export function countsOf(rows) {
  const counts = {};
  for (const { option } of rows) {
    counts[option] = (counts[option] ?? 0) + 1;
  }
  return counts;
}

const present = (tally) => Object.fromEntries(Object.entries(tally).filter(([, count]) => count !== 0));

// How two tallies differ, as text; empty if they are the same.
function difference(left, right) {
  const options = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return options
    .filter((option) => (left[option] ?? 0) !== (right[option] ?? 0))
    .map((option) => `${option}: ${left[option] ?? 0} and ${right[option] ?? 0}`)
    .join(", ");
}

// The faults, none if all is well. `rows` are { voter, option, time } of the recorded votes; `tally` is { option: count } as
// stored, `shown` as viewers see it. `others` is { option: count } of accepted votes whose voters the history does not have.
export function findFaults(history, { rows, tally, shown, others = {}, versionsAreTimes = true }) {
  const faults = [];
  const byVoter = new Map();
  const strangers = [];
  for (const row of rows) {
    if (byVoter.has(row.voter)) {
      faults.push({ kind: "double", voter: row.voter, about: "a voter has two rows", row });
    }
    byVoter.set(row.voter, row);
    if (!history.voters.has(row.voter)) {
      strangers.push(row);
    }
  }
  for (const [voter, operations] of history.voters) {
    const fault = faultOfVoter(voter, operations, byVoter.get(voter), versionsAreTimes);
    if (fault) {
      faults.push(fault);
    }
  }
  const compare = (kind, about, left, right) => {
    const differing = difference(present(left), present(right));
    if (differing) {
      faults.push({ kind, about: `${about} (${differing})` });
    }
  };
  compare("strangers", "recorded votes of other voters are not those that were accepted", countsOf(strangers), others);
  compare("tally", "the tally differs from the recorded votes", tally, countsOf(rows));
  compare("shown", "viewers see another tally than the recorded votes", shown, countsOf(rows));
  return faults;
}
