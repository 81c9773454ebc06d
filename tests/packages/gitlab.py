"""gitlab.py DIR: what ./dev release publish uses of GitLab's API, on a free port, which is written to DIR/port.

Uploads go to DIR/NAME, the request for the release to DIR/release. Requests without the token "of the job" are rejected. This
shows what is sent; only GitLab shows that it is accepted (docs.gitlab.com: generic packages, releases API).
"""
import http.server
import pathlib
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, name):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        accepted = self.headers["JOB-TOKEN"] == "of the job" and name
        if accepted:
            (FOLDER / name).write_bytes(body)
        self.send_response(201 if accepted else 401)
        self.end_headers()
        self.wfile.write(b"{}" if accepted else b"401 Unauthorized")

    def do_PUT(self):  # noqa: N802
        prefix, _, name = self.path.rpartition("/")
        self.answer(name if prefix.startswith("/projects/7/packages/generic/pollux/") else None)

    def do_POST(self):  # noqa: N802
        self.answer("release" if self.path == "/projects/7/releases" else None)

    def log_message(self, *_):
        pass


FOLDER = pathlib.Path(sys.argv[1])
with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
    (FOLDER / "new").write_text(str(server.server_port))
    (FOLDER / "new").rename(FOLDER / "port")
    server.serve_forever()
