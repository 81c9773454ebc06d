import assert from "node:assert/strict";
import { test } from "node:test";
import { shortAddress, voteAddress } from "./vote_address.js";

function address(page: string): string | undefined {
  return voteAddress(new URL(page))?.href;
}

test("it is what the link says", () => {
  assert.equal(address("http://h:9001/?present=http://h:9000/"), "http://h:9000/");
  assert.equal(
    address("https://results.example.org/?present=https://vote.example.org/a"),
    "https://vote.example.org/a",
  );
});

test("it is the usual one where the link says nothing", () => {
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

test("it is shown as people type it", () => {
  assert.equal(shortAddress(new URL("https://vote.example.org/")), "vote.example.org");
  assert.equal(shortAddress(new URL("http://192.168.1.7:8080/")), "192.168.1.7:8080");
  assert.equal(shortAddress(new URL("https://example.org/lunch")), "example.org/lunch");
});
