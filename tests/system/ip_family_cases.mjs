// What holds in one kind of network; ip_families.test.mjs runs it in each. Every port is free here.
import assert from "node:assert/strict";
import { lookup } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { Child } from "./child.mjs";
import { programs } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { counts, request, vote } from "./http.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { Viewer } from "./push_viewer.mjs";
import { RedisServer } from "./redis_server.mjs";
import { programOf, runProgram, Service, temporaryDirectory } from "./service.mjs";

const [, , kind] = process.argv;
const pollux = programOf("POLLUX_PROGRAM");
const own = {
  "IPv6 switched off": ["127.0.0.1"],
  "a kernel without IPv6": ["127.0.0.1"],
  "IPv6 only": ["127.0.0.1", "[::1]", "[2001:db8::7]"],
  "IPv6 only, also for itself": ["[::1]", "[2001:db8::7]"],
  "both families": ["127.0.0.1", "[::1]", "192.0.2.7", "[2001:db8::7]"],
}[kind];
const loopback = own.includes("[::1]") ? "[::1]" : "127.0.0.1";
const hasDefault = own.includes("127.0.0.1");
const everywhere = ["--vote-listen", ":8080", "--result-listen", "*:8081", "--admin-listen", ":8082", "--management-listen", ":9090"];
const withNames = ["--vote-listen", "localhost:8080", "--result-listen", "localhost:8081", "--admin-listen", "localhost:8082"];

// Needs 127.0.0.1, because the port is chosen there.
const bind = loopback.replace(/[[\]]/g, "");
const redis = hasDefault && (await RedisServer.start({ after }, { args: ["--bind", bind] }));
const postgres =
  hasDefault && (await PostgresServer.start({ after }, { settings: { listen_addresses: bind } }));

// In a directory of its own, since the defaults are files of the current one.
async function enterDirectory(t) {
  const before = process.cwd();
  process.chdir(await temporaryDirectory(t));
  t.after(() => process.chdir(before));
}

// As a browser does it: one address of the name after the other.
async function requestByName(url) {
  const { hostname, port, pathname } = new URL(url);
  const addresses = await lookup(hostname.replace(/^\[|\]$/g, ""), { all: true });
  const answers = await Promise.allSettled(
    addresses.map(({ address, family }) =>
      request(`http://${family === 6 ? `[${address}]` : address}:${port}${pathname}`),
    ),
  );
  const answer = answers.find(({ status }) => status === "fulfilled");
  assert.ok(answer, `${url}: ${answers.map(({ reason }) => reason)}`);
  return answer.value;
}

// That a vote and the results are reached there.
async function assertServes(t, { voteUrl, resultUrl }) {
  const site = { voteUrl, resultUrl };
  const { a } = await counts(site);
  const viewer = new Viewer(t, `${resultUrl}/polls/default`);
  await viewer.until(({ name }) => name === "tally");
  assert.equal((await vote(site, "a")).status, 200, voteUrl);
  await viewer.until(({ name, values }) => name === "tally" && values[0].options[0].count > a);
  await eventually(async () => assert.equal((await counts(site)).a, a + 1, resultUrl));
}

const at = (address) => ({ voteUrl: `http://${address}:8080`, resultUrl: `http://${address}:8081` });

// The line that is printed on a terminal.
async function assertGreets(t, args, addresses) {
  const child = new Child("script", ["-qefc", ["exec", pollux, ...args].join(" "), "/dev/null"]);
  t.after(() => child.end("SIGKILL"));
  const [, ...printed] = await child.says((line) => /^Vote at (\S+), results at (\S+), make polls at/.exec(line));
  assert.deepEqual(printed, addresses);
  for (const url of printed) {
    assert.equal((await requestByName(url)).status, 200, url);
  }
  // The program itself: its terminal would wait for a while.
  process.kill(Number(await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8")), "SIGTERM");
  assert.deepEqual(await child.ended(), { status: 0, signal: null });
}

if (hasDefault) {
  test("pollux starts without arguments, prints working addresses, and is healthy", async (t) => {
    await enterDirectory(t);
    const service = await Service.launch(t, pollux, []);
    assert.deepEqual([service.voteUrl, service.resultUrl], Object.values(at("127.0.0.1")));
    await assertServes(t, service);
    const { status, stderr } = await runProgram(pollux, ["healthcheck"]);
    assert.equal(status, 0, stderr);
    await service.stop();
    await assertGreets(t, [], ["http://127.0.0.1:8080/", "http://127.0.0.1:8081/"]);
  });
} else {
  test("pollux explains what to do if the default address is missing", async (t) => {
    await enterDirectory(t);
    const { status, stderr } = await runProgram(pollux, []);
    assert.equal(status, 1, stderr);
    assert.match(
      stderr,
      /^Can't listen on 127\.0\.0\.1:\d+: this machine does not have that address\. Choose one that it has, or :\d+ for all\.\n$/m,
    );
  });
}

test("pollux on all addresses is reachable at each of them, and prints a working one", async (t) => {
  await enterDirectory(t);
  const service = await Service.launch(t, pollux, everywhere);
  for (const address of own) {
    await assertServes(t, at(address));
  }
  const { status, stderr } = await runProgram(pollux, ["healthcheck", "--management-listen", ":9090"]);
  assert.equal(status, 0, stderr);
  await service.stop();
  await assertGreets(t, everywhere, ["http://localhost:8080/", "http://localhost:8081/"]);
});

test("pollux listening on a name is reachable at each existing address of the name", async (t) => {
  await enterDirectory(t);
  const args = [...withNames, "--management-listen", "localhost:0"];
  const service = await Service.launch(t, pollux, args);
  for (const address of own.filter((each) => ["127.0.0.1", "[::1]"].includes(each))) {
    await assertServes(t, at(address));
  }
  assert.equal((await requestByName(`${service.managementUrl}/readyz`)).status, 200);
  await service.stop();
  await assertGreets(t, args, ["http://localhost:8080/", "http://localhost:8081/"]);
});

if (!own.includes("[::1]")) {
  test("pollux explains what to do if IPv6 is requested but missing", async (t) => {
    await enterDirectory(t);
    const { status, stderr } = await runProgram(pollux, ["--vote-listen", "[::1]:8080"]);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^Can't listen on \[::1\]:8080: this machine .* Choose .*\n$/m);
  });
}

if (hasDefault) {
  for (const host of ["localhost", loopback]) {
    test(`the services find Redis and PostgreSQL at ${host}, of which one family listens`, async (t) => {
      const env = {
        REDIS_URL: `redis://${host}:${redis.port}`,
        DATABASE_URL: postgres.url("postgres", { host }),
      };
      const worker = await Service.launch(t, programs.worker, ["--management-listen", `${loopback}:9091`], { env });
      const result = await Service.launch(t, programs.result, ["--management-listen", "localhost:9092"], { env });
      const voting = await Service.launch(t, programs.vote, [], { env });
      const services = [voting, result, worker];
      await Promise.all(services.map((service) => service.ready()));
      await assertServes(t, { voteUrl: voting.voteUrl, resultUrl: result.resultUrl });
      await Promise.all(services.map((service) => service.stop()));
    });
  }
}
