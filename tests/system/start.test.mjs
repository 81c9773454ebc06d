import assert from "node:assert/strict";
import { mkdir, stat, writeFile } from "node:fs/promises";
import net from "node:net";
import { once } from "node:events";
import path from "node:path";
import { test } from "node:test";
import { Child } from "./child.mjs";
import { eventually } from "./eventually.mjs";
import { formType, request, vote } from "./http.mjs";
import { Pollux, run, temporaryDirectory } from "./program.mjs";

const anywhere = [
  "--vote-listen",
  "127.0.0.1:0",
  "--result-listen",
  "127.0.0.1:0",
  "--admin-listen",
  "127.0.0.1:0",
  "--management-listen",
  "127.0.0.1:0",
];

function assertOneSentence(stderr, about) {
  const lines = stderr.split("\n").filter((line) => line !== "");
  assert.equal(lines.length, 1, stderr);
  assert.match(lines[0], about);
  assert.match(lines[0], /\.$/);
}

test("a port in use causes one clear message and exit status 1", async (t) => {
  const directory = await temporaryDirectory(t);
  const holder = net.createServer().listen(0, "127.0.0.1");
  t.after(() => holder.close());
  await once(holder, "listening");
  const busy = `127.0.0.1:${holder.address().port}`;
  for (const flag of ["--vote-listen", "--result-listen", "--admin-listen", "--management-listen"]) {
    const others = anywhere.filter((_, index) => anywhere[index - (index % 2)] !== flag);
    const { status, stderr } = await run([
      ...others,
      flag,
      busy,
      "--database",
      path.join(directory, "pollux.db"),
    ]);
    assert.equal(status, 1, flag);
    assertOneSentence(stderr, new RegExp(busy.replaceAll(".", "\\.")));
  }
});

test("a read-only database causes one clear message and exit status 1", async (t) => {
  const directory = await temporaryDirectory(t);
  const isDirectory = path.join(directory, "folder.db");
  await mkdir(isDirectory);
  await writeFile(path.join(directory, "file"), "");
  for (const database of [isDirectory, path.join(directory, "file", "pollux.db")]) {
    const { status, stderr } = await run([...anywhere, "--database", database]);
    assert.equal(status, 1, database);
    assertOneSentence(stderr, /file|folder|directory|key/i);
  }
});

test("a file that is not a database is not changed", async (t) => {
  const directory = await temporaryDirectory(t);
  const database = path.join(directory, "pollux.db");
  await writeFile(database, "A letter to my aunt. ".repeat(100));
  const { status, stderr } = await run([...anywhere, "--database", database]);
  assert.equal(status, 1);
  assertOneSentence(stderr, /pollux\.db/);
  assert.equal((await stat(database)).size, 2100);
});

test("a second program cannot use the same file", async (t) => {
  const directory = await temporaryDirectory(t);
  const first = await Pollux.start(t, { directory });
  const { status, stderr } = await run([...anywhere, "--database", path.join(directory, "pollux.db")]);
  assert.equal(status, 1);
  assertOneSentence(stderr, /pollux\.db/);
  assert.equal((await vote(first, "a")).status, 200);
});

test("the voter key is readable only by its owner", async (t) => {
  const directory = await temporaryDirectory(t);
  await Pollux.start(t, { directory });
  assert.equal((await stat(path.join(directory, "pollux.key"))).mode & 0o777, 0o600);
});

test("an unknown flag is rejected by name", async () => {
  const { status, stderr } = await run(["--vote-lissen", "127.0.0.1:0"]);
  assert.notEqual(status, 0);
  assert.match(stderr, /vote-lissen/);
});

test("--help is readable and has the defaults", async () => {
  const { status, stdout } = await run(["--help"]);
  assert.equal(status, 0);
  assert.match(stdout, /--vote-listen/);
  assert.match(stdout, /Default: 127\.0\.0\.1:8080\n/);
  assert.doesNotMatch(stdout, /[^\P{C}\n]|\uFFFD/u);
});

test("on SIGTERM a vote in flight is counted and acknowledged, then the program exits with 0", async (t) => {
  const directory = await temporaryDirectory(t);
  const pollux = await Pollux.start(t, { directory });
  const { hostname, port } = new URL(pollux.voteUrl);
  const socket = net.connect(Number(port), hostname).setEncoding("utf8");
  t.after(() => socket.destroy());
  let answer = "";
  socket.on("data", (text) => (answer += text));
  await once(socket, "connect");
  const fields = `Content-Type: ${formType}\r\nContent-Length: 6\r\nExpect: 100-continue\r\n`;
  socket.write(`POST / HTTP/1.1\r\nHost: ${hostname}\r\n${fields}\r\n`);
  // Now the server has seen the request.
  await eventually(() => assert.match(answer, /^HTTP\/1\.1 100 /));
  answer = "";
  socket.write("vot");

  pollux.signal("SIGTERM");
  await eventually(() => assert.ok(pollux.log.some((line) => line.includes("Draining."))));
  socket.write("e=a");
  assert.deepEqual(await pollux.ended(), { status: 0, signal: null });
  await eventually(() => assert.match(answer, /^HTTP\/1\.1 200 /));
  assert.match(answer, /Connection: close/i);
});

test("on a terminal it prints the addresses of the pages, with any arguments", async (t) => {
  const directory = await temporaryDirectory(t);
  const command = [
    process.env.POLLUX_PROGRAM,
    ...anywhere.slice(2),
    ...["--vote-listen", ":0", "--database", path.join(directory, "pollux.db"), "--log-level", "error"],
  ];
  // script gives it a terminal, which a program that was started by hand has.
  const terminal = new Child("script", ["--quiet", "--command", command.join(" "), "/dev/null"], {});
  t.after(() => terminal.end("SIGKILL"));
  const [, voteUrl, resultUrl, adminUrl] = await terminal.says((line) =>
    line.match(
      /^Vote at (http:\/\/localhost:\d+\/), results at (http:\/\/127\.0\.0\.1:\d+\/), make polls at (http:\/\/127\.0\.0\.1:\d+\/)#setup=[0-9a-f]{32}, stop with Ctrl-C\./,
    ),
  );
  assert.equal((await request(`${adminUrl}api/v1/setup`)).status, 200);
  assert.equal((await request(voteUrl)).status, 200);
  assert.equal((await request(resultUrl)).status, 200);
});

test("Ctrl-C and SIGTERM within a second are one signal", async (t) => {
  const pollux = await Pollux.start(t);
  pollux.signal("SIGINT");
  pollux.signal("SIGTERM"); // at once: a busy machine takes longer than a second for anything else
  assert.deepEqual(await pollux.ended(), { status: 0, signal: null });
  assert.equal(pollux.log.filter((line) => /drain(ing|s)\b/i.test(line)).length, 1, pollux.log.join("\n"));
});

test("a listener for all addresses serves both families, and healthcheck reaches it", async (t) => {
  for (const listen of [":0", "*:0", "[::]:0"]) {
    const directory = await temporaryDirectory(t);
    const args = ["--vote-listen", listen, "--result-listen", "[::1]:0", "--management-listen", "127.0.0.1:0"];
    const others = ["--admin-listen", "127.0.0.1:0", "--database", path.join(directory, "pollux.db")];
    const pollux = new Child(process.env.POLLUX_PROGRAM, [...args, ...others], {});
    t.after(() => pollux.end("SIGKILL"));
    const said = await pollux.says((line) => line.includes('"Serving."') && JSON.parse(line));
    const port = said.vote.split(":").at(-1);
    for (const host of ["127.0.0.1", "[::1]"]) {
      assert.equal((await request(`http://${host}:${port}/`)).status, 200, `${listen} on ${host}`);
    }
    assert.equal((await request(`http://${said.result}/`)).status, 200);
    for (const host of ["", "[::]", "0.0.0.0"]) {
      const management = `${host}:${said.management.split(":").at(-1)}`;
      const { status, stderr } = await run(["healthcheck", "--management-listen", management]);
      assert.equal(status, 0, `${management}: ${stderr}`);
    }
  }
});

test("on SIGINT it exits with 0, too", async (t) => {
  const pollux = await Pollux.start(t);
  pollux.signal("SIGINT");
  assert.deepEqual(await pollux.ended(), { status: 0, signal: null });
});

test("the management listener serves liveness, readiness and metrics", async (t) => {
  const pollux = await Pollux.start(t);
  await vote(pollux, "a");
  await request(`${pollux.voteUrl}/`, {
    method: "POST",
    headers: { "Content-Type": formType },
    body: "vote=zzz",
  });
  assert.equal((await request(`${pollux.managementUrl}/livez`)).status, 200);
  assert.equal((await request(`${pollux.managementUrl}/readyz`)).status, 200);
  const metrics = (await request(`${pollux.managementUrl}/metrics`)).body.toString();
  assert.match(metrics, /^pollux_votes_accepted_total(\{[^}]*\})? 1$/m);
  assert.match(metrics, /^pollux_votes_rejected_total\{[^}]*\} 1$/m);
  assert.match(metrics, /^pollux_build_info\{.*\} 1$/m);
});

test("the public listeners do not serve the management endpoints", async (t) => {
  const pollux = await Pollux.start(t);
  for (const url of [pollux.voteUrl, pollux.resultUrl]) {
    assert.equal((await request(`${url}/metrics`)).status, 404);
  }
});

test("healthcheck exits with 0 while the program is ready and with 1 when it has ended", async (t) => {
  const pollux = await Pollux.start(t);
  const args = ["healthcheck", "--management-listen", new URL(pollux.managementUrl).host];
  assert.equal((await run(args)).status, 0);
  await pollux.stop();
  const { status, stderr } = await run(args);
  assert.equal(status, 1);
  assertOneSentence(stderr, /127\.0\.0\.1/);
});

test("the log does not contain selections", async (t) => {
  const pollux = await Pollux.start(t);
  const jar = {};
  await vote(pollux, "a", { jar });
  await pollux.stop();
  const id = jar.cookie.split("=")[1].split(".")[0];
  assert.ok(pollux.log.every((line) => !line.includes(id)));
});
