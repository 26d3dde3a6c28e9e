"""What an order is, who it is for, and what is refused: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.foundation.errors import Conflict, Forbidden, InvalidFields, NotFound
from engine.foundation.store.unit import Actor
from engine.process.clocks.ladder.rules import LEVEL_NAMES
from engine.process.clocks.rules import ORDER
from engine.registry.identity.rules import AUDITOR
from engine.registry.organisation.queries import CENTER

STATES: Mapping[str, str] = {"issued": "待答复", "answered": "已答复", "closed": "已办结", "withdrawn": "已撤回"}
OPEN = ("issued", "answered")

LEVELS = LEVEL_NAMES
"""预警类型 (GB/T 39046 table 11) of what the order follows; one by hand is of the highest."""
BY_HAND = "black"

CLOCK = ORDER
"""The kind of the clock within which an order is to be answered."""
FIGURE = "supervision_order"
"""The policy that says within how many working days."""
ORDER_DUE = "clock.order_due"
"""The event of the ladder of alarms that asks for an order (data: clock, title, due, rule, level)."""

_SEE_ALL = ("supervisor", "center_head", "evaluator")
_ANSWER = ("dept_head", "center_head")
"""The head of the centre answers for the windows."""


class OrderMissing(NotFound):
    """没有找到督办单 {id}，它可能不属于您的部门。请核对编号。"""

    code = "ORDER_MISSING"


class OrderSettled(Conflict):
    """督办单 {number} 现在是“{state}”，不能再这样办理。请刷新页面查看。"""

    code = "ORDER_SETTLED"


class OrderOfClosedCase(Conflict):
    """办件 {case_no} 已经办结，不再发出督办单。请核对办件编号。"""

    code = "ORDER_OF_CLOSED_CASE"


class OrderOfOtherPlace(Forbidden):
    """督办单 {number} 由{department}答复，您不是该处的负责人。请转告其负责人。"""

    code = "ORDER_OF_OTHER_PLACE"


class OwnAnswer(Forbidden):
    """督办单 {number} 是您本人答复的，不能由您办结、退回或撤回（答复人和办结人须是不同的人）。请交由另一位监察员。"""

    code = "OWN_ANSWER"


def number_of(year: int, one: int) -> tuple[str, str]:
    """Return the id and the 监察编号 of the ``one``-th order of ``year``: JC2026000001, 安政监〔2026〕000001号.

    The form of the number is the centre's own (拟).
    """
    return f"JC{year}{one:06d}", f"安政监〔{year}〕{one:06d}号"


def seen_departments(actor: Actor) -> frozenset[str] | None:
    """Return the departments whose orders the actor sees; None for all of them."""
    if actor.has("system", *_SEE_ALL) or CENTER in actor.departments(AUDITOR):
        return None
    return actor.departments("dept_head", AUDITOR)


def answering_places(actor: Actor) -> frozenset[str]:
    """Return the places for which the actor answers: departments, and ``center`` for the head of the centre."""
    return actor.departments(*_ANSWER)


def may_answer_for(actor: Actor, department: str) -> bool:
    """Tell whether the actor answers for ``department`` (the head of the centre for ``center``)."""
    return department in answering_places(actor)


def checked_text(name: str, what: str, text: str, *, most: int = 1000) -> str:
    """Return the trimmed text; raise :class:`InvalidFields` for less than 4 characters or more than ``most``."""
    said = text.strip()
    if len(said) < 4:
        raise InvalidFields({name: f"请填写{what}（至少4个字）"})
    if len(said) > most:
        raise InvalidFields({name: f"{what}不能超过{most}字，现有{len(said)}字"})
    return said


def checked_promise(text: str, today: date) -> date | None:
    """Return the day promised in an answer, None for none; raise :class:`InvalidFields` for one that is past."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = None
    if day is None or not today <= day <= date(today.year + 1, today.month, 1):
        raise InvalidFields({"promised_on": "承诺完成的日期应在今天及以后、一年以内，写作 2026-03-31"})
    return day


def automatic_content(title: str, due: str) -> str:
    """Return what an automatic order asks for."""
    return f"{title}已于 {due} 届满，尚未办结。请立即办理，并说明原因和完成的日期。"
