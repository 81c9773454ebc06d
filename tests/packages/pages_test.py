"""pages_test.py BIN: the pages that deploy/debian/pages.py writes about the programs in BIN.

man's own parser must have nothing to report about a manual, bash must complete the settings, and a file for /etc/default must
set only variables of the program.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(sys.argv.pop())
PROGRAMS = ("pollux", "pollux-vote", "pollux-worker", "pollux-result", "pollux-admin", "pollux-seed")


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, **options)


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.pages = pathlib.Path(cls.folder.name)
        for program in PROGRAMS:
            run("python3", "-B", ROOT / "deploy/debian/pages.py", BIN / program, cls.folder.name, "2026-11-26")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def settings(self, program):
        return json.loads(run(BIN / program, "help", "json").stdout)["settings"]

    def test_manuals_have_every_setting(self):
        for program in PROGRAMS:
            manual = (self.pages / f"{program}.1").read_text()
            self.assertTrue(manual.startswith(".TH " + program.upper().replace("-", "\\-") + " 1 2026-11-26 "))
            for setting in self.settings(program):
                self.assertIn(setting["flag"].replace("-", "\\-"), manual)
                self.assertIn(setting["variable"].replace("-", "\\-"), manual)

    def test_bash_completes_settings_values_and_files(self):
        def completed(*words):
            script = (
                f'. "{self.pages}/pollux.bash"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pollux; '
                'printf "%s\\n" "${COMPREPLY[@]}"'
            )
            return run("bash", "-euc", script, "bash", *words, cwd=self.pages).stdout.split()

        self.assertEqual(completed("pollux", "--vote-l"), ["--vote-listen"])
        self.assertEqual(completed("pollux", "--option-z"), ["--option-z"])
        self.assertEqual(completed("pollux", "res"), ["reset", "reset-password"])
        self.assertEqual(completed("pollux", "--log-level", "w"), ["warning"])
        self.assertEqual(completed("pollux", "--log-level", "=", "w"), ["warning"])
        self.assertEqual(completed("pollux", "--log-level", "="), ["debug", "info", "warning", "error"])
        self.assertEqual(completed("pollux", "--database", "pollux-vote.d"), ["pollux-vote.default"])

    def test_every_completion_is_valid_bash(self):
        for program in PROGRAMS:
            run("bash", "-n", self.pages / f"{program}.bash")

    def test_default_files_start_the_program_and_have_its_defaults(self):
        for program in PROGRAMS[:-1]:
            text = (self.pages / f"{program}.default").read_text()
            lines = [line for line in text.splitlines() if line and not line.startswith(("# ", "##"))]
            variables = dict(line.lstrip("#").split("=", 1) for line in lines)
            for setting in self.settings(program):
                if setting["variable"]:
                    self.assertIn(setting["variable"], variables)
            # With every line active, the settings are valid: an empty variable counts as not set.
            environment = {name: value.strip('"') for name, value in variables.items()}
            failed = subprocess.run(
                [BIN / program, "healthcheck"], env=environment, capture_output=True, text=True, timeout=60
            )
            self.assertEqual(failed.returncode, 1, failed.stderr)  # 2: a setting is invalid
            self.assertNotIn("is ignored", failed.stderr)

    def test_manuals_are_valid(self):
        for program in PROGRAMS:
            found = subprocess.run(
                ["groff", "-man", "-Tutf8", "-ww", "-z", self.pages / f"{program}.1"], capture_output=True, text=True
            )
            self.assertEqual((found.returncode, found.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
