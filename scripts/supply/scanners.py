"""The scanners of ./dev scan, by category. Each is a function of the folder to scan and the folder for its report.

It returns findings, and raises Skipped if what it needs cannot be reached, or Failed if it did not work.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tarfile
import tempfile

import findings

TIMEOUT = 1800  # seconds, for one program


class Failed(Exception):
    """A scanner is missing or did not work."""


class Skipped(Exception):
    """A scanner needs something that cannot be reached from here."""


def run(command, root, statuses=(0,), **more):
    """Runs a program in the scanned folder; returns its result, or raises Failed."""
    program = str(command[0])
    if not shutil.which(program):
        raise Failed(f"{program} is not installed")
    try:
        result = subprocess.run([str(part) for part in command], cwd=root, capture_output=True, text=True, check=False,
                                timeout=TIMEOUT, **more)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{program} did not end within {TIMEOUT} s") from error
    if result.returncode not in statuses:
        last = (result.stderr.strip() or result.stdout.strip()).splitlines()[-3:]
        raise Failed(f"{program} exited with {result.returncode}: {' / '.join(last)}")
    return result


def files(root, *patterns):
    """The files in git that match; all files if the folder is no clone."""
    try:
        names = run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], root).stdout.splitlines()
    except Failed:
        names = [str(path.relative_to(root)) for path in sorted(root.rglob("*")) if path.is_file()]
    return [name for name in names if any(pathlib.PurePath(name).match(pattern) for pattern in patterns) and (root / name).is_file()]


INCLUDED = re.compile(r'^#include "(.*)"$', re.MULTILINE)


def compile_commands(root):
    """(source, arguments) of our sources without tests, from the build in build/release."""
    database = pathlib.Path(os.environ.get("POLLUX_COMPILE_COMMANDS", root / "build/release/compile_commands.json"))
    if not database.exists():
        raise Failed(f"{database} is missing: ./dev build configures it")
    for entry in json.loads(database.read_text()):
        file = pathlib.Path(entry["file"])
        # CMake's unity build compiles several sources as one, which includes them.
        sources = map(pathlib.Path, INCLUDED.findall(file.read_text())) if "Unity" in file.parts else [file]
        for source in sources:
            if not source.is_relative_to(root):
                continue
            name = str(source.relative_to(root))
            if source.suffix == ".cpp" and not name.startswith(("build/", "tests/")) and not name.endswith("_test.cpp"):
                yield name, entry["directory"], [part for part in shlex.split(entry["command"]) if part != entry["file"]]


def analyze(clang, root, report, command):
    """The findings of clang's static analyzer in one source."""
    name, directory, arguments = command
    output = report / (name.replace("/", "-") + ".sarif")
    flags = [part for part in arguments[1:] if part.startswith(("-D", "-I", "-std", "-isystem")) or part.startswith("/")]
    flags = [part for part in flags if not part.endswith((".o", "c++", "g++", "ccache"))]
    run([clang, "--analyze", "-w", "-Xanalyzer", "-analyzer-output=sarif", "-o", output, *flags, root / name], directory)
    return list(findings.of_sarif("clang-analyzer", output, root))


def clang_analyzer(root, report):
    folder = report / "clang-analyzer"
    folder.mkdir()
    clang = os.environ.get("POLLUX_CLANG", "clang++")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda command: analyze(clang, root, folder, command), list(compile_commands(root)))
        return sorted({finding for result in found for finding in result}, key=str)  # headers are seen several times


def cppcheck(root, report):
    sources = [name for name, _, _ in compile_commands(root)]
    output = report / "cppcheck.xml"
    run(["cppcheck", "--enable=warning,portability", "--inline-suppr", "--library=googletest", "--std=c++20", "--language=c++",
         "--quiet", f"-j{os.cpu_count()}", "--xml", f"--output-file={output}", *[f"-I{root / folder}" for folder in ("libs", ".")],
         *sources], root)
    return list(findings.of_cppcheck("cppcheck", output, root))


def npm_audit(root, report):
    found = []
    for number, lockfile in enumerate(files(root, "package-lock.json")):
        output = report / f"npm-audit-{number}.json"
        result = run(["npm", "audit", "--json", "--package-lock-only"], (root / lockfile).parent, statuses=(0, 1))
        output.write_text(result.stdout)
        if "auditReportVersion" not in result.stdout:
            raise Skipped("the npm registry answers no audits")
        found += findings.of_npm_audit("npm-audit", output, lockfile)
    return found


def package_descriptions(tar_path):
    with tarfile.open(tar_path) as tar:
        for member in tar:
            if "var/lib/dpkg/status.d/" in member.name and member.isfile() and not member.name.endswith(".md5sums"):
                yield tar.extractfile(member).read().decode()


def debsecan(root, report):
    """The packages of the images, as ./dev sbom found them, in Debian's security tracker."""
    status = report / "dpkg-status"
    roots = sorted((root / "build/sbom").glob("*.tar"))
    if not roots:
        raise Skipped("there are no bills of materials: ./dev sbom writes them")
    status.write_text("\n".join(sorted({entry for path in roots for entry in package_descriptions(path)})))
    output = report / "debsecan.txt"
    try:
        output.write_text(run(["debsecan", "--suite", "bookworm", "--status", status], root).stdout)
    except Failed as error:
        if "not installed" in str(error):
            raise
        raise Skipped("Debian's security tracker cannot be reached") from error
    return list(findings.of_debsecan("debsecan", output, "the images' packages"))


def grype(root, report):
    found = []
    for bill in sorted((root / "build/sbom").glob("*.spdx.json")):
        output = report / f"grype-{bill.name}.sarif"
        run(["grype", f"sbom:{bill}", "--only-fixed", "--output", "sarif", "--file", output], root)
        found += findings.of_sarif("grype", output, root)
    return found


def hadolint(root, report):
    output = report / "hadolint.sarif"
    dockerfiles = files(root, "Dockerfile", "*.Dockerfile")
    if not dockerfiles:
        return []
    output.write_text(run(["hadolint", "--format", "sarif", "--no-fail", *dockerfiles], root).stdout)
    return list(findings.of_sarif("hadolint", output, root))


def checkov(root, report):
    targets = files(root, "Dockerfile", "k8s/manifests/*.yaml", ".github/workflows/*.yml")
    if not targets:
        return []
    output = report / "checkov"
    run(["checkov", *[part for target in targets for part in ("--file", target)], "--skip-download", "--quiet", "--compact",
         "--soft-fail", "--output", "sarif", "--output-file-path", output], root, env=os.environ | {"LOG_LEVEL": "ERROR"})
    return list(findings.of_sarif("checkov", output / "results_sarif.sarif", root))


def kube_score(root, report):
    manifests = files(root, "k8s/manifests/*.yaml")
    if not manifests:
        return []
    output = report / "kube-score.sarif"
    output.write_text(run(["kube-score", "score", "--output-format", "sarif", *manifests], root, statuses=(0, 1)).stdout)
    return list(findings.of_sarif("kube-score", output, root))


def gitleaks(root, report):
    """The files that git does not ignore, and the history."""
    with tempfile.TemporaryDirectory() as copy:
        for name in files(root, "*"):
            (pathlib.Path(copy) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, pathlib.Path(copy) / name)
        found = leaks("dir", pathlib.Path(copy), report)
    if (root / ".git").exists() and run(["git", "rev-parse", "--verify", "HEAD"], root, statuses=(0, 128)).returncode == 0:
        found += leaks("git", root, report)
    return sorted(set(found), key=str)


def leaks(kind, folder, report):
    output = report / f"gitleaks-{kind}.sarif"
    run(["gitleaks", kind, "--no-banner", "--log-level", "error", "--redact", "--exit-code", "0", "--report-format", "sarif",
         "--report-path", output, "."], folder)
    return list(findings.of_sarif("gitleaks", output, folder))


# Category → scanners; those of OPTIONAL run only if they are installed.
FREE = {
    "code": [clang_analyzer, cppcheck],
    "dependencies": [npm_audit, debsecan],
    "containers": [hadolint, grype],
    "iac": [checkov, kube_score],
    "secrets": [gitleaks],
}
OPTIONAL = {"grype"}


def name_of(scanner):
    return scanner.__name__.replace("_", "-")


def with_snyk(category):
    """The scanner of Snyk for a category, as a function like the others."""
    def snyk(root, report):
        found = []
        for number, command in enumerate(snyk_commands(category, root)):
            output = report / f"snyk-{category}-{number}.sarif"
            # 1: findings; 3: nothing that Snyk supports.
            result = run([*command, f"--sarif-file-output={output}"], root, statuses=(0, 1, 3))
            if result.returncode != 3 and not output.exists():
                raise Failed(f"{shlex.join(command)} wrote no report")
            if output.exists():
                found += findings.of_sarif("snyk", output, root)
        return found
    return snyk


def snyk_commands(category, root):
    if category == "code":
        return [["snyk", "code", "test"]]
    if category == "dependencies":
        return [["snyk", "test", "--unmanaged"], ["snyk", "test", "--all-projects"]]
    if category == "containers":
        images = {name.split("/")[0]: name for name in files(root, "*/Dockerfile")}
        return [["snyk", "container", "test", image_of(root / name), f"--file={name}"]
                for folder, name in images.items() if name.count("/") == 1 and image_of(root / name)]
    if category == "iac":
        return [["snyk", "iac", "test", "k8s/manifests"]]
    return []


def image_of(dockerfile):
    """The image is named after its program."""
    for line in dockerfile.read_text().splitlines():
        if line.startswith('ENTRYPOINT ["'):
            return line.split('"')[1]
    return ""
