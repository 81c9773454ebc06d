import assert from "node:assert/strict";
import { test } from "node:test";
import { inBothZones, instantsOf, isZone, localTimeOf, read, timeInZone, zones } from "./zoned_time.js";

const utc = (text: string) => Date.parse(text);

test("a local time is one instant", () => {
  for (const [local, zone, instant] of [
    ["2026-07-01T12:00", "Europe/Berlin", "2026-07-01T10:00Z"],
    ["2026-12-01T12:00", "Europe/Berlin", "2026-12-01T11:00Z"],
    ["2026-01-01T00:00", "UTC", "2026-01-01T00:00Z"],
    ["2026-01-01T00:00", "Asia/Kathmandu", "2025-12-31T18:15Z"],
    ["2026-01-01T12:00", "Pacific/Kiritimati", "2025-12-31T22:00Z"],
    ["2026-03-08T12:00", "America/New_York", "2026-03-08T16:00Z"],
  ] as const) {
    assert.deepEqual(instantsOf(local, zone), [utc(instant)], `${local} ${zone}`);
    assert.equal(localTimeOf(utc(instant), zone), local);
  }
});

test("a time that clocks skip is missing", () => {
  for (const [local, zone] of [
    ["2026-03-29T02:30", "Europe/Berlin"],
    ["2026-03-08T02:00", "America/New_York"],
    ["2026-10-04T02:15", "Australia/Lord_Howe"], // by half an hour
    ["2011-12-30T12:00", "Pacific/Apia"], // by a day
  ] as const) {
    assert.deepEqual(instantsOf(local, zone), [], `${local} ${zone}`);
    assert.deepEqual(read(local, zone), { fault: "missing" });
  }
});

test("a time that clocks repeat is two instants", () => {
  assert.deepEqual(instantsOf("2026-10-25T02:30", "Europe/Berlin"), [
    utc("2026-10-25T00:30Z"),
    utc("2026-10-25T01:30Z"),
  ]);
  assert.deepEqual(instantsOf("2026-04-05T01:45", "Australia/Lord_Howe"), [
    utc("2026-04-04T14:45Z"),
    utc("2026-04-04T15:15Z"),
  ]);
  assert.deepEqual(read("2026-11-01T01:00", "America/New_York"), { fault: "repeated" });
});

test("the minutes before and after a change of clocks are one instant each", () => {
  assert.deepEqual(read("2026-03-29T01:59", "Europe/Berlin"), { instant: utc("2026-03-29T00:59Z") });
  assert.deepEqual(read("2026-03-29T03:00", "Europe/Berlin"), { instant: utc("2026-03-29T01:00Z") });
  assert.deepEqual(read("2026-10-25T01:59", "Europe/Berlin"), { instant: utc("2026-10-24T23:59Z") });
  assert.deepEqual(read("2026-10-25T03:00", "Europe/Berlin"), { instant: utc("2026-10-25T02:00Z") });
});

test("every minute of a year has the instants that a search through all of them finds", () => {
  const zone = "Europe/Lisbon";
  const found = new Map<string, number[]>();
  for (let instant = utc("2026-10-23T00:00Z"); instant < utc("2026-10-28T00:00Z"); instant += 60_000) {
    const local = localTimeOf(instant, zone);
    found.set(local, [...(found.get(local) ?? []), instant]);
  }
  for (let clock = utc("2026-10-24T00:00Z"); clock < utc("2026-10-27T00:00Z"); clock += 60_000) {
    const local = new Date(clock).toISOString().slice(0, 16);
    assert.deepEqual(instantsOf(local, zone), found.get(local) ?? [], local);
  }
});

test("no time is none, and what is no time is a fault", () => {
  assert.deepEqual(read("", "UTC"), { instant: undefined });
  for (const local of ["2026-02-30T12:00", "2026-13-01T12:00", "tomorrow", "12:00"]) {
    assert.deepEqual(read(local, "UTC"), { fault: "no_time" }, local);
  }
  assert.deepEqual(
    read("2026-01-01T10:30:15", "UTC"),
    { instant: utc("2026-01-01T10:30Z") },
    "some browsers send seconds",
  );
});

test("times are shown in the zone, with its name", () => {
  const shown = timeInZone(utc("2026-07-01T10:00Z"), "Europe/Berlin", "en-GB");
  assert.match(shown, /1 Jul 2026/);
  assert.match(shown, /12:00/);
  assert.match(shown, /CEST|GMT\+2/);
});

test("a time is shown in both zones, once if they are the same", () => {
  const shown = inBothZones(utc("2026-07-01T10:00Z"), "America/New_York", "en-GB");
  assert.match(shown[0] ?? "", /06:00.*\(America\/New York\)/);
  assert.match(inBothZones(utc("2026-07-01T10:00Z"), "UTC", "en-GB")[0] ?? "", /10:00 UTC$/, "not twice");
  assert.match(
    inBothZones(utc("2026-07-01T10:00Z"), "Mars/Olympus", "en-GB")[0] ?? "",
    /10:00 UTC$/,
    "an unknown zone",
  );
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  assert.equal(inBothZones(0, own, "en-GB").length, 1);
});

test("zones are offered once each, with those that are given and known", () => {
  const offered = zones("Europe/Berlin", "Nowhere/Else");
  assert.equal(offered.filter((zone) => zone === "Europe/Berlin").length, 1);
  assert.ok(offered.includes("UTC"));
  assert.ok(!offered.includes("Nowhere/Else"));
  assert.equal(isZone("Nowhere/Else"), false);
});
