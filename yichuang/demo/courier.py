"""A small real courier over HTTP: takes orders, tells tracks, calls back, and misbehaves when it is asked to.

In the demonstration its parcels move by themselves, a step every few seconds; in a test they move when told.  An
address with 拒收 in it comes back, one with 无人 fails.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from engine.foundation.clock import Clock, SystemClock, from_utc_text, utc_text
from yichuang.borders.http import Answer, Peer
from yichuang.borders.signing import SIGNATURE, TIMESTAMP, holds

COST_FEN = 1200
FAULTS = ("error", "refuse", "nonsense", "lost", "slow")
"""500 · 422 · an answer that is no JSON · the work is done but the reply is lost · an answer after a while."""


@dataclass
class Parcel:
    """An order as the courier keeps it."""

    id: str
    tracking_no: str
    ordered_at: datetime
    address: str
    events: list[dict[str, str]] = field(default_factory=list)


class DemoCourier:
    """The courier, listening on a port of its own."""

    def __init__(
        self, secret: bytes, *, host: str = "127.0.0.1", port: int = 0, pace: timedelta | None = None,
        keep: Path | None = None, clock: Clock | None = None,
    ) -> None:  # fmt: skip
        """``pace`` is the time between two steps of a parcel (None: only when told); ``keep`` is a file for orders."""
        self._secret = secret
        self._pace = pace
        self._keep = keep
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self.parcels: dict[str, Parcel] = _kept(keep)
        self.placed: list[str] = []
        """Every order request that was worked, in order: a repetition shows here."""
        self.faults: deque[str] = deque()
        """What goes wrong with the next requests, one each (see :data:`FAULTS`)."""
        self.slow_for = threading.Event()
        """A slow answer waits until this is set."""
        self._server = ThreadingHTTPServer((host, port), _desk_of(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="demo-courier", daemon=True)

    @property
    def url(self) -> str:
        """The address to which orders go."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        """Start answering."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering."""
        self.slow_for.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def happen(self, order_id: str, kind: str, *, at: datetime | None = None, **said: str) -> dict[str, str]:
        """Let something happen to a parcel and return the event; ``said`` may hold id, place, note, signed_by."""
        with self._lock:
            parcel = self.parcels[order_id]
            event = {"id": f"{parcel.tracking_no}-{len(parcel.events) + 1}", "kind": kind,
                     "at": utc_text(at or self._clock.now()), **said}  # fmt: skip
            parcel.events.append(event)
        return event

    def call(self, url: str, order_id: str, events: list[dict[str, str]]) -> Answer:
        """Report events to ``url`` by a signed call, as a courier does."""
        parts = urlsplit(url)
        peer = Peer(f"{parts.scheme}://{parts.netloc}", self._secret)
        return peer.ask("POST", parts.path, {"order_id": order_id, "events": events})

    def place(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Take an order; the same number again is the same parcel."""
        with self._lock:
            id = str(body["order_id"])
            self.placed.append(id)
            if id not in self.parcels:
                number = f"YZ{len(self.parcels) + 1:09d}CN"
                address = str(body["recipient"]["address"])
                self.parcels[id] = Parcel(id, number, self._clock.now(), address)
                self._write()
            return {"tracking_no": self.parcels[id].tracking_no, "cost_fen": COST_FEN}

    def track(self, order_id: str) -> dict[str, Any] | None:
        """Tell a parcel's events so far, or None when there is no such parcel."""
        with self._lock:
            parcel = self.parcels.get(order_id)
            if parcel is None:
                return None
            return {"tracking_no": parcel.tracking_no, "events": [*parcel.events, *self._by_itself(parcel)]}

    def knows(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Tell whether a request is signed by us."""
        timestamp, signature = headers.get(TIMESTAMP) or "", headers.get(SIGNATURE) or ""
        return holds(self._secret, body, timestamp, signature, SystemClock().now())

    def _by_itself(self, parcel: Parcel) -> list[dict[str, str]]:
        if self._pace is None:
            return []
        last = "returned" if "拒收" in parcel.address else "failed" if "无人" in parcel.address else "delivered"
        said = {
            "collected": {"place": "安阳市政务服务中心", "note": "快件已揽收"},
            "in_transit": {"place": "安阳处理中心", "note": "正在派送"},
            "delivered": {"place": "收件地址", "note": "快件已签收", "signed_by": "本人"},
            "failed": {"place": "收件地址", "note": "无人接听，投递失败"},
            "returned": {"place": "安阳处理中心", "note": "收件人拒收，已退回"},
        }
        steps = [("collected", 1), ("in_transit", 2), (last, 3)]
        times = [(kind, parcel.ordered_at + count * self._pace) for kind, count in steps]
        now = self._clock.now()
        return [
            {"id": f"{parcel.tracking_no}-{kind}", "kind": kind, "at": utc_text(at), **said[kind]}
            for kind, at in times
            if at <= now
        ]

    def _write(self) -> None:
        if self._keep is not None:
            kept = [[one.id, one.tracking_no, utc_text(one.ordered_at), one.address] for one in self.parcels.values()]
            self._keep.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")


def _kept(path: Path | None) -> dict[str, Parcel]:
    if path is None or not path.exists():
        return {}
    rows = json.loads(path.read_text("utf-8"))
    return {id: Parcel(id, number, from_utc_text(at), address) for id, number, at, address in rows}


def _desk_of(courier: DemoCourier) -> type[BaseHTTPRequestHandler]:
    class Desk(_Desk):
        peer = courier

    return Desk


class _Desk(BaseHTTPRequestHandler):
    peer: ClassVar[DemoCourier]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._work(body, lambda: self.peer.place(json.loads(body)) if self.path == "/orders" else None)

    def do_GET(self) -> None:
        self._work(b"", lambda: self.peer.track(unquote(self.path.removeprefix("/orders/"))))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the house logs what it needs to."""

    def _work(self, body: bytes, work: Callable[[], dict[str, Any] | None]) -> None:
        fault = self.peer.faults.popleft() if self.peer.faults else ""
        if not self.peer.knows(body, dict(self.headers.items())):
            self._answer(401, {"error": "signature"})
        elif fault == "error":
            self._answer(500, {"error": "internal"})
        elif fault == "refuse":
            self._answer(422, {"error": "address"})
        elif fault == "nonsense":
            self._send(200, b"<html>maintenance</html>")
        else:
            done = work()
            if fault == "lost":
                self.close_connection = True
                return
            if fault == "slow":
                self.peer.slow_for.wait(30)
            self._answer(404 if done is None else 200, done or {"error": "unknown"})

    def _answer(self, status: int, body: Mapping[str, Any]) -> None:
        self._send(status, json.dumps(body, ensure_ascii=False).encode("utf-8"))

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
