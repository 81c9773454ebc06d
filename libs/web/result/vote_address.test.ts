import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopback, shortAddress, voteAddress } from "./vote_address.js";

function address(page: string, known = { url: "", port: "" }): string | undefined {
  return voteAddress(new URL(page), known)?.href;
}

test("the address comes from the link", () => {
  assert.equal(address("http://h:9001/?present=http://h:9000/"), "http://h:9000/");
  assert.equal(
    address("https://results.example.org/?present=https://vote.example.org/a"),
    "https://vote.example.org/a",
  );
});

test("the public address takes precedence, and the known port is used without a link", () => {
  const known = { url: "https://example.org/vote/", port: "" };
  assert.equal(address("http://h:9001/?present=http://h:9000/", known), "https://example.org/vote/");
  assert.equal(address("http://h:9001/?present", { url: "", port: "9000" }), "http://h:9000/");
  assert.equal(address("http://h:9001/?present=http://h:9002/", { url: "", port: "9000" }), "http://h:9002/");
});

test("without any information it is on the default port", () => {
  assert.equal(address("http://localhost:8081/?present"), "http://localhost:8080/");
  assert.equal(address("https://results.example.org/?present"), undefined);
});

test("addresses of other sites and invalid ones are ignored", () => {
  for (const requested of [
    "https://elsewhere.example/",
    "https://example.com/",
    "http://10.0.0.8/",
    "javascript:alert(1)",
    "//x",
    "vote",
    "https://results.example.org@evil.example/",
    "https://me:secret@results.example.org/",
  ]) {
    assert.equal(address(`https://results.example.org/?present=${encodeURIComponent(requested)}`), undefined, requested);
  }
  assert.equal(address("http://10.0.0.7:8081/?present=http://10.0.0.8:8080/"), undefined);
  assert.equal(address("http://localhost:8081/?present=http://evil.localhost:8080/"), undefined);
});

test("loopback addresses are recognized", () => {
  for (const host of ["localhost", "app.localhost", "127.0.0.1", "127.1.2.3", "[::1]"]) {
    assert.equal(isLoopback(host), true, host);
  }
  for (const host of ["192.168.1.7", "localhost.example", "127.example.org", "vote.example.org", "[::2]"]) {
    assert.equal(isLoopback(host), false, host);
  }
});

test("the address is shown as people type it", () => {
  assert.equal(shortAddress(new URL("https://vote.example.org/")), "vote.example.org");
  assert.equal(shortAddress(new URL("http://192.168.1.7:8080/")), "192.168.1.7:8080");
  assert.equal(shortAddress(new URL("https://example.org/lunch")), "example.org/lunch");
});
