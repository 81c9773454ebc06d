"""./snyk-full-scan.sh: reports, exceptions, exit status, and how Snyk is called, with stand-ins for the scanners.

tests/supply/planted_test.py runs the real ones.
"""
import json
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
SCAN = ROOT / "scripts/supply/scan.py"

FINDING = {"ruleId": "DL3008", "message": {"text": "Pin versions"}, "locations": [{"physicalLocation": {
    "artifactLocation": {"uri": "app/Dockerfile"}, "region": {"startLine": 2}}}]}


def sarif(*results):
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "stand-in"}}, "results": list(results)}]})


class Scan(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.root, self.bin = self.folder / "root", self.folder / "bin"
        (self.root / "app").mkdir(parents=True)
        self.bin.mkdir()
        (self.root / "app/Dockerfile").write_text('FROM scratch\nENTRYPOINT ["app-program"]\n')
        self.exceptions = self.folder / "exceptions.txt"
        self.exceptions.write_text("# none\n")

    def stand_in(self, name, script):
        program = self.bin / name
        program.write_text(f"#!/bin/bash\n{script}\n")
        program.chmod(0o755)

    def scan(self, *arguments, **variables):
        environment = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(self.folder)} | variables
        return subprocess.run(
            ["/usr/bin/python3", "-B", str(SCAN), "--root", str(self.root), "--report", str(self.folder / "report"),
             "--exceptions", str(self.exceptions), *arguments], env=environment, capture_output=True, text=True, check=False)

    def report(self, name):
        return (self.folder / "report" / name).read_text()

    def hadolint_finds(self, *results):
        self.stand_in("hadolint", f"cat <<'END'\n{sarif(*results)}\nEND")

    def test_nothing_found(self):
        self.hadolint_finds()
        result = self.scan("containers")
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertIn("0 findings", result.stdout)
        self.assertIn("| hadolint | ok |", self.report("summary.md"))

    def test_a_finding_is_listed_with_its_place(self):
        self.hadolint_finds(FINDING)
        result = self.scan("containers")
        self.assertEqual(1, result.returncode)
        self.assertIn("app/Dockerfile:2: hadolint DL3008: Pin versions", result.stdout)
        self.assertEqual("DL3008", json.loads(self.report("containers.sarif"))["runs"][0]["results"][0]["ruleId"])

    def test_an_exception_accepts_a_finding_and_its_reason_is_in_the_report(self):
        self.hadolint_finds(FINDING)
        self.exceptions.write_text("hadolint DL3008 */Dockerfile :: a release of Debian\n")
        result = self.scan("containers")
        self.assertEqual(0, result.returncode, result.stdout)
        suppressed = json.loads(self.report("containers.sarif"))["runs"][0]["results"][0]["suppressions"][0]
        self.assertEqual("a release of Debian", suppressed["justification"])

    def test_exceptions_accept_nothing_else(self):
        self.hadolint_finds(FINDING)
        for exception in ("hadolint DL3009 app/Dockerfile", "hadolint DL3008 other/Dockerfile", "checkov DL3008 app/Dockerfile"):
            with self.subTest(exception):
                self.exceptions.write_text(f"{exception} :: a reason\n")
                self.assertEqual(1, self.scan("containers").returncode)

    def test_an_exception_that_nothing_needs_is_reported(self):
        self.hadolint_finds()
        self.exceptions.write_text("hadolint DL3008 app/Dockerfile :: a reason\n")
        result = self.scan("containers")
        self.assertEqual(1, result.returncode)
        self.assertIn("exception that nothing needs, line 1", result.stdout)

    def test_an_exception_that_depends_on_the_version_may_be_unused(self):
        self.exceptions.write_text("? hadolint DL3008 app/Dockerfile :: a reason\n")
        self.hadolint_finds()
        self.assertEqual(0, self.scan("containers").returncode)
        self.hadolint_finds(FINDING)
        self.assertEqual(0, self.scan("containers").returncode)

    def test_exceptions_need_a_reason(self):
        self.exceptions.write_text("hadolint DL3008 app/Dockerfile\n")
        result = self.scan("containers")
        self.assertEqual(1, result.returncode)
        self.assertIn("exceptions.txt:1: expected SCANNER RULE PATH :: REASON", result.stderr)

    def test_a_missing_scanner_is_a_failure(self):
        result = self.scan("containers")
        self.assertEqual(2, result.returncode)
        self.assertIn("hadolint is not installed", result.stderr)

    def test_a_scanner_that_fails_is_a_failure_with_its_message(self):
        self.stand_in("hadolint", "echo 'out of memory' >&2; exit 3")
        result = self.scan("containers")
        self.assertEqual(2, result.returncode)
        self.assertIn("hadolint exited with 3: out of memory", result.stderr)

    def test_an_unreadable_report_is_a_failure(self):
        self.stand_in("hadolint", "echo '{'")
        self.assertEqual(2, self.scan("containers").returncode)

    def test_data_that_cannot_be_reached_is_reported_as_skipped(self):
        self.stand_in("npm", "echo '{}'")
        self.stand_in("debsecan", "exit 1")
        (self.root / "package-lock.json").write_text("{}")
        result = self.scan("dependencies")
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertIn("| npm-audit | skipped |", self.report("summary.md"))
        self.assertIn("| debsecan | skipped |", self.report("summary.md"))

    def test_vulnerable_npm_packages_are_findings(self):
        self.stand_in("npm", """echo '{"auditReportVersion": 2, "vulnerabilities": {"ws": {"severity": "high", "via": [{"title": "DoS"}]}}}'; exit 1""")
        (self.root / "package-lock.json").write_text("{}")
        result = self.scan("dependencies", "--scanner", "npm-audit")
        self.assertEqual(1, result.returncode, result.stderr)
        self.assertIn("package-lock.json:0: npm-audit ws: high: DoS", result.stdout)

    def test_an_unknown_category_lists_the_known_ones(self):
        result = self.scan("everything")
        self.assertEqual(1, result.returncode)
        self.assertIn("code, dependencies, containers, iac, secrets", result.stderr)

    # --- Snyk ---

    def snyk(self, status=0, *results):
        self.stand_in("snyk", f"""
if [[ $1 == config ]]; then exit; fi
echo "$*" >>"{self.folder}/calls"
for part in "$@"; do
  case $part in --sarif-file-output=*) cat >"${{part#*=}}" <<'END'
{sarif(*results)}
END
  esac
done
exit {status}""")

    def calls(self):
        lines = (self.folder / "calls").read_text().splitlines()
        return [line.split(" --sarif-file-output=")[0] for line in lines]

    def test_snyk_runs_with_a_token(self):
        self.snyk()
        self.stand_in("gitleaks", f"""for part in "$@"; do if [[ $part == *.sarif ]]; then echo '{sarif()}' >"$part"; fi; done""")
        result = self.scan(SNYK_TOKEN="of the test")
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertEqual(["code test", "test --unmanaged", "test --all-projects",
                          "container test app-program --file=app/Dockerfile", "iac test k8s/manifests"], self.calls())
        self.assertIn("| gitleaks | ok |", self.report("summary.md"))

    def test_findings_of_snyk_are_findings(self):
        self.snyk(1, FINDING)
        result = self.scan("iac", SNYK_TOKEN="of the test")
        self.assertEqual(1, result.returncode)
        self.assertIn("app/Dockerfile:2: snyk DL3008", result.stdout)

    def test_snyk_that_fails_is_a_failure(self):
        self.snyk(2)
        result = self.scan("code", SNYK_TOKEN="of the test")
        self.assertEqual(2, result.returncode)
        self.assertIn("snyk exited with 2", result.stderr)

    def test_what_snyk_does_not_support_is_no_failure(self):
        self.snyk(3)
        self.assertEqual(0, self.scan("dependencies", SNYK_TOKEN="of the test").returncode)

    def test_without_a_token_it_says_so_and_runs_the_free_scanners(self):
        self.snyk()
        self.hadolint_finds(FINDING)
        result = self.scan("containers")
        self.assertEqual(1, result.returncode)
        self.assertIn("Snyk has no token", result.stderr)
        self.assertFalse((self.folder / "calls").exists())

    def test_without_the_program_it_says_so(self):
        self.hadolint_finds()
        self.assertIn("The Snyk CLI is not installed", self.scan("containers").stderr)


if __name__ == "__main__":
    unittest.main()
