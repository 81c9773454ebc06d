// The results of a poll as Server-Sent Events, followed by the EventSource of a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../system/eventually.mjs";
import { formType, request } from "../system/http.mjs";
import { PolluxWithPolls } from "../system/sqlite_polls.mjs";
import { openPage } from "./pages_in_browser.mjs";
import { questions } from "./polls.mjs";

const vote = (pollux, form) =>
  request(pollux.page(0), { method: "POST", headers: { "Content-Type": formType }, body: form });

test("an EventSource gets each change, and connects again by itself when the service has stopped", async (t) => {
  const pollux = await PolluxWithPolls.start(t, [{ question: questions.single }]);
  const page = await openPage(t, `${pollux.resultUrl}/r/${pollux.code(0)}`);
  await page.evaluate((code) => {
    window.received = [];
    const source = new EventSource(`../api/results/${code}/stream`);
    source.addEventListener("results", ({ data, lastEventId }) =>
      window.received.push({ ...JSON.parse(data), lastEventId }),
    );
  }, pollux.code(0));
  const received = () => page.evaluate(() => window.received);
  // The last event is the state of the poll; what was received before is returned, too.
  const until = (check) =>
    eventually(async () => {
      const events = await received();
      assert.ok(events.length > 0, "No event has come.");
      check(events[events.length - 1]);
      return events;
    });

  await until(({ state, voters }) => assert.deepEqual([state, voters], ["open", 0]));
  assert.equal((await vote(pollux, "vote=b")).status, 200);
  const voted = await until(({ results }) => assert.deepEqual(results.options.map(({ count }) => count), [0, 1, 0]));
  assert.equal(new Set(voted.map(({ lastEventId }) => lastEventId)).size, voted.length, "each has an id of its own");

  await pollux.change(0, { results: "hidden" }); // while the program is stopped
  await until(({ results, voters }) => assert.deepEqual([results, voters], [null, null]));
  await pollux.change(0, { results: "live", state: "closed" });
  await until(({ state, voters }) => assert.deepEqual([state, voters], ["closed", 1]));
});
