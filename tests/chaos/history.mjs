// What voters did and what they were answered, to be compared with what is recorded (checker.mjs).
//
// An operation is one vote: its option, when it began and ended (ms since 1970), and its outcome:
//
//   accepted   answered with 200: it counts, unless the same voter voted later
//   rejected   answered with 503: usually it does not count; it may, if the queue received it and did not answer in time
//   unknown    no answer: it counts or not
//   unsent     there was no connection: it does not count
//   pending    not over yet
export const outcomes = ["accepted", "rejected", "unknown", "unsent"];

export class History {
  voters = new Map(); // voter → operations in their order, of which one at most is pending
  counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0]));

  add(voter) {
    this.voters.set(voter, []);
  }

  begin(voter, option) {
    const operation = { option, start: Date.now(), end: undefined, outcome: "pending" };
    this.voters.get(voter).push(operation);
    return operation;
  }

  end(operation, outcome) {
    operation.end = Date.now();
    operation.outcome = outcome;
    this.counts[outcome] += 1;
  }

  // What was known of it at the time `from`; a vote that was under way then, or began until `to`, may count or not.
  during(from, to) {
    const earlier = new History();
    for (const [voter, operations] of this.voters) {
      const begun = operations.filter(({ start }) => start <= to);
      const unsure = (operation) => operation.outcome === "accepted" && operation.end > from;
      earlier.voters.set(
        voter,
        begun.map((operation) => (unsure(operation) ? { ...operation, outcome: "unknown" } : operation)),
      );
    }
    return earlier;
  }

  // As text, one voter a line: a failed run is kept with it.
  lines() {
    return [...this.voters]
      .filter(([, operations]) => operations.length > 0)
      .map(([voter, operations]) => JSON.stringify({ voter, operations }));
  }
}
