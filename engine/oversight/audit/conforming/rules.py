"""The kinds of deviation in words, and the question that the page asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

KINDS: Final[Mapping[str, str]] = {
    "skipped": "没有经过",
    "out_of_order": "顺序不对",
    "not_enabled": "还不能经过就经过",
    "repeated": "又经过一遍",
    "foreign": "不在流程图上",
    "modified": "系统管理员调整",
    "migrated": "改用新版",
    "sent_back": "退回",
    "withdrawn": "撤回",
    "redone": "重新办理",
}
FAULTS: Final = ("skipped", "out_of_order", "not_enabled", "repeated", "foreign")
"""Kinds that no act of the house explains; the others are on record and no fault by themselves."""
OWN, PUBLISHED = "own", "published"
AGAINST: Final[Mapping[str, str]] = {OWN: "办件自己的各版", PUBLISHED: "现行的一版"}
VERDICTS: Final[Mapping[str, str]] = {"fits": "相符", "unlike": "不相符", "unknown": "不能对照"}


@dataclass(frozen=True)
class Asked:
    """Which closed cases: each that is given must hold.  Days are days of the city on which a case was closed."""

    item: str = ""
    department: str = ""
    closed_from: date | None = None
    closed_to: date | None = None
    against: str = OWN
    kind: str = ""
    verdict: str = ""


def read_asked(pairs: Mapping[str, str]) -> Asked:
    """Return the question in an address; what is unknown in it asks for nothing."""
    against, kind, verdict = pairs.get("against", ""), pairs.get("kind", ""), pairs.get("verdict", "")
    return Asked(
        item=pairs.get("item", "")[:40], department=pairs.get("department", "")[:40],
        closed_from=_day(pairs.get("closed_from", "")), closed_to=_day(pairs.get("closed_to", "")),
        against=against if against in AGAINST else OWN, kind=kind if kind in KINDS else "",
        verdict=verdict if verdict in VERDICTS else "",
    )  # fmt: skip


def as_pairs(asked: Asked) -> dict[str, str]:
    """Return the question as an address has it, without what is not asked."""
    found = {
        "item": asked.item, "department": asked.department,
        "closed_from": asked.closed_from.isoformat() if asked.closed_from else "",
        "closed_to": asked.closed_to.isoformat() if asked.closed_to else "",
        "against": "" if asked.against == OWN else asked.against, "kind": asked.kind, "verdict": asked.verdict,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 < found.year < 2200 else None
