import { require } from "../suite/report.mjs";

export const helmTest = {
  name: "helm-test",
  about: "helm test passes, and fails if votes are not counted",
  async run(report, setting) {
    await setting.installed();
    const { main } = setting;
    await report.attempt("helm test passes", async () => {
      await main.helm("test", main.name, "--timeout", "90s");
    });
    await report.attempt("helm test fails without a worker", async () => {
      await main.scale("worker", 0);
      await main.settled(60, ["worker"]);
      const passed = await main.helm("test", main.name, "--timeout", "90s").then(
        () => true,
        () => false,
      );
      await main.scale("worker", 2);
      await main.settled(60, ["worker"]);
      await setting.stores.emptyBacklog(30);
      require(!passed, "it passed");
    });
    // The pod of a failed test is kept for its log; the next successful one removes it.
    await report.attempt("helm test passes again with workers", async () => {
      await main.helm("test", main.name, "--timeout", "90s");
      const pods = await main.cluster.allPods(main.namespace, main.labels("test"));
      require(pods.length === 0, "its pod is still there");
    });
  },
};
