// Each service of Docker's example-voting-app can be replaced by ours: the bytes that they exchange.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Cluster } from "./cluster.mjs";
import { eventually } from "./eventually.mjs";
import { cookieOf, counts, formType, request, vote, voterOf } from "./http.mjs";
import { metrics } from "./metrics.mjs";
import { PostgresServer } from "./postgres_server.mjs";
import { assertPageAfterVoteForA, assertPageToVoteOn } from "./vote_page.mjs";

const postgres = await PostgresServer.start({ after });

// Arguments of the programs, for workers that import the legacy list.
const importing = { worker: ["--import-legacy-list"] };

// The query of the result service of example-voting-app, once a second.
const exampleQuery = "SELECT vote, COUNT(id) AS count FROM votes GROUP BY vote";

async function answersExampleQuery(cluster, rows) {
  await eventually(async () => assert.deepEqual((await cluster.sql(exampleQuery)).sort(), rows));
}

test("entries of example-voting-app's list are counted in order", async (t) => {
  const cluster = await Cluster.start(t, postgres, { votes: 0, workers: 2, args: importing });
  const entries = [
    '{"voter_id": "xyz", "vote": "b"}',
    '{"voter_id": "3f1a9c", "vote": "b"}',
    '{"voter_id": "Zo\\u00eb", "vote": "b"}',
    '{"voter_id": "3f1a9c", "vote": "a"}',
  ];
  await cluster.redis.command("RPUSH", "votes", ...entries);
  await answersExampleQuery(cluster, ["a|1", "b|2"]);
  assert.deepEqual(
    await cluster.selections(),
    new Map([
      ["xyz", "b"],
      ["Zoë", "b"],
      ["3f1a9c", "a"],
    ]),
  );
  await eventually(async () => assert.deepEqual(await counts(cluster.results[0]), { a: 1, b: 2 }));
  assert.deepEqual(await cluster.redis.command("EXISTS", "votes"), ["0"]);
});

test("a worker leaves the legacy list alone unless it is asked to import it", async (t) => {
  const cluster = await Cluster.start(t, postgres, { results: 0 });
  await cluster.redis.command("RPUSH", "votes", '{"voter_id": "xyz", "vote": "b"}');
  assert.equal((await vote(cluster.votes[0], "a")).status, 200);
  await answersExampleQuery(cluster, ["a|1"]);
  assert.deepEqual(await cluster.redis.command("LLEN", "votes"), ["1"]);
  // The former name of the setting.
  cluster.args = { ...cluster.args, worker: ["--drain-list"] };
  const former = await cluster.worker();
  await answersExampleQuery(cluster, ["a|1", "b|1"]);
  assert.ok(former.log.some((line) => line.includes("Use --import-legacy-list")));
});

test("invalid entries of the list become dead letters with the reason and their content", async (t) => {
  const cluster = await Cluster.start(t, postgres, { votes: 0, args: importing });
  const poison = ['{"voter_id": "xyz"}', "no JSON", `{"voter_id": "${"x".repeat(256)}", "vote": "a"}`];
  await cluster.redis.command("RPUSH", "votes", ...poison, '{"voter_id": "xyz", "vote": "a"}');
  await answersExampleQuery(cluster, ["a|1"]);
  await eventually(async () => {
    const letters = await cluster.redis.command("XRANGE", "pollux:dead-letters", "-", "+");
    assert.equal(letters.filter((line) => line === "reason").length, poison.length);
    for (const entry of poison) {
      assert.equal(letters[letters.indexOf(entry) - 1], "original");
    }
  });
  await eventually(async () => {
    const { pollux_dead_letters, pollux_dead_letters_total } = await metrics(cluster.workers[0]);
    assert.deepEqual([pollux_dead_letters, pollux_dead_letters_total], [poison.length, poison.length]);
  });
});

test("pollux-vote --queue list writes example-voting-app's list byte for byte", async (t) => {
  const cluster = await Cluster.start(t, postgres, {
    workers: 0,
    results: 0,
    args: { ...importing, vote: ["--queue", "list"] },
  });
  const jars = [{}, {}];
  for (const [jar, option] of [
    [jars[0], "b"],
    [jars[1], "a"],
    [jars[0], "a"],
  ]) {
    assert.equal((await vote(cluster.votes[0], option, { jar })).status, 200);
  }
  const [first, second] = jars.map(voterOf);
  assert.deepEqual(await cluster.redis.command("LRANGE", "votes", "0", "-1"), [
    `{"voter_id": "${first}", "vote": "b"}`,
    `{"voter_id": "${second}", "vote": "a"}`,
    `{"voter_id": "${first}", "vote": "a"}`,
  ]);
  assert.deepEqual(await cluster.redis.command("EXISTS", "pollux:votes:0"), ["0"]);

  await cluster.worker();
  await answersExampleQuery(cluster, ["a|2"]);
});

test("the SQL of example-voting-app's worker is counted", async (t) => {
  const cluster = await Cluster.start(t, postgres, { workers: 0, votes: 0 });
  await cluster.sql(
    "CREATE TABLE IF NOT EXISTS votes (id VARCHAR(255) NOT NULL UNIQUE, vote VARCHAR(255) NOT NULL)",
  );
  await cluster.sql("INSERT INTO votes (id, vote) VALUES ('xyz', 'a')");
  await cluster.sql("INSERT INTO votes (id, vote) VALUES ('abc', 'a')");
  await assert.rejects(cluster.sql("INSERT INTO votes (id, vote) VALUES ('xyz', 'b')"), /duplicate key/);
  await cluster.sql("UPDATE votes SET vote = 'b' WHERE id = 'xyz'");
  await answersExampleQuery(cluster, ["a|1", "b|1"]);
  await eventually(async () => assert.deepEqual(await counts(cluster.results[0]), { a: 1, b: 1 }));
  assert.equal((await cluster.runWorker(["recount"])).status, 0);
});

test("pollux-vote's page is compatible with example-voting-app's forms and scripts", async (t) => {
  const cluster = await Cluster.start(t, postgres, { workers: 0, results: 0 });
  const [service] = cluster.votes;
  const url = `${service.voteUrl}/`;
  const page = await request(url);
  assertPageToVoteOn(page.body.toString());
  assert.match(cookieOf(page), /^voter_id=[0-9a-f]+\.[0-9a-f]+$/);
  assert.match(page.headers["set-cookie"][0], /; *Path=\/(;|$)/);
  assertPageAfterVoteForA(await vote(service, "a"));

  const multipart = '--limit\r\nContent-Disposition: form-data; name="vote"\r\n\r\na\r\n--limit--\r\n';
  for (const [type, body, status] of [
    [formType, "vote=b", 200],
    ["multipart/form-data; boundary=limit", multipart, 200],
    [formType, "choice=a", 400],
    ["application/json", '{"vote":"a"}', 400],
  ]) {
    const answer = await request(url, { method: "POST", headers: { "Content-Type": type }, body });
    assert.equal(answer.status, status, body);
  }
  for (const [method, path, status] of [
    ["HEAD", "", 200],
    ["OPTIONS", "", 204],
    ["PUT", "", 405],
    ["GET", "nowhere", 404],
  ]) {
    assert.equal((await request(url + path, { method })).status, status, method);
  }
});

test("OPTION_A and OPTION_B name the options of both pages", async (t) => {
  const args = {
    vote: ["--option-a", "Tea", "--option-b", "Coffee"],
    result: ["--option-a", "Tea", "--option-b", "Coffee"],
  };
  const cluster = await Cluster.start(t, postgres, { workers: 0, args });
  const page = (await request(cluster.votes[0].voteUrl)).body.toString();
  assert.match(page, /<title>Tea vs Coffee!<\/title>/);
  const { body } = await request(`${cluster.results[0].resultUrl}/api/tally`);
  assert.deepEqual(
    JSON.parse(body).options.map(({ label }) => label),
    ["Tea", "Coffee"],
  );
});

test("the push protocol of pollux-result equals example-voting-app's byte for byte", async (t) => {
  const cluster = await Cluster.start(t, postgres, { workers: 0, votes: 0 });
  const values = ["'x', 'a'", "'y', 'a'", "'z', 'b'"].map((row) => `(${row})`).join();
  await cluster.sql(`INSERT INTO votes (id, vote) VALUES ${values}`);
  const [result] = cluster.results;
  await eventually(async () => assert.deepEqual(await counts(result), { a: 2, b: 1 }));

  const url = `${result.resultUrl}/socket.io/?EIO=4&transport=polling`;
  const opened = await request(url);
  assert.equal(opened.headers["content-type"], "text/plain; charset=UTF-8");
  const tail = '","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}';
  const [, sid] = opened.body.toString().match(/^0\{"sid":"([\w-]+)/);
  assert.equal(opened.body.toString(), `0{"sid":"${sid}${tail}`);

  const connected = await request(`${url}&sid=${sid}`, { method: "POST", body: "40" });
  assert.deepEqual([connected.status, connected.body.toString()], [200, "ok"]);
  const pushed = (await request(`${url}&sid=${sid}`)).body.toString().split("\x1e");
  assert.match(pushed[0], /^40\{"sid":"[\w-]+"\}$/);
  assert.deepEqual(pushed.slice(1), [
    '42["message",{"text":"Welcome!"}]',
    '42["scores","{\\"a\\":2,\\"b\\":1}"]',
  ]);
});
