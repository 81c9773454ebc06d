"""The servers under test, as processes on free ports of 127.0.0.1."""

import json
import os
import socket
import subprocess
import tempfile
import threading

DEADLINE = 60


def free_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        return holder.getsockname()[1]


class Fixture:
    """The fixture server, with a ping timeout that suits a busy machine."""

    def __init__(self):
        command = [os.environ["POLLUX_SOCKETIO_FIXTURE"], "--port", "0", "--ping-timeout", "5000"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Pollux:
    """The program pollux, with its own database."""

    def __init__(self, result_port):
        self.folder = tempfile.TemporaryDirectory(prefix="pollux-clients-")
        self.url = f"http://127.0.0.1:{result_port}"
        arguments = {
            "--vote-listen": "127.0.0.1:0",
            "--result-listen": f"127.0.0.1:{result_port}",
            "--admin-listen": "127.0.0.1:0",
            "--management-listen": "127.0.0.1:0",
            "--database": os.path.join(self.folder.name, "pollux.db"),
        }
        self.process = subprocess.Popen(
            [os.environ["POLLUX_PROGRAM"], *(word for pair in arguments.items() for word in pair)],
            stderr=subprocess.PIPE,
            text=True,
        )
        self.serving = threading.Event()
        self.reader = threading.Thread(target=self._read_log, daemon=True)
        self.reader.start()
        if not self.serving.wait(DEADLINE):
            self.stop()
            raise AssertionError("The program was not ready in time.")

    def _read_log(self):
        for line in self.process.stderr:
            if line.startswith("{") and json.loads(line).get("message") == "Serving.":
                self.serving.set()

    def end(self, signal):
        self.process.send_signal(signal)
        self.process.wait(DEADLINE)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stderr.close()
        self.folder.cleanup()
