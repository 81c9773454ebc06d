import { readFile } from "node:fs/promises";
import { requireAllAccepted } from "../suite/load.mjs";
import { chart } from "../suite/release.mjs";
import { require, requireEqual, seconds } from "../suite/report.mjs";
import { reportTotals, votesPerSecond } from "./rolling.mjs";

const services = ["vote", "result", "worker"];

export const upgrade = {
  name: "upgrade",
  about: `helm upgrade to other images, values and a migration Job, and helm rollback, under ${votesPerSecond} votes/s`,
  async run(report, setting) {
    await setting.installed();
    const { main, site, stores } = setting;
    const version = /^appVersion: *"?([^"\s]+)/m.exec(await readFile(`${chart}/Chart.yaml`, "utf8"))[1];
    const voter = {};
    await site.vote("a", voter);
    await stores.emptyBacklog(30);
    const rowsBefore = await stores.rows();
    const load = await setting.load({ votesPerSecond });
    await load.phase("upgrade");
    await report.attempt("helm upgrade replaces the pods of vote, result and worker by pods with the new images", () =>
      replaced(setting, `${version}-next`, () => main.install(next(`${version}-next`))),
    );
    await load.phase("rollback");
    await report.attempt("helm rollback restores the previous ones", () =>
      replaced(setting, version, () => main.helm("rollback", main.name)),
    );
    const counts = await load.stop();
    for (const phase of ["upgrade", "rollback"]) {
      await report.attempt(`${phase}: every vote is accepted`, () => requireAllAccepted(counts.phases[phase].votes));
      await report.attempt(`${phase}: every result page is served`, () =>
        requireAllAccepted(counts.phases[phase].reads, "readings"),
      );
    }
    await reportTotals(report, { setting, counts, rowsBefore });
    await report.attempt("a voter from before the upgrade is still the same voter", async () => {
      const rows = await stores.rows();
      await site.vote("b", voter);
      await stores.emptyBacklog(20);
      requireEqual(await stores.rows(), rows, "the number of rows");
    });
  },
};

function next(tag) {
  const values = Object.fromEntries(services.map((service) => [service, { image: { tag }, podAnnotations: { suite: "next" } }]));
  return { ...values, migration: { enabled: true }, logLevel: "warning" };
}

async function replaced({ main }, tag, change) {
  const startedAt = performance.now();
  await change();
  await main.settled(180);
  for (const service of services) {
    const pods = await main.pods(service);
    const images = pods.map(({ spec }) => spec.containers[0].image);
    require(images.length > 0 && images.every((image) => image.endsWith(`:${tag}`)), `${service} runs ${images.join(", ")}`);
  }
  return seconds(performance.now() - startedAt);
}
