"""Services: rate, errors and duration of requests, and saturation, by component."""
from grafana import COMPONENT, GREEN, NAMESPACE, RED, dashboard, query, row, series
from parts import RATE, REQUESTS, by_label, quantile, quantile_legend, rate, selected

COMPONENTS = 'component=~"$component"'
PROCESSES = f'application="pollux", {COMPONENTS}'
PAGES = 'listener=~"vote|result"'
INSTANCE = "{{component}} {{instance}}"


def by_route():
    route = "listener, method, route"
    legend = "{{listener}} {{method}} {{route}}"
    requests = rate(f"{REQUESTS}_count", PAGES, COMPONENTS, by=route)
    failed = rate(f"{REQUESTS}_count", PAGES, COMPONENTS, 'code=~"5.."', by=route)
    return row(
        "Requests by route",
        series(
            "Rate",
            "Requests per second. /socket.io/ includes long polling; an upgrade to WebSocket counts once.",
            "reqps",
            query(requests, legend),
        ),
        series(
            "Errors",
            "The share of requests with 5xx.",
            "percentunit",
            query(f"{failed} / {requests}", legend),
            max=1,
        ),
        series(
            "Duration",
            "From the received head to the sent response, without /socket.io/, whose polls wait for an update.",
            "s",
            query(
                quantile(0.99, REQUESTS, PAGES, COMPONENTS, 'route!="/socket.io/"', by=route), quantile_legend(route)
            ),
        ),
    )


def responses():
    return row(
        "Responses",
        series(
            "Responses by status",
            "Responses per second by status code; 101 is an upgrade to WebSocket.",
            "reqps",
            query(rate(f"{REQUESTS}_count", PAGES, COMPONENTS, by="listener, code"), "{{listener}} {{code}}"),
            stacked=True,
        ),
        series(
            "Rejected by the server",
            "Requests and connections that the HTTP server itself rejected (malformed, too large, too slow, too many), and "
            "times that connections or descriptors were exhausted (shed).",
            "cps",
            query(rate("pollux_http_rejected_total", COMPONENTS, by="listener"), "{{listener}} rejected"),
            query(rate("pollux_http_shed_total", COMPONENTS, by="listener"), "{{listener}} shed"),
        ),
        series(
            "Failed handlers and log lines",
            "Requests whose handler failed, which is a bug, and lines of the log above info.",
            "cps",
            query(rate("pollux_http_failed_total", COMPONENTS, by="component"), "{{component}} failed handlers"),
            query(
                rate("pollux_log_lines_total", COMPONENTS, 'level=~"warning|error"', by="component, level"),
                "{{component}} {{level}}",
            ),
        ),
    )


def saturation():
    return row(
        "Saturation",
        series(
            "Connections",
            "Open upgraded ones included. Each listener has a limit, --max-connections.",
            "short",
            query(
                f"sum by (component, listener) ({selected('pollux_http_connections', COMPONENTS)})", "{{component}} {{listener}}"
            ),
        ),
        series(
            "Event-loop lag",
            "How late timers of io threads fire. Above 0.5 s for ten minutes it causes the alert PolluxEventLoopLag.",
            "s",
            query(
                quantile(0.99, "pollux_event_loop_lag_seconds", COMPONENTS, by="component, listener"),
                quantile_legend("component, listener"),
            ),
            steps=[(GREEN, None), (RED, 0.5)],
        ),
        series(
            "Descriptors",
            "Open file descriptors as a share of the limit. Above 85% they cause the alert PolluxDescriptorsRunningOut.",
            "percentunit",
            query(
                f"{selected('process_open_fds', PROCESSES)} / {selected('process_max_fds', PROCESSES)}", INSTANCE
            ),
            steps=[(GREEN, None), (RED, 0.85)],
            max=1,
        ),
        series(
            "CPU",
            "Cores in use by each process.",
            "short",
            query(f"rate({selected('process_cpu_seconds_total', PROCESSES)}[{RATE}])", INSTANCE),
        ),
        series(
            "Memory",
            "Resident memory of each process.",
            "bytes",
            query(selected("process_resident_memory_bytes", PROCESSES), INSTANCE),
        ),
        series(
            "Uptime",
            "Time since each process started.",
            "s",
            query(f"time() - {selected('process_start_time_seconds', PROCESSES)}", INSTANCE),
        ),
    )


def instances():
    return row(
        "Instances",
        series(
            "Instances up",
            "Instances that Prometheus can scrape: neither absent nor hanging. Other panels have no data of an instance that it "
            "cannot scrape.",
            "short",
            by_label(f"sum by (component) ({selected('up', PROCESSES)})", "component"),
        ),
        series(
            "Instances ready",
            "Instances whose /readyz returns 200, so that a load balancer sends them requests.",
            "short",
            by_label(f"sum by (component) ({selected('pollux_ready', COMPONENTS)})", "component"),
        ),
        series(
            "Versions",
            "Instances of each version. Two versions at a time are normal during an upgrade only.",
            "short",
            query(
                f"count by (component, version) ({selected('pollux_build_info', COMPONENTS)})", "{{component}} {{version}}"
            ),
        ),
        series(
            "Trace spans",
            "Spans exported, and dropped because the queue was full or the export failed. Nothing if tracing is off.",
            "cps",
            query(rate("pollux_spans_exported_total", COMPONENTS, by="component"), "{{component}} exported"),
            query(
                rate("pollux_spans_dropped_total", COMPONENTS, by="component, reason"), "{{component}} dropped: {{reason}}"
            ),
            query(rate("pollux_span_export_failures_total", COMPONENTS, by="component"), "{{component}} failed exports"),
        ),
    )


def services():
    return dashboard(
        "pollux-services",
        "Pollux: Services",
        "Rate, errors and duration of requests by route, and how close each process is to its limits.",
        [by_route(), responses(), saturation(), instances()],
        (NAMESPACE, COMPONENT),
    )
