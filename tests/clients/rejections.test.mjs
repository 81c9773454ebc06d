// The reference implementation and the fixture server give the same responses to bad requests, except for the exceptions
// of rejection_cases.mjs.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startReference } from "./reference.mjs";
import { cases } from "./rejection_cases.mjs";
import { startFixture } from "./clients.mjs";

const servers = {};
before(async () => {
  servers.reference = await startReference();
  servers.ours = await startFixture();
});
after(async () => {
  await servers.reference?.stop();
  await servers.ours?.stop();
});

for (const path of ["/engine.io/", "/socket.io/"]) {
  describe(path, () => {
    for (const { name, ask, exception, only } of cases) {
      if (only && only !== path) {
        continue;
      }
      test(name, async () => {
        const [reference, ours] = await Promise.all(
          [servers.reference, servers.ours].map(({ url }) => ask({ url, path })),
        );
        if (!exception) {
          assert.deepEqual(ours, reference);
          return;
        }
        // Remove an exception that no longer holds, or it hides the next difference.
        assert.deepEqual({ reference, ours }, { reference: exception.reference, ours: exception.ours }, exception.why);
        assert.notDeepEqual(ours, reference);
      });
    }
  });
}
