"""Viewers that join the poll and never read: deaf_viewers.py PORT COUNT. They stay until it is killed, and answer pings that
they have not read.

Small buffers and segments: the kernel keeps little for each, so that what they do not read is the server's matter.
"""

import contextlib
import socket
import sys
import time

HANDSHAKE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def frame(text):
    return bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text.encode()


def deaf_viewer(port):
    viewer = socket.socket()
    viewer.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    viewer.connect(("127.0.0.1", port))
    viewer.sendall(HANDSHAKE.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += viewer.recv(1)
    assert answer.startswith(b"HTTP/1.1 101 "), answer
    viewer.sendall(frame("40/polls/default,"))
    return viewer


if __name__ == "__main__":
    viewers = [deaf_viewer(int(sys.argv[1])) for _ in range(int(sys.argv[2]))]
    print("joined", flush=True)
    while True:
        time.sleep(10)
        for each in viewers:
            with contextlib.suppress(OSError):  # it was cut off
                each.sendall(frame("3"))
