// Runs a script of k8s/ in a copy of what it reads, with stand-ins for minikube, kind, kubectl, helm, docker, curl and sudo: a
// stand-in writes down how it was called and answers as the test says.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const project = new URL("../../../", import.meta.url).pathname;
const programs = ["minikube", "kind", "kubectl", "helm", "docker", "curl", "sudo", "uname"];
const tools = ["awk", "bash", "basename", "cat", "chmod", "cut", "dirname", "env", "grep", "head", "id", "mkdir", "mktemp", "mv",
  "rm", "sed", "sh", "sort", "tail", "tee", "tr", "wc"];

// A machine with everything installed and new enough, and no cluster yet.
const usualAnswers = {
  "uname *": { out: "Linux" },
  "sudo *": { run: '"$@"' },
  "minikube version --short": { out: "v1.38.1" },
  "minikube --profile * status *": { status: 85 },
  "minikube --profile * ip": { out: "192.168.49.2" },
  "minikube --profile * image ls": { out: "registry.k8s.io/pause:3.10" },
  "kind version": { out: "kind v0.31.0 go1.25.5 linux/amd64" },
  "kind get clusters": { err: "No kind clusters found." },
  "kubectl version --client": { out: "Client Version: v1.36.2\nKustomize Version: v5.8.1" },
  "kubectl --context * version *": { out: "Client Version: v1.36.2\nServer Version: v1.36.2" },
  "kubectl config current-context": { out: "pollux" },
  "kubectl --context * get nodes *": { out: "containerd://2.2.1" },
  "helm version --short": { out: "v4.3.1+g1234567" },
  "helm list *": { out: "NAME NAMESPACE REVISION" },
  "docker image inspect --format * pollux-*": { out: "sha256:0123456789abcdef0123456789abcdef" },
  "docker exec *-control-plane crictl inspecti *": { status: 1 },
};

// Like a file name in a shell: * stands for anything, the rest for itself.
const pattern = (call) => call.split("*").map((part) => `'${part.replaceAll("'", "'\\''")}'`).join("*");

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function branch([call, { out, err, run, status = 0 }]) {
  const lines = [
    out === undefined ? "" : `printf '%s\\n' ${quoted(out)};`,
    err === undefined ? "" : `printf '%s\\n' ${quoted(err)} >&2;`,
    run ? `${run}; exit;` : "",
  ];
  return `${pattern(call)}) ${lines.join(" ")} exit ${status} ;;`;
}

export class Machine {
  constructor(t) {
    this.folder = mkdtempSync(path.join(tmpdir(), "pollux-k8s-scripts-"));
    t.after(() => rmSync(this.folder, { recursive: true, force: true }));
    const leftOut = ["node_modules", ".git"];
    for (const part of ["CMakeLists.txt", "k8s", "scripts", "charts"]) {
      cpSync(path.join(project, part), path.join(this.folder, "project", part), {
        recursive: true,
        filter: (file) => !leftOut.includes(path.basename(file)),
      });
    }
    this.calls = path.join(this.folder, "calls");
    this.hostsFile = path.join(this.folder, "hosts");
    writeFileSync(this.hostsFile, "127.0.0.1 localhost\n");
    this.bin = path.join(this.folder, "bin");
    mkdirSync(this.bin);
    this.use(...tools);
    this.install(...programs);
    this.answer({});
  }

  // Programs of this machine.
  use(...names) {
    for (const name of names) {
      const file = execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
      symlinkSync(file, path.join(this.bin, name));
    }
  }

  // Stand-ins.
  install(...names) {
    for (const name of names) {
      const file = path.join(this.bin, name);
      writeFileSync(file, `#!/bin/sh\ncall="${name} $*"\nprintf '%s\\n' "$call" >>${this.calls}\n. ${this.folder}/answers\n`);
      chmodSync(file, 0o755);
    }
  }

  remove(name) {
    rmSync(path.join(this.bin, name));
  }

  // Answers by call, before the usual ones.
  answer(answers) {
    const cases = Object.entries(answers).concat(Object.entries(usualAnswers)).map(branch);
    writeFileSync(path.join(this.folder, "answers"), `case $call in\n${cases.join("\n")}\nesac\n`);
  }

  // What the script did: its exit status, what it said, and how the stand-ins were called, in order.
  run(script, args = [], { environment = {}, folder = "." } = {}) {
    rmSync(this.calls, { force: true });
    const { status, stdout, stderr, error } = spawnSync(path.join(this.folder, "project", "k8s", script), args, {
      cwd: path.join(this.folder, "project", folder),
      env: { PATH: this.bin, HOME: this.folder, TMPDIR: this.folder, POLLUX_HOSTS_FILE: this.hostsFile, ...environment },
      encoding: "utf8",
      timeout: 60_000,
    });
    if (error) {
      throw error;
    }
    const calls = existsSync(this.calls) ? readFileSync(this.calls, "utf8").trimEnd().split("\n") : [];
    return { status, stdout, said: stderr, calls };
  }

  write(name, content) {
    const file = path.join(this.folder, "project", name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  read(name) {
    return readFileSync(path.join(this.folder, "project", name), "utf8");
  }

  get hosts() {
    return readFileSync(this.hostsFile, "utf8");
  }
}

// The calls that match, each a string with * for anything.
export function matching(calls, call) {
  const expression = new RegExp(`^${call.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`);
  return calls.filter((made) => expression.test(made));
}
