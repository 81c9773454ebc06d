// Executes the commands of the guides that scripts/guide_commands.txt marks with `run`, `serve` or `server`, in a network in
// which every port is free, because the guides name the default ports. Run by guide_commands.test.mjs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readdir, symlink } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startStandIns } from "./guide_stand_ins.mjs";
import { request } from "./http.mjs";
import { programOf, Service, temporaryDirectory } from "./service.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = path.dirname(programOf("POLLUX_PROGRAM"));
const limits = { timeout: 60_000, maxBuffer: 1 << 24 };
const execute = promisify(execFile);

// A clone of the project without what a user or a build adds to it, but with the programs.
async function clone(t) {
  const folder = await temporaryDirectory(t);
  const added = new Set([".git", ".env", "build", "data", "secrets"]);
  for (const name of await readdir(root)) {
    if (!added.has(name)) {
      await symlink(path.join(root, name), path.join(folder, name));
    }
  }
  await mkdir(path.join(folder, "build", "release"), { recursive: true });
  await symlink(bin, path.join(folder, "build", "release", "bin"));
  return folder;
}

function environment() {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("POLLUX_"));
  return { ...Object.fromEntries(own), PATH: `${bin}:${process.env.PATH}` };
}

// The output of each command of a block, which is one script: a command may use what an earlier one has set.
async function outputs(commands, folder, { before = "", more = {} } = {}) {
  const lines = commands.map(({ command }, index) => `echo; echo "@@ ${index}"\n${command}`);
  const script = ["set -e -o pipefail", ...lines].join("\n");
  const usual = environment();
  const options = { ...limits, cwd: folder, env: { ...usual, ...more, PATH: `${before}:${usual.PATH}` } };
  const { stdout } = await execute("bash", ["-c", script], options).catch((error) =>
    assert.fail(`${error.message}\n${error.stdout}\n${error.stderr}`),
  );
  return stdout.split(/^@@ \d+\n/m).slice(1).map((text) => text.trim());
}

// A guide starts pollux by ./dev, which builds it first.
const started = (command) => command.replace(/(\.\/dev run|pollux)/, 'exec "$0"');

async function launch(t, folder, command = "pollux") {
  const pollux = await Service.launch(t, "bash", ["-c", `cd ${folder}; ${started(command)}`, programOf("POLLUX_PROGRAM")]);
  return pollux.ready();
}

const { stdout } = await execute("python3", ["-B", path.join(root, "scripts", "guide_commands.py"), "blocks"], limits);
const blocks = JSON.parse(stdout);
const titleOf = ({ guide, commands }) => `${guide}: ${commands.map(({ command }) => command.split("\n")[0]).join("; ")}`;
const ofKind = (kind) => blocks.filter(({ commands }) => commands.every((command) => command.kind === kind));

const kinds = ["run", "serve", "server"];

test("the commands of a block are of one kind", () => {
  assert.equal(kinds.flatMap(ofKind).length, blocks.length);
  kinds.forEach((kind) => assert.ok(ofKind(kind).length > 2, kind));
});

async function executes(t, block, folder, options) {
  await t.test(titleOf(block), async () => {
    const printed = await outputs(block.commands, folder, options);
    block.commands.forEach(({ command, expected }, index) => {
      assert.match(printed[index], new RegExp(expected, "m"), command);
    });
  });
}

test("beside a running pollux", async (t) => {
  const folder = await clone(t);
  const pollux = await launch(t, folder);
  for (const block of ofKind("run")) {
    await executes(t, block, folder);
  }
  assert.deepEqual(await pollux.stop(), { status: 0, signal: null });
});

for (const block of ofKind("serve")) {
  test(titleOf(block), async (t) => {
    for (const { command, expected } of block.commands) {
      const pollux = await launch(t, await clone(t), command);
      const { status, body } = await request("http://localhost:8080/");
      assert.equal(status, 200);
      assert.ok(body.toString().includes(expected), `the page does not have "${expected}"`);
      assert.deepEqual(await pollux.stop(), { status: 0, signal: null });
    }
  });
}

test("on the servers of a cluster", async (t) => {
  const folder = await clone(t);
  const { folder: before, environment: more } = await startStandIns(t);
  for (const block of ofKind("server")) {
    await executes(t, block, folder, { before, more });
  }
});
