import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopback, shortAddress, voteAddress } from "./vote_address.js";

function address(page: string, known = { url: "", port: "" }): string | undefined {
  return voteAddress(new URL(page), known)?.href;
}

test("it is what the link says", () => {
  assert.equal(address("http://h:9001/?present=http://h:9000/"), "http://h:9000/");
  assert.equal(
    address("https://results.example.org/?present=https://vote.example.org/a"),
    "https://vote.example.org/a",
  );
});

test("what the server was told wins, and its port is taken where the link says nothing", () => {
  const told = { url: "https://example.org/vote/", port: "" };
  assert.equal(address("http://h:9001/?present=http://h:9000/", told), "https://example.org/vote/");
  assert.equal(address("http://h:9001/?present", { url: "", port: "9000" }), "http://h:9000/");
  assert.equal(address("http://h:9001/?present=http://h:9002/", { url: "", port: "9000" }), "http://h:9002/");
});

test("it is the usual one where nobody says anything", () => {
  assert.equal(address("http://localhost:8081/?present"), "http://localhost:8080/");
  assert.equal(address("https://results.example.org/?present"), undefined);
});

test("strangers' addresses and what is none are left out", () => {
  for (const told of [
    "https://elsewhere.example/",
    "https://example.com/",
    "http://10.0.0.8/",
    "javascript:alert(1)",
    "//x",
    "vote",
    "https://results.example.org@evil.example/",
    "https://me:secret@results.example.org/",
  ]) {
    assert.equal(address(`https://results.example.org/?present=${encodeURIComponent(told)}`), undefined, told);
  }
  assert.equal(address("http://10.0.0.7:8081/?present=http://10.0.0.8:8080/"), undefined);
  assert.equal(address("http://localhost:8081/?present=http://evil.localhost:8080/"), undefined);
});

test("addresses that only this machine reaches are known", () => {
  for (const host of ["localhost", "app.localhost", "127.0.0.1", "127.1.2.3", "[::1]"]) {
    assert.equal(isLoopback(host), true, host);
  }
  for (const host of ["192.168.1.7", "localhost.example", "127.example.org", "vote.example.org", "[::2]"]) {
    assert.equal(isLoopback(host), false, host);
  }
});

test("it is shown as people type it", () => {
  assert.equal(shortAddress(new URL("https://vote.example.org/")), "vote.example.org");
  assert.equal(shortAddress(new URL("http://192.168.1.7:8080/")), "192.168.1.7:8080");
  assert.equal(shortAddress(new URL("https://example.org/lunch")), "example.org/lunch");
});
