"""Panels and dashboards for Grafana, in its classic JSON model (schema version 42, Grafana 12 and 13)."""
import re

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH = 24  # columns of Grafana's grid
# What the tests replace Grafana's variables with.
EXAMPLES = {"$namespace": ".*", "$component": ".*", "$__rate_interval": "1m", "$__range": "1h"}

# Step after step from these values on; None is minus infinity.
GREEN, YELLOW, RED = "green", "yellow", "red"


def query(expr, legend, instant=False):
    return {"expr": expr, "legendFormat": legend, "instant": instant}


def targets(queries):
    return [
        {
            "datasource": DATASOURCE,
            "editorMode": "code",
            "expr": each["expr"],
            "instant": each["instant"],
            "legendFormat": each["legendFormat"],
            "range": not each["instant"],
            "refId": chr(ord("A") + i),
        }
        for i, each in enumerate(queries)
    ]


def thresholds(steps):
    return {"mode": "absolute", "steps": [{"color": color, "value": value} for color, value in steps]}


def panel(kind, title, description, unit, queries, options, custom=None, width=8, height=8, steps=None, **defaults):
    field = {"unit": unit, "thresholds": thresholds(steps or [(GREEN, None)]), **defaults}
    if custom:
        field["custom"] = custom
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": DATASOURCE,
        "targets": targets(queries),
        "fieldConfig": {"defaults": field, "overrides": []},
        "options": options,
        "gridPos": {"w": width, "h": height},
    }


def series(title, description, unit, *queries, stacked=False, steps=None, **rest):
    """Lines over time. Steps are drawn as lines, for limits."""
    custom = {
        "drawStyle": "line",
        "lineWidth": 1,
        "fillOpacity": 25 if stacked else 8,
        "showPoints": "never",
        "spanNulls": False,
        "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
        "thresholdsStyle": {"mode": "line" if steps else "off"},
    }
    options = {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return panel("timeseries", title, description, unit, queries, options, custom, steps=steps, **{"min": 0, **rest})


def stat(title, description, unit, expr, legend, steps=None, width=4, **rest):
    """The current value."""
    options = {
        "colorMode": "value",
        "graphMode": "area",
        "justifyMode": "auto",
        "orientation": "auto",
        "percentChangeColorMode": "standard",
        "showPercentChange": False,
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "textMode": "auto",
        "wideLayout": True,
    }
    return panel(
        "stat", title, description, unit, [query(expr, legend)], options, width=width, height=4, steps=steps, **rest
    )


def row(title, *panels):
    return {"title": title, "panels": panels}


def placed(rows):
    """Panels from left to right, wrapping at the width of the grid, below the heading of their row."""
    result, y = [], 0
    for each in rows:
        heading = {"type": "row", "title": each["title"], "collapsed": False, "panels": []}
        result.append(heading | {"gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1}})
        y, x, height = y + 1, 0, 0
        for item in each["panels"]:
            size = item["gridPos"]
            if x + size["w"] > WIDTH:
                y, x, height = y + height, 0, 0
            result.append(item | {"gridPos": {"x": x, "y": y, **size}})
            x, height = x + size["w"], max(height, size["h"])
        y += height
    return [item | {"id": i} for i, item in enumerate(result, 1)]


def choice(name, label, metric):
    """A variable with the values of a label; All also matches targets without it."""
    expr = f"label_values({metric}, {name})"
    return {
        "type": "query",
        "name": name,
        "label": label,
        "datasource": DATASOURCE,
        "definition": expr,
        "query": {"qryType": 1, "query": expr, "refId": "variable"},
        "includeAll": True,
        "allValue": ".*",
        "multi": True,
        "current": {"text": ["All"], "value": ["$__all"]},
        "refresh": 2,
        "sort": 1,
        "hide": 0,
        "options": [],
        "regex": "",
        "skipUrlSync": False,
    }


SOURCE_VARIABLE = {
    "type": "datasource",
    "name": "datasource",
    "label": "Data source",
    "query": "prometheus",
    "includeAll": False,
    "multi": False,
    "current": {"text": "default", "value": "default"},
    "refresh": 1,
    "hide": 0,
    "options": [],
    "regex": "",
    "skipUrlSync": False,
}
NAMESPACE = choice("namespace", "Namespace", 'up{application="pollux"}')
COMPONENT = choice("component", "Component", 'up{application="pollux", namespace=~"$namespace"}')

FIRING_ALERTS = {
    "name": "Firing alerts",
    "datasource": DATASOURCE,
    "enable": True,
    "hide": False,
    "iconColor": RED,
    "expr": 'ALERTS{alertname=~"Pollux.+", alertstate="firing", namespace=~"$namespace"}',
    "titleFormat": "{{alertname}}",
    "textFormat": "{{severity}} {{component}}",
    "step": "30s",
}


def dashboard(uid, title, description, rows, variables=(NAMESPACE,), span="1h"):
    return {
        "uid": uid,
        "title": title,
        "description": description,
        "tags": ["pollux"],
        "schemaVersion": 42,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "timezone": "browser",
        "refresh": "10s",
        "time": {"from": f"now-{span}", "to": "now"},
        "timepicker": {},
        "fiscalYearStartMonth": 0,
        "liveNow": False,
        "weekStart": "",
        "annotations": {"list": [FIRING_ALERTS]},
        "links": [
            {
                "type": "dashboards",
                "title": "Pollux",
                "tags": ["pollux"],
                "asDropdown": True,
                "includeVars": True,
                "keepTime": True,
                "targetBlank": False,
                "icon": "external link",
                "tooltip": "",
                "url": "",
            }
        ],
        "templating": {"list": [SOURCE_VARIABLE, *variables]},
        "panels": placed(rows),
    }


def expressions(board):
    """Every query of a dashboard as Prometheus can run it."""
    for item in board["panels"]:
        for target in item.get("targets", ()):
            expr = re.sub(r"\$\w+", lambda match: EXAMPLES[match.group()], target["expr"])
            yield {"dashboard": board["title"], "panel": item["title"], "legend": target["legendFormat"], "expr": expr}
