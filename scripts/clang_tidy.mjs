// Runs clang-tidy on our sources in parallel and caches which passed: node scripts/clang_tidy.mjs CLANG_TIDY BUILD_DIR
// The key is a hash of the source, the headers of ours that it includes, its compile command, .clang-tidy and the
// version of clang-tidy. The cache is in the user's cache folder, so that it survives ./dev clean.
import { createHash } from "node:crypto";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, homedir } from "node:os";
import { join, relative, resolve } from "node:path";

const [clangTidy, buildDir] = process.argv.slice(2);
const root = process.cwd();
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "pollux", "clang-tidy");
const maxAgeDays = 30;

const isOurs = (path) => path.startsWith(root + "/") && !path.startsWith(join(root, "build") + "/");

// Source → our files that it includes, as recorded by ninja in the last build.
function includedFiles() {
  const included = new Map();
  const log = execFileSync("ninja", ["-C", buildDir, "-t", "deps"], { encoding: "utf8", maxBuffer: 1 << 30 });
  for (const entry of log.split("\n\n")) {
    const paths = entry.split("\n").slice(1).map((line) => resolve(buildDir, line.trim())).filter(existsSync);
    const ours = [...new Set(paths.filter((path) => path.startsWith(root)).map((path) => realpathSync(path)))];
    if (ours.length > 0) included.set(ours[0], ours);
  }
  return included;
}

function keyOf(command, files, config) {
  const hash = createHash("sha256").update(config);
  hash.update(command.replaceAll(root, "."));
  for (const file of [...files].sort()) hash.update(relative(root, file)).update(readFileSync(file));
  return hash.digest("hex");
}

function sourcesToCheck() {
  const config = execFileSync(clangTidy, ["--version"], { encoding: "utf8" }) + readFileSync(".clang-tidy", "utf8");
  const included = includedFiles();
  const sources = JSON.parse(readFileSync(join(buildDir, "compile_commands.json"), "utf8"))
    .map(({ file, command }) => ({ file, command }))
    .filter(({ file }) => isOurs(file) && /\.cpp$/.test(file))
    .map(({ file, command }) => ({ file, files: included.get(realpathSync(file)), command }))
    .map(({ file, files, command }) => ({ file, mark: files && join(cache, keyOf(command, files, config)) }));
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

function check({ file, mark }) {
  // Compiler warnings are g++'s; those of clang differ and would be errors here.
  const args = ["-p", buildDir, "--quiet", "--extra-arg=-Wno-error", "--extra-arg=-Wno-unknown-warning-option", file];
  return new Promise((done) => {
    execFile(clangTidy, args, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error) console.log(stdout.trim() || stderr.trim());
      else if (mark) writeFileSync(mark, "");
      done(!error);
    });
  });
}

mkdirSync(cache, { recursive: true });
removeOldMarks();
const { all, changed } = sourcesToCheck();
let failed = 0;
const queue = [...changed];
const jobs = availableParallelism?.() ?? cpus().length;
await Promise.all(Array.from({ length: jobs }, async () => {
  for (let next = queue.shift(); next; next = queue.shift()) if (!(await check(next))) failed += 1;
}));
console.log(`${all} sources, ${changed.length} new or changed, ${failed} failed.`);
process.exit(failed > 0 ? 1 : 0);
