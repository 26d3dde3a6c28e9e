"""A wire that tears: a small TCP proxy on the loopback, which resets a connection when it is told to."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

Tear = Literal["nowhere", "after the request", "in the reply"]
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing sends a reset, as a wire that was cut does sooner or later."""


class Wire:
    """Carries one request for each connection to ``port`` and its reply back, as far as ``tear`` lets it."""

    def __init__(self, port: int) -> None:
        self.tear: Tear = "nowhere"
        self.torn = 0
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", self._port)) as far:
            far.sendall(_whole_request(near))
            if self.tear == "after the request":
                # The other side has it, and does it; only after its answer has come is the wire cut.
                far.recv(1)
                self._cut(near)
                return
            reply = b"".join(iter(lambda: far.recv(65_536), b""))
            if self.tear == "in the reply":
                near.sendall(reply[: reply.index(b"\r\n\r\n") + 6])
                self._cut(near)
                return
            near.sendall(reply)

    def _cut(self, near: socket.socket) -> None:
        self.torn += 1
        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def _whole_request(near: socket.socket) -> bytes:
    """Read one request; it asks for the connection to be closed after the reply, as urllib's do."""
    content = b""
    while b"\r\n\r\n" not in content:
        content += near.recv(65_536)
    head, _, body = content.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    wanted = int(lengths[0].partition(b":")[2]) if lengths else 0
    while len(body) < wanted:
        body += near.recv(65_536)
    return head + b"\r\n\r\n" + body


@contextmanager
def wire_to(url: str) -> Iterator[Wire]:
    """Give a wire to the server at ``url``."""
    wire = Wire(int(url.rstrip("/").rpartition(":")[2]))
    try:
        yield wire
    finally:
        wire.close()
