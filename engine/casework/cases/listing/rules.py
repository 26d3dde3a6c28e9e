"""What a person may ask of the list of cases: pure, and the same for the page, a saved view and an export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import partial

from engine.casework.cases.rules import CASE_TYPES, CHANNELS, STATUSES

MOST = 10_000
"""A list is counted and paged as far as this; a page says “10000+” beyond it and asks for a closer filter."""

STANDINGS: Mapping[str, str] = {"paused": "停表", "excused": "经批准延期"}
"""How the clock of a case may stand, besides running."""

SORTS: Mapping[str, str] = {"received": "收件时间，新的在前", "due": "到期日，先到期的在前"}

TITLES: Mapping[str, str] = {
    "q": "关键词",
    "status": "状态",
    "item": "事项",
    "department": "办理部门",
    "case_type": "办件类型",
    "channel": "办理形式",
    "responder": "收件人",
    "holder": "办理人",
    "applicant": "申请对象",
    "received_from": "收件自",
    "received_to": "收件至",
    "due_from": "到期不早于",
    "due_before": "到期不晚于",
    "overdue": "只看超期",
    "standing": "计时",
}
"""The filters by the name they have in an address, with the word a page shows."""


@dataclass(frozen=True)
class Filters:
    """A question to the list; what is empty does not narrow it."""

    q: str = ""
    """Words of the case number, applicant, item, result number or department."""
    status: str = ""
    item: str = ""
    department: str = ""
    case_type: str = ""
    channel: str = ""
    responder: str = ""
    """The account at the window that took the application in."""
    holder: str = ""
    """The account that holds an open task of the case."""
    applicant: str = ""
    """The row id of an applicant: all cases of the same person or firm."""
    received_from: date | None = None
    received_to: date | None = None
    """The city's days, both included."""
    due_from: date | None = None
    due_before: date | None = None
    """The days between which a running clock falls due, both included."""
    overdue: bool = False
    """Past due, and not by an approved extension."""
    standing: str = ""
    sort: str = "received"

    @property
    def by_due(self) -> bool:
        """Tell whether the list goes by due date; it then holds only cases whose clock runs."""
        dated = self.overdue or bool(self.due_from or self.due_before) or self.standing == "excused"
        return self.standing != "paused" and (dated or self.sort == "due")


def asked_of(pairs: Mapping[str, str], name: str, known: Mapping[str, str]) -> str:
    """Return what an address asks for under ``name`` when it is one of ``known``, nothing otherwise."""
    value = pairs.get(name, "")
    return value if value in known else ""


def asked_text(pairs: Mapping[str, str], name: str, most: int) -> str:
    """Return the words under ``name``, at most ``most`` letters of them and no sign that cannot be seen."""
    return "".join(letter for letter in pairs.get(name, "").strip()[:most] if letter.isprintable())


def asked_day(pairs: Mapping[str, str], name: str) -> date | None:
    """Return the day (city date) under ``name``, None where there is none or nobody can mean it."""
    text = pairs.get(name, "")
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    # A year nobody means would fall out of what a database can hold once it is made an instant.
    return found if found is not None and 2000 <= found.year <= 2199 else None


def read_filters(pairs: Mapping[str, str]) -> Filters:
    """Return the question in an address or a saved view; whatever is not understood does not narrow the list."""
    one_of, text, day = partial(asked_of, pairs), partial(asked_text, pairs), partial(asked_day, pairs)
    return Filters(
        q=text("q", 80),
        status=one_of("status", STATUSES),
        item=text("item", 40),
        department=text("department", 40),
        case_type=one_of("case_type", CASE_TYPES),
        channel=one_of("channel", CHANNELS),
        responder=text("responder", 40),
        holder=text("holder", 40),
        applicant=text("applicant", 26),
        received_from=day("received_from"),
        received_to=day("received_to"),
        due_from=day("due_from"),
        due_before=day("due_before"),
        overdue=pairs.get("overdue", "") == "1",
        standing=one_of("standing", STANDINGS),
        sort=pairs.get("sort", "") if pairs.get("sort", "") in SORTS else "received",
    )


def as_pairs(filters: Filters) -> dict[str, str]:
    """Return the question as an address carries it, without what is empty or usual."""
    pairs = {}
    for field in fields(Filters):
        value = getattr(filters, field.name)
        if value in ("", None, False) or value == field.default:
            continue
        pairs[field.name] = "1" if value is True else value.isoformat() if isinstance(value, date) else str(value)
    return pairs


def without(filters: Filters, name: str) -> Filters:
    """Return the question with one filter taken away."""
    return read_filters({key: value for key, value in as_pairs(filters).items() if key != name})


def chosen(filters: Filters) -> Iterable[str]:
    """Return the names of the filters that narrow the list, in the order a page shows them."""
    pairs = as_pairs(filters)
    return [name for name in TITLES if name in pairs]
