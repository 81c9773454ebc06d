"""Runs the jobs of a workflow on this machine, in the order of the file, each in a clean checkout of the current commit.

Commands run as GitHub runs them, with `bash -e` and the job's time limit. The actions checkout, upload-artifact and
download-artifact have their effect here, too; all others need GitHub and are left out. So are steps and jobs with a condition,
and steps with a variable that only GitHub knows, unless it is set in the environment. What was left out is listed at the end.
"""
import fnmatch
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from rules import with_needs
from workflows import EXPRESSION, WORKFLOWS, jobs_of


def say(text):
    print(text, file=sys.stderr, flush=True)


class Failed(Exception):
    """A step that failed; the text says how."""


def git(root, *arguments):
    return subprocess.run(["git", "-C", root, *arguments], check=True, capture_output=True, text=True).stdout.strip()


class Run:
    def __init__(self, root, folder):
        self.root = root
        self.folder = folder
        self.commit = git(root, "rev-parse", "HEAD")  # all jobs use the same, also if somebody commits meanwhile
        self.artifacts = folder / "artifacts"
        self.ran = 0
        self.left_out = []

    def jobs(self, workflow, names):
        """Runs the jobs and those that they need. False if one failed; then no later job runs."""
        chosen = with_needs(self.root, workflow, names)
        path = WORKFLOWS / f"{workflow}.yml"
        for number, job in enumerate(job for job in jobs_of(self.root, path) if job.id in chosen):
            if job.condition:
                self.leave_out(f"the job {job.label}", f"only if {job.condition}")
                continue
            say(f"--- {workflow}: {job.label}")
            try:
                self.job(job, self.folder / f"job-{number}")
            except Failed as failure:
                say(f"--- {workflow}: {job.label} FAILED: {failure}")
                return False
        return True

    def job(self, job, work):
        deadline = time.monotonic() + 60 * job.keys.get("timeout-minutes", 60)
        work.mkdir()
        for step in job.steps:
            reason = step.left_out(os.environ)
            if reason:
                self.leave_out(f"{job.label}: {step.name}", reason)
            elif step.run:
                self.command(job, step, work, deadline)
            else:
                self.action(job, step, work)
        shutil.rmtree(work)

    def leave_out(self, what, reason):
        self.left_out.append(f"{what} ({reason})")

    def command(self, job, step, work, deadline):
        env = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "RUNNER_"))}
        env["CI"] = "true"
        env |= {name: str(value) for name, value in step.env.items() if not EXPRESSION.search(str(value))}
        say(f"$ {step.run.strip()}")
        self.ran += 1
        process = subprocess.Popen(["bash", "-e", "-c", step.run], cwd=work, env=env, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            status = process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise Failed(f"'{step.name}' exceeds the job's timeout-minutes") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if status != 0:
            raise Failed(f"'{step.name}' ended with {status}")

    def action(self, job, step, work):
        name = step.uses.split("@")[0]
        if name == "actions/checkout":
            for command in (["clone", "--quiet", "--no-checkout", str(self.root), str(work)],
                            ["-C", str(work), "checkout", "--quiet", self.commit]):
                if subprocess.run(["git", *command], check=False).returncode != 0:
                    raise Failed("the commit could not be checked out")
        elif name == "actions/upload-artifact":
            self.upload(step, work)
        elif name == "actions/download-artifact":
            self.download(step, work)
        else:
            self.leave_out(f"{job.label}: {name}", "an action")

    def upload(self, step, work):
        target = self.artifacts / step.inputs["name"]
        found = 0
        for pattern in step.inputs["path"].split():
            for path in [work / pattern] if (work / pattern).is_dir() else sorted(work.glob(pattern)):
                files = sorted(path.rglob("*")) if path.is_dir() else [path]
                base = path if path.is_dir() else path.parent
                for file in files:
                    if file.is_file():
                        (target / file.relative_to(base)).parent.mkdir(parents=True, exist_ok=True)
                        shutil.copy(file, target / file.relative_to(base))
                        found += 1
        if found == 0 and step.inputs.get("if-no-files-found") == "error":
            raise Failed(f"'{step.name}' found no file for the artifact {step.inputs['name']}")

    def download(self, step, work):
        pattern = step.inputs.get("name") or step.inputs.get("pattern", "*")
        names = sorted(path.name for path in self.artifacts.glob("*") if fnmatch.fnmatchcase(path.name, pattern))
        if not names:
            raise Failed(f"'{step.name}' found no artifact {pattern}")
        for name in names:
            target = work / step.inputs.get("path", ".")
            if "name" not in step.inputs and not step.inputs.get("merge-multiple"):
                target /= name
            shutil.copytree(self.artifacts / name, target, dirs_exist_ok=True)


def run(root, workflow, names):
    """Runs the jobs; prints what was left out. The exit status."""
    if git(root, "status", "--porcelain"):
        say("The jobs run in checkouts of the current commit: uncommitted changes are ignored.")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pollux-pipeline.") as folder:
        work = Run(root, pathlib.Path(folder))
        passed = work.jobs(workflow, names)
    for entry in work.left_out:
        say(f"left out: {entry}")
    verdict = "ok" if passed else "FAILED"
    print(f"Pipeline {workflow}: {verdict}, {work.ran} commands run, {len(work.left_out)} things left out, in {time.monotonic() - started:.0f} s.")
    if passed and work.ran == 0:
        say("No command was run.")
        return 1
    return 0 if passed else 1
