// Pods that end without warning, again and again, under load.
import { Random } from "../../chaos/random.mjs";
import { Node } from "../suite/node.mjs";
import { require, requireEqual } from "../suite/report.mjs";
import { components } from "../suite/release.mjs";
import { reportVerdict } from "../suite/verdict.mjs";
import { votesPerSecond } from "./rolling.mjs";

const duration = Number(process.env.POLLUX_K8S_CHAOS_SECONDS ?? 60) * 1000;
const pauseMs = 3000;

export const kills = {
  name: "kills",
  about: `a random pod gets SIGKILL every ${pauseMs / 1000} s under ${votesPerSecond} votes/s: every accepted vote is recorded`,
  onDemand: true,
  async run(report, setting) {
    const node = new Node();
    await setting.installed();
    const { main } = setting;
    const seed = Number(process.env.POLLUX_K8S_SEED ?? Date.now() % 1_000_000);
    try {
      // As in production: what Redis has answered is on its disk.
      await main.install({ redis: { appendfsync: "always" } });
      await main.settled(180);
      await killAll(report, { setting, node, seed });
    } finally {
      await main.install();
      await main.settled(180);
    }
  },
};

async function killAll(report, { setting, node, seed }) {
  const { main, site, stores } = setting;
  const before = await stores.rows();
  const killed = Object.fromEntries(components.map((component) => [component, 0]));
  const load = await setting.load({ votesPerSecond });
  await report.attempt(`pods are killed for ${duration / 1000} s, and all recover (POLLUX_K8S_SEED=${seed} repeats the order)`, async () => {
    const random = new Random(seed);
    let due = [];
    for (const end = Date.now() + duration; Date.now() < end;) {
      due = due.length > 0 ? due : [...components];
      const [component] = due.splice(random.below(due.length), 1);
      const pods = (await main.pods(component)).filter(({ status }) => status.phase === "Running");
      if (pods.length > 0) {
        await kill(main, node, random.pick(pods));
        killed[component] += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    await load.phase("afterwards");
    await main.settled(120);
    await site.aVoteIsCounted(60);
    return Object.entries(killed)
      .map(([component, times]) => `${component} ${times}`)
      .join(", ");
  });
  const counts = await load.stop();
  await report.attempt("every component was killed", () =>
    requireEqual(components.filter((component) => killed[component] === 0), [], "those that were not"),
  );
  await reportVerdict(report, { setting, counts, before });
  await report.attempt("each 503 has Retry-After", () => requireEqual(counts.votes.withoutRetryAfter, 0, "the number without"));
}

// Another pod takes its place: Kubernetes would wait longer and longer before it starts the same one again.
async function kill(release, node, pod) {
  await node.kill(pod).catch((error) => require(/had no processes/.test(error.message), error.message));
  await release.deletePod(pod.metadata.name, { graceSeconds: 0 });
}
