"""Redis and PostgreSQL as Pollux uses them."""
from grafana import GREEN, RED, dashboard, query, row, series, stat
from parts import FROM_WORKERS, by_label, connections, lag_entries, lag_seconds, quantiles, rate, selected

INSTANCE = "{{component}} {{instance}}"


def memory_limit():
    return f"max({selected('pollux_redis_memory_max_bytes')} > 0)"


def redis():
    return row(
        "Redis",
        connections("Redis", "pollux_redis_connections"),
        series(
            "Memory",
            "Memory that Redis uses, and its limit (maxmemory). At the limit, votes get 503; above 95% of it there is the alert "
            "PolluxRedisFull. While Redis is unavailable, both keep their last values." + FROM_WORKERS,
            "bytes",
            query(f"max({selected('pollux_redis_memory_used_bytes')})", "used"),
            query(memory_limit(), "limit"),
        ),
        series(
            "Time until the memory is full",
            "At the growth of the last five minutes. No value while the memory does not grow or has no limit; below an hour "
            "it causes the alert PolluxRedisMemoryRunningOut." + FROM_WORKERS,
            "s",
            query(f"min({selected('pollux:redis_memory_left:seconds')})", "time left"),
        ),
        stat(
            "Eviction policy",
            "1 if maxmemory-policy is noeviction, as it must be, else 0: Redis may evict votes." + FROM_WORKERS,
            "short",
            f"min({selected('pollux_redis_noeviction')})",
            "noeviction",
            steps=[(RED, None), (GREEN, 1)],
            width=8,
        ),
    )


def the_queue():
    return row(
        "The queue",
        lag_entries(),
        lag_seconds(),
        series(
            "Votes in flight",
            "Votes sent to Redis that wait for its reply. The limit of each io thread is --max-in-flight.",
            "short",
            by_label(f"sum by (component) ({selected('pollux_queue_in_flight_votes')})", "component"),
        ),
        series(
            "Deliveries again",
            "Votes delivered to a worker again, taken over from another worker, or released unrecorded. Many without an "
            "outage of PostgreSQL cause the alert PolluxRedeliveryStorm.",
            "cps",
            query(rate("pollux_votes_redelivered_total"), "redelivered"),
            query(rate("pollux_votes_reclaimed_total"), "reclaimed"),
            query(rate("pollux_votes_released_total"), "released"),
        ),
        series(
            "Entries that are not recorded",
            "Dead letters, which are not valid votes, and entries in a format that only a newer worker reads.",
            "short",
            query(f"max({selected('pollux_dead_letters')})", "dead letters"),
            query(f"max({selected('pollux_queue_newer_format_entries')})", "newer format"),
        ),
        series(
            "Failures",
            "Failures of the queue, commands that Redis rejected (such as missing permissions), new connections after a "
            "loss, and entries that another program deleted.",
            "cps",
            query(rate("pollux_queue_failures_total"), "queue failures"),
            query(rate("pollux_redis_rejections_total"), "rejected commands"),
            query(rate("pollux_redis_reconnects_total"), "reconnects"),
            query(rate("pollux_queue_vanished_entries_total"), "vanished entries"),
        ),
    )


def postgres():
    return row(
        "PostgreSQL",
        connections("PostgreSQL", "pollux_postgres_connections"),
        series(
            "Time of a commit",
            "Time to record a batch of votes, until it is on disk.",
            "s",
            *quantiles("pollux_commit_seconds"),
        ),
        series(
            "Votes per transaction",
            "Size of the batches. It grows with the load, up to --max-batch.",
            "short",
            *quantiles("pollux_batch_votes"),
            query(f"{rate('pollux_batch_votes_sum')} / {rate('pollux_batch_votes_count')}", "average"),
        ),
        series(
            "Recorded votes",
            "Votes recorded per second by each worker." + FROM_WORKERS,
            "cps",
            query(rate("pollux_votes_recorded_total", by="component, instance"), INSTANCE),
            stacked=True,
        ),
        series(
            "Failures",
            "Failures to record a batch, to publish the changed tallies, or to copy the definition of the poll.",
            "cps",
            query(rate("pollux_record_failures_total"), "record"),
            query(rate("pollux_publish_failures_total"), "publish"),
            query(rate("pollux_poll_copy_failures_total"), "copy the poll"),
        ),
        series(
            "Free disk",
            "The free share of PostgreSQL's volume: its claim on Kubernetes, else the mount point /var/lib/postgresql.",
            "percentunit",
            query(f"min({selected('pollux:postgres_disk_free:ratio')})", "free"),
            max=1,
        ),
    )


def stores():
    return dashboard(
        "pollux-stores",
        "Pollux: Redis and PostgreSQL",
        "Redis and PostgreSQL as Pollux uses them. For the servers themselves, use the dashboards of their exporters.",
        [redis(), the_queue(), postgres()],
    )
