// What the programs say of a DATABASE_URL that is not as it should be: which part, and no piece of a password.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, test } from "node:test";
import { programs } from "./cluster.mjs";
import { PostgresServer, superuserPassword } from "./postgres_server.mjs";
import { RedisServer } from "./redis_server.mjs";
import { runProgram, temporaryDirectory } from "./service.mjs";

// Two words of no language, so that a piece of them in an output comes from nowhere else.
const head = "Tr0ub4dor";
const tail = "S3cr3tT4il";
const place = "127.0.0.1:1"; // a closed port
const longestHarmlessPiece = 3;

const wrong = {
  "an @ in the password": [`postgresql://pollux:${head}@${tail}@${place}/x`, /more than one @.*write %40/],
  "an @ at the end of the password": [`postgresql://pollux:${head}${tail}@@${place}/x`, /more than one @/],
  "an @ in the password of postgres://": [`postgres://pollux:${head}@${tail}@${place}/x`, /more than one @/],
  "an @ and no port": [`postgresql://pollux:${head}@${tail}@localhost/x`, /more than one @/],
  "an @ and a / in the password": [`postgresql://pollux:a@${head}/${tail}@${place}/x`, /more than one @/],
  "a / in the password": [`postgresql://pollux:${head}/${tail}@${place}/x`, /a \/ before the @.*write %2F/],
  "a / after a number in the password": [`postgresql://pollux:12/${head}${tail}@${place}/x`, /a \/ before/],
  "a % in the password": [`postgresql://pollux:${head}%${tail}@${place}/x`, /write %25 for %/],
  "a % at the end of the password": [`postgresql://pollux:${head}${tail}%@${place}/x`, /write %25 for %/],
  "a zero byte in the password": [`postgresql://pollux:${head}%00${tail}@${place}/x`, /write %25 for %/],
  "a / and a ? in the password": [`postgresql://pollux:${head}/?${tail}@${place}/x`, /a \/ before the @/],
  "no scheme": [`pollux:${head}${tail}@${place}/x`, /begins with neither postgresql:\/\/ nor postgres:\/\//],
  "another scheme": [`mysql://pollux:${head}${tail}@${place}/x`, /begins with neither/],
  "a scheme in capitals": [`POSTGRESQL://pollux:${head}${tail}@${place}/x`, /begins with neither/],
  "a scheme that is mistyped": [`postgressql://pollux:${head}${tail}@${place}/x`, /begins with neither/],
  "a scheme with one slash": [`postgresql:/pollux:${head}${tail}@${place}/x`, /begins with neither/],
  "a scheme of Java": [`jdbc:postgresql://${place}/x?user=u&password=${head}${tail}`, /begins with neither/],
  "a space before the scheme": [` postgresql://pollux:${head}${tail}@${place}/x`, /begins with neither/],
  "quotes around it": [`"postgresql://pollux:${head}${tail}@${place}/x"`, /begins with neither/],
  "the name of the variable in it": [`DATABASE_URL=postgresql://u:${head}${tail}@${place}/x`, /keyword/],
  "the password alone": [`${head}${tail}`, /begins with neither/],
  "the password as the port": [`postgresql://${place.split(":")[0]}:${head}${tail}/x`, /port is not a number/],
  "a port too large": [`postgresql://pollux:${head}${tail}@127.0.0.1:99999/x`, /port is not a number from 1 to 65535/],
  "the port 0": [`postgresql://pollux:${head}${tail}@127.0.0.1:0/x`, /port is not a number/],
  "a port and more": [`postgresql://pollux:${head}@127.0.0.1:1:${tail}/x`, /port is not a number/],
  "the port of one of several": [`postgresql://u:${head}${tail}@${place},127.0.0.1:x/x`, /port is not a number/],
  "a host with a space": [`postgresql://pollux:${head}@${tail} x/y`, /host is not a name or an address/],
  "a host with a quote": [`postgresql://pollux:${head}@${tail}'/y`, /host is not a name or an address/],
  "a host with an escaped @": [`postgresql://pollux:${head}@${tail}%40${place}/y`, /host is not a name or an address/],
  "an address without its bracket": [`postgresql://pollux:${head}${tail}@[::1/x`, /as \[::1\]/],
  "something after the bracket": [`postgresql://pollux:${head}@[::1]${tail}/x`, /as \[::1\]/],
  "an escaped colon": [`postgresql://pollux%3A${head}${tail}@${place}/x`, /user has a colon/],
  "a second / after the host": [`postgresql://pollux@${place}/x/${head}${tail}`, /name of its database/],
  "& instead of ?": [`postgresql://pollux@${place}/x&password=${head}${tail}`, /name of its database/],
  "an escaped @ in the database": [`postgresql://u:12@${place}/${head}${tail}%40db/y`, /name of its database/],
  "an unknown parameter": [`postgresql://${place}/x?passwort=${head}${tail}`, /parameter after the \? that libpq does not know/],
  "a parameter without a value": [`postgresql://${place}/x?${head}${tail}`, /parameter after the \? without a value/],
  "& in a password after the ?": [`postgresql://${place}/x?password=${head}&${tail}`, /without a value/],
  "& and = in a password after the ?": [`postgresql://${place}/x?password=${head}&${tail}=1`, /that libpq does not know/],
  "a second = after the ?": [`postgresql://${place}/x?password=${head}=${tail}`, /a second =/],
  "an @ after the ?": [`postgresql://u:a@${place}/x?password=${head}@${tail}`, /more than one @/],
  "an unknown sslmode": [`postgresql://u:${head}@${place}/x?sslmode=${tail}`, /sslmode is none of: disable, allow, .*verify-full/],
  "unknown session attributes": [`postgresql://u:${head}@${place}/x?target_session_attrs=${tail}`, /target_session_attrs is none of/],
  "a timeout that is no number": [`postgresql://u:${head}@${place}/x?connect_timeout=${tail}`, /connect_timeout is not an integer/],
  "words: a space in the password": [`host=127.0.0.1 port=1 user=u password=${head} ${tail}`, /quote values that contain spaces, as in password='a b'/],
  "words: a space before a word": [`host=127.0.0.1 password=${head} ${tail} user=u`, /quote values/],
  "words: a quote without end": [`host=127.0.0.1 password='${head}${tail}`, /an unterminated quote/],
  "words: an unknown keyword": [`host=127.0.0.1 ${head}${tail}=x`, /keyword that libpq does not know/],
  "words: the password as host": [`host=${head}@${tail} user=u`, /host is not a name/],
  "words: the password as port": [`host=127.0.0.1 port=${head}${tail}`, /port is not a number/],
  "words: the password with the user": [`host=127.0.0.1 user=pollux:${head}${tail}`, /user has a colon/],
  "words: a URL as the database": [`dbname=postgresql://u:${head}${tail}@${place}/x`, /name of its database/],
  "words: a URL after a keyword": [`host=127.0.0.1 dbname='postgresql://u:${head}${tail}@h'`, /name of its database/],
  "words: two ports for three hosts": [`host=a,b,c port=1,2 password=${head}${tail}`, /numbers of its ports and of its hosts differ/],
};

// Well-formed: the server is not there, and that is all there is to say.
const right = {
  "escaped characters": `postgresql://pollux:${head}%40${tail}%2F%25@${place}/x`,
  "a colon in the password": `postgresql://pollux:${head}:${tail}@${place}/x`,
  "a ? and a # in the password": `postgresql://pollux:${head}?#${tail}@${place}/x`,
  "no user": `postgresql://:${head}${tail}@${place}/x`,
  "the password as a parameter": `postgresql://pollux@${place}/x?password=${head}${tail}`,
  "several servers": `postgresql://pollux:${head}${tail}@${place},127.0.0.1:2/x`,
  words: `host=127.0.0.1 port=1 user=u password='${head} ${tail}' dbname=x`,
};

const redis = await RedisServer.start({ after });
const directory = await temporaryDirectory({ after });
const anywhere = ["--management-listen", "127.0.0.1:0", "--start-wait", "0ms"];
const uses = [
  [programs.worker, anywhere],
  [programs.worker, ["migrate"]],
  [programs.worker, ["recount"]],
  [programs.result, [...anywhere, "--listen", "127.0.0.1:0"]],
];

function assertShowsNoPiece(output, secrets = [head, tail]) {
  for (const secret of secrets) {
    for (let begin = 0; begin + longestHarmlessPiece < secret.length; ++begin) {
      const piece = secret.slice(begin, begin + longestHarmlessPiece + 1);
      assert.ok(!output.includes(piece), `${piece} is in: ${output}`);
    }
  }
}

async function tried([program, args], env) {
  const { status, stdout, stderr } = await runProgram(program, args, { env: { REDIS_URL: redis.url, ...env } });
  assertShowsNoPiece(stdout + stderr);
  return { status, stderr };
}

for (const [what, [url, part]] of Object.entries(wrong)) {
  test(`${what}: the message says which part and shows nothing of it`, async () => {
    for (const use of uses) {
      const { status, stderr } = await tried(use, { DATABASE_URL: url });
      assert.equal(status, 2, stderr);
      assert.match(stderr, /DATABASE_URL in the environment has a value that is not shown here/);
      assert.match(stderr, part);
    }
  });
}

for (const [what, url] of Object.entries(right)) {
  test(`${what}: the server is missing and the password is not shown`, async () => {
    for (const use of uses) {
      const { status, stderr } = await tried(use, { DATABASE_URL: url });
      assert.equal(status, 1, stderr);
      assert.match(stderr, /^The database postgresql:\/\/\S+ can't be reached or was lost .*Connection refused/m);
    }
  });
}

test("it is not shown on the command line or from a file either", async () => {
  const [url, part] = wrong["an @ in the password"];
  const flag = await tried([programs.result, ["--database-url", url]], {});
  const file = path.join(directory, "url");
  await writeFile(file, `${url}\n`, { mode: 0o600 });
  const fromFile = await tried([programs.result, []], { DATABASE_URL_FILE: file });
  for (const { status, stderr } of [flag, fromFile]) {
    assert.equal(status, 2);
    assert.match(stderr, part);
  }
});

test("a separate password needs no escaping and overrides the URL's", async (t) => {
  const postgres = await PostgresServer.start(t, { passwords: true });
  const database = await postgres.freshDatabase();
  const password = `${head}@/:%${tail}`;
  await postgres.sql("postgres", `CREATE ROLE voting SUPERUSER LOGIN PASSWORD '${password}'`);
  const DATABASE_URL = `postgresql://voting:outdated@127.0.0.1:${postgres.port}/${database}`;
  const migrate = [programs.worker, ["migrate"]];

  const outdated = await tried(migrate, { DATABASE_URL });
  assert.match(outdated.stderr, /rejects this user/);
  assert.equal((await tried(migrate, { DATABASE_URL, DATABASE_PASSWORD: password })).status, 0);
  const file = path.join(directory, "password");
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  assert.equal((await tried(migrate, { DATABASE_URL, DATABASE_PASSWORD_FILE: file })).status, 0);

  const other = await tried(migrate, {
    DATABASE_URL: postgres.url(database),
    DATABASE_PASSWORD: `${head}${tail}`,
  });
  assert.match(other.stderr, /rejects this user/);
  assertShowsNoPiece(other.stderr, [superuserPassword]);
});
