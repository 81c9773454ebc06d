"""The free scanners of ./snyk-full-scan.sh find planted faults. Run by ./dev lint, which puts them on PATH."""
import json
import pathlib
import subprocess
import tempfile
import unittest

SCAN = pathlib.Path(__file__).parents[2] / "scripts/supply/scan.py"

# Reads through a null pointer, and beyond an array.
DEFECTS = """int length(const int* counts, bool any) {
  const int* first = any ? counts : nullptr;
  int sizes[2] = {1, 2};
  return *first + sizes[2];
}
int none() { return length(nullptr, false); }
"""

MANIFEST = """apiVersion: v1
kind: Pod
metadata: {name: planted, namespace: default}
spec:
  containers:
    - name: planted
      image: planted:latest
      securityContext: {privileged: true}
"""

# Assembled here, so that scans of this file find nothing.
SECRET = "AKIA" + "Q3EGRZTJXBKMN4PW"


class Planted(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.root = self.folder / "root"
        self.root.mkdir()

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def scan(self, category, scanner, status=1):
        exceptions = self.folder / "exceptions.txt"
        exceptions.write_text("")
        result = subprocess.run(
            ["/usr/bin/python3", "-B", str(SCAN), "--root", str(self.root), "--report", str(self.folder / "report"),
             "--exceptions", str(exceptions), "--scanner", scanner, category], capture_output=True, text=True, check=False)
        self.assertEqual(status, result.returncode, result.stdout + result.stderr)
        return result.stdout

    def source(self, text, batch=None):
        source = self.plant("libs/planted.cpp", text)
        if batch:
            source = self.plant(batch, f'#include "{source}"\n')
        database = [{"directory": str(self.root), "file": str(source), "command": f"/usr/bin/c++ -std=c++20 -o planted.o -c {source}"}]
        self.plant("build/release/compile_commands.json", json.dumps(database))

    def test_a_defect_is_found_by_the_analyzer_of_clang(self):
        self.source(DEFECTS)
        self.assertIn("libs/planted.cpp:4: clang-analyzer core.NullDereference", self.scan("code", "clang-analyzer"))

    def test_a_defect_is_found_by_cppcheck(self):
        self.source(DEFECTS)
        self.assertIn("libs/planted.cpp:4: cppcheck arrayIndexOutOfBounds", self.scan("code", "cppcheck"))

    def test_a_defect_is_found_in_a_source_that_is_compiled_in_a_batch(self):
        self.source(DEFECTS, batch="build/release/planted.dir/Unity/unity_0_cxx.cxx")
        self.assertIn("libs/planted.cpp:4: clang-analyzer core.NullDereference", self.scan("code", "clang-analyzer"))
        self.assertIn("libs/planted.cpp:4: cppcheck arrayIndexOutOfBounds", self.scan("code", "cppcheck"))

    def test_correct_code_has_no_findings(self):
        self.source("int one() { return 1; }\n")
        for scanner in ("clang-analyzer", "cppcheck"):
            self.scan("code", scanner, status=0)

    def test_an_insecure_manifest_is_found(self):
        self.plant("k8s/manifests/planted.yaml", MANIFEST)
        self.assertRegex(self.scan("iac", "checkov"), r"k8s/manifests/planted.yaml:\d+: checkov CKV_K8S_16: ")

    def test_a_weak_dockerfile_is_found(self):
        self.plant("app/Dockerfile", "FROM debian:12-slim\nRUN cd /tmp && sudo make\n")
        self.assertIn("app/Dockerfile:2: hadolint DL3004", self.scan("containers", "hadolint"))

    def test_a_secret_is_found_also_in_the_history(self):
        def git(*arguments):
            subprocess.run(["git", "-c", "user.name=test", "-c", "user.email=test@example.org", *arguments], cwd=self.root,
                           check=True, capture_output=True)
        git("init")
        path = self.plant("settings.txt", f"aws_key = {SECRET}\n")
        self.assertIn("settings.txt:1: gitleaks aws-access-token", self.scan("secrets", "gitleaks"))
        git("add", ".")
        git("commit", "-m", "planted")
        path.write_text("aws_key =\n")
        git("commit", "-a", "-m", "removed")
        self.assertIn("settings.txt:1: gitleaks aws-access-token", self.scan("secrets", "gitleaks"))


if __name__ == "__main__":
    unittest.main()
