// The reference implementation and the fixture server get the same bad requests, and give the same answers but
// for the exceptions of refusal_cases.mjs.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startReference } from "./reference.mjs";
import { cases } from "./refusal_cases.mjs";
import { startFixture } from "./server.mjs";

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
        // An exception that is none any more has to go, or it would hide the next difference.
        assert.deepEqual({ reference, ours }, { reference: exception.reference, ours: exception.ours }, exception.why);
        assert.notDeepEqual(ours, reference);
      });
    }
  });
}
