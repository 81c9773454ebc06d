#!/usr/bin/env python3
"""Prints the size of the C++ and TypeScript sources, per folder and in total: ./dev stats [FOLDER...]

A module is a header and the source of the same name in the same folder; a .ts file is a module, too. Test code is
*_test.cpp, *.test.mjs and everything in testing/ folders and in tests/ but tests/bench, and counts only in the last two
columns.
"""
import pathlib
import re
import statistics
import subprocess
import sys

CPP_SUFFIXES = {".hpp", ".cpp"}
MODULE_SUFFIXES = CPP_SUFFIXES | {".ts"}
SUFFIXES = MODULE_SUFFIXES | {".mjs", ".py", ".rs"}
SMALL_FILE = 25  # lines
LONG_FUNCTION = 70  # lines

NOT_CODE = re.compile(
    r'R"(?P<mark>\w*)\(.*?\)(?P=mark)"'  # raw string
    r'|"(?:[^"\\\n]|\\.)*"|(?<![0-9a-fA-F])\'(?:[^\'\\\n]|\\.)*\''
    r"|//[^\n]*|/\*.*?\*/|^\s*\#[^\n]*",
    re.DOTALL | re.MULTILINE,
)
# An opening brace after one of these holds declarations rather than statements.
BENCH = "tests/bench"
DECLARES = re.compile(r"\b(?:namespace|class|struct|union|enum|extern|interface|concept)\b[^()]*$")


def sources(folders):
    listed = subprocess.run(["git", "ls-files", "--", *folders], check=True, capture_output=True, text=True).stdout
    paths = (pathlib.Path(line) for line in listed.splitlines())
    return [path for path in paths if path.suffix in SUFFIXES and path.exists()]


def is_test(path):
    if area(path) == BENCH:
        return False
    return bool({"tests", "testing"} & set(path.parts[:-1])) or bool(re.search(r"(_test\.cpp|\.test\.\w+)$", path.name))


def area(path):
    return "/".join(path.parts[: 2 if path.parts[0] == "libs" or path.is_relative_to(BENCH) else 1])


def functions(text):
    """Yields (first line, lines) of each function body and its signature that is not inside another one."""
    code = NOT_CODE.sub(lambda match: "\n" * match.group().count("\n"), text)
    scopes = []
    function = None  # depth and first line of the function that is being read
    statement = 0  # offset of the statement that is being read
    for match in re.finditer(r"[{};]", code):
        brace, end = match.group(), match.end()
        if brace == "{":
            head = code[statement : match.start()]
            scopes.append("declarations" if DECLARES.search(head) else "code")
            if function is None and scopes[-1] == "code" and "(" in head:
                start = statement + len(head) - len(head.lstrip())
                function = (len(scopes), code.count("\n", 0, start) + 1)
        elif brace == "}" and scopes:
            if function and function[0] == len(scopes):
                yield function[1], code.count("\n", 0, end) + 2 - function[1]
                function = None
            scopes.pop()
        statement = end


class Area:
    def __init__(self):
        self.modules = {}
        self.small_files = []
        self.long_functions = []
        self.lines = 0
        self.test_lines = 0

    def add(self, path):
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if is_test(path):
            self.test_lines += lines
            return
        self.lines += lines
        if path.suffix not in MODULE_SUFFIXES:
            return
        name = path.with_suffix("")
        self.modules[name] = self.modules.get(name, 0) + lines
        if lines < SMALL_FILE:
            self.small_files.append(path)
        for line, length in functions(text):
            if length > LONG_FUNCTION:
                self.long_functions.append(f"{path}:{line}: {length} lines")

    def merge(self, other):
        self.modules |= other.modules
        self.small_files += other.small_files
        self.long_functions += other.long_functions
        self.lines += other.lines
        self.test_lines += other.test_lines

    def row(self, name):
        sizes = list(self.modules.values()) or [0]
        share = 100 * self.test_lines / max(1, self.lines + self.test_lines)
        return (
            f"{name:<16} {len(self.modules):>7} {round(statistics.median(sizes)):>7} {max(sizes):>7} {self.lines:>7}"
            f" {len(self.small_files):>6} {len(self.long_functions):>6} {self.test_lines:>7} {share:>4.0f} %"
        )


def main():
    folders = sys.argv[1:]
    areas = {}
    products = Area()  # the C++ of libraries and programs
    for path in sources(folders):
        areas.setdefault(area(path), Area()).add(path)
        if path.suffix in CPP_SUFFIXES and area(path) != BENCH:
            products.add(path)
    total = Area()
    print(f"{'':<16} {'modules':>7} {'median':>7} {'longest':>7} {'lines':>7} {'<' + str(SMALL_FILE):>6}"
          f" {'f>' + str(LONG_FUNCTION):>6} {'tests':>7} {'share':>6}")
    for name in sorted(areas):
        print(areas[name].row(name))
        total.merge(areas[name])
    print(products.row("C++ but bench"))
    print(total.row("all"))
    for function in total.long_functions:
        print(f"long function: {function}")
    if folders:
        for path in total.small_files:
            print(f"small file: {path}")
        for name, lines in sorted(total.modules.items(), key=lambda item: item[1]):
            print(f"{lines:>5} {name}")


main()
