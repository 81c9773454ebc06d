"""scripts/markdown.py wraps text, leaves everything else as it is, and finds broken links. Examples in YAML are YAML."""
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap
import unittest

import yaml

PROJECT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(PROJECT / "scripts"))
import markdown  # noqa: E402

LONG = "word " * 40


class Wrapping(unittest.TestCase):
    def test_wraps_paragraphs_and_list_items(self):
        for text, indent in ((LONG, ""), (f"- {LONG}", "  "), (f"12. {LONG}", "    ")):
            with self.subTest(text[:5]):
                lines = markdown.wrap(text).split("\n")
                self.assertEqual(2, len(lines))
                self.assertLessEqual(max(map(len, lines)), markdown.WIDTH)
                self.assertTrue(lines[1].startswith(f"{indent}word"))

    def test_joins_short_lines(self):
        self.assertEqual("- one two\n- three", markdown.wrap("- one\n  two\n- three"))

    def test_breaks_neither_code_nor_links(self):
        for part in ("`" + "a " * 70 + "a`", "[" + "a " * 70 + "a](b.md)"):
            with self.subTest(part[0]):
                self.assertIn(part, markdown.wrap(f"{LONG}{part}"))

    def test_keeps_tables_code_and_headings(self):
        for text in (f"| {LONG} |", f"    {LONG}", f"```\n{LONG}\n```", f"# {LONG}", f"- item\n\n      {LONG}", f"{{{{ {LONG} }}}}"):
            with self.subTest(text[:5]):
                self.assertEqual(text, markdown.wrap(text))

    def test_keeps_code_whose_lines_begin_with_a_dash(self):
        code = "    routes:\n      - {receiver: none}\n    receivers:\n      - name: none\n        url: x\n    - 1. a\n      b"
        in_item = textwrap.indent(code, "  ")
        for text in (code, f"Text:\n\n{code}\n\ntext", f"- item\n\n{in_item}\n\n- item", f"    - a\n\n      b\n{code}"):
            with self.subTest(text[:5]):
                self.assertEqual(text, markdown.wrap(text))

    def test_joins_lines_of_nested_items(self):
        self.assertEqual("- a\n  - b c\n\n    - d e", markdown.wrap("- a\n  - b\n    c\n\n    - d\n      e"))

    def test_wrapping_twice_changes_nothing(self):
        once = markdown.wrap(f"{LONG}\n\n- {LONG}\n  - {LONG}\n\n      code\n\n  {LONG}\n\n{LONG}")
        self.assertEqual(once, markdown.wrap(once))


class Links(unittest.TestCase):
    def test_finds_missing_files_and_headings(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder, "page.md")
            other = pathlib.Path(folder, "other.md")
            other.write_text("# One heading\n\n## Twice\n\n## Twice\n", encoding="utf-8")
            links = ["other.md", "other.md#one-heading", "other.md#twice-1", "#here", "https://example.org/x"]
            broken = ["missing.md", "other.md#missing", "#missing"]
            text = "# Here\n\n" + "\n".join(f"[x]({link})" for link in links + broken)
            page.write_text(text, encoding="utf-8")
            found = [problem.split(": ")[1].split(" ")[0] for problem in markdown.broken_links(page, text)]
            self.assertEqual(broken, found)


    def test_finds_missing_images_in_html(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder, "page.md")
            text = '<img alt="x" src="page.md"> <source srcset="missing.png">'
            page.write_text(text, encoding="utf-8")
            self.assertEqual([f"{page}:1: missing.png does not exist"], list(markdown.broken_links(page, text)))

    def test_links_to_other_sites_are_well_formed(self):
        good = ["https://debian.org/x#y", "https://a-b.example.co/", "mailto:a@debian.org", "http://localhost:8080/", "http://vote.local"]
        bad = ["http://debian.org/", "https://debian/", "https://debian.org//x", "https://a:b@debian.org/", "ftp://debian.org/x"]
        for link in good + bad:
            with self.subTest(link):
                problems = list(markdown.malformed_links("page.md", f"[x]({link})"))
                self.assertEqual(link in bad, bool(problems), problems)
        self.assertEqual([], list(markdown.malformed_links("page.md", "<https://debian.org/> `[x](ftp://debian.org/x)`")))
        self.assertEqual(1, len(list(markdown.malformed_links("page.md", "<http://debian.org/>"))))


class Examples(unittest.TestCase):
    FENCED = re.compile(r"^( *)```yaml\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)

    def test_examples_in_yaml_are_yaml(self):
        listed = ["git", "-C", PROJECT, "ls-files", "-z", "--", "*.md", "*.gotmpl"]
        paths = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split("\0")[:-1]
        found = 0
        for path in paths:
            for _, example in self.FENCED.findall((PROJECT / path).read_text(encoding="utf-8")):
                found += 1
                with self.subTest(path=path, begins=example.strip().split("\n")[0]):
                    for document in yaml.safe_load_all(textwrap.dedent(example)):
                        self.assertIsInstance(document, (dict, list))
        self.assertGreater(found, 0)


if __name__ == "__main__":
    unittest.main()
