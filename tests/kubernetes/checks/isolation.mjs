import { voterOf } from "../../system/http.mjs";
import { singlePods } from "../suite/release.mjs";
import { require, requireEqual } from "../suite/report.mjs";
import { secondNamespace } from "../suite/setting.mjs";
import { Stores } from "../suite/stores.mjs";

const hosts = { voteHost: "vote.second.local", resultHost: "result.second.local" };
const options = ["Tea", "Coffee"];

export const isolation = {
  name: "isolation",
  about: "a second release of the same name in another namespace: neither has the other's votes or passwords",
  beside: true,
  async run(report, setting) {
    await setting.installed();
    const values = { options, ...singlePods };
    const second = setting.release({ name: setting.main.name, namespace: secondNamespace, hosts, values });
    await setting.namespace(secondNamespace);
    await report.attempt("a second release of the same name starts in its own namespace", async () => {
      await second.install();
      await second.settled(180);
    });
    await neitherSees(report, { setting, second });
    await report.attempt("their generated passwords are different", () => differ(setting.main, second));
    await report.attempt("helm test passes in it", async () => {
      await second.helm("test", second.name, "--timeout", "90s");
    });
    await report.attempt("helm uninstall of the second does not change the first", async () => {
      await second.helm("uninstall", second.name);
      for (const component of ["vote", "result", "worker", "redis", "postgres"]) {
        await setting.main.workload(component);
      }
    });
  },
};

async function neitherSees(report, { setting, second }) {
  const site = setting.siteOf(hosts);
  const stores = new Stores(second);
  await report.attempt("its pages respond", () => site.answers());
  await report.attempt("its results start at zero", () => site.showsWithin(15, { a: 0, b: 0 }));
  await report.attempt("a vote in it is counted there, and not in the first", async () => {
    const jar = {};
    await site.vote("a", jar);
    await site.showsWithin(15, { a: 1, b: 0 });
    const query = `SELECT count(*) FROM pollux_votes WHERE voter = '${voterOf(jar)}'`;
    requireEqual(await stores.sql(query), "1", "the number of the voter's rows in the second");
    requireEqual(await setting.stores.sql(query), "0", "the number of the voter's rows in the first");
  });
  await report.attempt("it has none of the first's votes", async () =>
    requireEqual(await stores.recount(), { a: 1 }, "the count of its rows"),
  );
  await report.attempt("each has its own question", async () => {
    const labels = (tally) => tally.options.map(({ label }) => label);
    requireEqual(labels(await site.tally()), options, "the second's options");
    requireEqual(labels(await setting.site.tally()), ["Cats", "Dogs"], "the first's options");
  });
}

async function differ(first, second) {
  for (const component of ["redis", "postgres", "vote"]) {
    const [one, other] = await Promise.all([first, second].map((release) => secretOf(release, component)));
    require(Object.keys(one ?? {}).length > 0, `the Secret of ${component} is empty`);
    for (const key of Object.keys(one)) {
      require(one[key] !== other[key], `${key} of ${component} is the same in both`);
    }
  }
}

async function secretOf(release, component) {
  return (await release.cluster.get(`/api/v1/namespaces/${release.namespace}/secrets/${release.nameOf(component)}`)).data;
}
