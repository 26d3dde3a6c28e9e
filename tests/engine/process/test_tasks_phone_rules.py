"""Which link may be used, how much may come in by it, and how it is called: the rules as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.blobs.rules import MAX_NAME
from engine.process.tasks.phone.rules import (
    PhoneFull,
    PhoneLink,
    PhoneLinkGone,
    mask_address,
    new_token,
    photo_name,
    refuse_full,
    refuse_gone,
)

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def link(**more: Any) -> PhoneLink:
    known: dict[str, Any] = {
        "id": "1", "root_id": "case:1", "task_id": "1-1", "account": "W01", "field": "files", "title": "现场照片",
        "about": "食品经营许可", "opened_at": NOON, "expires_at": NOON + timedelta(minutes=10), "closed_at": None,
    }  # fmt: skip
    return PhoneLink(**{**known, **more})


@pytest.mark.parametrize(
    "known, minutes, holds",
    [
        (link(), 0, True),
        (link(), 9.99, True),
        (link(), 10, False),
        (link(), 11, False),
        (link(closed_at=NOON), 0, False),
        (link(closed_at=NOON + timedelta(minutes=2)), 3, False),
        (None, 0, False),
    ],
)
def test_a_link_holds_for_its_minutes_unless_it_was_ended(known: PhoneLink | None, minutes: float, holds: bool):
    now = NOON + timedelta(minutes=minutes)
    if holds:
        assert refuse_gone(known, now) is known
    else:
        with pytest.raises(PhoneLinkGone, match="请在窗口重新扫码"):
            refuse_gone(known, now)


@pytest.mark.parametrize("received, full", [(0, False), (19, False), (20, True), (21, True)])
def test_a_link_is_full_at_its_number_the_removed_ones_counted(received: int, full: bool):
    if full:
        with pytest.raises(PhoneFull, match="已收满 20 个文件"):
            refuse_full(received, 20)
    else:
        refuse_full(received, 20)


@pytest.mark.parametrize(
    "title, number, media_type, name",
    [
        ("居民身份证", 1, "image/jpeg", "居民身份证 手机1.jpg"),
        ("居民身份证", 12, "image/png", "居民身份证 手机12.png"),
        ("租赁合同/产权证明", 2, "application/pdf", "产权证明 手机2.pdf"),
        ("“一件事”材料?*", 3, "image/jpeg", "“一件事”材料 手机3.jpg"),
    ],
)
def test_a_file_is_called_after_its_material(title: str, number: int, media_type: str, name: str):
    assert photo_name(title, number, media_type) == name


@given(st.text(max_size=300), st.integers(1, 99), st.sampled_from(["image/jpeg", "image/png", "application/pdf"]))
def test_whatever_a_material_is_called_its_files_have_a_safe_name_with_the_right_suffix(title, number, media_type):
    name = photo_name(title, number, media_type)
    assert len(name) <= MAX_NAME
    assert name.endswith((f"手机{number}.jpg", f"手机{number}.png", f"手机{number}.pdf"))
    assert "/" not in name and name.isprintable()


@pytest.mark.parametrize(
    "address, masked",
    [
        ("203.0.113.77", "203.0.*.*"),
        ("10.1.2.3", "10.1.*.*"),
        ("2001:db8:aaaa:bbbb::1", "2001:0db8:aaaa:*"),
        ("::1", "0000:0000:0000:*"),
        ("", ""),
        ("unix:", ""),
        ("None", ""),
    ],
)
def test_the_journal_is_told_a_network_and_no_host(address: str, masked: str):
    assert mask_address(address) == masked


def test_a_token_has_at_least_128_random_bits_and_fits_an_address():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 32 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)
