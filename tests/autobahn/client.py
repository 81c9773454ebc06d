"""A WebSocket client that can break every rule, as the cases ask for it.

It offers what the cases call on the protocol object of the suite's own client. Bytes are texts of the
characters 0 to 255 here, as the cases, which are written in Python 2, have them.
"""

import asyncio
import base64
import os
import struct

OPENING_TIME = 20
DROP_TIME = 10  # for the server to close the connection after the closing handshake


def to_bytes(text):
    return text if isinstance(text, bytes) else text.encode("latin-1")


def masked(payload, mask, position=0):
    if not payload:
        return payload
    turned = mask[position % 4 :] + mask[: position % 4]
    key = (turned * (len(payload) // 4 + 1))[: len(payload)]
    number = int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")
    return number.to_bytes(len(payload), "big")


def frame_header(opcode, length, mask, fin=True, rsv=0):
    header = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    if length < 126:
        header += bytes([0x80 | length])
    elif length < 65536:
        header += struct.pack("!BH", 0x80 | 126, length)
    else:
        header += struct.pack("!BQ", 0x80 | 127, length)
    return header + mask


class Factory:
    isServer = False


class Client(asyncio.Protocol):
    CLOSE_STATUS_CODE_NORMAL = 1000
    CLOSE_STATUS_CODE_GOING_AWAY = 1001
    CLOSE_STATUS_CODE_PROTOCOL_ERROR = 1002
    CLOSE_STATUS_CODE_INVALID_PAYLOAD = 1007

    STATE_CLOSED, STATE_CONNECTING, STATE_CLOSING, STATE_OPEN = range(4)

    def __init__(self, case_class, timeout_factor):
        self.factory = Factory()
        self.timeout_factor = timeout_factor
        self.loop = asyncio.get_running_loop()
        self.ended = self.loop.create_future()
        self.state = self.STATE_CONNECTING
        self.connectionWasOpen = self.closedByMe = self.failedByMe = self.droppedByMe = self.wasClean = False
        self.localCloseCode = self.localCloseReason = None
        self.remoteCloseCode = self.remoteCloseReason = None
        self.createWirelog = False
        self.autoFragmentSize = 0
        self.txFrameStats = {}
        self.trafficStats = None
        self.received = bytearray()
        self.fragments, self.kind = [], None
        self.case = case_class(self)

    # Callbacks of the connection

    def connection_made(self, transport):
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.loop.call_later(OPENING_TIME, self._give_up_opening)

    def data_received(self, data):
        self.received += data
        if self.state == self.STATE_CONNECTING:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self.received.startswith(b"HTTP/1.1 101 "):
                self.transport.abort()
                return
            del self.received[: end + 4]
            self.state = self.STATE_OPEN
            self.connectionWasOpen = True
            self.case.onOpen()
        while self.state != self.STATE_CLOSED and self._take_frame():
            pass

    def connection_lost(self, _):
        self.state = self.STATE_CLOSED
        try:
            self.case.onClose(self.wasClean, self.remoteCloseCode, self.remoteCloseReason)
            self.case.onConnectionLost(self.failedByMe)
        except Exception as failed:
            if not self.ended.done():
                self.ended.set_exception(failed)
        if not self.ended.done():
            self.ended.set_result(self.case)

    def _give_up_opening(self):
        if self.state == self.STATE_CONNECTING:
            self.transport.abort()

    def _take_frame(self):
        data = self.received
        if len(data) < 2:
            return False
        length, size = data[1] & 0x7F, 2
        if length == 126:
            if len(data) < 4:
                return False
            (length,), size = struct.unpack_from("!H", data, 2), 4
        elif length == 127:
            if len(data) < 10:
                return False
            (length,), size = struct.unpack_from("!Q", data, 2), 10
        if len(data) < size + length:
            return False
        first, is_masked = data[0], data[1] & 0x80
        payload = bytes(data[size : size + length])
        del data[: size + length]
        if is_masked or first & 0x70:
            self.fail()
            return False
        self._take(first & 0x0F, bool(first & 0x80), payload)
        return True

    def _take(self, opcode, fin, payload):
        if opcode == 8:
            return self._take_close(payload)
        if opcode == 9:
            self.sendFrame(opcode=10, payload=payload)
            return self.case.onPing(payload.decode("latin-1"))
        if opcode == 10:
            return self.case.onPong(payload.decode("latin-1"))
        if opcode:
            self.fragments, self.kind = [], opcode
        self.fragments.append(payload)
        if fin:
            message = b"".join(self.fragments)
            self.case.onMessage(message.decode("latin-1"), self.kind == 2)

    def _take_close(self, payload):
        if len(payload) >= 2:
            self.remoteCloseCode = struct.unpack_from("!H", payload)[0]
            self.remoteCloseReason = payload[2:].decode("utf-8")
        self.wasClean = True
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(self.remoteCloseCode, isReply=True)
        self.loop.call_later(DROP_TIME, self._drop)

    def _drop(self):
        if self.state != self.STATE_CLOSED:
            self.droppedByMe = True
            self.transport.abort()

    # What the cases call

    def sendFrame(
        self, opcode, payload="", fin=True, rsv=0, mask=None, payload_len=None, chopsize=None, sync=False
    ):
        payload = to_bytes(payload)
        self.txFrameStats[opcode] = self.txFrameStats.get(opcode, 0) + 1
        if payload_len is not None:
            payload = (payload * (payload_len // max(len(payload), 1) + 1))[:payload_len] if payload else b""
        mask = to_bytes(mask) if mask else os.urandom(4)
        frame = frame_header(opcode, len(payload), mask, fin, rsv) + masked(payload, mask)
        for at in range(0, len(frame), chopsize or len(frame)):
            self.transport.write(frame[at : at + (chopsize or len(frame))])

    def sendMessage(self, payload, isBinary=False, **_):
        opcode, size = (2 if isBinary else 1), self.autoFragmentSize or max(len(payload), 1)
        pieces = [payload[at : at + size] for at in range(0, len(payload), size)] or [""]
        for index, piece in enumerate(pieces):
            self.sendFrame(opcode if index == 0 else 0, piece, fin=index == len(pieces) - 1)

    def beginMessage(self, isBinary=False, **_):
        self.next_opcode = 2 if isBinary else 1

    def beginMessageFrame(self, length):
        self.mask, self.position = os.urandom(4), 0
        self.transport.write(frame_header(self.next_opcode, length, self.mask, fin=False))
        self.next_opcode = 0

    def sendMessageFrameData(self, payload, sync=False):
        if self.state != self.STATE_OPEN:
            return
        payload = to_bytes(payload)
        self.transport.write(masked(payload, self.mask, self.position))
        self.position += len(payload)

    def endMessage(self):
        self.sendFrame(0)

    def sendClose(self, code=None, reason=None):
        self.sendCloseFrame(code, reason)

    def sendCloseFrame(self, code=None, reasonUtf8=None, isReply=False):
        if self.state != self.STATE_OPEN:
            return
        payload = struct.pack("!H", code) if code is not None else b""
        self.sendFrame(opcode=8, payload=payload + to_bytes(reasonUtf8 or ""))
        self.state = self.STATE_CLOSING
        self.closedByMe = not isReply
        self.localCloseCode = code

    def fail(self):
        if self.state == self.STATE_CLOSED:
            return
        self.failedByMe = True
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(self.CLOSE_STATUS_CODE_GOING_AWAY)
            self.loop.call_later(DROP_TIME, self._drop)
        else:
            self._drop()

    def killAfter(self, delay):
        self.loop.call_later(delay * self.timeout_factor, self.fail)

    def closeAfter(self, delay):
        self.loop.call_later(delay * self.timeout_factor, self.sendClose)

    def continueLater(self, delay, function, tag=None):
        self.loop.call_later(delay, lambda: self.state != self.STATE_CLOSED and function())

    def enableWirelog(self, _):
        pass
