// Packets between pods that get lost without notice, as with a broken switch, under load.
import { accepted, describe, requireAllAccepted } from "../suite/load.mjs";
import { Node } from "../suite/node.mjs";
import { require, requireEqual, seconds, within } from "../suite/report.mjs";
import { reportVerdict } from "../suite/verdict.mjs";
import { votesPerSecond } from "./rolling.mjs";

const cutMs = 8000;
const slowestMs = 5000;

// Which connections, and whether voters may notice: with Redis away, votes are refused.
const faults = [
  { name: "vote and Redis", between: ["vote", "redis"], refuses: true },
  { name: "workers and Redis", between: ["worker", "redis"] },
  { name: "workers and PostgreSQL", between: ["worker", "postgres"] },
  { name: "result and PostgreSQL", between: ["result", "postgres"] },
];

export const cuts = {
  name: "cuts",
  about: `the network between two components loses everything for ${cutMs / 1000} s under ${votesPerSecond} votes/s`,
  onDemand: true,
  async run(report, setting) {
    const node = new Node();
    await setting.installed();
    const { stores } = setting;
    await stores.emptyBacklog(30);
    const before = await stores.rows();
    const load = await setting.load({ votesPerSecond });
    for (const fault of faults) {
      await report.attempt(`${fault.name}: cut, and votes are counted within 30 s of its end`, () =>
        cut(setting, { node, load, fault }),
      );
    }
    const counts = await load.stop();
    for (const { name, refuses } of faults) {
      const { votes, reads } = counts.phases[name] ?? { votes: { sent: 0 }, reads: { sent: 0 } };
      await (refuses
        ? report.attempt(`${name}: votes get 503 with Retry-After, none waits for ${seconds(slowestMs)}`, () => refusesInTime(votes))
        : report.attempt(`${name}: every vote is accepted`, () => requireAllAccepted(votes)));
      await report.attempt(`${name}: every result page is served`, () => requireAllAccepted(reads, "readings"));
    }
    await reportVerdict(report, { setting, counts, before });
  },
};

async function cut({ main, site, stores }, { node, load, fault: { name, between } }) {
  const [pods, others] = await Promise.all(between.map((component) => main.pods(component)));
  await load.phase(name);
  let lost;
  await node.cut(pods, others);
  try {
    await new Promise((resolve) => setTimeout(resolve, cutMs));
  } finally {
    lost = await node.heal();
  }
  const healedAt = performance.now();
  await load.phase("between");
  require(lost > 0, "no packet was lost: the cut hit nothing");
  await within(30, () => site.aVoteIsCounted(1));
  await within(30, async () => require((await stores.backlog()).lag < votesPerSecond, "votes still wait"));
  return `${lost} packets lost, ${seconds(performance.now() - healedAt)} until a vote was counted and none waited`;
}

function refusesInTime(votes) {
  const refused = votes.statuses[503] ?? 0;
  requireEqual(accepted(votes) + refused, votes.sent, `${describe(votes)}: the number answered 200 or 503`);
  require(refused > 0, "none was refused: the cut hit nothing");
  requireEqual(votes.withoutRetryAfter, 0, "the number of 503 without Retry-After");
  require(votes.slowestMs < slowestMs, `the slowest answer took ${Math.round(votes.slowestMs)} ms`);
  return `${describe(votes)}, the slowest answer ${Math.round(votes.slowestMs)} ms`;
}
