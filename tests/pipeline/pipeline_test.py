"""The checks of the pipelines notice each of these faults in a copy of the files; and jobs run as GitHub runs them.

Usage: pipeline_test.py Rules | Linters | Running | Deployment. Linters need actionlint and the programs of requirements.txt.
"""
import contextlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

import yaml

PROJECT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(PROJECT / "scripts/pipeline"))
import rules  # noqa: E402
import runner  # noqa: E402
import workflows  # noqa: E402

COPIED = [".github", ".gitlab-ci.yml", ".ci", "dev", "docker-compose.yml", "deploy/monitoring", "k8s", "test-e2e.sh",
          "snyk-full-scan.sh", "tests/containers", "tests/packages", "tests/pipeline", "tests/supply", "tests/kubernetes/chart.sh"]
CI = ".github/workflows/ci-cd.yml"
KUBERNETES = ".github/workflows/kubernetes-test.yml"


def copy_to(root):
    """Copies what the checks read."""
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, root / name)
        else:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, root / name)
    subprocess.run(["git", "init", "--quiet", root], check=True)  # actionlint finds called workflows from the root of a repository


class Faults(unittest.TestCase):
    """`problems` runs checks in a folder."""

    def problems_with(self, name=None, old="", new=""):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            copy_to(root)
            if name:
                text = (root / name).read_text(encoding="utf-8")
                self.assertIn(old, text)
                (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")
            return self.problems(root)

    def expect(self, faults):
        for name, old, new, expected in faults:
            with self.subTest(f"{old.strip()} -> {new.strip()}"):
                self.assertIn(expected, self.problems_with(name, old, new))


class Rules(Faults):
    def problems(self, root):
        return "\n".join(rules.check(root))

    def test_the_pipelines_have_no_problem(self):
        self.assertEqual("", self.problems(PROJECT))

    def test_notices_missing_protection(self):
        checkout = "uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
        self.expect([
            (CI, "permissions: {}", "permissions: read-all", f"{CI}: needs 'permissions: {{}}'"),
            (CI, "  pull_request:\n", "  pull_request_target:\n", "pull_request_target"),
            (CI, "concurrency:\n  group", "x-concurrency:\n  group", f"{CI}: needs 'concurrency'"),
            (CI, "    timeout-minutes: 20\n", "", f"{CI}, job text: needs 'timeout-minutes'"),
            (CI, "- uses: step-security/harden-runner@", "- uses: somebody/harden-runner@", "the first step must be"),
            (CI, f"{checkout} # v7.0.1", "uses: actions/checkout@v7", "needs the full commit"),
            (CI, f"{checkout} # v7.0.1", checkout, "needs the full commit and its version"),
            (CI, f"{checkout} #", "uses: actions/checkout@0000000000000000000000000000000000000000 #", "has another commit elsewhere"),
            (CI, "persist-credentials: false", "persist-credentials: true", "persist-credentials: false"),
            (CI, "if: github.event_name == 'push' && github.ref == 'refs/heads/main'", "if: always()", "actions/cache/save needs"),
            (CI, "uses: actions/cache/restore@", "uses: actions/cache@", "actions/cache also saves"),
        ])

    def test_notices_steps_that_nobody_can_run(self):
        self.expect([
            (CI, "run: ./dev test\n", "run: ./dev tset\n", "'./dev tset': ./dev has no such command"),
            (CI, "run: ./dev test\n", "run: make test\n", "neither a command of ./dev nor a script"),
            (CI, "run: ./dev test\n", "run: tests/missing.sh\n", "neither a command of ./dev nor a script"),
            (CI, "run: ./dev test\n", "run: ./dev test | tee log\n", "more than commands with arguments"),
            (CI, "run: ./dev test\n", "run: ./dev test \"$(date)\"\n", "more than commands with arguments"),
            (CI, 'run: ./dev sanitize "$PRESET"', "run: ./dev sanitize ${{ matrix.x }}", "has an expression"),
            (CI, 'run: ./dev sanitize "$PRESET"', 'run: ./dev sanitize "$PRESETS"', "the variable PRESETS is not set"),
            (".gitlab-ci.yml", "- ./dev test\n", "- curl -sSf https://example.org/install.sh\n", "neither a command of ./dev"),
        ])

    def test_notices_commands_that_nothing_runs(self):
        self.expect([
            (CI, "run: ./dev test\n", "run: ./dev test Sqlite\n", "'./dev test Sqlite' is not run by .ci/run"),
            (CI, "preset: [asan-ubsan, tsan]", "preset: [asan-ubsan, dev]", "'./dev sanitize dev' is not run by .ci/run"),
            (".gitlab-ci.yml", "FOLDER: [vote,", "FOLDER: [docs,", "'./dev images build docs' is not run by .ci/run"),
            (".ci/run", "./dev sanitize tsan", "true", "'./dev sanitize tsan' is not run by .ci/run"),
            (".ci/run", "pipeline run ci-cd docker-compose-test", "pipeline run ci-cd text", ".ci/run does not run './dev e2e --no-build'"),
            (".gitlab-ci.yml", "[asan-ubsan, tsan]", "[asan-ubsan, dev]", "'./dev sanitize dev' is not run by .ci/run"),
            (KUBERNETES, "run: tests/kubernetes/chart.sh", "run: ./dev lint", "no step needs the entry 'tests/kubernetes/chart.sh'"),
        ])

    def test_notices_dependencies_that_are_not_updated(self):
        self.expect([(".github/dependabot.yml", "      - /tests/pipeline/tools\n", "", "gomod needs the directory /tests/pipeline/tools")])

    def test_notices_what_it_cannot_read(self):
        self.expect([
            (CI, "image.yml", "imagine.yml", "calls .github/workflows/imagine.yml, which is not a file"),
            (CI, "name: CI/CD", "name: [", "is not YAML"),
            (".ci/run", "ci-cd docker-compose-test", "ci-cd docker-test", "has no job docker-test"),
            (".gitlab-ci.yml", "extends: .with-docker", "extends: .with-podman", "which does not exist"),
        ])


class Linters(Faults):
    """Each linter notices a fault of its kind, with the settings of ./dev lint."""

    def problems(self, root):
        script = textwrap.dedent(f"""
            set -uo pipefail
            root={PROJECT}
            for part in say packages go_programs pipeline; do source "$root/scripts/$part.sh"; done
            check_{self.check}
        """)
        result = subprocess.run(["bash", "-c", script], cwd=root, capture_output=True, text=True, check=False, timeout=300)
        output = result.stdout + result.stderr
        self.assertEqual(result.returncode != 0, self.expects_failure, output)
        return output

    def expect_of(self, check, faults):
        self.check, self.expects_failure = check, False
        self.problems_with()
        self.expects_failure = True
        self.expect(faults)

    def test_actionlint(self):
        self.expect_of("actionlint", [
            (CI, "    needs: publish\n", "    needs: publishing\n", "publishing"),
            (CI, "${{ matrix.preset }}", "${{ matrix.presets }}", "presets"),
            (CI, "    uses: ./.github/workflows/image.yml\n    with:\n      folder", "    uses: ./.github/workflows/image.yml\n    with:\n      dir", "dir"),
            (CI, 'run: ./dev sanitize "$PRESET"', "run: ./dev sanitize $PRESET", "SC2086"),
        ])

    def test_zizmor(self):
        self.expect_of("zizmor", [
            (CI, "checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "checkout@v7", "unpinned-uses"),
            (CI, "permissions: {}\n", "permissions: write-all\n", "excessive-permissions"),
            (CI, "persist-credentials: false", "fetch-depth: 1", "artipacked"),
            (CI, 'run: ./dev lint quick', "run: ./dev lint ${{ github.head_ref }}", "template-injection"),
            (".github/dependabot.yml", "cooldown: {default-days: 7}", "cooldown: {default-days: 0}", "dependabot-cooldown"),
        ])

    def test_schemas(self):
        self.expect_of("schemas", [
            (CI, "    runs-on:", "    runs-at:", "ci-cd.yml"),
            (".github/dependabot.yml", "package-ecosystem: cargo", "package-ecosystem: crates", "dependabot.yml"),
            (".gitlab-ci.yml", "interruptible: false", "interruptible: sometimes", ".gitlab-ci.yml"),
            (".github/ISSUE_TEMPLATE/bug.yml", "type: textarea", "type: text-area", "bug.yml"),
            ("docker-compose.yml", "restart: unless-stopped", "restarts: unless-stopped", "docker-compose.yml"),
        ])

    def test_yamllint(self):
        self.expect_of("yamllint", [
            (CI, "permissions: {}\n", "permissions: {}\npermissions: {}\n", "key-duplicates"),
            (".gitlab-ci.yml", "  stage: check\n", "  stage: check  \n", "trailing-spaces"),
        ])


class Running(unittest.TestCase):
    """./dev pipeline run, with workflows in a repository of the test's own."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name, "repository")
        (self.root / workflows.WORKFLOWS).mkdir(parents=True)
        self.log = pathlib.Path(self.folder.name, "log")

    def run_workflow(self, text, names=()):
        (self.root / workflows.WORKFLOWS / "w.yml").write_text(textwrap.dedent(text), encoding="utf-8")
        git = ["git", "-C", self.root, "-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run([*git[:3], "init", "--quiet"], check=True)
        subprocess.run([*git, "add", "--all"], check=True)
        subprocess.run([*git, "commit", "--quiet", "--message", "test"], check=True)
        os.environ["LOG"] = str(self.log)
        self.output = io.StringIO()
        with contextlib.redirect_stderr(self.output), contextlib.redirect_stdout(self.output):
            status = runner.run(self.root, "w", list(names))
        return status, self.log.read_text(encoding="utf-8").split() if self.log.exists() else []

    def test_runs_needed_jobs_first_in_clean_checkouts_and_hands_on_artifacts(self):
        status, log = self.run_workflow("""
            on: push
            jobs:
              build:
                strategy:
                  matrix:
                    part: [one, two]
                steps:
                  - uses: actions/checkout@x
                  - run: test ! -e result && mkdir result && echo "$PART" >"result/$PART" && echo "build-$PART" >>"$LOG"
                    env: {PART: "${{ matrix.part }}"}
                  - uses: actions/upload-artifact@x
                    with: {name: "part-${{ matrix.part }}", path: result}
              unrelated:
                steps:
                  - run: echo unrelated >>"$LOG"
              test:
                needs: build
                steps:
                  - uses: actions/checkout@x
                  - uses: actions/download-artifact@x
                    with: {pattern: "part-*", path: parts, merge-multiple: true}
                  - run: test -e .github && cat parts/one parts/two >>"$LOG"
        """, ["test"])
        self.assertEqual((0, ["build-one", "build-two", "one", "two"]), (status, log), self.output.getvalue())

    def test_stops_at_the_first_failure(self):
        status, log = self.run_workflow("""
            on: push
            jobs:
              first:
                steps:
                  - run: echo first >>"$LOG"
                  - run: "false"
                  - run: echo later >>"$LOG"
              second:
                steps:
                  - run: echo second >>"$LOG"
        """)
        self.assertEqual((1, ["first"]), (status, log))
        self.assertIn("'false' ended with 1", self.output.getvalue())

    def test_lists_what_it_leaves_out(self):
        status, log = self.run_workflow("""
            on: push
            jobs:
              here:
                env: {KNOWN: "1"}
                steps:
                  - uses: somebody/action@x
                  - run: echo "here$KNOWN" >>"$LOG"
                  - run: echo user >>"$LOG"
                    env: {ACTOR_OF_TEST: "${{ github.actor }}"}
                  - run: echo condition >>"$LOG"
                    if: github.event_name == 'push'
              publish:
                if: github.event_name == 'push'
                steps:
                  - run: echo publish >>"$LOG"
        """)
        self.assertEqual((0, ["here1"]), (status, log))
        for entry in ("somebody/action (an action)", "ACTOR_OF_TEST is ${{ github.actor }}", "only if github.event_name", "the job publish"):
            self.assertIn(entry, self.output.getvalue())
        self.assertIn("1 commands run, 4 things left out", self.output.getvalue())

    def test_a_variable_of_github_can_be_set(self):
        os.environ["ACTOR_OF_TEST"] = "ada"
        self.addCleanup(os.environ.pop, "ACTOR_OF_TEST")
        status, log = self.run_workflow("""
            on: push
            jobs:
              here:
                steps:
                  - run: echo "$ACTOR_OF_TEST" >>"$LOG"
                    env: {ACTOR_OF_TEST: "${{ github.actor }}"}
        """)
        self.assertEqual((0, ["ada"]), (status, log))

    def test_fails_without_any_command_or_artifact(self):
        self.assertEqual(1, self.run_workflow("{on: push, jobs: {a: {steps: [{uses: actions/checkout@x}]}}}")[0])
        self.assertEqual(1, self.run_workflow(
            "{on: push, jobs: {a: {steps: [{uses: actions/download-artifact@x, with: {name: none}}]}}}")[0])
        self.assertIn("found no artifact none", self.output.getvalue())

    def test_ends_a_job_that_exceeds_its_time(self):
        status, _ = self.run_workflow("{on: push, jobs: {a: {timeout-minutes: 0.005, steps: [{run: exec tail -f /dev/null}]}}}")
        self.assertEqual(1, status)
        self.assertIn("exceeds the job's timeout-minutes", self.output.getvalue())


class Deployment(unittest.TestCase):
    """What ./dev images deployment prints deploys the images that it is given."""

    def test_the_chart_takes_the_printed_values(self):
        command = [PROJECT / "dev", "images", "deployment", "registry.example.org/Somebody", "v1.2.3"]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        values = re.findall(r"--set (\S+)=(\S+)", printed)
        self.assertEqual([("imageRegistry", "registry.example.org/somebody")] +
                         [(f"{name}.image.tag", "1.2.3") for name in ("vote", "result", "worker")], values)
        chart = yaml.safe_load((PROJECT / "charts/pollux/values.yaml").read_text(encoding="utf-8"))
        for name, _ in values:
            with self.subTest(name):
                value = chart
                for key in name.split("."):
                    value = value[key]
        self.assertIn(" registry.example.org/somebody/pollux:1.2.3\n", printed)


if __name__ == "__main__":
    unittest.main()
