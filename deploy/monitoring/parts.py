"""Panels that more than one dashboard has, and what their expressions have in common."""
from grafana import GREEN, RED, query, series
from rules import LONG_WAIT

NS = 'namespace=~"$namespace"'
# Grafana's interval for rate(): at least four scrapes.
RATE = "$__rate_interval"
# Ends the description of panels whose values come from the workers only.
FROM_WORKERS = " No data means that no worker can be scraped."
REQUESTS = "pollux_http_request_duration_seconds"
POSTS = f'listener="vote", method="POST", route="/", {NS}'
QUANTILES = (0.5, 0.95, 0.99)


def selected(name, *matchers):
    return f'{name}{{{", ".join((*matchers, NS))}}}'


def rate(name, *matchers, by="", window=RATE):
    """The sum per second of a counter."""
    grouping = f" by ({by})" if by else ""
    return f"sum{grouping} (rate({selected(name, *matchers)}[{window}]))"


def quantile(q, name, *matchers, by=""):
    labels = ", ".join(label for label in (by, "le") if label)
    buckets = rate(f"{name}_bucket", *matchers, by=labels)
    return f"histogram_quantile({q}, {buckets})"


def quantiles(name, *matchers):
    return [query(quantile(q, name, *matchers), f"{q * 100:g}%") for q in QUANTILES]


def quantile_legend(by):
    return "99% {{" + "}} {{".join(by.split(", ")) + "}}"


def by_label(expr, label):
    return query(expr, f"{{{{{label}}}}}")


UNREACHABLE = {"Redis": "PolluxRedisUnreachable", "PostgreSQL": "PolluxPostgresUnreachable"}


def connections(server, metric):
    return series(
        f"Connections to {server}",
        f"Connections to {server} that the programs have, and those that they want and do not have. Disconnected ones for a "
        f"minute cause the alert {UNREACHABLE[server]}. One that does not answer in time is given up and counts as disconnected, "
        "also while another session's lock blocks it.",
        "short",
        query(f"sum by (component, state) ({selected(metric)})", "{{component}} {{state}}"),
    )


def lag_entries():
    return series(
        "Waiting votes",
        "Votes in Redis that no worker has received yet (lag), and those that workers hold and have not recorded yet "
        "(pending). In the one program: votes that wait to be recorded. Workers measure it between batches: while they wait "
        "for PostgreSQL, or while Redis is unavailable, it keeps its last values, so that many votes may wait at a lag of 0. The age "
        "of the oldest vote is right also then, except while Redis is unavailable." + FROM_WORKERS,
        "short",
        query(f"max({selected('pollux_queue_lag_entries')})", "lag"),
        query(f"max({selected('pollux_queue_pending_entries')})", "pending"),
        query(f"sum({selected('pollux_queue_depth_votes')})", "one program"),
    )


def lag_seconds():
    return series(
        "Age of the oldest waiting vote",
        "How long the oldest vote that is not recorded has waited. It grows second by second while nothing is recorded; above "
        f"{LONG_WAIT} s and growing it causes the alert PolluxQueueLagGrowing. While Redis is unavailable it may keep its last value."
        + FROM_WORKERS,
        "s",
        query(f"max({selected('pollux_queue_oldest_vote_age_seconds')})", "age"),
        steps=[(GREEN, None), (RED, LONG_WAIT)],
    )
