"""The HTTP API of a running pollux against its description, by schemathesis: run.py key|session [OPTION…]

`key` is a program with an API key of an owner, `session` an owner who is signed in. More options are those of
schemathesis. The exit status is 0 if there is no violation and no response of 5xx.
"""

import http.client
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

PASSWORD = "four random words"
DEADLINE = 30
SCOPES = ["polls:read", "polls:write", "polls:delete", "results:read", "export:read", "audit:read"]

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
]
# Not positive_data_acceptance: which texts are visible, and which look the same, is not to be said in a schema.
# Not missing_required_header: it knows no 428.

# These end the session that sends the requests, or let them wait.
OF_THE_SESSION = ["signOut", "endSession", "signIn", "signInAgain", "changePassword", "completeSetup"]


class Pollux:
    def __init__(self, folder):
        listeners = [word for name in ("vote", "result", "admin", "management") for word in (f"--{name}-listen", "127.0.0.1:0")]
        self.process = subprocess.Popen(
            [
                os.environ["POLLUX_PROGRAM"],
                *listeners,
                "--admin-requests=10000",
                "--database",
                str(pathlib.Path(folder, "pollux.db")),
            ],
            env={"ADMIN_PASSWORD": PASSWORD, "PATH": os.environ["PATH"]},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log = []
        for line in self.process.stderr:
            self.log.append(line)
            if '"Serving."' in line:
                self.url = "http://" + json.loads(line)["admin"]
                return
        raise SystemExit("pollux does not start: " + "".join(self.log))

    def stop(self):
        self.process.terminate()
        _, rest = self.process.communicate(timeout=DEADLINE)
        self.log += rest.splitlines(keepends=True)
        return self.process.returncode


def post(url, path, body, headers):
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=DEADLINE)
    connection.request("POST", "/api/v1" + path, json.dumps(body), {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    text = response.read()
    if response.status not in (200, 201):
        raise SystemExit(f"{path}: {response.status} {text.decode()}")
    return response.getheader("Set-Cookie"), json.loads(text)


def credentials(url, caller):
    ours = {"X-Requested-With": "pollux"}
    cookie, _ = post(url, "/session", {"name": "admin", "password": PASSWORD}, ours)
    session = {**ours, "Cookie": cookie.split(";")[0]}
    if caller == "session":
        return session
    _, made = post(url, "/keys", {"label": "schemathesis", "scopes": SCOPES}, session)
    return {"Authorization": "Bearer " + made["secret"]}


def schemathesis(url, caller, folder, options):
    headers = [word for name, value in credentials(url, caller).items() for word in ("-H", f"{name}: {value}")]
    # A stream goes on for minutes.
    headers += ["--exclude-operation-id", "followResults"]
    excluded = [word for name in OF_THE_SESSION for word in ("--exclude-operation-id", name)]
    command = [
        *("/usr/bin/python3", "-B", "-m", "schemathesis.cli", "run", url + "/api/v1/openapi.json"),
        *headers,
        *(excluded if caller == "session" else []),
        *("--checks", ",".join(CHECKS)),
        *("--max-examples", "20", "--seed", "1", "--generation-database", "none"),
        *("--suppress-health-check", "all", "--warnings", "off", "--no-color", "--output-sanitize", "true"),
        *options,
    ]
    environment = {**os.environ, "PYTHONPATH": os.environ["SCHEMATHESIS"], "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


def main():
    caller, *options = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="pollux-api-") as folder:
        pollux = Pollux(folder)
        try:
            status = schemathesis(pollux.url, caller, folder, options)
        finally:
            ended = pollux.stop()
    complaints = [line for line in pollux.log if '"level":"error"' in line]
    if status != 0 or ended != 0 or complaints:
        sys.exit(f"schemathesis ended with {status}, pollux with {ended}.\n{''.join(complaints[:20])}")


if __name__ == "__main__":
    main()
