// Compares the answers that voters got with what is recorded, vote by vote.
import { accepted, describe, failed } from "./load.mjs";
import { require } from "./report.mjs";

// `counts` is what the load returned at its end, `before` the number of rows at its start. The suite itself adds a few votes.
export async function reportVerdict(report, { setting: { stores, site }, counts: { votes, voters }, before }) {
  await report.attempt("every accepted vote is in PostgreSQL", async () => {
    require(voters.length === accepted(votes) && voters.every(Boolean), `${voters.length} cookies for ${accepted(votes)} accepted votes`);
    await stores.emptyBacklog(120);
    const recorded = await stores.voters();
    const lost = voters.filter((voter) => !recorded.has(voter));
    require(lost.length === 0, `${lost.length} of ${voters.length} accepted votes are lost, such as that of ${lost[0]}`);
    return `${votes.sent} votes: ${describe(votes)}; the slowest answer ${Math.round(votes.slowestMs)} ms`;
  });
  await report.attempt("PostgreSQL has no other votes than those that were sent", async () => {
    const others = (await stores.rows()) - before - accepted(votes);
    const most = failed(votes) + suiteVotes;
    require(others <= most, `${others} rows are more than what was accepted, and only ${failed(votes)} votes failed`);
    return `${others} without a confirmation are recorded, too`;
  });
  await report.attempt("the result pages show what PostgreSQL has", async () =>
    site.showsWithin(30, { a: 0, b: 0, ...(await stores.recount()) }),
  );
}

const suiteVotes = 200; // cast while it waits until votes are counted again
