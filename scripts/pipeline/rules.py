"""What must hold for each pipeline beyond what actionlint, zizmor and the schemas check.

The main rule: a step is a command that a person can run. It is `./dev …` or a script of this repository, without expressions,
pipes and redirections, and it is known to work: .ci/run runs it, alone or as a step of a job (./dev pipeline run), or
tests/pipeline/commands.toml says which command of .ci/run includes it, which test runs it, or what it needs that .ci/run
cannot have.
"""
import fnmatch
import os
import re
import shlex
import subprocess
import tomllib

from workflows import EXPRESSION, GITLAB, Unreadable, all_jobs, as_list, events_of, read, workflows

COMMANDS = "tests/pipeline/commands.toml"
PINNED = re.compile(r"^\s*(?:- )?uses: (?P<action>[^@\s]+)@(?P<commit>[0-9a-f]{40}) # v\d+\.\d+\.\d+$")
SHELL = re.compile(r"[|&;<>`]|\$\(")
DEPENDABOT = ".github/dependabot.yml"
ECOSYSTEMS = {"go.mod": "gomod", "package.json": "npm", "requirements.txt": "pip", "Cargo.toml": "cargo"}
GITLAB_GIVES = re.compile(r"^CI(_\w+)?$")


def check(root):
    """All problems, one text each."""
    try:
        problems, commits = [], {}
        for path in workflows(root):
            problems += workflow_problems(root, path)
            problems += action_problems(root, path, commits)
        if not commits:
            return ["There are no workflows in .github/workflows."]
        return problems + command_problems(root, all_jobs(root)) + list(update_problems(root))
    except Unreadable as error:
        return [str(error)]


def workflow_problems(root, path):
    content = read(root / path)
    events = events_of(content)
    problems = []
    if content.get("permissions") != {}:
        problems.append(f"{path}: needs 'permissions: {{}}' at the top; each job asks for its own.")
    if "pull_request_target" in events:
        problems.append(f"{path}: pull_request_target gives code of forks access to secrets.")
    if "concurrency" not in content and set(events) != {"workflow_call"}:
        problems.append(f"{path}: needs 'concurrency'.")
    for name, keys in content.get("jobs", {}).items():
        place = f"{path}, job {name}"
        steps = keys.get("steps")
        if steps is None:
            continue
        if "timeout-minutes" not in keys:
            problems.append(f"{place}: needs 'timeout-minutes'.")
        if not steps[0].get("uses", "").startswith("step-security/harden-runner@"):
            problems.append(f"{place}: the first step must be step-security/harden-runner.")
        problems += [f"{place}: {problem}" for step in steps for problem in step_problems(step)]
    return problems


def update_problems(root):
    """Dependencies that Dependabot would not see."""
    seen = {(update["package-ecosystem"], folder) for update in read(root / DEPENDABOT)["updates"] for folder in update["directories"]}
    names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=root, check=True,
                           capture_output=True, text=True).stdout.splitlines()
    for name in names:
        folder, _, file = f"/{name}".rpartition("/")
        if file in ECOSYSTEMS and (ECOSYSTEMS[file], folder or "/") not in seen:
            yield f"{DEPENDABOT}: {ECOSYSTEMS[file]} needs the directory {folder}, which has a {file}."


def step_problems(step):
    uses = step.get("uses", "")
    if uses.startswith("actions/checkout@") and step.get("with", {}).get("persist-credentials") is not False:
        yield "actions/checkout needs 'persist-credentials: false'."
    if uses.startswith("actions/cache@"):
        yield "actions/cache also saves what a pull request built; use actions/cache/restore and actions/cache/save."
    if uses.startswith("actions/cache/save@") and "github.ref == 'refs/heads/main'" not in step.get("if", ""):
        yield "actions/cache/save needs the condition github.ref == 'refs/heads/main'."


def action_problems(root, path, commits):
    """Unpinned actions, and actions with two commits; `commits` has those of the files read before."""
    for number, line in enumerate((root / path).read_text(encoding="utf-8").split("\n"), 1):
        if not re.match(r"\s*(- )?uses: (?!\./)", line):
            continue
        pin = PINNED.match(line)
        if not pin:
            yield f"{path}:{number}: an action needs the full commit and its version: owner/name@COMMIT # vX.Y.Z"
            continue
        repository = "/".join(pin["action"].split("/")[:2])
        first = commits.setdefault(repository, pin["commit"])
        if first != pin["commit"]:
            yield f"{path}:{number}: {repository} has another commit elsewhere, {first}."


def dev_commands(root):
    """The names that ./dev dispatches."""
    dispatch = (root / "dev").read_text(encoding="utf-8").split("\ncase $command in\n")[1]
    return {name for line in re.findall(r"^  ([\w| -]+)\)", dispatch, re.MULTILINE) for name in re.split(r"[ |]+", line) if name}


def run_by_ci(root):
    """The commands of .ci/run, and the jobs that it runs with ./dev pipeline run, as (workflow, job) with the jobs they need."""
    text = re.sub(r"\s#.*", "", (root / ".ci/run").read_text(encoding="utf-8"))
    commands = {" ".join(found.split()).removeprefix("./dev engine ") for found in re.findall(r"\./dev [^;&|}\n]*", text)}
    executed = set()
    for command in commands:
        if " pipeline run " not in command:
            continue
        workflow, *names = command.split(" pipeline run ")[1].split()
        executed |= {(f".github/workflows/{workflow}.yml", name) for name in with_needs(root, workflow, names)}
    return commands, executed


def with_needs(root, workflow, names):
    """The jobs and all jobs that they need, in the order of the file; all jobs without names."""
    path = next((path for path in workflows(root) if path.stem == workflow), None)
    if path is None:
        raise Unreadable(f"There is no workflow {workflow}, only: {' '.join(path.stem for path in workflows(root))}.")
    needs = {name: as_list(keys.get("needs")) for name, keys in read(root / path)["jobs"].items()}
    wanted = list(names) or list(needs)
    for name in wanted:
        if name not in needs:
            raise Unreadable(f"{path} has no job {name}, only: {' '.join(needs)}.")
        wanted += [need for need in needs[name] if need not in wanted]
    return [name for name in needs if name in wanted]


def command_problems(root, jobs):
    commands, executed = run_by_ci(root)
    listed = tomllib.loads((root / COMMANDS).read_text(encoding="utf-8"))
    for job in jobs:
        if (str(job.file), job.id) in executed and not job.condition:
            commands |= {" ".join(words) for step in job.steps if not step.left_out() for words in step.commands()}
    problems, used = [], set()
    for entry in listed.get("part", []):
        if entry["of"] not in commands:
            problems.append(f"{COMMANDS}: .ci/run does not run '{entry['of']}'.")
    for entry in listed.get("tested", []):
        test = root / entry["by"]
        if not test.is_file() or entry["text"] not in test.read_text(encoding="utf-8"):
            problems.append(f"{COMMANDS}: {entry['by']} does not have '{entry['text']}'.")
    names = dev_commands(root)
    for job in jobs:
        for step in job.steps:
            for problem in runnable_problems(root, job, step, names) or proof_problems(step, commands, listed, used):
                problems.append(f"{job.file}, job {job.label}: {problem}")
    problems += [f"{COMMANDS}: no step needs the entry '{entry['command']}'." for entry in entries_of(listed) if entry["command"] not in used]
    return list(dict.fromkeys(problems))


def entries_of(listed):
    return [entry for kind in ("part", "tested", "outside") for entry in listed.get(kind, [])]


def runnable_problems(root, job, step, names):
    """Why a person could not run the step."""
    problems = []
    if EXPRESSION.search(step.run or ""):
        problems.append(f"'{step.run.strip()}' has an expression: pass it as a variable with 'env'.")
    if SHELL.search(step.run or ""):
        problems.append(f"'{step.run.strip()}' is more than commands with arguments: move it into ./dev.")
        return problems
    for words in step.commands():
        program, command = words[0], shlex.join(words)
        if program == "./dev":
            if len(words) < 2 or words[1] not in names:
                problems.append(f"'{command}': ./dev has no such command.")
        elif not (root / program).is_file() or not os.access(root / program, os.X_OK):
            problems.append(f"'{command}' is neither a command of ./dev nor a script of this repository.")
        for name in re.findall(r"\$\{?(\w+)", " ".join(words)):
            if name not in step.env and not (job.file == GITLAB and GITLAB_GIVES.match(name)):
                problems.append(f"'{command}': the variable {name} is not set with 'env'.")
    return problems


def proof_problems(step, commands, listed, used):
    """Commands that nothing has shown to work."""
    problems = []
    for words in step.commands():
        command = " ".join(words)
        # A variable that only GitHub or GitLab knows has any value.
        any_value = re.compile(" ".join(r"\S+" if word.startswith("$") else re.escape(word) for word in words))
        if any(any_value.fullmatch(known) for known in commands):
            continue
        entries = [entry for entry in entries_of(listed) if fnmatch.fnmatchcase(command, entry["command"])]
        used |= {entry["command"] for entry in entries}
        if not entries:
            problems.append(f"'{command}' is not run by .ci/run; if it can't be, add it to {COMMANDS}.")
    return problems
