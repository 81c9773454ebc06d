"""What the images contain: run by ./dev e2e, with the results of ./dev sbom in $POLLUX_BILLS.

The bills of materials are compared with dpkg in the build stage, whose packages and files are listed in $POLLUX_BILLS/dpkg.
"""
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "supply"))
import hardening  # noqa: E402

BILLS = pathlib.Path(os.environ["POLLUX_BILLS"])
IMAGES = ["pollux", "pollux-vote", "pollux-worker", "pollux-result", "pollux-admin", "pollux-seed"]
VERSION = re.search(r"^project\(pollux VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE).group(1)


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def merged(path):
    """A path as on systems with /lib in /usr."""
    return "/usr" + path if re.match(r"/lib\d*/", path) else path


class Dpkg:
    def __init__(self):
        lines = [line.split(" ", 1) for line in (BILLS / "dpkg").read_text().splitlines()]
        self.versions = {tuple(rest.split()) for kind, rest in lines if kind == "package"}
        files = [rest.split(" ", 1) for kind, rest in lines if kind == "file"]
        self.owners = {merged(path): package for package, path in files}


class Bill:
    def __init__(self, image):
        self.path = BILLS / f"{image}.spdx.json"
        content = json.loads(self.path.read_text())
        self.packages = {package["SPDXID"]: package for package in content["packages"]}
        self.files = {file["SPDXID"]: file for file in content["files"]}
        self.relations = [(r["spdxElementId"], r["relationshipType"], r["relatedSpdxElement"])
                          for r in content["relationships"]]

    def named(self, kind):
        return {package["name"]: package for key, package in self.packages.items() if key.startswith(f"SPDXRef-{kind}-")}

    def origins(self):
        """The package of each file that is from a package."""
        return {self.files[file]["fileName"].removeprefix("."): self.packages[package]["name"]
                for file, kind, package in self.relations if kind == "EXPANDED_FROM_ARCHIVE"}


def for_each_image(check):
    """A test that calls check(self, image, bill) for every image."""
    @functools.wraps(check)
    def test(self):
        for image in IMAGES:
            with self.subTest(image):
                check(self, image, Bill(image))
    return test


class Images(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dpkg = Dpkg()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.roots = {image: pathlib.Path(folder.name) / image for image in IMAGES}
        for image, root in cls.roots.items():
            with tarfile.open(BILLS / f"{image}.tar") as tar:
                tar.extractall(root, members=[member for member in tar if member.isfile() or member.isdir()])

    def program(self, image):
        return self.roots[image] / "usr/local/bin" / image

    @for_each_image
    def test_bills_are_valid_spdx(self, image, bill):
        self.assertEqual([], validate_full_spdx_document(parse_file(str(bill.path)), "SPDX-2.3"))

    @for_each_image
    def test_bills_have_our_program_with_its_version(self, image, bill):
        program = bill.named("program")[image]
        self.assertEqual(VERSION, program["versionInfo"])
        digests = {sum["checksumValue"] for sum in program["checksums"]}
        self.assertIn(hashlib.sha256(self.program(image).read_bytes()).hexdigest(), digests)
        self.assertIn(output_of("git", "rev-parse", "HEAD").strip(), program["sourceInfo"])

    @for_each_image
    def test_bills_have_the_packages_and_versions_of_dpkg(self, image, bill):
        for name, package in bill.named("deb").items():
            architecture = re.search(r"arch=(\w+)", package["externalRefs"][0]["referenceLocator"]).group(1)
            self.assertIn((name, package["versionInfo"], architecture), self.dpkg.versions)

    @for_each_image
    def test_each_library_is_attributed_to_the_package_that_dpkg_names(self, image, bill):
        libraries = {f"/{path.relative_to(self.roots[image])}" for path in self.roots[image].rglob("*")
                     if path.is_file() and re.search(r"\.so(\.|$)", path.name)}
        origins = bill.origins()
        self.assertTrue(libraries)
        self.assertEqual(libraries, set(origins))
        self.assertEqual({path: self.dpkg.owners[merged(path)] for path in libraries}, origins)

    @for_each_image
    def test_bills_list_each_file(self, image, bill):
        contained = {f"./{path.relative_to(self.roots[image])}" for path in self.roots[image].rglob("*")
                     if path.is_file() and path.stat().st_size > 0 and "status.d" not in path.parts}
        self.assertEqual(contained, {file["fileName"] for file in bill.files.values()})

    @for_each_image
    def test_only_programs_with_pages_have_npm_packages(self, image, bill):
        pages = image in ("pollux", "pollux-vote", "pollux-result", "pollux-admin")
        self.assertEqual(pages, "socket.io-client" in bill.named("npm"))

    @for_each_image
    def test_programs_are_hardened(self, image, bill):
        self.assertEqual([], list(hardening.missing(str(self.program(image)))))

    @for_each_image
    def test_all_times_are_that_of_the_commit(self, image, bill):
        committed = int(output_of("git", "log", "-1", "--format=%ct"))
        own = {file["fileName"] for file in bill.files.values()}
        with tarfile.open(BILLS / f"{image}.tar") as tar:
            times = {member.name: member.mtime for member in tar if f"./{member.name}" in own}
        self.assertEqual({name: committed for name in times}, times)

    # The image's programs were compiled in another folder, at another time, with other packages installed.
    @for_each_image
    def test_programs_are_the_same_as_those_built_here(self, image, bill):
        if "CI" not in os.environ and not (ROOT / "build/release/bin/pollux").exists():
            self.skipTest("nothing is built here")
        package = "g++-" + output_of("c++", "-dumpversion").strip()
        compiler = output_of("dpkg-query", "--show", "--showformat", "${Version}", package)
        if not any((name, version) == (package, compiler) for name, version, _ in self.dpkg.versions):
            self.skipTest(f"this system's compiler, {compiler}, is not that of the images")
        here = self.roots[image].with_name(f"{image}-here")
        output_of("strip", "-o", str(here), f"build/release/bin/{image}")
        same = here.read_bytes() == self.program(image).read_bytes()
        if not same and "CI" not in os.environ and "no work to do" not in output_of("ninja", "-C", "build/release", "-n", image):
            self.skipTest("build/release is older than the sources")
        self.assertTrue(same, f"build/release/bin/{image} differs from the program in the image")


if __name__ == "__main__":
    unittest.main(verbosity=2)  # names what is skipped
