import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "./eventually.mjs";
import { formType } from "./http.mjs";
import { FakePage, seed } from "./seed_program.mjs";

const accept = (request, response) => response.end("thanks");

test("votes with the form, and the cookie of the page", async (t) => {
  const types = [];
  const page = await FakePage.start(t, (request, response) => {
    types.push(request.headers["content-type"]);
    response.end();
  });
  assert.equal((await seed(t, ["--url", page.url, "--votes", "a=2,b=1"]).ended).status, 0);
  assert.deepEqual(page.votes.map(({ body }) => body).sort(), ["vote=a", "vote=a", "vote=b"]);
  assert.equal(new Set(page.votes.map(({ cookie }) => cookie)).size, 3);
  assert.deepEqual(types, [formType, formType, formType]);
});

test("resends a rejected vote as the same voter when the service requests it", async (t) => {
  const page = await FakePage.start(t, (request, response, number) => {
    response.writeHead(number === 1 ? 503 : 200, number === 1 ? { "Retry-After": "1" } : {});
    response.end();
  });
  const { status, stdout } = await seed(t, ["--url", page.url, "--votes", "a=1"]).ended;
  assert.equal(status, 0, stdout);
  assert.equal(page.votes.length, 2);
  const [refused, repeated] = page.votes;
  assert.match(refused.cookie, /^voter_id=v\d+$/);
  assert.equal(repeated.cookie, refused.cookie);
  assert.ok(repeated.time - refused.time >= 1000, "Retry-After is a lower bound");
});

test("resends a vote whose response was lost as the same voter", async (t) => {
  const page = await FakePage.start(t, (request, response, number) => {
    number <= 2 ? request.socket.destroy() : response.end();
  });
  const { status, stdout } = await seed(t, ["--url", page.url, "--votes", "a=1"]).ended;
  assert.equal(status, 0, stdout);
  assert.match(stdout, /; 2 retries\./);
  const [first, ...others] = page.votes.map(({ cookie }) => cookie);
  assert.match(first, /^voter_id=v\d+$/);
  assert.deepEqual(others, [first, first]);
});

test("never sends a vote twice without cookies", async (t) => {
  const page = await FakePage.start(t, (request, response, number) => {
    if (number === 1) return request.socket.destroy();
    response.writeHead(number === 2 ? 503 : 200).end();
  });
  const args = ["--url", page.url, "--votes", "a=3", "--concurrency", "1", "--anonymous"];
  const { status, stdout } = await seed(t, args).ended;
  assert.equal(status, 1);
  assert.deepEqual(page.votes.map(({ cookie }) => cookie), [undefined, undefined, undefined]);
  assert.match(stdout, /^1 of 3 votes accepted/);
  assert.match(stdout, /\nRejected with status 503: 1 vote\.\n/);
  assert.match(stdout, /\nSent without a response, may or may not be counted: 1 vote\.\n/);
});

test("gives up if the votes are not accepted, and reports what it did not send", async (t) => {
  const page = await FakePage.start(t, (request, response) => response.writeHead(503).end());
  const args = ["--url", page.url, "--votes", "a=10", "--concurrency", "2", "--give-up-after", "500ms"];
  const { status, stdout } = await seed(t, args).ended;
  assert.equal(status, 1);
  assert.match(stdout, /^0 of 10 votes accepted/);
  assert.match(stdout, /\nGiven up, not accepted in time: [12] votes?\.\n/);
  assert.match(stdout, /\nNever sent: [89] votes\.\n/);
});

test("does not wait forever for a response", async (t) => {
  const page = await FakePage.start(t, (request, response, number) => number > 1 && response.end());
  const args = ["--url", page.url, "--votes", "a=1", "--answer-time", "300ms"];
  const { status, stdout } = await seed(t, args).ended;
  assert.equal(status, 0, stdout);
  assert.match(stdout, /\nLast error: No response within 300ms\.\n/);
});

test("rejects a page without a cookie, and explains what to do", async (t) => {
  const page = await FakePage.start(t, accept, { cookies: false });
  const { status, stdout } = await seed(t, ["--url", page.url, "--votes", "a=1"]).ended;
  assert.equal(status, 1);
  assert.match(stdout, /The page sets no cookie voter_id, .*\. Use --anonymous to vote without one\.\n/);
  assert.equal((await seed(t, ["--url", page.url, "--votes", "a=1", "--anonymous"]).ended).status, 0);
});

test("measures the latency of an open loop from the time at which a vote was due", async (t) => {
  // One stall of a second: of 100 votes at 100 a second by one client, all come late but few are slow.
  const page = await FakePage.start(t, (request, response, number) => {
    number === 1 ? setTimeout(() => response.end(), 1000) : response.end();
  });
  const args = ["--url", page.url, "--votes", "a=100", "--concurrency", "1", "--rate", "100", "--json"];
  const { status, stdout } = await seed(t, args).ended;
  assert.equal(status, 0);
  assert.ok(JSON.parse(stdout).latencyMilliseconds.p50 >= 250, stdout);
});

test("sends for the requested duration", async (t) => {
  const page = await FakePage.start(t, accept);
  const { status, stdout } = await seed(t, ["--url", page.url, "--duration", "1s", "--rate", "50", "--json"]).ended;
  assert.equal(status, 0);
  assert.equal(page.votes.length, 50);
  assert.equal(JSON.parse(stdout).wanted, null);
});

test("waits for the service and says so", async (t) => {
  const gone = await FakePage.start(t, accept);
  const { url, port } = gone;
  await gone.stop();
  const seeding = seed(t, ["--url", url, "--votes", "a=10"]);
  // Again every second.
  await eventually(() => assert.equal(seeding.output.stderr.split("\n")[0], `Waiting for ${url}/: Connection refused.`));
  await FakePage.start(t, accept, { port });
  const { status, stdout } = await seeding.ended;
  assert.equal(status, 0);
  assert.match(stdout, /^10 of 10 votes accepted: 10 for a\.\n/);
});

test("exits if the service does not start", async (t) => {
  const gone = await FakePage.start(t, accept);
  const { url } = gone;
  await gone.stop();
  const { status, stdout, stderr } = await seed(t, ["--url", url, "--wait", "300ms"]).ended;
  assert.deepEqual({ status, stdout }, { status: 3, stdout: "" });
  assert.equal(
    stderr,
    `The service at ${url}/ was not available within 300 ms: Connection refused. Start it, or set --url.\n`,
  );
});

test("prints its progress each second without a terminal", async (t) => {
  const page = await FakePage.start(t, accept);
  const started = performance.now();
  const { status, stderr } = await seed(t, ["--url", page.url, "--votes", "a=60", "--rate", "25"]).ended;
  assert.equal(status, 0);
  const seconds = (performance.now() - started) / 1000; // at least as many as the program counts itself
  const lines = stderr.trimEnd().split("\n");
  assert.ok(lines.length >= 1 && lines.length <= seconds, `${seconds} seconds:\n${stderr}`);
  for (const line of lines) {
    assert.match(line, /^\d+ of 60 votes, \d+ %, \d+ per second/);
  }
});

for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]]) {
  test(`ends in order after ${signal}`, async (t) => {
    const page = await FakePage.start(t, accept);
    const seeding = seed(t, ["--url", page.url, "--rate", "20"]);
    await eventually(() => assert.ok(page.votes.length >= 5));
    seeding.signal(signal);
    const ended = await seeding.ended;
    assert.equal(ended.status, status);
    assert.match(ended.stderr, new RegExp(`Interrupted by ${signal}\\.\n$`));
    const number = (votes) => votes.toLocaleString("en");
    const sent = page.votes.length;
    assert.ok(ended.stdout.startsWith(`${number(sent)} of 3,000 votes accepted`), ended.stdout);
    assert.ok(ended.stdout.includes(`\nNever sent: ${number(3_000 - sent)} votes.\n`), ended.stdout);
  });
}

test("does not wait long for outstanding responses when interrupted", async (t) => {
  const page = await FakePage.start(t, () => {});
  const seeding = seed(t, ["--url", page.url, "--votes", "a=5", "--concurrency", "2"]);
  await eventually(() => assert.equal(page.votes.length, 2));
  seeding.signal("SIGINT");
  const { status, stdout } = await seeding.ended;
  assert.equal(status, 130);
  assert.match(stdout, /\nSent without a response, may or may not be counted: 2 votes\.\nNever sent: 3 votes\./);
});

test("explains what is wrong with a URL", async (t) => {
  for (const url of ["https://vote.example", "127.0.0.1:8080", "http://", "http://vote:99999"]) {
    const { status, stderr } = await seed(t, ["--url", url]).ended;
    assert.equal(status, 2);
    const [message] = stderr.split("\n");
    assert.ok(message.startsWith(`pollux-seed: --url on the command line is "${url}"; it must be the http URL of`));
    assert.match(message, /such as http:\/\/127\.0\.0\.1:8080/);
  }
});

test("documents its exit statuses in the help", async (t) => {
  const { status, stdout } = await seed(t, ["--help"]).ended;
  assert.equal(status, 0);
  assert.match(stdout, /\n {2}make-data DIR\n/);
  assert.match(stdout, /POLLUX_URL\n/);
  assert.match(stdout, /\nExit status: 0, /);
});
