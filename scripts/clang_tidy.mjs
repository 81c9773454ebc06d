// Runs clang-tidy over our sources, several at a time, and remembers by content which were good:
//   node scripts/clang_tidy.mjs CLANG_TIDY BUILD_DIR
// A source is judged again when it, a header of ours that it includes, its compile command, .clang-tidy or the
// program itself changed. The memory is in the user's cache folder, so that it outlives the build folder.
import { createHash } from "node:crypto";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, homedir } from "node:os";
import { join, relative, resolve } from "node:path";

const [clangTidy, buildDir] = process.argv.slice(2);
const root = process.cwd();
const memory = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "pollux", "clang-tidy");
const keptDays = 30;

const isOurs = (path) => path.startsWith(root + "/") && !path.startsWith(join(root, "build") + "/");

// What each source of ours includes of ours, from the record that ninja keeps of the last build.
function includedFiles() {
  const included = new Map();
  const record = execFileSync("ninja", ["-C", buildDir, "-t", "deps"], { encoding: "utf8", maxBuffer: 1 << 30 });
  for (const entry of record.split("\n\n")) {
    const paths = entry.split("\n").slice(1).map((line) => resolve(buildDir, line.trim())).filter(existsSync);
    const ours = [...new Set(paths.filter((path) => path.startsWith(root)).map((path) => realpathSync(path)))];
    if (ours.length > 0) included.set(ours[0], ours);
  }
  return included;
}

function keyOf(command, files, rules) {
  const hash = createHash("sha256").update(rules);
  hash.update(command.replaceAll(root, "."));
  for (const file of [...files].sort()) hash.update(relative(root, file)).update(readFileSync(file));
  return hash.digest("hex");
}

function sourcesToJudge() {
  const rules = execFileSync(clangTidy, ["--version"], { encoding: "utf8" }) + readFileSync(".clang-tidy", "utf8");
  const included = includedFiles();
  const sources = JSON.parse(readFileSync(join(buildDir, "compile_commands.json"), "utf8"))
    .map(({ file, command }) => ({ file, command }))
    .filter(({ file }) => isOurs(file) && /\.cpp$/.test(file))
    .map(({ file, command }) => ({ file, files: included.get(realpathSync(file)), command }))
    .map(({ file, files, command }) => ({ file, mark: files && join(memory, keyOf(command, files, rules)) }));
  return { all: sources.length, changed: sources.filter(({ mark }) => !isRemembered(mark)) };
}

function isRemembered(mark) {
  if (!mark || !existsSync(mark)) return false;
  utimesSync(mark, new Date(), new Date());
  return true;
}

function forgetOldMarks() {
  const oldest = Date.now() - keptDays * 24 * 3600 * 1000;
  for (const name of readdirSync(memory)) {
    const mark = join(memory, name);
    if (statSync(mark).mtimeMs < oldest) rmSync(mark);
  }
}

function judge({ file, mark }) {
  // Warnings of the compiler are g++'s to judge; clang's differ and would come as errors.
  const args = ["-p", buildDir, "--quiet", "--extra-arg=-Wno-error", "--extra-arg=-Wno-unknown-warning-option", file];
  return new Promise((done) => {
    execFile(clangTidy, args, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error) console.log(stdout.trim() || stderr.trim());
      else if (mark) writeFileSync(mark, "");
      done(!error);
    });
  });
}

mkdirSync(memory, { recursive: true });
forgetOldMarks();
const { all, changed } = sourcesToJudge();
let faulty = 0;
const queue = [...changed];
const atOnce = availableParallelism?.() ?? cpus().length;
await Promise.all(Array.from({ length: atOnce }, async () => {
  for (let next = queue.shift(); next; next = queue.shift()) if (!(await judge(next))) faulty += 1;
}));
console.log(`${all} sources, ${changed.length} of them new or changed, ${faulty} faulty.`);
process.exit(faulty > 0 ? 1 : 0);
