"""The service level objectives: recording rules for each window, and alerts on the rate at which a budget burns.

The windows and burn rates are those of Google's SRE Workbook, chapter 5 (Alerting on SLOs), for a budget of 30 days.
docs/slo.md explains what is measured.
"""
import dataclasses

from rules import FRESH, FRESH_TIME, IN_NAMESPACE, OUR_REASONS, PAGE, SCREEN, TICKET, Alert, Group, Record, unexplained

WINDOWS = ("5m", "30m", "1h", "6h", "3d")
BUDGET_WINDOW = "30d"
# Burn rate, long window, short window. At burn rate 1 the budget lasts 30 days.
PAGES = ((14.4, "1h", "5m"), (6, "6h", "30m"))
TICKETS = ((1, "3d", "6h"),)
# With fewer bad events than this in the long window, no alert: one failed request of ten is no pattern.
LEAST_ERRORS = 10

# Counters that exist from the start of a process, with 0. A series that begins with its first error would lose that error,
# because increase() does not see the first value.
ACCEPTED = "pollux_votes_accepted_total"
FAILED = (f'pollux_votes_rejected_total{{reason=~"{"|".join(OUR_REASONS)}"}}', 'pollux_http_failed_total{listener="vote"}')


@dataclasses.dataclass(frozen=True)
class Slo:
    name: str  # the label `slo`
    title: str
    objective: float
    alert: str
    events: str  # sums of the events and of the bad ones in WINDOW
    errors: str
    summary: str
    errors_are: str
    causes: tuple  # alerts that explain errors
    wait: str  # of the page; longer than that of each cause

    @property
    def budget(self):
        return round(1 - self.objective, 6)


def increase(*selectors):
    """Of all of these series, which differ in their labels."""
    return "sum by (namespace) (" + " or ".join(f"increase({selector}[WINDOW])" for selector in selectors) + ")"


# Answers with 4xx are no events: the request was wrong, and a flood of such requests must not hide failures.
VOTES = Slo(
    name="votes",
    title="Votes answered",
    objective=0.999,
    alert="PolluxVoteErrorBudgetBurn",
    events=increase(ACCEPTED, *FAILED),
    errors=increase(*FAILED),
    summary="Too many votes get an error.",
    errors_are="of the votes got an answer with 5xx",
    causes=("PolluxRedisUnreachable", "PolluxRedisFull"),
    wait="2m",
)

FRESHNESS = Slo(
    name="freshness",
    title=f"Votes on the screen within {FRESH_TIME}",
    objective=0.99,
    alert="PolluxFreshnessErrorBudgetBurn",
    events=increase(f"{SCREEN}_count"),
    errors=increase(f"{SCREEN}_count") + " - " + increase(f"{SCREEN}_bucket{{{FRESH}}}"),
    summary="Too many votes are late on the screens.",
    errors_are=f"of the votes took more than {FRESH_TIME} from acceptance to the screens",
    causes=("PolluxRedisUnreachable", "PolluxPostgresUnreachable", "PolluxQueueLagGrowing", "PolluxWorkerAbsent"),
    wait="3m",
)

SLOS = (VOTES, FRESHNESS)


def events_record(window):
    return f"pollux:slo_events:increase{window}"


def errors_record(window):
    return f"pollux:slo_errors:increase{window}"


def ratio_record(window):
    return f"pollux:slo_errors:ratio{window}"


def records(slo, window):
    """Events, errors and their ratio in a window, which is NaN without events."""
    labels = {"slo": slo.name}
    selector = f'{{slo="{slo.name}"}}'
    return [
        Record(events_record(window), slo.events.replace("WINDOW", window), labels),
        Record(errors_record(window), slo.errors.replace("WINDOW", window), labels),
        Record(
            ratio_record(window),
            f"{errors_record(window)}{selector}\n/\n{events_record(window)}{selector}",
            labels,
        ),
    ]


def burning(slo, rate, long, short):
    selector = f'{{slo="{slo.name}"}}'
    return (
        f"{ratio_record(long)}{selector} > {rate} * {slo.budget}\n"
        f"and {ratio_record(short)}{selector} > {rate} * {slo.budget}\n"
        f"and {errors_record(long)}{selector} >= {LEAST_ERRORS}"
    )


def burn_alert(slo, severity, wait, speeds, explained_by):
    expr = "\nor\n".join(
        "(\n  " + unexplained(burning(slo, *speed), explained_by, speed[2]).replace("\n", "\n  ") + "\n)" for speed in speeds
    )
    return Alert(
        name=slo.alert,
        severity=severity,
        wait=wait,
        expr=expr,
        summary=slo.summary,
        description=f"{{{{ $value | humanizePercentage }}}} {slo.errors_are}{IN_NAMESPACE}; the objective allows "
        f"{slo.budget * 100:g}%.",
    )


def alerts(slo):
    """A page for a fast burn that no other alert explains, a ticket for a slow one that no page has reported."""
    return [
        burn_alert(slo, PAGE, slo.wait, PAGES, slo.causes),
        burn_alert(slo, TICKET, "1h", TICKETS, (slo.alert, *slo.causes)),
    ]


def record_groups():
    """Long windows change slowly and cost most, so they have longer intervals."""
    intervals = {"6h": "1m", "3d": "5m", BUDGET_WINDOW: "5m"}
    return [
        Group(
            f"pollux-slo-{window}",
            [record for slo in SLOS for record in records(slo, window)],
            intervals.get(window, "15s"),
        )
        for window in (*WINDOWS, BUDGET_WINDOW)
    ]
