// In order of execution; those with `beside` keep running during the next ones, those with `onDemand` run only if they are named.
import { admin } from "./admin.mjs";
import { cuts } from "./cuts.mjs";
import { disks } from "./disks.mjs";
import { eviction } from "./eviction.mjs";
import { generator } from "./generator.mjs";
import { healing } from "./healing.mjs";
import { helmTest } from "./helm_test.mjs";
import { install } from "./install.mjs";
import { isolation } from "./isolation.mjs";
import { kills } from "./kills.mjs";
import { manifests } from "./manifests.mjs";
import { monitoring } from "./monitoring.mjs";
import { network } from "./network.mjs";
import { persistence } from "./persistence.mjs";
import { rest } from "./rest.mjs";
import { rolling } from "./rolling.mjs";
import { scaling } from "./scaling.mjs";
import { secrets } from "./secrets.mjs";
import { security } from "./security.mjs";
import { seed } from "./seed.mjs";
import { tls } from "./tls.mjs";
import { uninstall } from "./uninstall.mjs";
import { upgrade } from "./upgrade.mjs";
import { votes } from "./votes.mjs";
import { workers } from "./workers.mjs";

export const checks = [
  generator,
  install,
  rest,
  isolation,
  manifests,
  tls,
  security,
  network,
  monitoring,
  votes,
  seed,
  helmTest,
  persistence,
  healing,
  eviction,
  workers,
  rolling,
  scaling,
  admin,
  upgrade,
  secrets,
  uninstall,
  kills,
  cuts,
  disks,
];
