#!/usr/bin/python3
"""Writes Pollux's dashboards, alerts and recording rules: deploy/monitoring/generate.py COMMAND

  write DIR            write DIR/rules.yaml and DIR/dashboards/*.json, as in charts/pollux/files/monitoring
  check DIR            print the differences to DIR; fail if there are any
  rules [--faster N] [--runbook-base-url URL]
                       print the rules; --faster divides all windows, waits and intervals by N, for tests of live systems,
                       which need a scrape interval of at most 15 s / N
  expressions          print every query of every panel as a line of JSON
"""
import argparse
import difflib
import json
import pathlib
import sys

import alerts
import grafana
import rules
import slos
from dashboards import services, slo, stores, vote_night

HEAD = "# Written by ./dev monitoring from deploy/monitoring: change that.\n"


def all_groups():
    slo_alerts = [alert for each in slos.SLOS for alert in slos.alerts(each)]
    return [*slos.record_groups(), *alerts.groups(slo_alerts)]


def all_dashboards():
    return [vote_night.vote_night(), services.services(), stores.stores(), slo.slo()]


def files():
    """The text of each file by its path."""
    boards = {
        f"dashboards/{board['uid']}.json": json.dumps(board, indent=2, ensure_ascii=False) + "\n"
        for board in all_dashboards()
    }
    return {"rules.yaml": HEAD + rules.rules_file(all_groups()), **boards}


def write(folder):
    for name, text in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def check(folder):
    wanted = files()
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    different = False
    for name in sorted(found | set(wanted)):
        path = folder / name
        old = path.read_text(encoding="utf-8").splitlines(True) if path.is_file() else []
        new = wanted.get(name, "").splitlines(True)
        lines = list(difflib.unified_diff(old, new, str(path), "generated"))
        sys.stdout.writelines(lines[:60])
        different = different or bool(lines) or name not in wanted
    if different:
        sys.exit(f"{folder} is out of date; run ./dev monitoring")


def positive(text):
    number = float(text)
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError("a number from 1 to 1000")
    return number


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("write", "check"):
        commands.add_parser(name).add_argument("folder", type=pathlib.Path)
    command = commands.add_parser("rules")
    command.add_argument("--faster", type=positive, default=1)
    command.add_argument("--runbook-base-url", default=rules.RUNBOOK_BASE_URL)
    commands.add_parser("expressions")
    arguments = parser.parse_args()
    if arguments.command == "write":
        write(arguments.folder)
    elif arguments.command == "check":
        check(arguments.folder)
    elif arguments.command == "rules":
        sys.stdout.write(HEAD + rules.rules_file(all_groups(), arguments.faster, arguments.runbook_base_url))
    else:
        for board in all_dashboards():
            for expression in grafana.expressions(board):
                print(json.dumps(expression, ensure_ascii=False))


if __name__ == "__main__":
    main()
