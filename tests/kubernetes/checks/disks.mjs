// Disks that are full, under load: a release of its own, whose volumes are small.
import { accepted, describe, requireAllAccepted } from "../suite/load.mjs";
import { removeNamespace } from "../suite/namespace.mjs";
import { Node } from "../suite/node.mjs";
import { singlePods } from "../suite/release.mjs";
import { require, requireEqual, seconds, within } from "../suite/report.mjs";
import { smallNamespace } from "../suite/setting.mjs";
import { Stores } from "../suite/stores.mjs";
import { reportVerdict } from "../suite/verdict.mjs";
import { votesPerSecond } from "./rolling.mjs";

const hosts = { voteHost: "vote.small.local", resultHost: "result.small.local" };
const storageClass = "pollux-test-small"; // of no provisioner: the volumes are here
const mebibytes = { redis: 48, postgres: 320 };
const user = 999; // of both images
const fullMs = 10_000;
const volumesPath = "/api/v1/persistentvolumes";

export const disks = {
  name: "disks",
  about: `the disk of Redis, then that of PostgreSQL is full for ${fullMs / 1000} s under ${votesPerSecond} votes/s`,
  onDemand: true,
  async run(report, setting) {
    const node = new Node();
    await setting.namespace(smallNamespace);
    const folders = {};
    try {
      for (const component of Object.keys(mebibytes)) {
        folders[component] = await node.makeDisk(component, mebibytes[component], user);
        await setting.cluster.create(volumesPath, volume(component, folders[component]));
      }
      await fillBoth(report, { setting, node, folders });
    } finally {
      await removeAll(setting, node, folders);
    }
  },
};

function volume(component, path) {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pollux-test-${component}` },
    spec: {
      capacity: { storage: `${mebibytes[component]}Mi` },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: storageClass,
      claimRef: { namespace: smallNamespace, name: `data-pollux-${component}-0` },
      hostPath: { path },
    },
  };
}

async function fillBoth(report, { setting, node, folders }) {
  const small = (component) => ({ resources: {}, persistence: { storageClass, size: `${mebibytes[component]}Mi` } });
  const values = { ...singlePods, redis: small("redis"), postgres: small("postgres") };
  const release = setting.release({ name: "pollux", namespace: smallNamespace, hosts, values });
  const site = setting.siteOf(hosts);
  const stores = new Stores(release);
  await report.attempt("a release with small disks starts", async () => {
    await release.install();
    await release.settled(180);
    await site.answers();
  });
  const load = await setting.load({ site, votesPerSecond });
  for (const component of ["redis", "postgres"]) {
    await report.attempt(`${component}: its disk is full, and votes are counted within 90 s after it is emptied`, () =>
      fill({ load, node, site, stores }, component, folders[component]),
    );
  }
  const counts = await load.stop();
  const { redis, postgres } = counts.phases;
  await report.attempt("redis: votes get 503 with Retry-After, and nothing else", () => refuses(redis.votes));
  await report.attempt("redis: every result page is served", () => requireAllAccepted(redis.reads, "readings"));
  await report.attempt("postgres: every vote is accepted", () => requireAllAccepted(postgres.votes));
  await report.attempt("postgres: every result page is served", () => requireAllAccepted(postgres.reads, "readings"));
  await reportVerdict(report, { setting: { stores, site }, counts, before: 0 });
}

async function fill({ load, node, site, stores }, component, folder) {
  await load.phase(component);
  await node.fillDisk(folder);
  try {
    await new Promise((resolve) => setTimeout(resolve, fullMs));
    if (component === "postgres") {
      await within(30, () => votesWait(stores));
    }
  } finally {
    await node.emptyDisk(folder);
  }
  const emptiedAt = performance.now();
  await load.phase("between");
  await within(90, () => site.aVoteIsCounted(1));
  return seconds(performance.now() - emptiedAt);
}

async function votesWait(stores) {
  const { lag, pending } = await stores.backlog();
  require(lag + pending > 2 * votesPerSecond, `${lag + pending} votes wait: the disk is not full`);
}

// Redis notices at its first write without room; what was accepted until then has to be recorded.
function refuses(votes) {
  const refused = votes.statuses[503] ?? 0;
  requireEqual(accepted(votes) + refused, votes.sent, `${describe(votes)}: the number answered 200 or 503`);
  require(refused > 0, "none was refused: the disk was not full");
  requireEqual(votes.withoutRetryAfter, 0, "the number of 503 without Retry-After");
  return describe(votes);
}

async function removeAll({ cluster }, node, folders) {
  await removeNamespace(cluster, smallNamespace);
  for (const [component, folder] of Object.entries(folders)) {
    await cluster.remove(`${volumesPath}/${volume(component).metadata.name}`);
    await node.removeDisk(folder);
  }
}
