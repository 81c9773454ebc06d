"""python-socketio and python-engineio against the fixture server and the program pollux."""

import os
import queue
import signal
import sys
import unittest

try:
    import engineio
    import requests  # the clients' long-polling
    import socketio
    import websocket  # the clients' WebSocket
except ImportError as missing:
    sys.exit(
        f"{missing}. On Debian and Ubuntu: apt-get install "
        "python3-socketio python3-engineio python3-requests python3-websocket"
    )

from servers import DEADLINE, Fixture, Pollux, free_port

# Shorter than other deadlines: with two namespaces the client may miss the event that it is connected, and notices
# only at this timeout.
CONNECT_TIME = 5

TRANSPORTS = {
    "polling, then upgraded": None,
    "polling only": ["polling"],
    "WebSocket only": ["websocket"],
}


def over_each_transport(test):
    def run(self):
        for words, transports in TRANSPORTS.items():
            with self.subTest(words):
                test(self, transports)

    return run


class WithFixture(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Fixture()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()


class SocketIo(WithFixture):
    def connect(self, transports, namespaces=("/",), auth=None):
        client = socketio.Client(reconnection=False)
        self.addCleanup(client.disconnect)
        events = queue.Queue()
        for namespace in namespaces:
            client.on("*", lambda name, *values: events.put((name, *values)), namespace=namespace)
        client.connect(
            self.server.url,
            transports=transports,
            namespaces=list(namespaces),
            auth=auth,
            wait_timeout=CONNECT_TIME,
        )
        return client, events

    def connect_welcomed(self, transports):
        client, events = self.connect(transports)
        self.assertEqual(events.get(timeout=DEADLINE), ("auth", {}))
        return client, events

    @over_each_transport
    def test_the_server_receives_the_auth_data(self, transports):
        for namespace in ("/", "/custom"):
            _, events = self.connect(transports, [namespace], {"token": "Zoë 🐶"})
            self.assertEqual(events.get(timeout=DEADLINE), ("auth", {"token": "Zoë 🐶"}))

    @over_each_transport
    def test_two_namespaces_share_a_connection(self, transports):
        client, events = self.connect(transports, ["/", "/custom"])
        for _ in range(2):
            self.assertEqual(events.get(timeout=DEADLINE), ("auth", {}))
        self.assertEqual(client.call("message-with-ack", 1, timeout=DEADLINE), 1)

    @over_each_transport
    def test_values_of_every_kind_are_echoed(self, transports):
        client, events = self.connect_welcomed(transports)
        values = (1, -2.5, 'two "\\ \x00 🐶', None, True, [[]], {"3": [False], "": {}})
        client.emit("message", values)
        self.assertEqual(events.get(timeout=DEADLINE), ("message-back", *values))

    @over_each_transport
    def test_bytes_are_echoed_in_place(self, transports):
        client, events = self.connect_welcomed(transports)
        values = (b"\x00\x01\x1e\xff", "between", {"deep": [b"x" * 70_000]})
        client.emit("message", values)
        self.assertEqual(events.get(timeout=DEADLINE), ("message-back", *values))

    @over_each_transport
    def test_the_server_acknowledges_events(self, transports):
        client, _ = self.connect_welcomed(transports)
        for values in ((1, "2", {"3": [True]}), (b"\x01\x02\x03", "x")):
            self.assertEqual(client.call("message-with-ack", values, timeout=DEADLINE), values)

    @over_each_transport
    def test_the_client_acknowledges_events(self, transports):
        client = socketio.Client(reconnection=False)
        self.addCleanup(client.disconnect)
        answers = queue.Queue()
        client.on("question", lambda *values: (len(values), b"\x01\x02"))
        client.on("answered", lambda *values: answers.put(values))
        client.connect(self.server.url, transports=transports, wait_timeout=CONNECT_TIME)
        client.emit("ask", ("a", "b"))
        self.assertEqual(answers.get(timeout=DEADLINE), (2, b"\x01\x02"))

    @over_each_transport
    def test_events_are_echoed_in_order(self, transports):
        client, events = self.connect_welcomed(transports)
        # This client accepts at most 16 packets per poll.
        for index in range(10):
            client.emit("message", index)
        for index in range(10):
            self.assertEqual(events.get(timeout=DEADLINE), ("message-back", index))

    @over_each_transport
    def test_an_unknown_namespace_is_rejected_with_a_reason(self, transports):
        client = socketio.Client(reconnection=False)
        self.addCleanup(client.disconnect)
        rejected = queue.Queue()
        client.on("connect_error", rejected.put, namespace="/random")
        client.connect(self.server.url, transports=transports, namespaces=["/random"], wait=False)
        self.assertEqual(rejected.get(timeout=DEADLINE), {"message": "Invalid namespace"})

    @over_each_transport
    def test_a_client_stays_connected_over_several_heartbeats(self, transports):
        client, _ = self.connect_welcomed(transports)
        pings = queue.Queue()
        answer_ping = client.eio._receive_packet

        def receive(packet):
            answer_ping(packet)
            if packet.packet_type == engineio.packet.PING:
                pings.put(packet)

        client.eio._receive_packet = receive
        for _ in range(3):
            pings.get(timeout=DEADLINE)
        self.assertEqual(client.call("message-with-ack", "still here", timeout=DEADLINE), "still here")


class EngineIo(WithFixture):
    @over_each_transport
    def test_text_and_bytes_are_echoed(self, transports):
        client = engineio.Client()
        self.addCleanup(client.disconnect)
        messages = queue.Queue()
        client.on("message", messages.put)
        client.connect(self.server.url, transports=transports, engineio_path="engine.io")
        if transports is None:
            self.assertEqual(client.transport(), "websocket")
        # When polling, this client can send ASCII only.
        for message in ("hello", b"\x01\x02\x1e\x04", b"x" * 100_000):
            client.send(message)
            self.assertEqual(messages.get(timeout=DEADLINE), message)


class Restart(unittest.TestCase):
    @over_each_transport
    def test_a_client_reconnects_after_the_program_was_killed(self, transports):
        self.reconnect(transports, signal.SIGKILL)

    @over_each_transport
    def test_a_client_reconnects_after_the_program_was_stopped(self, transports):
        self.reconnect(transports, signal.SIGTERM)

    def reconnect(self, transports, end):
        port = free_port()
        first = Pollux(port)
        self.addCleanup(first.stop)
        client = socketio.Client(
            reconnection_attempts=100, reconnection_delay=0.05, reconnection_delay_max=0.2
        )
        welcomes, losses = queue.Queue(), queue.Queue()
        client.on("message", welcomes.put)
        client.on("disconnect", lambda: losses.put(True))
        client.connect(first.url, transports=transports, wait_timeout=CONNECT_TIME)
        self.assertEqual(welcomes.get(timeout=DEADLINE), {"text": "Welcome!"})

        first.end(end)
        losses.get(timeout=DEADLINE)
        second = Pollux(port)
        self.addCleanup(second.stop)
        self.assertEqual(welcomes.get(timeout=DEADLINE), {"text": "Welcome!"})
        client.disconnect()  # before the server stops, so that it does not reconnect


if __name__ == "__main__":
    # Clients leave sockets to the garbage collector, and some threads still try to reconnect: exit without waiting.
    result = unittest.main(warnings="ignore", exit=False).result
    sys.stderr.flush()
    os._exit(0 if result.wasSuccessful() else 1)
