import { components } from "../suite/release.mjs";
import { require, seconds } from "../suite/report.mjs";

const wantedSeconds = 60; // what is promised, with images present; printed, since a loaded machine is no fault of the chart's
const limitSeconds = Number(process.env.POLLUX_K8S_INSTALL_SECONDS ?? 240);

export const install = {
  name: "install",
  about: "helm install to all pods ready, and how long it took",
  async run(report, setting) {
    let startedAt;
    let tookMs;
    await report.attempt(`helm install, and every pod is ready within ${limitSeconds} s`, async () => {
      await setting.installed(async (release) => {
        startedAt = performance.now();
        await release.install();
        await release.settled(limitSeconds);
        tookMs = performance.now() - startedAt;
      });
      return `${seconds(tookMs)}; promised: ${wantedSeconds} s, ${tookMs <= wantedSeconds * 1000 ? "held" : "NOT held on this machine now"}`;
    });
    for (const component of components) {
      await report.attempt(`${component} was not restarted`, () => neverRestarted(setting.main, component));
    }
  },
};

async function neverRestarted(release, component) {
  const pods = await release.pods(component);
  const restarts = pods.flatMap(({ status }) => status.containerStatuses.map(({ restartCount }) => restartCount));
  require(restarts.length > 0, "it has no pods");
  require(
    restarts.every((count) => count === 0),
    `its containers were restarted ${restarts.join(", ")} times: ${await release.troubles(component)}`,
  );
}
