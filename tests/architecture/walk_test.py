"""The walk through the code in ARCHITECTURE.md names functions that are defined in the files it names.

The section "From socket to screen" has a table with the columns function, file and what it does.
"""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).parents[2]
SECTION = re.compile(r"^## From socket to screen\n(.*?)^## ", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `([^`]+)` \| \[[^\]]+\]\(([^)]+)\) \|", re.MULTILINE)
MAX_FUNCTIONS = 40
MAX_FILES = 25


def walk():
    """[(function, file)] in the order of the table."""
    return ROW.findall(SECTION.search((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")).group(1))


def is_defined(function, text):
    """In C++ as Class::name(…) or in the body of the class; in TypeScript as a function, a method or a constant."""
    *scope, name = function.split("::")
    scope = [part for part in scope if part[0].isupper()]  # without the namespaces
    if scope and re.search(rf"\b{scope[-1]}::{re.escape(name)}\(", text):
        return True
    if scope and not re.search(rf"\b(class|struct) (\w+::)*{scope[-1]}\b", text):
        return False
    declaration = rf"^(?!.*\breturn\b)[ \w:<>,&*\[\]]*\b{re.escape(name)}(<[^>]*>)?\(.*|^ *const {re.escape(name)} = "
    return bool(re.search(declaration, text, re.MULTILINE))


class Walk(unittest.TestCase):
    def test_every_function_is_defined_in_its_file(self):
        for function, file in walk():
            with self.subTest(function):
                self.assertTrue((ROOT / file).is_file(), f"{file} does not exist")
                self.assertTrue(is_defined(function, (ROOT / file).read_text(encoding="utf-8")), f"not in {file}")

    def test_the_walk_is_short(self):
        functions, files = zip(*walk())
        self.assertGreater(len(functions), 20)
        self.assertLessEqual(len(functions), MAX_FUNCTIONS)
        self.assertLessEqual(len(set(files)), MAX_FILES)

    def test_a_renamed_function_is_noticed(self):
        for function, file in walk():
            with self.subTest(function):
                text = (ROOT / file).read_text(encoding="utf-8")
                self.assertFalse(is_defined(function, re.sub(rf"\b{function.split('::')[-1]}\b", "renamed", text)))


if __name__ == "__main__":
    unittest.main()
