#!/usr/bin/env python3
"""Checks the wording of documents, comments, messages, identifiers and test names: scripts/prose.py [PATH...]

Prints each match of a rule of prose_words.txt and fails if there is any. Without PATH it checks all files of the
repository.
"""
import pathlib
import re
import subprocess
import sys

RULES = pathlib.Path(__file__).with_name("prose_words.txt")
SUFFIXES = {
    ".cmake", ".cpp", ".css", ".go", ".gotmpl", ".hpp", ".html", ".in", ".json", ".md", ".mjs", ".mustache", ".py", ".rs",
    ".sed", ".sh", ".tpl", ".ts", ".txt", ".yaml", ".yml",
}  # fmt: skip
NAMES = {"Dockerfile", "dev", "run", ".env.example", ".dockerignore", ".clang-format", ".clang-tidy", ".gitignore"}
# The rules themselves, the test with bad examples, and lists of packages. Migrations (.sql) are not checked, because released ones never change.
EXEMPT = {"prose_words.txt", "prose_test.py", "package-lock.json"}

MARKDOWN_CODE = re.compile(r"^```.*?^```|^(?: {4}|\t)(?![-*\d]).*$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
# Between two lines of one comment, of one paragraph, or of one string literal.
LINE_BREAK = re.compile(r'"?[ \t]*\n[ \t]*(?:///?|--|#|\*|>)?[ \t]*"?(?!\n)')


class Rule:
    def __init__(self, line):
        pattern, self.instead, self.reason = (part.strip() for part in line.split(" :: "))
        literal = re.sub(r"\\.", "", pattern)
        ignore_case = 0 if re.search(r"[A-Z]", literal) else re.IGNORECASE
        self.regex = re.compile(pattern.replace(" ", r"[ \n]"), ignore_case)


def rules():
    lines = RULES.read_text(encoding="utf-8").splitlines()
    return [Rule(line) for line in lines if line and not line.startswith("#")]


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def findings(text, rules, markdown=False):
    """Yields (line, matched text, rule) in the order of the rules."""
    if markdown:
        text = MARKDOWN_CODE.sub(blank, text)
    prose = LINE_BREAK.sub("\n", text)
    for rule in rules:
        for match in rule.regex.finditer(prose):
            yield prose.count("\n", 0, match.start()) + 1, " ".join(match.group().split()), rule


def files(paths):
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *paths]
    for line in sorted(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()):
        path = pathlib.Path(line)
        if (path.suffix in SUFFIXES or path.name in NAMES) and path.name not in EXEMPT and path.is_file():
            yield path


def main():
    known = rules()
    found = 0
    for path in files(sys.argv[1:]):
        text = path.read_text(encoding="utf-8")
        for line, match, rule in sorted(findings(text, known, path.suffix == ".md"), key=lambda finding: finding[0]):
            print(f'{path}:{line}: "{match}": {rule.instead} ({rule.reason})')
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
