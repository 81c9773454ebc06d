"""Managed polls in the SQLite file of `pollux`, as its store writes them; the program must not run.

sqlite_polls.py write FILE        polls from standard input, a JSON array; a poll with a known id is replaced
sqlite_polls.py selections FILE   the selections of all votes by the id of their run, as JSON
"""

import json
import sqlite3
import sys
import time

POLICIES = {"change": "while_open", "results": "live"}


def write(connection, polls):
    now = int(time.time())
    for poll in polls:
        run = poll.get("run", 1)
        opened = None if poll["state"] == "draft" else now
        closed = now if poll["state"] in ("closed", "archived") else None
        connection.execute(
            "INSERT OR REPLACE INTO managed_polls (id, code, title, search, state, run, revision, change_policy,"
            " results_policy, keep_days, opens_at, closes_at, zone, created_at, changed_at,"
            " require_cookie)"
            " VALUES (?, ?, 'Test', 'test', ?, ?, ?, ?, ?, 30, ?, ?, 'UTC', ?, ?, ?)",
            (poll["id"], poll["code"], poll["state"], run, poll["revision"], poll.get("change", POLICIES["change"]),
             poll.get("results", POLICIES["results"]), poll.get("opens_at"), poll.get("closes_at"), now, now,
             poll.get("require_cookie", False)),
        )
        connection.execute(
            "INSERT OR REPLACE INTO managed_runs (poll, run, question, opened_at, closed_at) VALUES (?, ?, ?, ?, ?)",
            (poll["id"], run, json.dumps(poll["question"]), opened, closed),
        )


def selections(connection):
    found = {}
    for run, selection in connection.execute("SELECT poll, selection FROM votes ORDER BY poll, selection"):
        found.setdefault(run, []).append(selection)
    return found


def main():
    command, file = sys.argv[1:]
    with sqlite3.connect(file, timeout=20) as connection:
        if command == "write":
            write(connection, json.load(sys.stdin))
        else:
            print(json.dumps(selections(connection)))


if __name__ == "__main__":
    main()
