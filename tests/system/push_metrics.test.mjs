import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "./eventually.mjs";
import { request, vote } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { Pollux } from "./program.mjs";
import { showsTotal, Viewer } from "./push_viewer.mjs";

const polling = 'pollux_viewers{transport="polling"}';
const webSocket = 'pollux_viewers{transport="websocket"}';

// Waits until the metrics named have these values.
function show(pollux, expected) {
  return eventually(async () => {
    const numbers = await metrics(pollux);
    const shown = Object.fromEntries(Object.keys(expected).map((name) => [name, numbers[name]]));
    assert.deepEqual(shown, expected);
  });
}

test("viewers are counted by transport as they connect, upgrade and disconnect", async (t) => {
  const pollux = await Pollux.start(t);
  await show(pollux, { [polling]: 0, [webSocket]: 0 });
  const polls = new Viewer(t, pollux.resultUrl, { transports: ["polling"] });
  await polls.next();
  await show(pollux, { [polling]: 1, [webSocket]: 0 });

  const upgrades = new Viewer(t, pollux.resultUrl, { transports: ["polling", "websocket"] });
  await upgrades.next();
  await show(pollux, { [polling]: 1, [webSocket]: 1, pollux_viewers_upgraded_total: 1 });

  polls.socket.disconnect();
  upgrades.socket.disconnect();
  await show(pollux, { [polling]: 0, [webSocket]: 0 });
  const numbers = await metrics(pollux);
  const reasons = Object.keys(numbers).filter((name) => name.startsWith("pollux_viewers_closed_total{"));
  assert.equal(
    reasons.reduce((sum, name) => sum + numbers[name], 0),
    2,
  );
});

// Times are compared only if they end with the same reading of one clock, or with what this test itself takes.
test("packets are counted and the broadcast is timed", async (t) => {
  const pollux = await Pollux.start(t);
  // What the start publishes is over before anything is counted.
  await show(pollux, { pollux_results_published_total: 1, pollux_broadcast_seconds_count: 1 });
  const viewer = new Viewer(t, `${pollux.resultUrl}/polls/default`);
  await viewer.next();
  const before = await metrics(pollux);
  const begun = Date.now();
  await vote(pollux, "a");
  await viewer.until(showsTotal(1));
  viewer.socket.emit("something");

  const received = 'pollux_push_packets_total{direction="received"}';
  const sent = 'pollux_push_packets_total{direction="sent"}';
  await show(pollux, {
    [received]: before[received] + 1,
    [sent]: before[sent] + 1,
    pollux_viewer_events_ignored_total: 1,
    pollux_results_published_total: before.pollux_results_published_total + 1,
    pollux_broadcast_seconds_count: before.pollux_broadcast_seconds_count + 1,
    pollux_publish_delay_seconds_count: before.pollux_publish_delay_seconds_count + 1,
    pollux_vote_to_screen_seconds_count: 1,
    pollux_feed_live: 1,
  });
  const now = await metrics(pollux);
  const { pollux_broadcast_seconds_sum: broadcast, pollux_publish_delay_seconds_sum: delay } = now;
  assert.ok(broadcast > 0 && broadcast <= delay, `${broadcast} of ${delay} seconds`);
  const elapsed = (Date.now() + 1 - begun) / 1000;
  const way = now.pollux_vote_to_screen_seconds_sum;
  assert.ok(way > 0 && way <= elapsed, `${way} of ${elapsed} seconds`);
});

test("rejections are counted by reason", async (t) => {
  const pollux = await Pollux.start(t);
  const ask = (query) => request(`${pollux.resultUrl}/socket.io/?${query}`);
  await ask("EIO=3&transport=polling");
  await ask("EIO=4&transport=pigeon");
  await ask("EIO=4&transport=polling&sid=unknown");
  await new Viewer(t, `${pollux.resultUrl}/polls/none`).next();
  const rejected = (reason) => `pollux_push_requests_rejected_total{reason="${reason}"}`;
  await show(pollux, {
    [rejected("unsupported_version")]: 1,
    [rejected("unknown_transport")]: 1,
    [rejected("unknown_session")]: 1,
    [rejected("forbidden")]: 0,
    pollux_viewers_rejected_total: 1,
  });
});
