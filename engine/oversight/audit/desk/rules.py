"""What an auditor may ask of the cases: pure, and the same for the page, a sample and an export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from typing import Any

from engine.casework.cases.listing.rules import asked_day, asked_of, asked_text
from engine.casework.cases.rules import CASE_TYPES, STATUSES
from engine.foundation.errors import Invalid, InvalidFields, NotFound
from engine.oversight.audit.desk.sampling import MOST, is_seed

EITHER: Mapping[str, str] = {"1": "是", "0": "否"}
NOTED: Mapping[str, str] = {"any": "有本人的记录", "open": "有未了结的", "none": "没有本人的记录"}

TITLES: Mapping[str, str] = {
    "q": "关键词",
    "item": "事项",
    "department": "办理部门",
    "status": "状态",
    "case_type": "路由（办件类型）",
    "responder": "窗口收件人",
    "person": "经办人",
    "received_from": "收件自",
    "received_to": "收件至",
    "accepted_from": "受理自",
    "accepted_to": "受理至",
    "decided_from": "决定自",
    "decided_to": "决定至",
    "overdue": "曾超期",
    "extended": "曾延长期限",
    "returned": "曾退回或者撤回环节",
    "modified": "管理员调整过流程",
    "noted": "本人的审计记录",
}
"""The questions by the name they have in an address, with the word a page shows."""

DAYS = tuple(name for name in TITLES if name.endswith(("_from", "_to")))
FLAGS = ("overdue", "extended", "returned", "modified")


class SampleMissing(NotFound):
    """没有编号为 {id} 的抽样，或者它不在您的查看范围内。请核对编号。"""

    code = "SAMPLE_MISSING"


class SampleOfNothing(Invalid):
    """没有符合条件的办件，无法抽样。请换一个条件。"""

    code = "SAMPLE_OF_NOTHING"


@dataclass(frozen=True)
class Question:
    """A question to the cases; what is empty does not narrow it.

    Days are the city's, both included, but ``accepted_…``, which are legal days.  Of the flags ``1`` asks for the cases
    of which it is so and ``0`` for the others.
    """

    q: str = ""
    item: str = ""
    department: str = ""
    status: str = ""
    case_type: str = ""
    responder: str = ""
    """The account at the window that took the application in."""
    person: str = ""
    """An account that has completed, or holds, a task of the case."""
    received_from: date | None = None
    received_to: date | None = None
    accepted_from: date | None = None
    accepted_to: date | None = None
    decided_from: date | None = None
    decided_to: date | None = None
    overdue: str = ""
    extended: str = ""
    returned: str = ""
    modified: str = ""
    noted: str = ""
    """Whether the asking auditor has noted something on it: any, open, none."""


def read_question(pairs: Mapping[str, str]) -> Question:
    """Return the question in an address or a sample; whatever is not understood does not narrow it."""
    one_of, text = partial(asked_of, pairs), partial(asked_text, pairs)
    given: dict[str, Any] = {
        "q": text("q", 80), "item": text("item", 40), "department": text("department", 40),
        "status": one_of("status", STATUSES), "case_type": one_of("case_type", CASE_TYPES),
        "responder": text("responder", 40), "person": text("person", 40), "noted": one_of("noted", NOTED),
        **{name: asked_day(pairs, name) for name in DAYS}, **{name: one_of(name, EITHER) for name in FLAGS},
    }  # fmt: skip
    return Question(**given)


def as_pairs(question: Question) -> dict[str, str]:
    """Return the question as an address carries it, without what is empty."""
    pairs = {}
    for field in fields(Question):
        value = getattr(question, field.name)
        if value:
            pairs[field.name] = value.isoformat() if isinstance(value, date) else str(value)
    return pairs


def checked_sample(purpose: str, size: str, seed: str) -> tuple[str, int]:
    """Return purpose and size of a sample; raise :class:`InvalidFields` for these or the ``seed`` being none."""
    wrong = {}
    why = purpose.strip()
    if not 4 <= len(why) <= 100:
        wrong["purpose"] = "请填写抽样的用途（4至100字）"
    number = int(size) if size.isascii() and size.isdigit() and len(size) < 7 else 0
    if not 1 <= number <= MOST:
        wrong["size"] = f"请填写抽取的件数，1 至 {MOST}"
    if not is_seed(seed):
        wrong["seed"] = "种子是32位的十六进制数字（0-9、a-f）"
    if wrong:
        raise InvalidFields(wrong)
    return why, number
