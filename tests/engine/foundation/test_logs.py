"""Log lines: one line each whatever is in them, with what the scene knows, and never a secret."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.logs import JsonLines, TextLines, close_scene, masked, open_scene, scene, tell, told

LOG = logging.getLogger("test.lines")


@pytest.fixture
def outside() -> Iterator[None]:
    """A scene of the test's own, gone afterwards."""
    opened = open_scene(request_id="r-1")
    yield
    close_scene(opened)


def written(form: logging.Formatter, message: str, *arguments: object, fault: bool = False, **extra: Any) -> str:
    """Return what a handler with ``form`` writes of one line."""
    stream = io.StringIO()
    trace = sys.exc_info() if fault else None
    record = LOG.makeRecord(LOG.name, logging.INFO, __file__, 1, message, arguments, trace, extra=extra)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(form)
    handler.handle(record)
    return stream.getvalue()


@given(text=st.text(max_size=80))
def test_a_line_stays_one_line_whatever_is_in_it(text: str):
    for form in (JsonLines(), TextLines()):
        line = written(form, "%s", text)
        assert line.endswith("\n")
        assert len(line.splitlines()) == 1
    assert isinstance(json.loads(written(JsonLines(), "%s", text))["message"], str)


def test_a_line_carries_what_its_scene_knows(outside: None):
    tell(account="W01", root="", command="ClaimTask")
    with scene(key="k-1"):
        line = json.loads(written(JsonLines(), "done", status=200, unheard_of="x"))
    assert line.items() >= {
        "level": "INFO", "logger": "test.lines", "message": "done", "request_id": "r-1", "account": "W01",
        "command": "ClaimTask", "key": "k-1", "status": 200,
    }.items()  # fmt: skip
    assert not line.keys() & {"root", "unheard_of"}
    assert line["time"].endswith("Z")
    assert "[request_id=r-1 account=W01 command=ClaimTask key=k-1]" in written(TextLines(), "done")


def test_a_scene_made_for_a_block_ends_with_it():
    with scene(command="FireDeadline"):
        assert told() == {"command": "FireDeadline"}
    assert told() == {}


SECRETS = [
    ("GET /p/AbC-dEf_123456789012345678901234 failed", "AbC-dEf"),
    ("/e/AbC-dEf_1234567890123456/files/x.pdf", "AbC-dEf"),
    ("/verify/7KQ2-99AB", "7KQ2"),
    ("token yc_abcdefghijklmnopqrstuvwxyz", "abcdefgh"),
    ("Authorization: Bearer abcdefghijklm.nop", "abcdefgh"),
    ("postgresql://yichuang:topsecret@db/yichuang", "topsecret"),
    ("password=hunter22", "hunter22"),
    ('{"secret": "hunter22"}', "hunter22"),
    ("applicant 410502199003070010 came", "19900307"),
    ("applicant 41050219900307001X came", "19900307"),
    ("call 13800001234", "13800001234"),
    ("duplicate key\nDETAIL:  Key (phone)=(someone) already exists.", "someone"),
]


@pytest.mark.parametrize("text, secret", SECRETS)
def test_no_secret_is_written_in_a_message_an_exception_or_a_detail(text: str, secret: str):
    assert secret not in masked(text)
    for form in (JsonLines(), TextLines()):
        assert secret not in written(form, "%s", text)
        assert secret not in written(form, "x", path=text)
        try:
            raise RuntimeError(text)
        except RuntimeError:
            line = written(form, "failed", fault=True)
        assert "RuntimeError" in line
        assert secret not in line.replace(f'"{text}"', "").split("raise RuntimeError")[-1]


@pytest.mark.parametrize("text", ["/cases/AY20260302000117", "3f6c1b2a9d8e4f7013800001234abcde", "2026-03-02 09:05:00"])
def test_what_is_no_secret_stays(text: str):
    assert masked(text) == text
