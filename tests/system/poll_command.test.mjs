// The command `pollux poll`, on a running program.
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import { test } from "node:test";
import { ApiClient, password } from "./api.mjs";
import { Certificates } from "./certificates.mjs";
import { formType, request } from "./http.mjs";
import { Pollux, run, temporaryDirectory } from "./program.mjs";

const allScopes = ["polls:read", "polls:write", "polls:delete", "results:read", "export:read", "audit:read"];

// A program with an owner, and the command with a key that has these scopes.
async function start(t, { scopes = allScopes } = {}) {
  const directory = await temporaryDirectory(t);
  const pollux = await Pollux.start(t, { directory, args: ["--admin-password", password] });
  const admin = new ApiClient(pollux);
  await admin.signIn("admin");
  const { secret } = await admin.ask("POST", "/keys", { body: { label: "x", scopes } });
  const env = { POLLUX_API_URL: pollux.adminUrl, POLLUX_API_KEY: secret };
  const poll = (...args) => run(["poll", ...args], { env });
  const ask = async (...args) => {
    const { status, stdout, stderr } = await poll(...args, "--json");
    assert.equal(status, 0, stderr);
    return stdout && JSON.parse(stdout);
  };
  return { directory, pollux, admin, poll, ask, secret };
}

const cast = (pollux, code, selection) =>
  request(`${pollux.voteUrl}/p/${code}`, {
    method: "POST",
    headers: { "Content-Type": formType },
    body: `vote=${selection}`,
  });

// A proxy with TLS before the admin page, with these files. Returns its address.
async function startTlsProxy(t, pollux, { key, certificate }) {
  const { hostname, port } = new URL(pollux.adminUrl);
  const files = { key: await readFile(key), cert: await readFile(certificate) };
  const proxy = https.createServer(files, (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const onward = http.request({ hostname, port, method, path: url, headers }, (response) => {
      outgoing.writeHead(response.statusCode, response.headers);
      response.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.after(() => proxy.close());
  return `https://localhost:${proxy.address().port}/`;
}

test("behind TLS the certificate must be of a known authority and for that host", async (t) => {
  const { pollux, secret } = await start(t);
  const certificates = await Certificates.start(t);
  const [authority, unknown] = await Promise.all(["authority", "unknown"].map((name) => certificates.authority(name)));
  const here = await startTlsProxy(t, pollux, await certificates.issue("here", authority, "DNS:localhost"));
  const elsewhere = await startTlsProxy(t, pollux, await certificates.issue("elsewhere", authority, "DNS:other.example"));
  const poll = (url, { certificate }, ...args) =>
    run(["poll", ...args], { env: { POLLUX_API_URL: url, POLLUX_API_KEY: secret, SSL_CERT_FILE: certificate } });

  const made = await poll(here, authority, "create", "--question", "Tea?", "--option", "Yes", "--option", "No");
  assert.equal(made.status, 0, made.stderr);
  const code = /^code: (\S+)$/m.exec(made.stdout)[1];
  assert.match((await poll(here, authority, "list")).stdout, new RegExp(`^${code} .*Tea\\?$`, "m"));
  for (const [url, known] of [
    [here, unknown],
    [elsewhere, authority],
    [here.replace("localhost", "127.0.0.1"), authority],
    [here, { certificate: certificates.path("missing.crt") }],
  ]) {
    const { status, stdout, stderr } = await poll(url, known, "list");
    assert.equal(status, 1, url);
    assert.equal(stdout, "");
    assert.match(stderr, /TLS failed: .*certificate verify failed/);
  }
});

test("a poll is made, opened, hidden, shown, closed, exported, reset and deleted", async (t) => {
  const { directory, pollux, poll, ask } = await start(t);
  const made = await poll("create", "--question", "Tea, or what?", "--option", "Tea, hot", "--option", "=Coffee", "--open");
  assert.equal(made.status, 0, made.stderr);
  const code = /^code: (\S+)$/m.exec(made.stdout)[1];
  assert.match(made.stdout, /^state: open$/m);
  assert.match(made.stdout, new RegExp(`^vote_url: ${pollux.voteUrl}/p/${code}$`, "m"));
  assert.equal((await cast(pollux, code, "b")).status, 200);
  assert.equal((await ask("hide", code.toLowerCase())).policies.results, "hidden");
  assert.equal((await ask("show", code)).policies.results, "live");
  assert.equal((await ask("close", code)).state, "closed");
  assert.equal((await cast(pollux, code, "b")).status, 409);
  assert.match((await poll("list")).stdout, new RegExp(`^${code}  [0-9a-f]{24}  closed  1  Tea, or what\\?$`, "m"));

  const results = await poll("export", code);
  assert.equal(results.stdout, "option,label,votes,share,voters,question\r\n" +
    'a,"Tea, hot",0,0,1,"Tea, or what?"\r\n' + "b,'=Coffee,1,1,1,\"Tea, or what?\"\r\n");
  const file = path.join(directory, "votes.jsonl");
  const votes = await poll("export", code, "--what", "votes", "--format", "jsonl", "--output", file);
  assert.match(votes.stderr, /1 lines are in .*votes\.jsonl/);
  assert.deepEqual(JSON.parse(await readFile(file, "utf8")).values, ["b"]);
  assert.match((await poll("export", code, "--what", "audit")).stdout, /,poll\.exported,/);

  const { id, run: current } = await ask("reset", code);
  assert.equal(current, 2);
  assert.match((await poll("export", code, "--what", "votes", "--run", "1")).stdout, /^voter,option,label\r\n[0-9a-f]{32},b,/);
  const unsure = await poll("delete", id);
  assert.equal(unsure.status, 2);
  assert.match(unsure.stderr, /Add --yes/);
  assert.equal((await poll("delete", id, "--yes")).status, 0);
  const gone = await poll("get", code);
  assert.deepEqual([gone.status, gone.stdout], [3, ""]);
  assert.match(gone.stderr, /There is no poll with the code/);
});

test("a poll gets a color and a logo, and loses them", async (t) => {
  const { directory, poll, ask } = await start(t);
  const question = ["--question", "Tea?", "--option", "Yes", "--option", "No"];
  const { code, theme } = await ask("create", ...question, "--accent", "#1d4ed8");
  assert.deepEqual(theme, { accent: "#1d4ed8", scheme: "auto" });
  assert.deepEqual((await ask("theme", code, "--scheme", "dark")).theme, { accent: "#1d4ed8", scheme: "dark" });
  assert.deepEqual((await ask("theme", code, "--accent", "none")).theme, { accent: null, scheme: "dark" });

  const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const image = path.join(directory, "logo.png");
  await writeFile(image, Buffer.from(dot, "base64"));
  const { logo } = await ask("logo", code, "--image", image, "--alt", "City school");
  assert.deepEqual([logo.type, logo.width, logo.alt], ["image/png", 1, "City school"]);
  assert.deepEqual((await ask("logo", code, "--alt", "School")).logo, { ...logo, alt: "School" });
  assert.equal((await ask("logo", code, "--remove")).logo, null);

  const long = path.join(directory, "long.png");
  await writeFile(long, Buffer.concat([Buffer.from(dot, "base64"), Buffer.alloc(40_000)]));
  for (const [args, status, message] of [
    [["theme", code], 2, /Name the --accent, the --scheme, or both/],
    [["theme", code, "--accent", "teal"], 3, /accent/],
    [["logo", code], 2, /Name the file of the --image/],
    [["logo", code, "--alt", "School"], 3, /has no logo yet/],
    [["logo", code, "--image", path.join(directory, "missing.png")], 2, /Can't read an image from .*missing\.png/],
    [["logo", code, "--image", long], 2, /long\.png: The image has more than 32 KiB/],
  ]) {
    const refused = await poll(...args);
    assert.equal(refused.status, status, refused.stderr);
    assert.match(refused.stderr, message);
  }
});

test("polls are made of JSON, and listed one in a line", async (t) => {
  const { directory, poll, ask } = await start(t);
  const file = path.join(directory, "poll.json");
  const question = { kind: "ranking", text: "Where do we go?", options: ["Lake", "Hills"] };
  await writeFile(file, JSON.stringify({ title: "Trip", question }));
  const { question: stored } = await ask("create", "--file", file);
  assert.deepEqual(stored, { ...question, min: 1 });
  await ask("create", "--question", "How was it?", "--kind", "scale", "--size", "5", "--low", "Bad", "--skippable");
  const lines = (await poll("list", "--json")).stdout.trim().split("\n").map((line) => JSON.parse(line).title);
  assert.deepEqual(lines, ["How was it?", "Trip"]);
  assert.match((await poll("list", "--search", "trip")).stdout, /^\S+  \S+  draft  0  Trip\n$/);
});

test("errors say what is wrong, and have their exit status", async (t) => {
  const { directory, poll, secret } = await start(t, { scopes: ["polls:read"] });
  const refused = await poll("create", "--question", "?", "--option", "a", "--option", "b");
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, /polls:write/);
  const file = path.join(directory, "results.csv");
  assert.equal((await poll("export", "K7MXQ4", "--output", file)).status, 3);
  assert.ok(!(await readdir(directory)).some((name) => name.startsWith("results.csv")), "no file, and no part of one");
  for (const [args, message] of [
    [["get", "what?"], /neither the id nor the code/],
    [["frobnicate"], /"frobnicate" is not a command/],
    [["create"], /Name the --question/],
    [["create", "--file", directory], /Can't read a poll from/],
    [["create", "--file", "/dev/zero"], /at most 65536 bytes/],
    [[], /There is no command/],
  ]) {
    const { status, stderr } = await poll(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
  }
  const env = { POLLUX_API_URL: "http://127.0.0.1:1" };
  const keyless = await run(["poll", "list"], { env });
  assert.equal(keyless.status, 2);
  assert.match(keyless.stderr, /POLLUX_API_KEY/);
  const keyFile = path.join(directory, "key");
  await writeFile(keyFile, `${secret}\n`);
  const nowhere = await run(["poll", "list", "--key-file", keyFile], { env });
  assert.equal(nowhere.status, 1);
  assert.match(nowhere.stderr, /The HTTP API at http:\/\/127\.0\.0\.1:1\/ can't be used: .*[Rr]efused/);
  assert.equal((await run(["poll", "--help"], { env })).status, 0);
});
