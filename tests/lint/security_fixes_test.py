"""Each entry of SECURITY-FIXES.md is complete, and its commits, tests and files exist."""
import pathlib
import re
import subprocess
import unittest

PROJECT = pathlib.Path(__file__).parents[2]
PAGE = (PROJECT / "SECURITY-FIXES.md").read_text(encoding="utf-8")
ENTRY = re.compile(r"^\*\*(\d+)\. (.*?)(?=^\*\*\d+\. |^## |\Z)", re.MULTILINE | re.DOTALL)
PARTS = ("Risk", "Found", "Fix", "Test")
LEAST = 14
# A test, or several: `Name` or "title", then "in [file](path)".
TESTS = re.compile(r"((?:`\w+`|\"[^\"]+\")(?:(?!\]\().)*?)in \[[^\]]+\]\(([^)]+)\)", re.DOTALL)
NAME = re.compile(r"`(\w+)`|\"([^\"]+)\"")


def entries():
    return [(number, " ".join(text.split())) for number, text in ENTRY.findall(PAGE)]


def git(*arguments):
    return subprocess.run(["git", "-C", PROJECT, *arguments], capture_output=True, text=True)


class SecurityFixes(unittest.TestCase):
    def test_entries_are_numbered_and_complete(self):
        self.assertGreaterEqual(len(entries()), LEAST)
        self.assertEqual([str(n + 1) for n in range(len(entries()))], [number for number, _ in entries()])
        for number, text in entries():
            with self.subTest(number):
                self.assertEqual(list(PARTS), re.findall(r"\*(\w+):\*", text))

    def test_the_tests_exist(self):
        for number, text in entries():
            found = TESTS.findall(text.split("*Test:*")[1])
            self.assertTrue(found, f"{number} has no test")
            for names, path in found:
                source = (PROJECT / path).read_text(encoding="utf-8")
                for name, title in NAME.findall(names):
                    with self.subTest(number=number, test=name or title):
                        self.assertIn(name or title, source)

    def test_the_commits_exist(self):
        if git("rev-parse", "--is-shallow-repository").stdout.strip() != "false":
            self.skipTest("the history of this clone is not complete")
        for number, text in entries():
            for commit in re.findall(r"`([0-9a-f]{7})`", text.split("*Fix:*")[1]):
                with self.subTest(number=number, commit=commit):
                    self.assertEqual(0, git("cat-file", "-e", f"{commit}^{{commit}}").returncode)


if __name__ == "__main__":
    unittest.main()
