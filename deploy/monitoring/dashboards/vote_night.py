"""Vote night: the path of the votes, for everyone in the room."""
from grafana import GREEN, RED, YELLOW, dashboard, query, row, series, stat
from parts import FROM_WORKERS, NS, POSTS, REQUESTS, by_label, lag_entries, lag_seconds, quantiles, rate, selected
from rules import FRESH, FRESH_SECONDS, FRESH_TIME, LONG_WAIT, SCREEN
from slos import FRESHNESS

OBJECTIVE = f"The objective is {FRESHNESS.objective * 100:g}% within {FRESH_TIME}."


def now():
    return row(
        "Now",
        stat(
            "Votes per second",
            "Votes that were accepted: the voter got a 200.",
            "cps",
            rate("pollux_votes_accepted_total"),
            "accepted",
        ),
        stat(
            "Votes in this period",
            "Votes accepted in the selected period of time. A voter who votes again counts again; the tally is on the "
            "result page.",
            "short",
            f"sum(increase({selected('pollux_votes_accepted_total')}[$__range]))",
            "votes",
        ),
        stat(
            f"On the screen within {FRESH_TIME}",
            f"The share of votes that reached the screens soon enough after their acceptance. {OBJECTIVE}",
            "percentunit",
            f"{rate(f'{SCREEN}_bucket', FRESH)} / {rate(f'{SCREEN}_count')}",
            f"within {FRESH_TIME}",
            steps=[(RED, None), (YELLOW, 0.95), (GREEN, FRESHNESS.objective)],
            min=0,
            max=1,
        ),
        stat(
            "Oldest waiting vote",
            "How long the oldest vote that is not recorded has waited." + FROM_WORKERS,
            "s",
            f"max({selected('pollux_queue_oldest_vote_age_seconds')})",
            "age",
            steps=[(GREEN, None), (YELLOW, 5), (RED, LONG_WAIT)],
        ),
        stat("Viewers", "Browsers that follow the results now.", "short", f"sum({selected('pollux_viewers')})", "viewers"),
        stat(
            "Result services not live",
            "Result services whose results are older than the database. Their viewers see \"Reconnecting…\".",
            "short",
            f"sum({selected('pollux_feed_live')} == bool 0)",
            "not live",
            steps=[(GREEN, None), (RED, 1)],
        ),
    )


def votes():
    return row(
        "Votes",
        series(
            "Votes",
            "Votes accepted, recorded in the database, and rejected. Recorded ones follow accepted ones; a gap means that "
            "votes wait in Redis. No data for the recorded ones means that no worker can be scraped.",
            "cps",
            query(rate("pollux_votes_accepted_total"), "accepted"),
            query(rate("pollux_votes_recorded_total"), "recorded"),
            query(rate("pollux_votes_rejected_total"), "rejected"),
        ),
        series(
            "Rejected votes by reason",
            "cross_origin: another site, or the public URL is wrong. not_a_form, unknown_option: invalid requests. "
            "other_poll: an open page of an earlier question. closed, not_open: the poll took no votes. already_voted: votes "
            "of the poll can't be changed. too_many_votes, too_many_new_voters: of one network, answered with 429, the page "
            "retries. no_cookie: votes need one. queue_full, unavailable: answered with 503, the page retries.",
            "cps",
            by_label(rate("pollux_votes_rejected_total", by="reason"), "reason"),
            stacked=True,
        ),
        series(
            "Response time of votes",
            "From the received request to the sent response of POST /.",
            "s",
            *quantiles(REQUESTS, POSTS.removesuffix(f", {NS}")),
        ),
    )


def from_vote_to_screen():
    return row(
        "From vote to screen",
        series(
            "Freshness",
            f"From the acceptance of a vote to the push of the results that include it. {OBJECTIVE}",
            "s",
            *quantiles(SCREEN),
            steps=[(GREEN, None), (RED, FRESH_SECONDS)],
        ),
        lag_entries(),
        lag_seconds(),
    )


def viewers():
    return row(
        "Viewers",
        series(
            "Viewers by transport",
            "Browsers that follow the results. Many on polling mean that a proxy blocks WebSockets.",
            "short",
            by_label(f"sum by (transport) ({selected('pollux_viewers')})", "transport"),
            stacked=True,
        ),
        series(
            "Disconnected viewers by reason",
            "too_slow: the viewer did not read what it was sent. ping_timeout: no answer to a heartbeat. transport_closed: "
            "the browser or a proxy closed the connection.",
            "cps",
            by_label(rate("pollux_viewers_closed_total", by="reason"), "reason"),
            stacked=True,
        ),
        series(
            "Updates of the screens",
            "Updates published to all viewers, and updates that a slow viewer skipped because a newer one replaced them.",
            "cps",
            query(rate("pollux_results_published_total"), "published"),
            query(rate("pollux_updates_coalesced_total"), "skipped"),
        ),
    )


def vote_night():
    return dashboard(
        "pollux-vote-night",
        "Pollux: Vote night",
        "Do votes arrive, are they counted, and do viewers see them in time?",
        [now(), votes(), from_vote_to_screen(), viewers()],
        span="15m",
    )
