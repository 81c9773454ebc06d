import assert from "node:assert/strict";
import { chmodSync, existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Machine, matching } from "./stand_ins.mjs";

// A Go that "builds" a file which says its own name.
const builds = {
  "go env GOVERSION": { out: "go1.26.8" },
  "go build *": { run: 'while [ "$1" != -o ]; do shift; done; printf "#!/bin/sh\\necho built\\n" >"$2"; chmod +x "$2"' },
};

function machine(t, answers) {
  const machine = new Machine(t);
  machine.use("sha256sum", "xargs", "find", "flock", "cp", "touch", "nice");
  machine.install("go");
  machine.write("tests/kubernetes/tools/go.mod", "module tools\n\ngo 1.26.0\n");
  machine.write("tests/kubernetes/tools/go.sum", "");
  machine.write("tests/kubernetes/tools/programs", "one example.org/one main.version=v1 main.name=one\ntwo example.org/two\n");
  machine.write("go_program", '#!/usr/bin/env bash\nset -euo pipefail\nroot=$PWD\n' +
    'for part in say packages go_programs; do source "scripts/$part.sh"; done\ngo_program "$1"\n');
  chmodSync(path.join(machine.folder, "project", "go_program"), 0o755);
  machine.answer(answers);
  return machine;
}

const program = (machine, name) => machine.run("../go_program", [name]);

test("a Go program is built once, with what the linker is to set", (t) => {
  const tools = machine(t, builds);
  const first = program(tools, "one");
  assert.equal(first.status, 0, first.said);
  assert.match(first.stdout, /\/\.cache\/pollux\/go\/tools-[0-9a-f]{16}\/one\n$/);
  assert.match(matching(first.calls, "go build *")[0], /-X main\.version=v1 -X main\.name=one -o \S+ example\.org\/one$/);
  const second = program(tools, "one");
  assert.equal(second.stdout, first.stdout);
  assert.deepEqual(second.calls, []);
});

test("another version of the module is built beside the former one", (t) => {
  const tools = machine(t, builds);
  const before = program(tools, "two").stdout.trim();
  tools.write("tests/kubernetes/tools/go.sum", "example.org/two v2.0.0 h1:another\n");
  const after = program(tools, "two");
  assert.equal(matching(after.calls, "go build *").length, 1);
  assert.notEqual(after.stdout.trim(), before);
  assert.ok(existsSync(before));
});

test("a build that fails shows why and leaves no program", (t) => {
  const tools = machine(t, { "go build *": { err: "main.go:3: undefined: x", status: 1 }, "go env GOVERSION": { out: "go1.26.8" } });
  const { status, stdout, said } = program(tools, "one");
  assert.equal(status, 1);
  assert.equal(stdout, "");
  assert.match(said, /undefined: x\nBuilding one failed; the whole output is in /);
  const [folder] = readdirSync(`${tools.folder}/.cache/pollux/go`).filter((name) => name.startsWith("tools-"));
  assert.ok(!existsSync(`${tools.folder}/.cache/pollux/go/${folder}/one`));
});

test("a Go that is too old fetches a newer one as a module", (t) => {
  const newer = "toolchain/bin/go";
  const tools = machine(t, {
    "go env GOVERSION": { out: "go1.19.8" },
    "go env GOARCH": { out: "amd64" },
    "go mod download -json golang.org/toolchain@v0.0.1-go1.26.0.linux-amd64": { run: `printf '{\\n\\t"Dir": "%s",\\n}\\n' "$HOME/project/toolchain"` },
    "go build *": { err: "the old one", status: 1 },
  });
  tools.write(newer, `#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\n: >"$2"\nchmod +x "$2"\n`);
  tools.write("toolchain/pkg/tool/linux_amd64/compile", "");
  const { status, stdout, said } = program(tools, "two");
  assert.equal(status, 0, said);
  assert.match(said, /has Go 1\.19\.8 and Go 1\.26\.0 is needed: downloading it as a Go module/);
  assert.ok(existsSync(stdout.trim()));
});

test("an unknown name says where programs are listed", (t) => {
  const { status, said } = program(machine(t, builds), "three");
  assert.equal(status, 1);
  assert.match(said, /No Go program is called 'three': see .*tests\/kubernetes\/tools\/programs/);
});
