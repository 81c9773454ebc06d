"""What scanners found: read from their reports, compared with the exceptions, written as one SARIF file per category."""
import dataclasses
import fnmatch
import json
import pathlib
import xml.etree.ElementTree


@dataclasses.dataclass(frozen=True)
class Finding:
    scanner: str
    rule: str
    path: str  # relative to the scanned folder; for packages, the list that names them
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.scanner} {self.rule}: {self.message}"


class ExceptionsError(Exception):
    """The file of exceptions is not valid."""


class Exceptions:
    """The file scripts/supply/exceptions.txt: lines of SCANNER RULE PATH :: REASON; rule and path may have wildcards.

    A line that begins with "? " may be unused: whether it is needed depends on the scanner's version.
    """

    def __init__(self, path):
        self.entries = []
        self.used = set()
        for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            pattern, separator, reason = line.removeprefix("? ").partition(" :: ")
            if not separator or not reason.strip() or len(pattern.split()) != 3:
                raise ExceptionsError(f"{path}:{number}: expected SCANNER RULE PATH :: REASON, found: {line}")
            self.entries.append((number, *pattern.split(), reason.strip()))
            if line.startswith("? "):
                self.used.add(number)

    def reason(self, finding):
        """Why the finding is accepted; None if it is not."""
        for number, scanner, rule, path, reason in self.entries:
            if (scanner == finding.scanner and fnmatch.fnmatchcase(finding.rule, rule)
                    and fnmatch.fnmatchcase(finding.path, path)):
                self.used.add(number)
                return reason
        return None

    def unused(self, scanners):
        """The entries of these scanners that no finding needed."""
        return [f"line {number}: {scanner} {rule} {path}" for number, scanner, rule, path, _ in self.entries
                if scanner in scanners and number not in self.used]


def relative(path, root):
    path = path.removeprefix("file://")
    try:
        return str(pathlib.Path(path).relative_to(root)) if path.startswith("/") else path.removeprefix("./")
    except ValueError:
        return path


def of_sarif(scanner, report, root):
    for run in json.loads(report.read_text())["runs"]:
        for result in run.get("results", []):
            if result.get("suppressions"):
                continue
            place = (result.get("locations") or [{}])[0].get("physicalLocation", {})
            yield Finding(scanner, result.get("ruleId", "unknown"),
                          relative(place.get("artifactLocation", {}).get("uri", "unknown"), root),
                          place.get("region", {}).get("startLine", 0), result["message"].get("text", "").split("\n")[0])


def of_cppcheck(scanner, report, root):
    for error in xml.etree.ElementTree.parse(report).getroot().iter("error"):
        place = error.find("location")
        if place is not None and error.get("severity") != "information":
            yield Finding(scanner, error.get("id"), relative(place.get("file"), root), int(place.get("line")), error.get("msg"))


def of_npm_audit(scanner, report, lockfile):
    for name, entry in sorted(json.loads(report.read_text()).get("vulnerabilities", {}).items()):
        titles = [via["title"] for via in entry["via"] if isinstance(via, dict)]
        yield Finding(scanner, name, lockfile, 0, f"{entry['severity']}: {'; '.join(titles) or 'by its dependencies'}")


def of_debsecan(scanner, report, listed_in):
    """Lines such as: CVE-2026-1 libssl3 (fixed, remotely exploitable, high urgency). Only what has a fix can be fixed."""
    for line in report.read_text().splitlines():
        vulnerability, package, *attributes = line.split()
        if "fixed" in " ".join(attributes):
            yield Finding(scanner, vulnerability, listed_in, 0, f"{package} {' '.join(attributes)}")


def sarif(findings, reasons):
    """SARIF 2.1.0 with a run per scanner. Accepted findings are suppressed, with their reason."""
    runs = []
    for scanner in sorted({finding.scanner for finding in findings}):
        results = []
        for finding in findings:
            if finding.scanner != scanner:
                continue
            result = {"ruleId": finding.rule, "level": "warning", "message": {"text": finding.message or finding.rule},
                      "locations": [{"physicalLocation": {"artifactLocation": {"uri": finding.path},
                                                          "region": {"startLine": max(finding.line, 1)}}}]}
            if reasons.get(finding):
                result["suppressions"] = [{"kind": "external", "justification": reasons[finding]}]
            results.append(result)
        rules = [{"id": rule} for rule in sorted({result["ruleId"] for result in results})]
        runs.append({"tool": {"driver": {"name": scanner, "rules": rules}}, "results": results})
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": runs}
