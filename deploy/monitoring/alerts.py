"""The alerts besides the error budgets. docs/runbooks has a page for each.

A page means that voters or viewers are affected now or within the hour; a ticket can wait until the next working day.
Causes come before the conditions that they explain, and wait less.

After a change: ./dev monitoring, ./dev manifests, the runbook, and the cases in tests/monitoring/rules.
"""
from rules import (
    IN_NAMESPACE, LONG_WAIT, NEUTRAL_REASONS, OUR_REASONS, PAGE, PROGRAMS, TICKET, VOTING_PROGRAMS, Alert, Group, Record,
    indented,
)  # fmt: skip

REQUESTS = "pollux_http_request_duration_seconds_count"
LISTENERS = 'listener=~"vote|result"'
# Rejected because of the request.
REJECTED = f'pollux_votes_rejected_total{{reason!~"{"|".join(OUR_REASONS + NEUTRAL_REASONS)}"}}'
CROSS_ORIGIN = 'pollux_votes_rejected_total{reason="cross_origin"}'
ACCEPTED = "pollux_votes_accepted_total"
MEMORY_USED = "max by (namespace) (pollux_redis_memory_used_bytes)"
MEMORY_LIMIT = "max by (namespace) (pollux_redis_memory_max_bytes > 0)"
# With a limit and a policy that evicts votes, vote services and workers are not ready; under volatile-… they are.
EVICTS_VOTES = (
    "min by (namespace) (pollux_redis_noeviction) == 0\n"
    f"and {MEMORY_LIMIT}\n"
    'and max by (namespace) (pollux_ready{component=~"vote|worker"}) == 0'
)
# The volume of PostgreSQL: its claim on Kubernetes, or its mount point, only next to a Pollux in the same namespace.
CLAIM = '{persistentvolumeclaim=~".*postgres.*"}'
MOUNT = '{mountpoint=~"/var/lib/postgresql(/.*)?"}'

SERVERS = ("PolluxRedisUnreachable", "PolluxPostgresUnreachable")
ABSENT = ("PolluxVoteAbsent", "PolluxResultAbsent", "PolluxDown")
REDIS_MEMORY = ("PolluxRedisEvictionPolicyWrong", "PolluxRedisFull")
# What makes services not ready, and so their pages unreachable.
NOT_READY = (
    *SERVERS, *REDIS_MEMORY, "PolluxVoterKeyDisagrees", "PolluxPollDisagrees", "PolluxTallyUnreadable", "PolluxFeedNotLive",
)  # fmt: skip


def increase(selector, window, by="namespace"):
    return f"sum by ({by}) (increase({selector}[{window}]))"


# Requests other than votes, and without Socket.IO, whose polls wait. 4xx, 501 and 505 are the client's fault: a flood of
# them is no failure, and hides none.
VISITS, FAILED_VISITS = (
    increase(f'{REQUESTS}{{{LISTENERS}, method!="POST", route!="/socket.io/", {code}}}', "5m", "namespace, listener")
    for code in ('code!~"4..|501|505"', 'code=~"5..", code!~"501|505"')
)
# Pages of voters, with or without a vote yet.
OPENED = f'{REQUESTS}{{listener="vote", method="GET", route="/", code="200"}}'


def mostly_rejected(selector, least):
    """More than half of the votes of 5 minutes, and more than `least`."""
    rejected = increase(selector, "5m")
    return f"{rejected}\n/ (\n  {rejected}\n  + {increase(ACCEPTED, '5m')}\n) > 0.5\nand {rejected} > {least}"


def absent(component, others, effect):
    title = component.capitalize()
    return Alert(
        f"Pollux{title}Absent",
        PAGE,
        "2m",
        f'max by (namespace) (up{{application="pollux", component=~"{others}"}}) == 1\n'
        f'unless on (namespace) (up{{application="pollux", component="{component}"}} == 1)',
        f"No {component} service can be scraped.",
        f"Other services of Pollux are up{IN_NAMESPACE}, but no instance of {component}. {effect}",
    )


def unreachable(name, server, metric, effect):
    return Alert(
        name,
        PAGE,
        "1m",
        f'sum by (namespace, component) ({metric}{{state="disconnected"}}) > 0',
        f"Pollux lacks working connections to {server}.",
        f"{{{{ $value }}}} connections of {{{{ $labels.component }}}} to {server} are down or do not answer{IN_NAMESPACE}. "
        f"{effect}",
    )


INSTANCES = [
    Alert(
        "PolluxDown",
        PAGE,
        "2m",
        # Also if a namespace has no target any more, or if there has been none anywhere.
        f"max by (namespace) (up{{{VOTING_PROGRAMS}}}) == 0\n"
        f"or\n(\n  group by (namespace) (last_over_time(up{{{VOTING_PROGRAMS}}}[1d]))\n"
        f"  unless on (namespace) up{{{VOTING_PROGRAMS}}}\n)\n"
        f"or\nabsent(last_over_time(up{{{VOTING_PROGRAMS}}}[1d]))",
        "No program of Pollux can be scraped.",
        f"Prometheus reaches no program of Pollux{IN_NAMESPACE}: it is down, or is not scraped and no other alert works.",
    ),
    absent("vote", "result|worker", "No one can vote."),
    absent("worker", "vote|result", "Votes are accepted and wait in Redis; the results do not change."),
    absent("result", "vote|worker", "Votes are counted, but no one sees the results."),
    Alert(
        "PolluxTargetDown",
        TICKET,
        "5m",
        f"up{{{PROGRAMS}}} == 0\nand on (namespace, component) (up{{{PROGRAMS}}} == 1)",
        "An instance of Pollux cannot be scraped.",
        f"{{{{ $labels.instance }}}}, an instance of {{{{ $labels.component }}}}{IN_NAMESPACE}, cannot be scraped; others "
        "can.",
    ),
    Alert(
        "PolluxRestarting",
        TICKET,
        "",
        f"changes(process_start_time_seconds{{{PROGRAMS}}}[30m]) > 2",
        "A program of Pollux restarts repeatedly.",
        "{{ $labels.instance }}, an instance of {{ $labels.component }}" + IN_NAMESPACE + ", has started {{ $value }} times "
        "in 30 minutes.",
    ),
]

REDIS = [
    Alert(
        "PolluxRedisEvictionPolicyWrong",
        PAGE,
        "1m",
        EVICTS_VOTES,
        "Redis may evict votes, so no service accepts any.",
        f"maxmemory-policy of Redis{IN_NAMESPACE} is not noeviction, its memory is limited, and no vote service or worker is "
        "ready.",
    ),
    Alert(
        "PolluxRedisEvictionPolicyWrong",
        TICKET,
        "5m",
        "min by (namespace) (pollux_redis_noeviction) == 0",
        "Redis may evict votes when it is full.",
        f"maxmemory-policy of Redis{IN_NAMESPACE} is not noeviction.",
        explained_by=("PolluxRedisEvictionPolicyWrong",),
    ),
    Alert(
        "PolluxRedisFull",
        PAGE,
        "1m",
        f"{MEMORY_USED} / {MEMORY_LIMIT} > 0.95\nunless on (namespace) (\n" + indented(EVICTS_VOTES) + "\n)",
        "Redis is full or nearly full.",
        f"{{{{ $value | humanizePercentage }}}} of Redis's memory{IN_NAMESPACE} is used; when it is full, votes get 503.",
    ),
    Record(
        "pollux:redis_memory_left:seconds",
        f"clamp_min(\n  {MEMORY_LIMIT} - {MEMORY_USED}, 0\n)\n"
        "/ (max by (namespace) (deriv(pollux_redis_memory_used_bytes[5m])) > 0)",
    ),
    Alert(
        "PolluxRedisMemoryRunningOut",
        PAGE,
        "2m",
        f"pollux:redis_memory_left:seconds < 3600\nand on (namespace) (\n  {MEMORY_USED} / {MEMORY_LIMIT} > 0.25\n)",
        "Redis will be full within the hour.",
        f"At the current rate, Redis's memory{IN_NAMESPACE} is full in {{{{ $value | humanizeDuration }}}}; then votes get "
        "503.",
        explained_by=("PolluxRedisFull",),
    ),
]

CONNECTIONS = [
    unreachable("PolluxRedisUnreachable", "Redis", "pollux_redis_connections", "Without Redis, votes get 503."),
    unreachable(
        "PolluxPostgresUnreachable",
        "PostgreSQL",
        "pollux_postgres_connections",
        "{{ if eq $labels.component \"worker\" }}Votes wait in Redis, as long as its memory suffices, and the results"
        " do{{ else }}The results on the screens do{{ end }} not change.",
    ),
    Alert(
        "PolluxVoterKeyDisagrees",
        PAGE,
        "2m",
        "sum by (namespace) (pollux_voter_key_disagrees) > 0",
        "Vote services sign cookies with different keys.",
        f"{{{{ $value }}}} vote services{IN_NAMESPACE} have another voter key than Redis, and are not ready.",
    ),
    Alert(
        "PolluxPollDisagrees",
        PAGE,
        "2m",
        "sum by (namespace, component) (pollux_poll_disagrees) > 0",
        "Services disagree about the question.",
        f"{{{{ $value }}}} instances of {{{{ $labels.component }}}}{IN_NAMESPACE} have another question or other options for "
        "the same run, and are not ready.",
    ),
    Alert(
        "PolluxTallyUnreadable",
        PAGE,
        "1m",
        "max by (namespace) (pollux_unreadable_tallies) > 0",
        "The tally of a poll cannot be read although PostgreSQL answers.",
        f"The tallies of {{{{ $value }}}} polls cannot be read{IN_NAMESPACE}; their results do not change.",
    ),
    Alert(
        "PolluxFeedNotLive",
        PAGE,
        "2m",
        "count by (namespace) (pollux_feed_live == 0)",
        "Results are not live.",
        f"{{{{ $value }}}} result services{IN_NAMESPACE} show results older than the database.",
        explained_by=("PolluxPostgresUnreachable", "PolluxTallyUnreadable"),
    ),
    Alert(
        "PolluxNotReady",
        PAGE,
        "3m",
        "max by (namespace, component) (pollux_ready) == 0",
        "All instances of a service are not ready.",
        f"No instance of {{{{ $labels.component }}}}{IN_NAMESPACE} is ready, so a load balancer sends it no requests.",
        explained_by=NOT_READY,
    ),
]

QUEUE = [
    Alert(
        "PolluxQueueLagGrowing",
        PAGE,
        "2m",
        f"max by (namespace) (pollux_queue_oldest_vote_age_seconds) > {LONG_WAIT}\n"
        "and max by (namespace) (deriv(pollux_queue_oldest_vote_age_seconds[2m])) > 0",
        "Votes wait longer and longer to be recorded.",
        f"The oldest waiting vote{IN_NAMESPACE} is {{{{ $value | humanizeDuration }}}} old, and its age increases.",
        explained_by=SERVERS,
        explained_for="2m",
    ),
    Alert(
        "PolluxDeadLetters",
        PAGE,
        "",
        increase("pollux_dead_letters_dropped_total", "10m") + " > 0",
        "Dead letters were dropped.",
        f"{{{{ $value | humanize }}}} of the oldest dead letters were dropped in 10 minutes{IN_NAMESPACE} because there are "
        "too many; they cannot be replayed.",
    ),
    Alert(
        "PolluxDeadLetters",
        TICKET,
        "1m",
        "max by (namespace) (pollux_dead_letters) > 0",
        "There are stream entries that are not valid votes.",
        f"{{{{ $value }}}} dead letters are in Redis{IN_NAMESPACE}.",
    ),
    Alert(
        "PolluxEntriesVanished",
        PAGE,
        "",
        increase("pollux_queue_vanished_entries_total", "10m") + " > 0",
        "Accepted votes were deleted from Redis before they were recorded.",
        f"{{{{ $value | humanize }}}} entries were deleted from the streams in 10 minutes{IN_NAMESPACE}.",
    ),
    Alert(
        "PolluxNewerFormatEntries",
        TICKET,
        "10m",
        "max by (namespace) (pollux_queue_newer_format_entries) > 0",
        "Votes wait for a newer version of the worker.",
        f"{{{{ $value }}}} votes{IN_NAMESPACE} are in a format that no running worker reads.",
    ),
    Alert(
        "PolluxRedeliveryStorm",
        TICKET,
        "10m",
        increase("pollux_votes_redelivered_total", "5m") + " > 50\n"
        "and " + increase("pollux_votes_redelivered_total", "5m") + "\n"
        "  > 0.1 * " + increase("pollux_votes_recorded_total", "5m"),
        "Many votes are delivered to workers more than once.",
        f"{{{{ $value | humanize }}}} votes were delivered again in 5 minutes{IN_NAMESPACE}, more than a tenth of those "
        "recorded.",
        explained_by=SERVERS,
        explained_for="5m",
    ),
]

# What voters and viewers notice.
VISITORS = [
    # Scanners send wrong votes at night. A page needs voters: they have voted, or open the page now.
    Alert(
        "PolluxVotesRejected",
        PAGE,
        "2m",
        mostly_rejected(CROSS_ORIGIN, 100) + "\nand on (namespace) (\n  " + increase(ACCEPTED, "1h") + " > 20\n  or "
        + increase(OPENED, "5m") + " > 100\n)",
        "Most votes are rejected because they come from a page with another address.",
        f"{{{{ $value | humanizePercentage }}}} of the votes{IN_NAMESPACE} were rejected in 5 minutes, with 403.",
    ),
    Alert(
        "PolluxVotesRejected",
        TICKET,
        "3m",
        mostly_rejected(REJECTED, 20),
        "Most votes are rejected because of the request.",
        f"{{{{ $value | humanizePercentage }}}} of the votes{IN_NAMESPACE} were rejected in 5 minutes, with 4xx.",
        explained_by=("PolluxVotesRejected",),
        explained_for="5m",
    ),
    Alert(
        "PolluxConnectionsExhausted",
        PAGE,
        "2m",
        f"sum by (namespace, listener) (rate(pollux_http_shed_total{{{LISTENERS}}}[2m])) > 1",
        "Connections or descriptors are exhausted.",
        "The {{ $labels.listener }} page" + IN_NAMESPACE + " is at its limit of connections or descriptors {{ $value | "
        "humanize }} times a second: it closes idle ones or rejects new ones.",
    ),
    Alert(
        "PolluxPagesFailing",
        PAGE,
        "3m",
        f"{FAILED_VISITS}\n/ {VISITS} > 0.05\nand {FAILED_VISITS} >= 10",
        "Pages cannot be loaded.",
        "{{ $value | humanizePercentage }} of the requests for the {{ $labels.listener }} page" + IN_NAMESPACE
        + " failed with 5xx in 5 minutes.",
        explained_by=("PolluxConnectionsExhausted",),
        explained_for="5m",
    ),
    Alert(
        "PolluxSlowViewersDropped",
        TICKET,
        "5m",
        increase('pollux_viewers_closed_total{reason="too_slow"}', "10m") + " > 50\n"
        "and " + increase('pollux_viewers_closed_total{reason="too_slow"}', "10m")
        + "\n  > 0.1 * sum by (namespace) (pollux_viewers)",
        "Many viewers are disconnected because they read too slowly.",
        f"{{{{ $value | humanize }}}} viewers were disconnected in 10 minutes{IN_NAMESPACE}, more than a tenth of all.",
    ),
    Alert(
        "PolluxPageUnreachable",
        PAGE,
        "4m",
        'probe_success{application="pollux"} == 0',
        "A page cannot be reached at its public address.",
        "The probe of {{ $labels.instance }} fails" + IN_NAMESPACE + ".",
        explained_by=(*ABSENT, *NOT_READY, "PolluxNotReady"),
    ),
    *[
        Alert(
            "PolluxCertificateExpiring",
            severity,
            "5m",
            f'probe_ssl_earliest_cert_expiry{{application="pollux"}} - time() < {days} * 86400{lower}',
            "The certificate of a public address expires soon.",
            "The certificate of {{ $labels.instance }} expires in {{ $value | humanizeDuration }}.",
        )
        for severity, days, lower in ((PAGE, 2, ""), (TICKET, 14, " >= 2 * 86400"))
    ],
]  # fmt: skip

RESOURCES = [
    Record(
        "pollux:postgres_disk_free:ratio",
        f"(\n  kubelet_volume_stats_available_bytes{CLAIM}\n  / kubelet_volume_stats_capacity_bytes{CLAIM}\n"
        f"  or node_filesystem_avail_bytes{MOUNT}\n  / node_filesystem_size_bytes{MOUNT}\n)\n"
        f"and on (namespace) up{{{PROGRAMS}}}",
    ),
    Alert(
        "PolluxPostgresDiskFilling",
        PAGE,
        "2m",
        "pollux:postgres_disk_free:ratio < 0.05",
        "The disk of PostgreSQL is full or nearly full.",
        f"{{{{ $value | humanizePercentage }}}} of the disk of PostgreSQL{IN_NAMESPACE} is free.",
    ),
    Alert(
        "PolluxPostgresDiskFilling",
        TICKET,
        "30m",
        "pollux:postgres_disk_free:ratio < 0.5\nand predict_linear(pollux:postgres_disk_free:ratio[6h], 86400) < 0\n"
        "and pollux:postgres_disk_free:ratio >= 0.05",
        "The disk of PostgreSQL will be full within a day.",
        f"{{{{ $value | humanizePercentage }}}} of the disk of PostgreSQL{IN_NAMESPACE} is free; at the rate of the last 6 "
        "hours it is full within a day.",
    ),
    Alert(
        "PolluxDescriptorsRunningOut",
        TICKET,
        "5m",
        f"process_open_fds{{{PROGRAMS}}} / process_max_fds{{{PROGRAMS}}} > 0.85",
        "A program of Pollux has few descriptors left.",
        "{{ $labels.instance }}, an instance of {{ $labels.component }}" + IN_NAMESPACE
        + ", uses {{ $value | humanizePercentage }} of its descriptors.",
    ),
    Alert(
        "PolluxEventLoopLag",
        TICKET,
        "10m",
        "histogram_quantile(\n  0.99, sum by (namespace, component, le) "
        f"(rate(pollux_event_loop_lag_seconds_bucket{{{LISTENERS}}}[5m]))\n) > 0.5",
        "Io threads are overloaded.",
        "Timers of {{ $labels.component }}" + IN_NAMESPACE + " fire up to {{ $value | humanizeDuration }} late (99th "
        "percentile).",
    ),
    Alert(
        "PolluxLogErrors",
        TICKET,
        "3m",
        increase('pollux_log_lines_total{level="error"}', "10m", "namespace, component") + " > 0",
        "A program of Pollux logs errors.",
        "{{ $labels.component }}" + IN_NAMESPACE + " has logged {{ $value | humanize }} errors in 10 minutes.",
        # Programs that hung, and could not be scraped, log it when they work again.
        explained_by=(*ABSENT, "PolluxWorkerAbsent", "PolluxTallyUnreadable"),
        explained_for="10m",
    ),
]  # fmt: skip


def groups(slo_alerts):
    """In the order of evaluation: within a group, causes come first."""
    return [
        Group("pollux-alerts", [*INSTANCES, *REDIS, *CONNECTIONS, *QUEUE, *VISITORS, *slo_alerts]),
        Group("pollux-resources", RESOURCES),
    ]
