// Executes the examples of docs/api.md, as one script, and compares what each prints with what follows it there.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";
import { password } from "./api.mjs";
import { Pollux, temporaryDirectory } from "./program.mjs";

const guide = await readFile(new URL("../../docs/api.md", import.meta.url), "utf8");
const blocks = [...guide.matchAll(/^```(sh|json|text)\n(.*?)^```$/gms)].map(([, language, text]) => ({ language, text }));
const commands = blocks.filter(({ language }) => language === "sh");

// The value has what the example shows: "…" stands for any text, and members may be missing in the example.
function assertLike(value, example, path = "") {
  if (example === "…") {
    assert.equal(typeof value, "string", path);
  } else if (example === null || typeof example !== "object") {
    assert.deepEqual(value, example, path);
  } else {
    if (Array.isArray(example)) {
      assert.equal(value.length, example.length, path);
    }
    for (const [name, part] of Object.entries(example)) {
      assertLike(value[name], part, `${path}.${name}`);
    }
  }
}

test("the examples print what the guide says", async (t) => {
  const pollux = await Pollux.start(t, { args: ["--admin-password", password] });
  const script = commands
    .map(({ text }) => `${text}\necho; echo @@`)
    .join("\n")
    .replaceAll("http://localhost:8082", pollux.adminUrl)
    .replaceAll("http://localhost:8080", pollux.voteUrl);
  const { stdout } = await promisify(execFile)("bash", ["-e", "-o", "pipefail", "-c", script], {
    cwd: await temporaryDirectory(t),
    timeout: 240_000,
  });
  const printed = stdout.split(/^@@\n/m).map((text) => text.trim().replaceAll("\r", ""));
  assert.ok(commands.length > 10);
  blocks.forEach(({ language, text }, index) => {
    const before = commands.indexOf(blocks[index - 1]);
    if (language === "json") {
      assertLike(JSON.parse(printed[before]), JSON.parse(text), blocks[index - 1].text);
    } else if (language === "text") {
      assert.equal(printed[before], text.trim());
    }
  });
});
