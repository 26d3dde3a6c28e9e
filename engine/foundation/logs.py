"""Log lines: one line each, with what is known about the work at hand, and without secrets or personal data.

Whatever does a piece of work opens a *scene* (a request, a round of the worker); the door and the pages tell it what
they learn (account, root, command), and every line written meanwhile carries that.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

Scene = dict[str, Any]

KNOWN = ("request_id", "account", "root", "command", "key")
"""What a scene may tell, in the order in which a line shows it."""
DETAILS = ("method", "path", "status", "ms", "network")
"""What an access line tells besides."""

_SCENE: ContextVar[Scene | None] = ContextVar("yichuang_scene", default=None)

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Who has the address has the right: links for a telephone, electronic delivery, verification, query codes.
    (re.compile(r"/(p|e|verify)/[^\s/?\"']+"), r"/\1/…"),
    (re.compile(r"\byc_[A-Za-z0-9_-]{8,}"), "yc_…"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), r"\1 …"),
    (re.compile(r"://([^:/@\s]+):[^@\s]+@"), r"://\1:…@"),
    (re.compile(r"(?i)\b(password|passwd|secret|token|cookie)(['\"]?\s*[=:]\s*)\S+"), r"\1\2…"),
    # A database tells the whole row, or the value, that it refused.
    (re.compile(r"(?m)^\s*(DETAIL|CONTEXT):.*$"), r"\1: …"),
    (re.compile(r"(?<![0-9A-Za-z])\d{6}\d{8}\d{3}[0-9Xx](?![0-9A-Za-z])"), "[证件号]"),
    (re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])"), "[手机号]"),
)


def masked(text: str) -> str:
    """Return ``text`` without tokens, passwords, numbers of people and of their telephones."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


# Scenes ----------------------------------------------------------------------------------------------------------


def open_scene(**known: Any) -> Token[Scene | None]:
    """Begin a scene on this thread; :func:`close_scene` ends it."""
    return _SCENE.set({name: value for name, value in known.items() if value})


def close_scene(opened: Token[Scene | None]) -> None:
    """Go back to what was before :func:`open_scene`."""
    _SCENE.reset(opened)


def tell(**known: Any) -> None:
    """Add to the scene, if there is one, what is known now; empty values say nothing."""
    scene = _SCENE.get()
    if scene is not None:
        scene.update({name: value for name, value in known.items() if value})


def told() -> Mapping[str, Any]:
    """Return what the scene knows."""
    return _SCENE.get() or {}


@contextmanager
def scene(**known: Any) -> Iterator[None]:
    """Tell the scene at hand what is ``known``, or make one for this block when there is none."""
    if _SCENE.get() is not None:
        tell(**known)
        yield
        return
    opened = open_scene(**known)
    try:
        yield
    finally:
        close_scene(opened)


# Lines -----------------------------------------------------------------------------------------------------------


class _Lines(logging.Formatter):
    """What both forms share."""

    def known(self, record: logging.LogRecord) -> Scene:
        """Return what the line knows besides its message."""
        scene = {name: value for name, value in told().items() if name in KNOWN}
        details = {name: getattr(record, name) for name in DETAILS if hasattr(record, name)}
        return {**scene, **details}

    def fault(self, record: logging.LogRecord) -> str:
        """Return the trace of the exception that the line reports."""
        return masked(self.formatException(record.exc_info)) if record.exc_info else ""


class JsonLines(_Lines):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; JSON itself keeps a line feed in a value from ending it."""
        line: Scene = {
            "time": _utc(record), "level": record.levelname, "logger": record.name,
            "message": masked(record.getMessage()),
        }  # fmt: skip
        line |= {name: masked(v) if isinstance(v, str) else v for name, v in self.known(record).items()}
        if record.exc_info:
            line["exception"] = self.fault(record)
        # Some readers end a line at more than a line feed: whatever is no printing character is written out.
        text = json.dumps(line, ensure_ascii=False, default=str)
        return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)


class TextLines(_Lines):
    """One line for people; the trace of an exception follows it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; what could end it early, or move a terminal, is written out."""
        known = {name: value for name, value in self.known(record).items() if name not in DETAILS}
        about = " ".join(f"{name}={value}" for name, value in known.items())
        message = f"{record.getMessage()} [{about}]" if about else record.getMessage()
        line = _plain(masked(f"{_utc(record)} {record.levelname} {record.name} {message}"))
        return f"{line}\n{self.fault(record)}" if record.exc_info else line


FORMS: Mapping[str, type[logging.Formatter]] = {"json": JsonLines, "text": TextLines}


def write_logs(form: str, stream: TextIO | None = None) -> None:
    """Write all log lines to ``stream`` (standard error) in ``form``: ``json`` or ``text``; call it once a process."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FORMS[form]())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for chatty in ("apscheduler", "alembic", "gunicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # they would report every sweep, every look, every start
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue of one is no news
    sys.excepthook = _uncaught
    threading.excepthook = lambda fault: _uncaught(fault.exc_type, fault.exc_value, fault.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if not issubclass(kind, (KeyboardInterrupt, SystemExit)):
        exception = error if error is not None else kind()
        logging.getLogger("yichuang").critical("not caught", exc_info=(kind, exception, trace))


def _utc(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(text: str) -> str:
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)
