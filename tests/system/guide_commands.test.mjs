// The commands of the guides do what the guides say, with the ports that they name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runInNetwork } from "./network_namespace.mjs";

test("the commands of the guides", async (t) => {
  const script = fileURLToPath(new URL("guide_commands.mjs", import.meta.url));
  const { status, output } = await runInNetwork(t, "both families", script);
  assert.equal(status, 0, output);
});
