#!/usr/bin/env python3
"""Scans the project for vulnerabilities; ./snyk-full-scan.sh --help describes it.

The status is 0 if nothing was found, 1 if there are findings without an exception, exceptions without a finding or if a
category is not known, 2 if a scanner is missing or failed.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import findings
import scanners

CATEGORIES = list(scanners.FREE)


def snyk_is_ready():
    """Says on standard error why Snyk is not used."""
    if not shutil.which("snyk"):
        reason = "The Snyk CLI is not installed"
    elif not os.environ.get("SNYK_TOKEN") and not subprocess.run(
            ["snyk", "config", "get", "api"], capture_output=True, text=True, check=False).stdout.strip():
        reason = "Snyk has no token: set SNYK_TOKEN or run snyk auth"
    else:
        return True
    print(f"{reason}. Running the free scanners instead.", file=sys.stderr)
    return False


class Scan:
    def __init__(self, root, report, exceptions):
        self.root, self.report, self.exceptions = root, report, exceptions
        self.rows = []     # scanner, verdict, seconds, text
        self.open, self.ran, self.failed = [], set(), False

    def category(self, category, chosen):
        found, reasons = [], {}
        for name, scanner in chosen:
            if name in scanners.OPTIONAL and not shutil.which(name):
                self.row(name, "skipped", 0, "not installed, and not available from package registries")
                continue
            started = time.monotonic()
            try:
                results = scanner(self.root, self.report)
            except scanners.Skipped as skipped:
                self.row(name, "skipped", started, str(skipped))
                continue
            except (scanners.Failed, OSError, ValueError, KeyError) as error:
                self.failed = True
                self.row(name, "FAILED", started, str(error))
                continue
            self.ran.add(name)
            reasons.update({finding: self.exceptions.reason(finding) for finding in results})
            bad = [finding for finding in results if not reasons[finding]]
            self.open += bad
            found += results
            self.row(name, "FOUND" if bad else "ok", started, f"{len(bad)} findings, {len(results) - len(bad)} accepted")
        (self.report / f"{category}.sarif").write_text(json.dumps(findings.sarif(found, reasons), indent=1) + "\n")

    def row(self, name, verdict, started, text):
        self.rows.append((name, verdict, round(time.monotonic() - started) if started else 0, text))
        print(f"{verdict:8} {name:15} {text}", file=sys.stderr)

    def summary(self, stale):
        lines = ["# Security scan", "", "| scanner | verdict | seconds | |", "|---|---|---|---|"]
        lines += [f"| {name} | {verdict} | {seconds} | {text} |" for name, verdict, seconds, text in self.rows]
        lines += ["", f"{len(self.open)} findings.", ""] + [f"- {finding}" for finding in self.open]
        lines += [f"- exception that nothing needs, {entry}" for entry in stale]
        return "\n".join(lines).rstrip() + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("categories", nargs="*")
    parser.add_argument("--root", default=os.getcwd())
    parser.add_argument("--report", default="build/scan")
    parser.add_argument("--exceptions", default=pathlib.Path(__file__).parent / "exceptions.txt")
    parser.add_argument("--scanner", action="append", help="only this scanner of the categories")
    arguments = parser.parse_args()
    categories = arguments.categories or CATEGORIES
    unknown = set(categories) - set(CATEGORIES)
    if unknown:
        sys.exit(f"There is no category {', '.join(sorted(unknown))}; there are: {', '.join(CATEGORIES)}.")
    root, report = pathlib.Path(arguments.root).resolve(), pathlib.Path(arguments.report).resolve()
    shutil.rmtree(report, ignore_errors=True)
    report.mkdir(parents=True)
    try:
        scan = Scan(root, report, findings.Exceptions(arguments.exceptions))
    except (OSError, findings.ExceptionsError) as error:
        sys.exit(str(error))

    with_snyk = not arguments.scanner and snyk_is_ready()
    for category in categories:
        chosen = [(scanners.name_of(scanner), scanner) for scanner in scanners.FREE[category]]
        if with_snyk and scanners.snyk_commands(category, root):
            chosen = [("snyk", scanners.with_snyk(category))]
        scan.category(category, [(name, scanner) for name, scanner in chosen if not arguments.scanner or name in arguments.scanner])
    whole = set(categories) == set(CATEGORIES)
    stale = scan.exceptions.unused(scan.ran if whole else scan.ran - {"snyk"})  # Snyk is the scanner of several categories
    text = scan.summary(stale)
    (report / "summary.md").write_text(text)
    for line in text.splitlines():
        if line.startswith("- "):
            print(line[2:])
    print(f"Scan: {len(scan.open)} findings; the reports are in {os.path.relpath(report)}.")
    sys.exit(2 if scan.failed else 1 if scan.open or stale else 0)


if __name__ == "__main__":
    main()
