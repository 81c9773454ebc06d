"""Alerts, runbooks, dashboards and metrics name each other correctly, and the times can be divided."""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "deploy/monitoring"))
import generate  # noqa: E402
import rules  # noqa: E402

RUNBOOKS = ROOT / "docs/runbooks"
SECTIONS = ["## Meaning", "## Impact", "## Diagnosis", "## Mitigation"]
# Metrics that others export: Prometheus itself, its exporters, and Kubernetes.
OTHERS = {
    "up", "ALERTS", "probe_success", "probe_ssl_earliest_cert_expiry", "kubelet_volume_stats_available_bytes",
    "kubelet_volume_stats_capacity_bytes", "node_filesystem_avail_bytes", "node_filesystem_size_bytes",
}  # fmt: skip
# Words of PromQL, and labels, that are not metrics.
WORDS = set(
    "sum min max count group rate increase deriv changes absent time histogram_quantile clamp_min predict_linear by on and or "
    "max_over_time last_over_time unless bool le namespace component instance listener method route code reason transport state level version severity "
    "alertname alertstate slo".split()
)


def all_rules():
    return [rule for group in generate.all_groups() for rule in group.rules]


def alerts():
    return [rule for rule in all_rules() if isinstance(rule, rules.Alert)]


def causes_of(alert):
    """The names of the pages that its expression excludes."""
    expr = rules.rendered_rule(alert, 1, "")["expr"]
    return {name for names in re.findall(r'ALERTS\{alertname=~"([^"]+)"', expr) for name in names.split("|")}


def milliseconds(wait):
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h|d)", wait or "0s").groups()
    return int(number) * rules.UNITS[unit]


def recorded():
    return {rule.name for rule in all_rules() if isinstance(rule, rules.Record)}


def panels():
    return [panel for board in generate.all_dashboards() for panel in board["panels"] if panel["type"] != "row"]


def metrics_in(expr):
    """Names of metrics in an expression, those of histograms without their suffix."""
    without_texts = re.sub(r'"(?:[^"\\]|\\.)*"', "", expr)
    without_labels = re.sub(r"\{[^}]*\}|\b(?:by|on) \([^)]*\)|\[[^\]]*\]", "", without_texts)
    names = set(re.findall(r"[a-zA-Z_][a-zA-Z0-9_:]*", without_labels)) - WORDS
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in names}


def documented():
    return set(re.findall(r"`((?:pollux|process)_\w+)`", (ROOT / "docs/metrics.md").read_text(encoding="utf-8")))


def expressions():
    """(what it belongs to, expression)"""
    for rule in all_rules():
        yield rule.name, rule.expr
    for board in generate.all_dashboards():
        for each in generate.grafana.expressions(board):
            yield f"{each['dashboard']}, {each['panel']}", each["expr"]


class Runbooks(unittest.TestCase):
    def test_there_is_one_for_each_alert(self):
        names = {path.stem for path in RUNBOOKS.glob("*.md")} - {"README"}
        self.assertEqual(names, {alert.name for alert in alerts()})

    def test_each_has_the_same_sections(self):
        for path in RUNBOOKS.glob("Pollux*.md"):
            lines = path.read_text(encoding="utf-8").splitlines()
            self.assertEqual(lines[0], f"# {path.stem}")
            self.assertEqual([line for line in lines if line.startswith("## ")], SECTIONS, path.name)

    def test_the_index_has_each_alert_with_its_severities(self):
        found = re.findall(
            r"^\| \[(\w+)\]\(\1\.md\) \| ([a-z, ]+) \|", (RUNBOOKS / "README.md").read_text(encoding="utf-8"), re.MULTILINE
        )
        severities = {}
        for alert in alerts():
            severities.setdefault(alert.name, set()).add(alert.severity)
        self.assertEqual({name: set(text.split(", ")) for name, text in found}, severities)

    def test_panels_and_dashboards_that_they_name_exist(self):
        boards = generate.all_dashboards()
        known = {board["title"].removeprefix("Pollux: ") for board in boards}
        known |= {panel["title"] for board in boards for panel in board["panels"]}
        known |= set(series_legends())
        for path in RUNBOOKS.glob("*.md"):
            for name in re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", " ".join(path.read_text(encoding="utf-8").split())):
                if "→" not in name:  # a menu of Prometheus
                    self.assertIn(name, known, path.name)


def series_legends():
    return (target["legendFormat"] for panel in panels() for target in panel["targets"])


class Alerts(unittest.TestCase):
    def test_each_says_what_it_is(self):
        for alert in alerts():
            self.assertIn(alert.severity, {"page", "ticket"})
            self.assertNotIn("{{", alert.summary, alert.name)
            self.assertIn("{{", alert.description, alert.name)

    def test_causes_come_before_what_they_explain(self):
        pages = set()
        for alert in alerts():
            self.assertLessEqual(causes_of(alert), pages, alert.name)
            if alert.severity == "page":
                pages.add(alert.name)

    def test_they_wait_longer_than_their_causes(self):
        pages = {alert.name: alert for alert in alerts() if alert.severity == "page"}
        pairs = [(alert, pages[name]) for alert in alerts() for name in causes_of(alert)]
        self.assertGreater(len(pairs), 20)
        for effect, cause in pairs:
            self.assertGreater(
                milliseconds(effect.wait), milliseconds(cause.wait), f"{effect.name} {effect.severity}, {cause.name}"
            )


class Dashboards(unittest.TestCase):
    def test_each_panel_has_unit_legend_and_description(self):
        for panel in panels():
            self.assertTrue(panel["description"].endswith("."), panel["title"])
            self.assertTrue(panel["fieldConfig"]["defaults"]["unit"], panel["title"])
            for target in panel["targets"]:
                self.assertTrue(target["legendFormat"], panel["title"])

    def test_panels_do_not_overlap(self):
        for board in generate.all_dashboards():
            cells = set()
            for panel in board["panels"]:
                at = panel["gridPos"]
                mine = {(at["x"] + dx, at["y"] + dy) for dx in range(at["w"]) for dy in range(at["h"])}
                self.assertFalse(cells & mine, panel["title"])
                self.assertLessEqual(at["x"] + at["w"], 24, panel["title"])
                cells |= mine

    def test_every_query_has_the_chosen_namespace(self):
        for panel in panels():
            for target in panel["targets"]:
                self.assertIn('namespace=~"$namespace"', target["expr"], panel["title"])


    def test_alerts_that_they_name_exist(self):
        descriptions = " ".join(part["description"] for part in (*panels(), *generate.all_dashboards()))
        named = set(re.findall(r"\bPollux[A-Z]\w+", descriptions))
        self.assertGreater(len(named), 5)
        self.assertEqual(named - {alert.name for alert in alerts()}, set())


class Metrics(unittest.TestCase):
    def test_every_name_is_documented_or_recorded(self):
        known = documented() | recorded() | OTHERS
        for owner, expr in expressions():
            self.assertEqual(metrics_in(expr) - known, set(), owner)

    def test_runbooks_name_documented_metrics(self):
        known = documented() | recorded() | OTHERS
        for path in RUNBOOKS.glob("*.md"):
            # A name is followed by a space or an operator; pollux_votes and pollux_result are a table and a role.
            names = set(re.findall(r"`(pollux_\w+) ", path.read_text(encoding="utf-8"))) - {"pollux_votes"}
            self.assertEqual(names - known, set(), path.name)


class Freshness(unittest.TestCase):
    def test_its_limit_is_a_bound_of_the_histogram(self):
        source = (ROOT / "result/result_metrics.cpp").read_text(encoding="utf-8")
        [bounds] = re.findall(rf'"{rules.SCREEN}",[^;{{]*\{{([0-9., ]+)\}}', source)
        self.assertIn(rules.FRESH_SECONDS, [float(bound) for bound in bounds.split(",")])

    def test_its_bucket_is_in_the_rules_and_the_dashboards(self):
        owners = {owner for owner, expr in expressions() if f"{rules.SCREEN}_bucket{{" in expr and rules.FRESH in expr}
        self.assertIn(f"Vote night, On the screen within {rules.FRESH_TIME}", {owner.removeprefix("Pollux: ") for owner in owners})
        self.assertIn("pollux:slo_errors:increase5m", owners)


class ReasonsOfRejectedVotes(unittest.TestCase):
    def test_each_has_a_cause(self):
        source = (ROOT / "vote/vote_intake.cpp").read_text(encoding="utf-8")
        reasons = re.findall(r'rejected\(metrics, "(\w+)"\)', source)
        self.assertGreater(len(reasons), 4)
        self.assertEqual(sorted(reasons), sorted(rules.OUR_REASONS + rules.REQUESTS_REASONS + rules.NEUTRAL_REASONS))

    def test_the_panel_explains_each(self):
        [panel] = [panel for panel in panels() if panel["title"] == "Rejected votes by reason"]
        for reason in rules.OUR_REASONS + rules.REQUESTS_REASONS + rules.NEUTRAL_REASONS:
            self.assertRegex(panel["description"], rf"\b{reason}\b")


class ShorterTimes(unittest.TestCase):
    def test_durations_are_divided(self):
        self.assertEqual(rules.faster("5m", 30), "10s")
        self.assertEqual(rules.faster("1h", 1), "1h")
        self.assertEqual(rules.faster("15s", 30), "500ms")
        self.assertEqual(rules.faster("15s", 30_000), "1ms")
        self.assertEqual(rules.faster_ranges('rate(a{b="[5m]"}[5m]) + deriv(c[2m])', 60), 'rate(a{b="[5s]"}[5s]) + deriv(c[2s])')

    def test_all_times_of_the_rules_are_divided(self):
        normal, fast = (rules.rules_file(generate.all_groups(), factor) for factor in (1, 60))
        pattern = r"\[(\w+)\]|^ *(?:for|interval): (\w+)$"
        durations, divided = (
            ["".join(match) for match in re.findall(pattern, text, re.MULTILINE)] for text in (normal, fast)
        )
        self.assertEqual([rules.faster(duration, 60) for duration in durations], divided)
        self.assertGreater(len(durations), 100)

    def test_the_address_of_the_runbooks_can_be_set(self):
        text = rules.rules_file(generate.all_groups(), runbook_base_url="https://wiki.example.org/pollux/")
        self.assertIn("runbook_url: https://wiki.example.org/pollux/PolluxDown.md\n", text)
        self.assertNotIn(rules.RUNBOOK_BASE_URL, text)


if __name__ == "__main__":
    unittest.main()
