"""A small clamd for tests: it speaks INSTREAM, finds the EICAR test file, and can be told to fail or to be slow.

=======  ======================================================================================================
clamd    a running ``Clamd``; ``clamd.address`` goes into the settings, ``clamd.mood`` is ok, error, silent or slow
=======  ======================================================================================================
"""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator

import pytest

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that every scanner reports (EICAR)."""


class Clamd:
    """The server and what it has seen."""

    def __init__(self) -> None:
        self.mood = "ok"
        self.scanned: list[int] = []
        self.released = threading.Event()
        owner = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                owner.talk(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def talk(self, line: socketserver.StreamRequestHandler) -> None:
        """Hold one conversation."""
        if line.rfile.read(len(b"zINSTREAM\0")) != b"zINSTREAM\0":
            line.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while size := struct.unpack(">I", line.rfile.read(4))[0]:
            content += line.rfile.read(size)
        self.scanned.append(len(content))
        if self.mood == "slow":
            self.released.wait(30)
        elif self.mood == "error":
            line.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        elif self.mood != "silent":
            line.wfile.write(b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0")

    def stop(self) -> None:
        """Stop listening and let slow talks end."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    """A running scanner."""
    server = Clamd()
    yield server
    server.stop()
