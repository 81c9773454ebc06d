import { require, seconds, within } from "../suite/report.mjs";
import { components } from "../suite/release.mjs";
import { isReady } from "../suite/cluster.mjs";

const limitSeconds = 60;

export const healing = {
  name: "healing",
  about: "each component's pod is killed, and votes go through again",
  async run(report, setting) {
    await setting.installed();
    for (const component of components) {
      await report.attempt(`${component} recovers within ${limitSeconds} s after its pod is killed`, () => heals(setting, component));
    }
  },
};

// Without a grace period: its processes get SIGKILL.
async function heals({ main, site }, component) {
  const { metadata } = await main.pod(component);
  const startedAt = performance.now();
  await main.deletePod(metadata.name, { graceSeconds: 0 });
  await within(limitSeconds, async () => {
    const pods = await main.pods(component);
    const wanted = (await main.workload(component)).spec.replicas;
    require(!pods.some((pod) => pod.metadata.uid === metadata.uid), "the killed pod is still there");
    require(pods.filter(isReady).length === wanted, `${pods.filter(isReady).length} of ${wanted} pods are ready`);
  });
  await site.aVoteIsCounted(limitSeconds - (performance.now() - startedAt) / 1000);
  return seconds(performance.now() - startedAt);
}
