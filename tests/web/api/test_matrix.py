"""Every role at every operation: the written matrix (domain 6.1), and no operation without a row in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.casework.cases.barring.commands import BarApplicant, LiftBarring
from engine.casework.counselling.commands import AnswerCall, AnswerConsultation, AskDepartment, CallDepartment
from engine.oversight.orders.commands import AnswerOrder, CloseOrder, IssueOrder
from engine.oversight.supervision.cards.commands import CancelCard
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.incidents.commands import ResolveIncident
from engine.process.tasks.queries import tasks_of
from engine.registry.identity.leave.commands import RegisterLeave, RevokeLeave
from engine.registry.identity.rules import SYSTEM
from tests.engine.casework.cases.barring.test_barring import HAND
from tests.support.calendars import STORM, confirm, draft, draft_of
from tests.support.cards import carded
from tests.support.failing import give_up
from tests.support.figures import confirm_figure, draft_figure, figure_draft
from tests.support.house import COMPANY, MARKET, PDF, House
from tests.web.api.client import Answer, Api
from tests.web.api.matrix import SEEN
from tests.web.api.matrix_objects import OBJECTS
from web.api import OPERATIONS

Names = dict[str, str]
"""What stands for the parameters of an address."""

BODIES: dict[str, object] = {
    "hand_in": {"item": "I06"},
    "issue_document": {"kind": "correction_notice", "answer": {}},
    "void_document": {"reason": "", "reissue": True},
    "create_delivery": {"answer": {}},
    "create_shipment": {"answer": {}},
    "draft_task": {"answer": {}},
    "complete_task": {"answer": {}},
    "ask_countersigning": {"mode": "ratio", "signers": ["D13"]},
    "add_signers": {"signers": ["D13"]},
    "remove_signer": {"signer": "D13"},
    "sign_task": {"verdict": "agree", "opinion": ""},
    "call_off_countersigning": {"reason": ""},
    "send_back_task": {"to": "", "reason": ""},
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
    "resolve_incident": {"reason": ""},
    "appeal_card": {"reason": " "},
    "decide_card": {"decision": "cancel", "reason": " "},
    "cancel_card": {"reason": " "},
    "issue_order": {"case_no": "0", "content": "请说明原因"},
    "answer_order": {"text": ""},
    "close_order": {"result": ""},
    "send_back_order": {"reason": ""},
    "withdraw_order": {"reason": ""},
    "propose_branch": {"answer": {}},
    "decide_branch": {"approved": True},
    "drop_branch": {"reason": "不再需要"},
    "chase_branch": {},
    "draft_calendar": {"kind": "closure", "days": "", "reason": "", "source": ""},
    "confirm_draft": {"base_version": 99},
    "draft_policy": {"key": "delivery", "value": 11, "reason": "放宽", "source": "安政服〔2026〕12号"},
    "confirm_policy": {"base_version": 99},
    "deliver_message": {"message": "payment_made", "key": "4105260000123456", "facts": {}},
    "unmask": {"reason": "核对身份"},
    "request_extension": {"days": 0, "reason": ""},
    "decide_extension": {"approved": True},
    "read_notifications": {"ids": [1]},
    "transfer_task": {"to": "D11", "reason": ""},
    "delegate_task": {"to": "D99"},
    "send_copies": {"to": ["D21"]},
    "read_copies": {"ids": [999999]},
    "register_substitution": {"substitute": "D13", "from": "2026-03-02", "until": "2026-03-03", "reason": ""},
    **{one.id: {"answer": {}} for one in OPERATIONS if "/joint/meetings" in one.path or "/joint/visits" in one.path},
}


SEES_ALL = {"W01", "W03", "C01", "S51", "K61", "U81"}
"""Who sees the cases of every department."""
SEEN_BY_ALL = {
    "read_barring", "lift_barring", "read_incident", "resolve_incident", "retry_incident",
    *(one.id for one in OPERATIONS if "draft_id}" in one.path), "read_policy", "revoke_substitution",
}  # fmt: skip
"""What is about an applicant or the calendar and no case, about the house's own work in any case, or about people's
posts: whoever may see it sees it all."""
OTHER_COMPANY, THIRD_COMPANY = "91410500MA9TEXT110", "91410500MA9TEXT123"

DAYS = {OTHER_COMPANY: "2026-07-20", THIRD_COMPANY: "2026-07-21"}
"""Each draft of a closure is about a day of its own."""

FIGURES = {OTHER_COMPANY: ("unread", 2), THIRD_COMPANY: ("delivery", 5)}
"""Each draft of a figure is about one of its own."""

ASKED = AskDepartment(department="market", title="油烟净化", content="是否必须单独安装？")
CALLED = CallDepartment(item_code="I02", purpose="guidance")


def cells(table: str) -> Iterator[tuple[str, str, int]]:
    """Yield (operation, account, status) of a table."""
    head, *rows = (line.split() for line in table.strip().splitlines())
    for operation, *statuses in rows:
        for account, status in zip(head[1:], statuses, strict=True):
            yield operation, account, int(status)


def objects() -> Iterator[tuple[str, str, str, int]]:
    """Yield (operation, object, account, status) of the table of objects."""
    head, *rows = (line.split() for line in OBJECTS.strip().splitlines())
    for operation, name, *statuses in rows:
        for account, status in zip(head[2:], statuses, strict=True):
            yield operation, name, account, int(status)


def asked_about(path: str) -> set[str]:
    """Return the objects that an operation's address may name besides an open one of one's own department."""
    found = {"absent"} if "{" in path else set()
    if "{code}" not in path and found:
        found |= {"foreign", "ended"}
    if "{document_id}" in path:
        found.add("crossed")
    if "{task_id}" in path:
        found.add("held")
    return found


def ask(api: Api, operation: str, account: str, names: Names) -> Answer:
    """Carry out an operation as ``account`` (``-``: without a token)."""
    found = next(one for one in OPERATIONS if one.id == operation)
    who = None if account == "-" else account
    if operation == "upload_file":
        if who is None:
            return api.post(None, "/uploads")
        return api.upload(who, "扫描件.pdf", PDF)
    path = "/api" + found.path.format(**names, number=names.get(operation, ""))
    if operation == "follow_progress":
        # Each account asks for another case: one may be asked for a few times only.
        path += f"?case_no={names['case_no'][:-4]}9{account}"
    if found.method == "GET":
        return api.get(who, path)
    return api.post(who, path, BODIES.get(operation))


def case_names(house: House, case_no: str, task_id: str) -> Names:
    """Return the names of a case and its parts; a document of it could not be written."""
    return {
        "case_no": case_no, "task_id": task_id, "document_id": house.documents(case_no)[0].id,
        "incident_id": give_up(house, case_no), "card_id": str(carded(house, case_no)),
        "clock_id": "correction_notice.1", "meeting": "1", "visit": "1",
    }  # fmt: skip


def seen_to(house: House, names: Names) -> Names:
    """Settle by hand what failed in a case, and cancel its card; return its names."""
    house.execute("S51", CancelCard(card_id=int(names["card_id"]), reason="误发"))
    root_id = f"case:{names['case_no']}"
    house.execute("A01", ResolveIncident(root_id=root_id, incident=names["incident_id"], reason="已电话告知"))
    return names


def of_department(house: House, department: str, head: str, barred: BarApplicant) -> Names:
    """Let the window ask and call a department, and its head bar somebody; return the numbers by operation."""
    asked = house.execute("W01", replace(ASKED, department=department))
    called = house.execute("W01", replace(CALLED, item_code={"market": "I02", "hrss": "I06"}[department]))
    entry = str(house.execute(head, barred)["number"])
    closure = replace(STORM, days=DAYS.get(barred.id_no, "2026-07-22"))
    return {
        "answer_consultation": str(asked["number"]), "answer_call": str(called["number"]),
        "read_barring": entry, "lift_barring": entry, "draft_id": str(draft(house, closure).id),
        "policy_draft_id": str(draft_figure(house, *FIGURES.get(barred.id_no, ("uncollected", 10))).id),
    }  # fmt: skip


def ordered(house: House, case_no: str) -> Names:
    """Issue an order on a case; return its number by operation."""
    number = str(house.execute("S51", IssueOrder(case_no=case_no, content="请说明原因并尽快完成。"))["id"])
    about = ("read_order", "answer_order", "close_order", "send_back_order", "withdraw_order")
    return dict.fromkeys(about, number)


def settled(house: House, orders: Names) -> Names:
    """Let an order be answered and closed."""
    number = orders["read_order"]
    house.execute("D12", AnswerOrder(id=number, text="已安排现场核查"))
    house.execute("S51", CloseOrder(id=number, result="已按要求完成"))
    return orders


def on_leave(house: House, account: str, substitute: str, *, back: bool = False) -> Names:
    """Register a leave some weeks away, and with ``back`` revoke it; return its number."""
    command = RegisterLeave(
        account=account, substitute=substitute, from_day="2026-04-01", until_day="2026-04-02", reason="年休假"
    )
    id = int(house.execute(account, command)["leave_id"])
    if back:
        house.execute(account, RevokeLeave(leave_id=id))
    return {"leave_id": str(id)}


@pytest.fixture
def world(sqlite_api: Api) -> tuple[Api, dict[str, Names]]:
    """The API over a house with one of each, and the names of the parts of each object."""
    house = sqlite_api.house
    ended = house.decided_commitment()
    house.finish(ended, MARKET, ("李秀兰", "41050219850612002X"))
    with house.door.read(SYSTEM) as view:
        done = tasks_of(view.connection, f"case:{ended}")[0].id
    past = of_department(
        house, "market", "D12", replace(HAND, applicant_name="安阳已解除有限公司", id_no=OTHER_COMPANY)
    )
    house.execute("D11", AnswerConsultation(number=past["answer_consultation"], answer="油烟净化设施必须单独安装。"))
    house.execute("D11", AnswerCall(number=past["answer_call"], way="onsite", conclusion="可以收件"))
    house.execute("S51", LiftBarring(number=past["lift_barring"], reason="核查后更正，予以解除"))
    confirm(house, draft_of(house, int(past["draft_id"])))
    confirm_figure(house, figure_draft(house, int(past["policy_draft_id"])))
    foreign = house.accepted_instant()
    theirs = of_department(house, "hrss", "D62", replace(HAND, applicant_name="安阳外部有限公司", id_no=THIRD_COMPANY))
    held = house.accepted_commitment()
    past |= settled(house, ordered(house, held)) | on_leave(house, "D11", "D13", back=True)
    holding = house.task(held, "ut_substantive").id
    house.execute("X92", ClaimTask(task_id=holding))
    opened = house.accepted_commitment()
    names = {
        "open": case_names(house, opened, house.task(opened, "ut_substantive").id)
        | of_department(house, "market", "D12", HAND) | ordered(house, opened) | {"code": "I02"}
        | on_leave(house, "D11", "D13"),
        "foreign": case_names(house, foreign, house.task(foreign, "ut_head_decide").id) | theirs
        | ordered(house, foreign) | on_leave(house, "D61", "D62"),
        "ended": seen_to(house, case_names(house, ended, done)) | past,
        "held": case_names(house, held, holding),
        "absent": {"case_no": f"{opened[:-4]}9998", "task_id": f"{opened[:-4]}9998-10", "document_id": "0" * 26,
                   "incident_id": "outbox:99999999", "card_id": "99999999", "clock_id": "commitment.1", "code": "I99",
                   "meeting": "1", "visit": "1",
                   **dict.fromkeys(past, "99999999")},
    }  # fmt: skip
    names = {name: {"key": "none" if name == "absent" else "delivery", **one} for name, one in names.items()}
    names["crossed"] = names["open"] | {"document_id": names["foreign"]["document_id"]}
    return sqlite_api, names


@pytest.fixture
def prepared(sqlite_api: Api) -> tuple[Api, Names]:
    """The API with an I02 case that waits for its substantive review, and the names of its parts."""
    house = sqlite_api.house
    case_no = house.accepted_commitment()
    asked = of_department(house, "market", "D12", HAND)  # first: the first message is one to the department
    names = case_names(house, case_no, house.task(case_no, "ut_substantive").id)
    leave = on_leave(house, "D11", "D13")
    return sqlite_api, names | asked | ordered(house, case_no) | leave | {"code": "I02", "key": "delivery"}


def test_every_operation_has_a_row_and_every_address_its_objects() -> None:
    assert {operation for operation, _, _ in cells(SEEN)} == {one.id for one in OPERATIONS}
    named = {(operation, name) for operation, name, _, _ in objects()}
    assert named == {(one.id, name) for one in OPERATIONS for name in asked_about(one.path)}


def test_out_of_sight_is_as_absent_in_every_row() -> None:
    written = {(operation, name, account): status for operation, name, account, status in objects()}
    told = {
        (operation, name, account): (status, written[operation, "absent", account])
        for (operation, name, account), status in written.items()
        if name in {"foreign", "crossed"} and account not in SEES_ALL and operation not in SEEN_BY_ALL
    }
    assert {cell: both for cell, both in told.items() if both[0] != both[1]} == {}


def test_each_role_gets_what_the_matrix_says(prepared: tuple[Api, Names]) -> None:
    api, names = prepared
    wrong = []
    for operation, account, status in cells(SEEN):
        answer = ask(api, operation, account, names)
        if answer.status != status:
            wrong.append((operation, account, answer.status, answer.body))
        if operation == "claim_task" and answer.status == 200:
            assert api.post(account, f"/tasks/{names['task_id']}/release").status == 200
    assert wrong == []


def test_each_role_gets_at_each_object_what_the_matrix_says(world: tuple[Api, dict[str, Names]]) -> None:
    api, names = world
    wrong = []
    for operation, name, account, status in objects():
        answer = ask(api, operation, account, names[name])
        if answer.status != status:
            wrong.append((operation, name, account, answer.status, answer.body))
        if (operation, name, answer.status) == ("release_task", "held", 200):
            assert api.post(account, f"/tasks/{names[name]['task_id']}/claim").status == 200
    assert wrong == []


def test_a_refusal_stands_in_the_journal_of_whoever_was_refused(prepared: tuple[Api, Names]) -> None:
    api, names = prepared
    for account, operation, kind in (("D12", "claim_task", "access.refused"), ("D22", "read_task", "access.missed"),
                                     ("A01", "find_cases", "access.refused")):  # fmt: skip
        ask(api, operation, account, names)
        lines = api.house.journal(f"access:{account}")
        assert [line.type for line in lines] == [kind]
        assert lines[0].account == account
    assert api.house.violations() == []
