"""Whatever stands in any field of any form of a whole case is done or refused with a sentence; nothing breaks.

Each answer is given to the act itself, in a unit that is rolled back, so that one case serves for all of them.
YICHUANG_FULL=1 puts every odd value into every field; the small size takes them in turn.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import cycle
from typing import Any

import forms
from engine.casework.cases.commands import ReceiveApplication
from engine.casework.cases.receiving import application_context, application_form, receive
from engine.foundation.errors import Refusal
from engine.foundation.store.unit import Unit
from engine.process.bpmn.releases.queries import current_release
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.handlers import complete
from engine.registry.items.queries import current_item
from tests.support.house import COMPANY, House
from tests.support.size import FULL

ODD: tuple[Any, ...] = (
    "长" * 100_000, "长" * 300, "a\x00b", "a\x01\x1b\u202eb", "一\n二", "王\U0001f600", "", "2026-02-30", "0000-00-00",
    10**15, -1, 0, True, None, [], {}, [None], {"a": 1},
)  # fmt: skip

WALK: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("W01", "ut_formal", {"formal_result": "accept", "opinion": "一"}),
    ("W01", "ut_accept", {"opinion": "一"}),
    ("D11", "ut_receive_paper", {"signature": "drawn"}),
    ("D11", "ut_substantive", {"findings": "真实", "site_visit": "yes"}),
    ("D11", "ut_plan_visit", {"visit_date": "2026-03-02", "place": "测试路2号"}),
    ("D11", "ut_record_visit", {"findings": "符合", "conclusion": "pass"}),
    ("D11", "ut_dept_opinion", {"opinion": "建议准予", "basis": "办法"}),
    ("D12", "ut_head_decide", {"decision": "grant", "opinion": "同意"}),
    ("D11", "ut_make_result", {"result_no": "1", "long_term": True, "files": "uploaded"}),
    ("D12", "ut_result_handover", {}),
    ("W03", "ut_result_receipt", {"signature": "drawn"}),
    ("W03", "ut_pickup", {"receiver_name": "李秀兰", "receiver_id_no": "41050219850612002X", "identity_checked": True,
                          "signature": "drawn"}),
    ("W01", "ut_collate", {"application_pages": 1, "process_pages": 1, "result_pages": 1,
                           "collation_checks": ["ordered", "named", "complete"]}),
    ("D13", "ut_archive", {"retention_period": "10", "archive_no": "AY-1", "conclusion": "齐全"}),
)  # fmt: skip


class RolledBack(Exception):
    """The act went through; its unit is undone."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every single value in an answer."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))
    else:
        yield path


def with_odd(answer: Mapping[str, Any], path: tuple[Any, ...], odd: Any) -> dict[str, Any]:
    changed: Any = copy.deepcopy(dict(answer))
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = odd
    return dict(changed)


def attacks(answer: Mapping[str, Any], values: Iterator[Any]) -> Iterator[tuple[tuple[Any, ...], Any, dict[str, Any]]]:
    """Yield (path, value, answer) for odd values in every place of ``answer``."""
    for path in list(places(answer)):
        for odd in ODD if FULL else [next(values), next(values)]:
            yield path, odd, with_odd(answer, path, odd)


def put_in(house: House, account: str, value: Any) -> Any:
    """Return what ``drawn`` and ``uploaded`` stand for."""
    if value == "drawn":
        return house.signature(account)
    return [house.upload(account)] if value == "uploaded" else value


def dry(house: House, account: str, act: Callable[[Unit], object], *roots: str) -> str:
    """Do ``act`` as ``account`` in a unit that is undone; return done, refused, or what went wrong."""

    def attempt() -> None:
        with house.unit(*roots) as unit:
            unit.actor = house.actor(account)
            act(unit)
            raise RolledBack

    try:
        attempt()
    except RolledBack:
        return "done"
    except Refusal as refusal:
        return "refused" if refusal.sentence.strip() else f"{refusal.code} says nothing"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        return f"{type(error).__name__}: {error}"
    return "nothing was raised"


def test_odd_applications_are_done_or_refused(house: House):
    clerk = house.actor("W01")
    with house.door.read(clerk) as view:
        schema = application_form(view, current_release(view.connection, "I02", view.now))
        context = application_context(view, current_item(view.connection, "I02")[1])
    whole = {**forms.read_json(schema, dict(COMPANY), context), "note": "备注", "contact_name": "李秀兰"}
    values = cycle(ODD)
    for path, odd, answer in attacks(whole, values):
        command = ReceiveApplication(item_code="I02", answer=answer)
        told = dry(house, "W01", partial(receive, command))
        assert told in ("done", "refused"), f"{path} = {odd!r:.40}: {told}"


def test_odd_answers_to_every_act_of_a_case_are_done_or_refused(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    values = cycle(ODD)
    for account, element, said in WALK:
        answer = {key: put_in(house, account, value) for key, value in said.items()}
        task = house.task(case_no, element)
        desk = house.desk(account, task)
        whole = forms.read_json(desk.schema, answer, desk.context)
        for path, odd, attack in attacks(whole, values):
            command = CompleteTask(task_id=task.id, answer=attack)
            told = dry(house, account, partial(complete, command), f"case:{case_no}")
            assert told in ("done", "refused"), f"{element} {path} = {odd!r:.40}: {told}"
        house.execute(account, CompleteTask(task_id=task.id, answer=whole))
    assert house.case(case_no).outcome == "closed"
    assert house.violations() == []
