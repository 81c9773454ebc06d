"""Recording rules and alerts as objects, and their file for Prometheus."""
import dataclasses
import re

import yaml

# In the generated files; the chart and generate.py replace it.
RUNBOOK_BASE_URL = "https://example.org/pollux/docs/runbooks"

PAGE, TICKET = "page", "ticket"
UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}

# The reasons of pollux_votes_rejected_total by their cause: ours, answered with 503; the request; or neither, such as a
# page of an earlier question, a poll that was closed, or one in which votes can't be changed.
OUR_REASONS = ("queue_full", "unavailable")
REQUESTS_REASONS = ("cross_origin", "no_cookie", "not_a_form", "too_many_new_voters", "too_many_votes", "unknown_option")
NEUTRAL_REASONS = ("already_voted", "closed", "not_open", "other_poll")

# The histogram of how long votes take to the screens. Votes are fresh up to this many seconds, which must be a bound of the
# histogram (result/result_metrics.cpp; a test compares them).
SCREEN = "pollux_vote_to_screen_seconds"
FRESH_SECONDS = 1
# For texts, and the matcher of the bucket. The programs and Prometheus up to 2 write the bound as "1", Prometheus 3 stores
# "1.0".
FRESH_TIME = f"{FRESH_SECONDS:g} s"
FRESH = f'le=~"{FRESH_SECONDS}(\\\\.0)?"' if isinstance(FRESH_SECONDS, int) else f'le="{FRESH_SECONDS}"'

# Votes that wait longer than this many seconds are late: the alert PolluxQueueLagGrowing, and red on dashboards.
LONG_WAIT = 30

# The targets that are Pollux's programs, as opposed to probes and exporters with the same label `application`.
PROGRAMS = 'application="pollux", component=~"vote|result|worker|admin|pollux"'
# Those without which no one can vote or see results.
VOTING_PROGRAMS = 'application="pollux", component=~"vote|result|worker|pollux"'
# In a text of an alert: its namespace, which exists on Kubernetes only.
IN_NAMESPACE = "{{ with $labels.namespace }} in namespace {{ . }}{{ end }}"


@dataclasses.dataclass(frozen=True)
class Record:
    name: str
    expr: str
    labels: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Alert:
    """`name` is also the name of the runbook. Alerts of one name differ in severity."""

    name: str
    severity: str
    wait: str  # how long the condition must hold
    expr: str
    summary: str  # without values, so that Alertmanager can group by it
    description: str  # with the value
    # Names of earlier alerts of the same file that explain this condition. While one of them fires for the namespace, or
    # has fired within `explained_for`, this alert does not fire: one fault is one notification.
    explained_by: tuple = ()
    explained_for: str = ""


@dataclasses.dataclass(frozen=True)
class Group:
    name: str
    rules: list
    interval: str = "15s"


def unexplained(expr, alerts, within=""):
    """`expr` without the namespaces in which one of these alerts fires, or has fired within this time."""
    firing = f'ALERTS{{alertname=~"{"|".join(alerts)}", severity="page", alertstate="firing"}}'
    if within:
        firing = f"max_over_time({firing}[{within}])"
    return f"(\n{indented(expr)}\n)\nunless on (namespace) {firing}"


def indented(text):
    return "\n".join("  " + line for line in text.split("\n"))


def faster(duration, factor):
    """A duration such as 5m divided by the factor, in whole milliseconds, at least one."""
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h|d)", duration).groups()
    milliseconds = max(1, round(int(number) * UNITS[unit] / factor))
    for unit in reversed(UNITS):
        if milliseconds % UNITS[unit] == 0:
            return f"{milliseconds // UNITS[unit]}{unit}"
    raise AssertionError("unreachable: every number is a multiple of 1 ms")


def faster_ranges(expr, factor):
    return re.sub(r"\[(\w+)\]", lambda match: f"[{faster(match.group(1), factor)}]", expr)


def rendered_rule(rule, factor, runbook_base_url):
    if isinstance(rule, Record):
        rendered = {"record": rule.name, "expr": faster_ranges(rule.expr, factor)}
        return rendered | ({"labels": rule.labels} if rule.labels else {})
    expr = unexplained(rule.expr, rule.explained_by, rule.explained_for) if rule.explained_by else rule.expr
    rendered = {"alert": rule.name, "expr": faster_ranges(expr, factor)}
    if rule.wait:
        rendered["for"] = faster(rule.wait, factor)
    return rendered | {
        "labels": {"severity": rule.severity},
        "annotations": {
            "summary": rule.summary,
            "description": rule.description,
            "runbook_url": f"{runbook_base_url.rstrip('/')}/{rule.name}.md",
        },
    }


class Dumper(yaml.SafeDumper):
    """Writes expressions of several lines as blocks, and repeated values again instead of an alias."""

    def ignore_aliases(self, data):
        return True


Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def rules_file(groups, factor=1, runbook_base_url=RUNBOOK_BASE_URL):
    """The text of a rule file. A factor above 1 makes each window, wait and interval that much shorter, for tests."""
    content = {
        "groups": [
            {
                "name": group.name,
                "interval": faster(group.interval, factor),
                "rules": [rendered_rule(rule, factor, runbook_base_url) for rule in group.rules],
            }
            for group in groups
        ]
    }
    return yaml.dump(content, Dumper=Dumper, sort_keys=False, width=1000, allow_unicode=True)
