import assert from "node:assert/strict";
import { test } from "node:test";
import { address, parseRoute } from "./route.js";

const viewOf = (hash: string) => {
  const { view, id } = parseRoute(hash);
  return id ? `${view} ${id}` : view;
};

test("the address selects the view", () => {
  assert.deepEqual(
    [
      "",
      "#",
      "#/",
      "#/?search=tea",
      "#/new",
      "#/polls/01ab",
      "#/polls/01ab/edit",
      "#/polls/01ab/results?run=2",
      "#/audit",
    ].map(viewOf),
    ["polls", "polls", "polls", "polls", "new", "poll 01ab", "edit 01ab", "results 01ab", "audit"],
  );
});

test("the token of the first run is behind the number sign", () => {
  assert.equal(viewOf("#setup=0123abcd"), "setup 0123abcd");
});

test("an address that no view has is unknown", () => {
  for (const hash of ["#/nothing", "#/polls", "#/polls/a/b", "#/polls/a/edit/b", "#/keys/a", "#/polls/%zz"]) {
    assert.equal(viewOf(hash), "unknown", hash);
  }
});

test("an address that was made selects what it was made for", () => {
  const hash = address(["polls", "a/b ?"], { run: "2", search: "" });
  assert.equal(viewOf(hash), "poll a/b ?");
  assert.deepEqual([...parseRoute(hash).query], [["run", "2"]]);
  assert.equal(address([], { search: "tea & cake" }), "#/?search=tea+%26+cake");
  assert.equal(parseRoute("#/?search=tea+%26+cake").query.get("search"), "tea & cake");
});
