// Runs the tests beside the sources: esbuild bundles them into a temporary directory, node:test runs them.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.dirname(fileURLToPath(import.meta.url));
const entryPoints = [];
for (const folder of ["admin", "poll", "result", "shared", "vote"]) {
  const names = await readdir(path.join(root, folder));
  entryPoints.push(
    ...names.filter((name) => name.endsWith(".test.ts")).map((name) => path.join(root, folder, name)),
  );
}

const directory = await mkdtemp(path.join(os.tmpdir(), "pollux-web-test-"));
try {
  await build({
    entryPoints,
    bundle: true,
    platform: "node",
    format: "esm",
    outdir: directory,
    sourcemap: "inline",
    outExtension: { ".js": ".mjs" },
  });
  const files = entryPoints.map((entry) =>
    path.join(directory, path.relative(root, entry).replace(/\.ts$/, ".mjs")),
  );
  const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}
