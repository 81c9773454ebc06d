import assert from "node:assert/strict";
import { test } from "node:test";
import { invitationTo, readableCode } from "./poll_invitation.js";

test("the addresses are below that of the vote page", () => {
  const { poll, join } = invitationTo("K7MXQ4", new URL("https://vote.example.org/"));
  assert.equal(poll.href, "https://vote.example.org/p/K7MXQ4");
  assert.equal(join, "vote.example.org/join");
  assert.equal(invitationTo("K7MXQ4", new URL("http://h:8080/vote/")).join, "h:8080/vote/join");
});

test("the code has a space in the middle", () => {
  assert.equal(readableCode("K7MXQ4"), "K7M XQ4");
});
