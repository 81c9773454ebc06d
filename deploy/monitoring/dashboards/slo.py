"""SLO: error budgets and burn rates."""
from grafana import GREEN, RED, YELLOW, dashboard, query, row, series, stat
from parts import selected
from slos import BUDGET_WINDOW, LEAST_ERRORS, PAGES, SLOS, TICKETS, WINDOWS, errors_record, events_record


def slo_row(slo):
    which = f'slo="{slo.name}"'

    def total(record):
        return f"sum({selected(record, which)})"

    burned = f"({total(errors_record(BUDGET_WINDOW))} / {total(events_record(BUDGET_WINDOW))}) / {slo.budget}"
    burn_rates = [
        query(f"({total(errors_record(window))} / {total(events_record(window))}) / {slo.budget}", window) for window in WINDOWS
    ]
    speeds = [speed[0] for speed in (*PAGES, *TICKETS)]
    return row(
        f"{slo.title}: {slo.objective * 100:g}% in 30 days",
        stat(
            "Budget left",
            "The share of the error budget of the last 30 days that is left; negative if it is overspent. The period is shorter "
            "if Prometheus keeps less.",
            "percentunit",
            f"1 - {burned}",
            "left",
            steps=[(RED, None), (YELLOW, 0), (GREEN, 0.25)],
        ),
        stat(
            "Good in 30 days",
            f"The share of good events in the last 30 days. The objective is {slo.objective * 100:g}%.",
            "percentunit",
            f"1 - {total(errors_record(BUDGET_WINDOW))} / {total(events_record(BUDGET_WINDOW))}",
            "good",
            steps=[(RED, None), (GREEN, slo.objective)],
            decimals=3,
        ),
        series(
            "Burn rate by window",
            "How many times faster than allowed errors happen: at 1 the budget lasts 30 days. A page needs "
            f"{PAGES[0][0]} in 1 h and 5 min or {PAGES[1][0]} in 6 h and 30 min, a ticket {TICKETS[0][0]} in 3 d and 6 h, and "
            f"at least {LEAST_ERRORS} errors.",
            "short",
            *burn_rates,
            steps=[(GREEN, None), *((RED, speed) for speed in sorted(speeds))],
        ),
        series(
            "Events in 5 minutes",
            "All events of the objective, and the bad ones.",
            "short",
            query(total(events_record("5m")), "events"),
            query(total(errors_record("5m")), "bad"),
        ),
    )


def slo():
    alerts = selected("ALERTS", 'alertname=~"Pollux.+"', 'alertstate="firing"')
    rows = [
        *[slo_row(each) for each in SLOS],
        row(
            "Alerts",
            series(
                "Firing alerts",
                "Each name has a runbook of the same name in docs/runbooks.",
                "short",
                query(f"count by (alertname, severity) ({alerts})", "{{severity}} {{alertname}}"),
                width=24,
            ),
        ),
    ]
    return dashboard(
        "pollux-slo",
        "Pollux: SLO",
        "Error budgets of the objectives, how fast they burn, and the firing alerts. docs/slo.md explains them.",
        rows,
        span="6h",
    )
