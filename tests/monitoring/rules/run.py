#!/usr/bin/python3
"""Tests the alerts with `promtool test rules`: run.py RULES [ALERT...]

Each case of the YAML files next to this script names an alert, series with a sample per minute (in promtool's notation), and
at some times the instances that fire. At these times no other alert may fire. From this and the annotations in RULES, this
script makes promtool's files.

A case has:
  alert       the alert that `at` lists
  series      by name and labels
  at          by time: a list of severity, labels and description; [] if the alert does not fire
  near_miss   "ALERT SEVERITY": the series almost meet the condition of this alert
  labels      labels that all series get besides application="pollux"; default: the namespace polls
  baseline    cluster (default): vote, worker and result are up and ready; none: only the case's series
  bare        true: series get no labels besides their own

Each alert needs, for each of its severities, a case in which it fires and stops firing, and a near miss.
"""
import pathlib
import subprocess
import sys
import tempfile

import yaml

CASES = pathlib.Path(__file__).parent
BASELINE = [
    f'{metric}{{component="{component}", instance="{component}-1"}}'
    for metric in ("up", "pollux_ready")
    for component in ("vote", "worker", "result")
]


def all_cases():
    # As texts: 0x40 is forty zeros, not a hexadecimal number.
    files = (yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader) for path in sorted(CASES.glob("*.yaml")))
    return [case for cases in files for case in cases]


def alerts_of(rules):
    """The annotations of each alert by its name and severity."""
    return {
        (rule["alert"], rule["labels"]["severity"]): rule["annotations"]
        for group in rules["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }


def minutes(time):
    return int(time.removesuffix("m"))


def duration(case):
    return max(map(minutes, case["at"]))


def named(series, labels):
    """A series with further labels."""
    return series.replace("{", "{" + "".join(f'{name}="{value}", ' for name, value in labels.items()), 1)


def input_series(case):
    series = dict(case["series"])
    if case.get("baseline", "cluster") == "cluster" and not case.get("bare"):
        series = dict.fromkeys(BASELINE, f"1x{duration(case)}") | series
    labels = {} if case.get("bare") else {"application": "pollux"} | case.get("labels", {"namespace": "polls"})
    return [{"series": named(name, labels), "values": values} for name, values in series.items()]


def expected(name, firing, alerts):
    annotations = alerts[name, firing["severity"]]
    return {
        "exp_labels": {"severity": firing["severity"], **firing["labels"]},
        "exp_annotations": {**annotations, "description": firing["description"]},
    }


def promtool_test(case, alerts):
    checks = []
    for time, firing in case["at"].items():
        for name in sorted({name for name, _ in alerts}):
            instances = [expected(name, each, alerts) for each in firing] if name == case["alert"] else []
            checks.append({"eval_time": time, "alertname": name, "exp_alerts": instances})
    return {"name": case["name"], "interval": "1m", "input_series": input_series(case), "alert_rule_test": checks}


def test_files(cases, rules, rules_path, folder):
    """promtool's files: one for the short cases, and one for long ones, in which rules are evaluated less often."""
    alerts = alerts_of(rules)
    for name, interval, chosen in (
        ("short", "1m", [case for case in cases if duration(case) <= 120]),
        ("long", "5m", [case for case in cases if duration(case) > 120]),
    ):
        content = {
            "rule_files": [str(rules_path.resolve())],
            "evaluation_interval": interval,
            "group_eval_order": [group["name"] for group in rules["groups"]],
            "tests": [promtool_test(case, alerts) for case in chosen],
        }
        path = pathlib.Path(folder, f"{name}.yaml")
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000), encoding="utf-8")
        yield path


def missing_cases(cases, alerts):
    """What is not tested, as texts."""
    for name, severity in alerts:
        mine = [case for case in cases if case["alert"] == name]
        if not any(case.get("near_miss") == f"{name} {severity}" for case in mine):
            yield f"{name} ({severity}) has no near miss."
        if not any(fires_and_stops(case, severity) for case in mine):
            yield f"{name} ({severity}) has no case in which it fires and then stops."
    for case in cases:
        if "near_miss" in case and any(case["at"].values()):
            yield f'"{case["name"]}" is a near miss, but an alert fires.'


def fires_and_stops(case, severity):
    by_time = sorted(case["at"].items(), key=lambda item: minutes(item[0]))
    fires = [any(each["severity"] == severity for each in firing) for _, firing in by_time]
    return True in fires and not fires[-1]


def main():
    rules_path, chosen = pathlib.Path(sys.argv[1]), set(sys.argv[2:])
    rules = yaml.safe_load(rules_path.read_text(encoding="utf-8"))
    cases = all_cases()
    problems = list(missing_cases(cases, alerts_of(rules)))
    if problems:
        sys.exit("\n".join(problems))
    cases = [case for case in cases if not chosen or case["alert"] in chosen]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["promtool", "check", "rules", rules_path], check=True)
        paths = test_files(cases, rules, rules_path, folder)
        result = subprocess.run(["promtool", "test", "rules", *paths], check=False)
    print(f"{len(cases)} cases of {len({case['alert'] for case in cases})} alerts")
    sys.exit(result.returncode)


if __name__ == "__main__":
    main()
