"""The table of bounds in ARCHITECTURE.md names members that are declared in the files it names.

The section "Bounds" has tables with the columns bound, members and file. A member may also be a constant of a namespace.
"""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).parents[2]
SECTION = re.compile(r"^## Bounds\n(.*?)^## ", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| [^|]+ \| ((?:`[^`]+`(?:, )?)+) \| \[[^\]]+\]\(([^)]+)\) \|$", re.MULTILINE)


def section():
    return SECTION.search((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")).group(1)


def bounds():
    """[(member, file)] in the order of the table."""
    return [(member, file) for members, file in ROW.findall(section()) for member in re.findall("`([^`]+)`", members)]


def is_declared(member, text):
    """In the body of its class, with a default or without, or as a constant; the namespaces are ignored."""
    *scope, name = member.split("::")
    for part in (part for part in scope if part[0].isupper()):
        body = re.search(rf"^( *)(?:class|struct) {part}\b[^;\n]*\{{\n(.*?)^\1\}};", text, re.MULTILINE | re.DOTALL)
        if not body:
            return False
        text = body.group(2)
    kind = r"(?:(?:inline |static )?constexpr )?(?!return\b|//)[\w:<>]+"
    return bool(re.search(rf"^ *{kind} {name}(?: = [^;]+|\{{[^;]*\}})?;", text, re.MULTILINE))


class Bounds(unittest.TestCase):
    def test_every_row_is_read(self):
        rows = [line for line in section().splitlines() if line.startswith("| ") and not line.startswith("| bound |")]
        self.assertEqual(len(ROW.findall(section())), len(rows))
        self.assertGreater(len(rows), 10)

    def test_every_member_is_declared_in_its_file(self):
        for member, file in bounds():
            with self.subTest(member):
                self.assertTrue((ROOT / file).is_file(), f"{file} does not exist")
                self.assertTrue(is_declared(member, (ROOT / file).read_text(encoding="utf-8")), f"not in {file}")

    def test_a_renamed_or_moved_member_is_noticed(self):
        for member, file in bounds():
            with self.subTest(member):
                text = (ROOT / file).read_text(encoding="utf-8")
                *scope, name = member.split("::")
                self.assertFalse(is_declared(member, re.sub(rf"\b{name}\b", "renamed", text)))
                self.assertFalse(is_declared("::".join([*scope[:-1], "Other", name]), text))


if __name__ == "__main__":
    unittest.main()
