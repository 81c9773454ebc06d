"""scripts/supply/hardening.py accepts a hardened program, and reports each protection that is left out.

The compiler is that of $CXX.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts" / "supply"))
import hardening  # noqa: E402

# Uses what the protections are about: an array on the stack, a copy of unknown length, a global with a constructor.
SOURCE = """
#include <cstdio>
#include <cstring>
struct Global { Global() { std::puts("constructed"); } };
Global global;
int main(int argc, char** argv) {
  char name[16];
  std::strcpy(name, argv[argc - 1]);
  return std::puts(name) < 0;
}
"""

FLAGS = ["-O2", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2", "-fstack-protector-strong", "-fcf-protection", "-fPIE", "-pie",
         "-Wl,-z,relro,-z,now,-z,noexecstack"]


class Hardening(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.compiler = os.environ["CXX"]

    def missing(self, *more):
        program = pathlib.Path(self.folder.name) / "program"
        command = [self.compiler, "-x", "c++", "-", *FLAGS, *more, "-o", str(program)]
        subprocess.run(command, input=SOURCE, text=True, check=True)
        return " ".join(hardening.missing(str(program)))

    def test_a_hardened_program_passes(self):
        self.assertEqual("", self.missing())

    def test_stripped_programs_are_checked_too(self):
        self.assertEqual("", self.missing("-s"))
        self.assertRegex(self.missing("-s", "-fcf-protection=none"), "^control-flow protection")

    def test_each_missing_protection_is_reported(self):
        for expected, flags in {
            "position-independent": ["-fno-PIE", "-no-pie"],
            "full RELRO": ["-Wl,-z,lazy"],
            "non-executable stack": ["-Wl,-z,execstack"],
            "stack protector": ["-fno-stack-protector"],
            "fortified functions": ["-U_FORTIFY_SOURCE"],
            "no RUNPATH": ["-Wl,--enable-new-dtags,-rpath,/opt/lib"],
            "no RPATH": ["-Wl,--disable-new-dtags,-rpath,/opt/lib"],
        }.items():
            with self.subTest(expected):
                self.assertRegex(self.missing(*flags), "^" + expected)

    def test_without_relro_it_is_not_full(self):
        self.assertRegex(self.missing("-Wl,-z,norelro"), "^full RELRO")

    def test_what_is_not_a_program_is_an_error(self):
        with self.assertRaises(SystemExit) as caught:
            list(hardening.missing(__file__))
        self.assertIn("readelf cannot read", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
