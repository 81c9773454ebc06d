// Runs clang-tidy on our sources in parallel and caches which passed: node scripts/clang_tidy.mjs CLANG_TIDY BUILD_DIR
//
// Up to 16 sources of a target are analyzed as one, which includes them: most of the time goes into headers, which they share.
// The key of a source in the cache is a hash of it, the headers of ours that it includes, its compile command, .clang-tidy and
// the version of clang-tidy. The cache is in the user's cache folder, so that it survives ./dev clean.
import { createHash } from "node:crypto";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, homedir, tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

const [clangTidy, buildDir] = process.argv.slice(2);
const root = process.cwd();
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "pollux", "clang-tidy");
const maxAgeDays = 30;
const batchSize = 16;

const isOurs = (path) => path.startsWith(root + "/") && !path.startsWith(join(root, "build") + "/");

// What the build compiles (a source, or a batch of sources that CMake made) → our files that it includes, as recorded by ninja.
function includedFiles() {
  const included = new Map();
  const log = execFileSync("ninja", ["-C", buildDir, "-t", "deps"], { encoding: "utf8", maxBuffer: 1 << 30 });
  for (const entry of log.split("\n\n")) {
    const paths = entry.split("\n").slice(1).map((line) => resolve(buildDir, line.trim())).filter(existsSync).map((path) => realpathSync(path));
    if (paths.length > 0) included.set(paths[0], [...new Set(paths.filter(isOurs))]);
  }
  return included;
}

// Our sources that a compile command compiles: its file, or those that a file of CMake's unity build includes.
function sourcesOf(file) {
  if (isOurs(file)) return file.endsWith(".cpp") ? [file] : [];
  if (!file.includes("/Unity/")) return [];
  return [...readFileSync(file, "utf8").matchAll(/^#include "(.*)"$/gm)].map(([, path]) => path).filter(isOurs);
}

// The command's target, and its flags without those that name the file and the output.
function targetOf(command, file) {
  // As a shell splits it: a space or a quote may be escaped or within quotes.
  const words = command.match(/(?:\\.|"(?:\\.|[^"])*"|[^\s"\\])+/g)
    .map((word) => word.replaceAll(/(?<!\\)"/g, "").replaceAll(/\\(.)/g, "$1")).filter((word) => word !== file);
  const output = words[words.indexOf("-o") + 1];
  const compiler = words.findIndex((word) => /(g|clang|c)\+\+/.test(word));
  const flags = words.slice(compiler + 1).filter((word) => word !== "-c" && word !== "-o" && word !== output);
  return { target: [output.replace(/\.dir\/.*/, ""), ...flags].join(" "), flags };  // a source may have flags of its own
}

function keyOf(source, flags, files, config) {
  const hash = createHash("sha256").update(config).update(relative(root, source));
  hash.update(flags.join(" ").replaceAll(root, "."));
  for (const file of [...files].sort()) hash.update(relative(root, file)).update(readFileSync(file));
  return hash.digest("hex");
}

// The sources that are new or changed, and the number of all.
function sourcesToCheck() {
  const config = execFileSync(clangTidy, ["--version"], { encoding: "utf8" }) + readFileSync(".clang-tidy", "utf8");
  const included = includedFiles();
  const sources = JSON.parse(readFileSync(join(buildDir, "compile_commands.json"), "utf8")).flatMap(({ file, command }) => {
    const { target, flags } = targetOf(command, file);
    const files = included.get(realpathSync(file));
    return sourcesOf(file).map((source) => ({
      file: source, target, flags, mark: files && join(cache, keyOf(source, flags, files, config)),
    }));
  });
  return { all: sources.length, changed: sources.filter(({ mark }) => !hasPassed(mark)) };
}

function hasPassed(mark) {
  if (!mark || !existsSync(mark)) return false;
  utimesSync(mark, new Date(), new Date());
  return true;
}

function removeOldMarks() {
  const oldest = Date.now() - maxAgeDays * 24 * 3600 * 1000;
  for (const name of readdirSync(cache)) {
    const mark = join(cache, name);
    if (statSync(mark).mtimeMs < oldest) rmSync(mark);
  }
}

// Sources of the same target in batches, the largest first.
function batchesOf(sources) {
  const targets = new Map();
  for (const source of sources) targets.set(source.target, [...(targets.get(source.target) ?? []), source]);
  const batches = [...targets.values()].flatMap((same) =>
    Array.from({ length: Math.ceil(same.length / batchSize) }, (_, i) => same.slice(i * batchSize, (i + 1) * batchSize)));
  return batches.sort((a, b) => b.length - a.length);
}

function check(batch, file) {
  writeFileSync(file, batch.map((source) => `#include "${source.file}"  // NOLINT(bugprone-suspicious-include)\n`).join(""));
  // Compiler warnings are g++'s; those of clang differ and would be errors here.
  const args = ["--quiet", `--config-file=${join(root, ".clang-tidy")}`, file, "--", ...batch[0].flags, "-Wno-error", "-Wno-unknown-warning-option"];
  return new Promise((done) => {
    execFile(clangTidy, args, { maxBuffer: 1 << 26, cwd: buildDir }, (error, stdout, stderr) => {
      if (error) console.log(stdout.trim() || stderr.trim());
      else for (const { mark } of batch) if (mark) writeFileSync(mark, "");
      done(!error);
    });
  });
}

mkdirSync(cache, { recursive: true });
removeOldMarks();
const { all, changed } = sourcesToCheck();
const batches = batchesOf(changed);
const folder = mkdtempSync(join(tmpdir(), "pollux-tidy-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
let failed = 0;
let made = 0;
await Promise.all(Array.from({ length: availableParallelism?.() ?? cpus().length }, async () => {
  for (let next = batches.shift(); next; next = batches.shift()) if (!(await check(next, join(folder, `${made++}.cpp`)))) failed += 1;
}));
console.log(`${all} sources, ${changed.length} new or changed; findings in ${failed} batches of them.`);
process.exit(failed > 0 ? 1 : 0);
