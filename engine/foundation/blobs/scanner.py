"""A small client of the virus scanner clamd: one file in one INSTREAM session, then its verdict."""

from __future__ import annotations

import socket
import struct
from contextlib import closing
from dataclasses import dataclass

from engine.foundation.errors import Unavailable

CHUNK = 64 * 1024
SECONDS = 60.0
LONGEST_ANSWER = 4096


class ScannerUnavailable(Unavailable):
    """查毒服务没有应答或应答无法识别（{reason}），稍后自动重试；长时间没有结果的，请联系系统管理员检查查毒服务。"""

    code = "SCANNER_UNAVAILABLE"


@dataclass(frozen=True)
class Verdict:
    """What the scanner found; ``threat`` is its name, empty for a clean file."""

    threat: str

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.threat


class Scanner:
    """clamd at ``address`` (``host:port``, or the path of a unix socket); without one no file is scanned."""

    def __init__(self, address: str = "", *, seconds: float = SECONDS) -> None:
        """``seconds`` is the longest wait for each step of the conversation."""
        self._address = address.strip()
        self._seconds = seconds

    @property
    def configured(self) -> bool:
        """Whether there is a scanner to ask."""
        return bool(self._address)

    def scan(self, content: bytes) -> Verdict:
        """Return the verdict on ``content``; raise :class:`ScannerUnavailable`, also for an answer of other words."""
        try:
            with closing(self._connect()) as line:
                line.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), CHUNK):
                    piece = content[start : start + CHUNK]
                    line.sendall(struct.pack(">I", len(piece)) + piece)
                line.sendall(struct.pack(">I", 0))
                answer = _answer(line)
        except (OSError, ValueError) as error:
            raise ScannerUnavailable(reason=type(error).__name__) from error
        return _verdict(answer)

    def _connect(self) -> socket.socket:
        if self._address.startswith("/"):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(self._seconds)
            try:
                line.connect(self._address)
            except OSError:
                line.close()
                raise
            return line
        host, _, port = self._address.rpartition(":")
        return socket.create_connection((host or "127.0.0.1", int(port)), timeout=self._seconds)


def _answer(line: socket.socket) -> str:
    heard = b""
    while b"\0" not in heard and len(heard) < LONGEST_ANSWER:
        piece = line.recv(1024)
        if not piece:
            break
        heard += piece
    return heard.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _verdict(answer: str) -> Verdict:
    """Read ``stream: OK`` and ``stream: NAME FOUND``; an error or silence is no verdict, least of all a good one."""
    told = answer.partition(": ")[2]
    if told == "OK":
        return Verdict("")
    if told.endswith(" FOUND"):
        return Verdict(told.removesuffix(" FOUND")[:200] or "未知")
    raise ScannerUnavailable(reason=answer[:80] or "没有应答")
