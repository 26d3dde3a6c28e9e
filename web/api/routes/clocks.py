"""The clocks of a case: each with its lines, its days, its grounds and the documents it rests on."""

from __future__ import annotations

from engine.casework.cases.clockbook import ClockMissing, clock_of_case, clocks_of_case
from engine.casework.cases.queries import visible_case
from engine.casework.cases.rules import CaseMissing
from engine.registry.identity.rules import NotYourAction
from web.api.contract import Call, Operation, Reply
from web.api.schema import ref
from web.api.shapes.clocks import case_clock_json


def list_clocks(call: Call, case_no: str) -> Reply:
    """Return every clock of a case day by day; that it was looked at is journalled."""
    with call.door.read(call.actor, action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        told = [case_clock_json(one) for one in clocks_of_case(view, case)]
    call.door.note_view(call.actor, f"办件 {case_no} 的时限依据")
    return Reply({"case_no": case_no, "clocks": told})


def read_clock(call: Call, case_no: str, clock_id: str) -> Reply:
    """Return one clock, called by its kind and number or by its id; that it was looked at is journalled."""
    with call.door.read(call.actor, action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        told = case_clock_json(clock_of_case(clocks_of_case(view, case), clock_id))
    call.door.note_view(call.actor, f"办件 {case_no} 的时限依据")
    return Reply(told)


_SEE = (NotYourAction, CaseMissing)

OPERATIONS = (
    Operation(
        "list_clocks", "GET", "/v1/cases/{case_no}/clocks", "cases", "办件的时限，逐行、逐日", list_clocks,
        ref("ClockList"), refusals=_SEE,
    ),
    Operation(
        "read_clock", "GET", "/v1/cases/{case_no}/clocks/{clock_id}", "cases", "一个时限，逐行、逐日", read_clock,
        ref("CaseClock"), refusals=(*_SEE, ClockMissing),
    ),
)  # fmt: skip
