// The parts of example-voting-app's vote page that ours must have too, byte for byte except for the form's address, which is
// relative here; in every program that serves it.
import assert from "node:assert/strict";

export function assertPageToVoteOn(page) {
  assert.match(page, /<title>Cats vs Dogs!<\/title>/);
  assert.match(page, /<h3[^>]*>Cats vs Dogs!<\/h3>/);
  assert.match(page, /id="content-container">\s*<div id="content-container-center">/);
  assert.match(page, /<form id="choice" name='form' method="POST" action="\.\/">/);
  assert.match(page, /<button id="a" type="submit" name="vote" class="a" value="a">Cats<\/button>/);
  assert.match(page, /<button id="b" type="submit" name="vote" class="b" value="b">Dogs<\/button>/);
  assert.match(page, /id="tip">\s*\(Tip: you can change your vote\)/);
  assert.match(page, /id="hostname">\s*Processed by container ID \S+/);
}

export function assertPageAfterVoteForA({ status, headers, body }) {
  const page = body.toString();
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "text/html; charset=utf-8");
  assert.match(page, /<button id="a" type="submit" name="vote" class="a" value="a" disabled>Cats/);
  assert.match(page, /<button id="b" type="submit" name="vote" class="b" value="b">Dogs<\/button>/);
}
