import { usageSince, usageTable } from "../suite/usage.mjs";

export const rest = {
  name: "rest",
  about: "processor time and memory of each pod at rest, beside its requests",
  beside: true,
  async run(report, setting) {
    await setting.installed();
    await report.attempt("metrics-server has measured every idle pod", async () => {
      setting.atRest = await usageSince(setting.main, new Date());
      for (const line of await usageTable(setting.main, { "at rest": setting.atRest })) {
        report.note(line);
      }
    });
  },
};
