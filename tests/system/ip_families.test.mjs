// The programs with IPv4 only, with IPv6 only, and with both.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { networks, runInNetwork } from "./network_namespace.mjs";

const cases = fileURLToPath(new URL("ip_family_cases.mjs", import.meta.url));

for (const network of networks) {
  test(network, async (t) => {
    const { status, output } = await runInNetwork(t, network, cases);
    assert.equal(status, 0, output);
  });
}
