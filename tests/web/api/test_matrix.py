"""Every role at every operation: the written matrix (domain 6.1), and no operation without a row in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.casework.counselling.commands import AskDepartment, CallDepartment
from engine.foundation.store.commands import Command
from tests.engine.casework.cases.barring.test_barring import HAND
from tests.support.house import COMPANY, PDF
from tests.web.api.client import Answer, Api
from web.api import OPERATIONS

# Columns: nobody, window and issuing clerk, reviewer, head and archivist of the case's department (market), the head of
# another department, the lead coordinator of market, complaint clerk, supervisor, evaluator, designer, auditor, the
# three administrators, and a reviewer of market who is also a person with a second account.
SEEN = """
operation           -    W01  W03  D11  D12  D13  D22  L31  J41  S51  K61  P61  U81  A01  A02  A03  X92
list_items          401  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
read_item           401  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
hand_in             401  422  403  403  403  403  403  403  403  403  403  403  403  403  403  403  403
find_cases          401  200  200  200  200  200  200  200  403  200  200  403  200  403  403  403  200
read_case           401  200  200  200  200  200  404  200  403  200  200  403  200  403  403  403  200
read_history        401  200  200  200  200  200  404  200  403  200  200  403  200  403  403  403  200
read_steps          401  200  200  200  200  200  404  200  403  200  200  403  200  403  403  403  200
list_documents      401  200  200  200  200  200  404  200  403  200  200  403  200  403  403  403  200
list_shipments      401  200  200  200  200  200  404  200  403  200  200  403  200  403  403  403  200
read_document       401  200  200  200  200  200  404  200  403  200  200  403  200  403  403  403  200
issue_document      401  409  403  403  403  403  403  403  403  403  403  403  403  403  403  403  403
void_document       401  422  403  403  403  403  404  403  403  403  403  403  403  403  403  403  403
create_delivery     401  403  409  403  403  403  403  403  403  403  403  403  403  403  403  403  403
create_shipment     401  403  409  403  403  403  403  403  403  403  403  403  403  403  403  403  403
list_tasks          401  200  200  200  200  200  200  200  403  200  200  403  200  403  403  403  200
read_task           401  200  200  200  200  200  404  200  403  200  200  403  200  403  403  403  200
claim_task          401  403  403  200  403  403  404  403  403  403  403  403  403  403  403  403  200
release_task        401  409  409  409  409  409  404  403  403  403  403  403  403  403  403  403  409
draft_task          401  403  403  200  403  403  404  403  403  403  403  403  403  403  403  403  200
complete_task       401  403  403  422  403  403  404  403  403  403  403  403  403  403  403  403  422
upload_file         401  201  201  201  201  201  201  403  403  403  403  403  403  403  403  403  201
who_am_i            401  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
count_tasks         401  200  200  200  200  200  200  200  403  200  200  403  200  403  403  403  200
list_notifications  401  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
supervise           401  403  403  403  403  403  403  403  403  200  200  403  403  403  403  403  403
hand_in_together    401  422  403  403  403  403  403  403  403  403  403  403  403  403  403  403  403
record_visit        401  200  200  403  403  403  403  403  403  403  403  403  403  403  403  403  403
decide_back_record  401  403  403  403  403  403  403  403  403  409  403  403  403  403  403  403  403
list_consultations  401  200  403  200  200  403  200  403  403  200  200  403  403  403  403  403  200
ask_department      401  201  403  403  403  403  403  403  403  403  403  403  403  403  403  403  403
answer_consultation 401  403  403  422  422  403  404  403  403  403  403  403  403  403  403  403  422
call_department     401  409  403  403  403  403  403  403  403  403  403  403  403  403  403  403  403
answer_call         401  403  403  422  422  403  404  403  403  403  403  403  403  403  403  403  422
hand_over_tasks     401  409  409  409  409  409  409  403  403  403  403  403  403  403  403  403  409
list_barrings       401  200  200  200  200  403  200  403  403  200  403  403  200  403  403  403  200
read_barring        401  200  200  200  200  403  200  403  403  200  403  403  200  403  403  403  200
bar_applicant       401  403  403  403  409  403  409  403  403  403  403  403  403  403  403  403  403
lift_barring        401  403  403  403  403  403  403  403  403  422  403  403  403  403  403  403  403
unmask              401  200  200  200  200  200  404  403  403  403  403  403  403  403  403  403  200
request_extension   401  403  403  422  403  403  403  403  403  403  403  403  403  403  403  403  422
decide_extension    401  409  409  409  409  409  404  403  403  403  403  403  403  403  403  403  409
read_diagram        401  200  200  200  200  200  404  200  403  200  200  403  200  403  403  403  200
follow_progress     404  404  404  404  404  404  404  404  404  404  429  429  429  429  429  429  429
read_notifications  401  404  404  200  404  404  404  404  404  404  404  404  404  404  404  404  200
list_decisions      200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
find_guides         200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
read_guide          200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
declare             200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
describe            200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200
"""

# The same for a case and a task that do not exist: whoever may ask at all is told 404, as for one out of sight.
ABSENT = """
operation           -    W01  W03  D11  D12  D13  D22  L31  J41  S51  K61  P61  U81  A01  A02  A03  X92
read_case           401  404  404  404  404  404  404  404  403  404  404  403  404  403  403  403  404
read_history        401  404  404  404  404  404  404  404  403  404  404  403  404  403  403  403  404
read_steps          401  404  404  404  404  404  404  404  403  404  404  403  404  403  403  403  404
list_documents      401  404  404  404  404  404  404  404  403  404  404  403  404  403  403  403  404
list_shipments      401  404  404  404  404  404  404  404  403  404  404  403  404  403  403  403  404
read_document       401  404  404  404  404  404  404  404  403  404  404  403  404  403  403  403  404
issue_document      401  404  403  403  403  403  403  403  403  403  403  403  403  403  403  403  403
void_document       401  404  404  404  404  403  404  403  403  403  403  403  403  403  403  403  404
create_delivery     401  403  404  403  403  403  403  403  403  403  403  403  403  403  403  403  403
create_shipment     401  403  404  403  403  403  403  403  403  403  403  403  403  403  403  403  403
read_task           401  404  404  404  404  404  404  404  403  404  404  403  404  403  403  403  404
record_visit        401  404  404  403  403  403  403  403  403  403  403  403  403  403  403  403  403
decide_back_record  401  403  403  403  403  403  403  403  403  404  403  403  403  403  403  403  403
unmask              401  404  404  404  404  404  404  403  403  403  403  403  403  403  403  403  404
request_extension   401  403  403  404  403  403  403  403  403  403  403  403  403  403  403  403  404
decide_extension    401  404  404  404  404  404  404  403  403  403  403  403  403  403  403  403  404
read_diagram        401  404  404  404  404  404  404  404  403  404  404  403  404  403  403  403  404
claim_task          401  404  404  404  404  404  404  403  403  403  403  403  403  403  403  403  404
release_task        401  404  404  404  404  404  404  403  403  403  403  403  403  403  403  403  404
draft_task          401  404  404  404  404  404  404  403  403  403  403  403  403  403  403  403  404
complete_task       401  404  404  404  404  404  404  403  403  403  403  403  403  403  403  403  404
"""

BODIES: dict[str, object] = {
    "hand_in": {"item": "I06"},
    "issue_document": {"kind": "correction_notice", "answer": {}},
    "void_document": {"reason": "", "reissue": True},
    "create_delivery": {"answer": {}},
    "create_shipment": {"answer": {}},
    "draft_task": {"answer": {}},
    "complete_task": {"answer": {}},
    "hand_in_together": {"items": [{"item": "I01"}, {"item": "I06"}]},
    "record_visit": {"reason": "补交照片"},
    "decide_back_record": {"approve": True},
    "ask_department": {"department": "health", "title": "健康证", "content": "从业人员健康证明的期限？"},
    "answer_consultation": {"answer": ""},
    "call_department": {"item": "I02"},
    "answer_call": {"way": "letter"},
    "hand_over_tasks": {"to": "W02"},
    "bar_applicant": {
        "source": "commitment",
        "reason": "承诺不实",
        "basis": "核查结果",
        "until": "2026-09-01",
        "applicant_kind": "organisation",
        "applicant_name": COMPANY["applicant_name"],
        "id_kind": "uscc",
        "id_no": COMPANY["id_no"],
    },
    "lift_barring": {"reason": ""},
    "unmask": {"reason": "核对身份"},
    "request_extension": {"days": 0, "reason": ""},
    "decide_extension": {"approved": True},
    "read_notifications": {"ids": [1]},
}


ASKED = AskDepartment(department="market", title="油烟净化", content="是否必须单独安装？")
CALLED = CallDepartment(item_code="I02", purpose="guidance")


def house_number(api: Api, command: Command) -> str:
    """Return the number of a consultation or a call that the window makes."""
    return str(api.house.execute("W01", command)["number"])


def cells(table: str) -> Iterator[tuple[str, str, int]]:
    """Yield (operation, account, status) of a table."""
    head, *rows = (line.split() for line in table.strip().splitlines())
    for operation, *statuses in rows:
        for account, status in zip(head[1:], statuses, strict=True):
            yield operation, account, int(status)


def ask(api: Api, operation: str, account: str, names: dict[str, str]) -> Answer:
    """Carry out an operation as ``account`` (``-``: without a token)."""
    found = next(one for one in OPERATIONS if one.id == operation)
    who = None if account == "-" else account
    if operation == "upload_file":
        if who is None:
            return api.post(None, "/uploads")
        return api.upload(who, "扫描件.pdf", PDF)
    path = "/api" + found.path.format(**names, number=names.get(operation, ""))
    if found.method == "GET":
        return api.get(who, path)
    return api.post(who, path, BODIES.get(operation))


@pytest.fixture
def prepared(sqlite_api: Api) -> tuple[Api, dict[str, str]]:
    """The API with an I02 case that waits for its substantive review, and the names of its parts."""
    case_no = sqlite_api.house.accepted_commitment()
    task = sqlite_api.house.task(case_no, "ut_substantive")
    document = sqlite_api.house.documents(case_no)[0]
    number = {
        "answer_consultation": house_number(sqlite_api, ASKED), "answer_call": house_number(sqlite_api, CALLED)
    }  # fmt: skip
    entry = str(sqlite_api.house.execute("D12", HAND)["number"])
    number |= {"read_barring": entry, "lift_barring": entry}
    names = {"case_no": case_no, "task_id": task.id, "document_id": document.id, "code": "I02"}
    return sqlite_api, {**names, **number}


def test_every_operation_has_a_row() -> None:
    assert {operation for operation, _, _ in cells(SEEN)} == {one.id for one in OPERATIONS}
    with_objects = {one.id for one in OPERATIONS if "{case_no}" in one.path or "{task_id}" in one.path}
    assert {operation for operation, _, _ in cells(ABSENT)} == with_objects


def test_each_role_gets_what_the_matrix_says(prepared: tuple[Api, dict[str, str]]) -> None:
    api, names = prepared
    wrong = []
    for operation, account, status in cells(SEEN):
        answer = ask(api, operation, account, names)
        if answer.status != status:
            wrong.append((operation, account, answer.status, answer.body))
        if operation == "claim_task" and answer.status == 200:
            assert api.post(account, f"/tasks/{names['task_id']}/release").status == 200
    assert wrong == []


def test_what_does_not_exist_is_404_to_whoever_may_ask(prepared: tuple[Api, dict[str, str]]) -> None:
    api, names = prepared
    absent = names["case_no"][:-4] + "9998"
    nothing = {**names, "case_no": absent, "task_id": f"{absent}-10"}
    answers = [(*cell, ask(api, cell[0], cell[1], nothing)) for cell in cells(ABSENT)]
    assert [(name, who, told.status) for name, who, status, told in answers if told.status != status] == []


def test_a_refusal_stands_in_the_journal_of_whoever_was_refused(prepared: tuple[Api, dict[str, str]]) -> None:
    api, names = prepared
    for account, operation, kind in (("D12", "claim_task", "access.refused"), ("D22", "read_task", "access.missed"),
                                     ("A01", "find_cases", "access.refused")):  # fmt: skip
        ask(api, operation, account, names)
        lines = api.house.journal(f"access:{account}")
        assert [line.type for line in lines] == [kind]
        assert lines[0].account == account
    assert api.house.violations() == []
