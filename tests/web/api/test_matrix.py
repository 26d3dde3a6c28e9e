"""Every role at every operation: the written matrix (domain 6.1), and no operation without a row in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.casework.cases.barring.commands import BarApplicant, LiftBarring
from engine.casework.counselling.commands import AnswerCall, AnswerConsultation, AskDepartment, CallDepartment
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.incidents.commands import ResolveIncident
from engine.process.tasks.queries import tasks_of
from engine.registry.identity.rules import SYSTEM
from tests.engine.casework.cases.barring.test_barring import HAND
from tests.support.calendars import STORM, confirm, draft, draft_of
from tests.support.failing import give_up
from tests.support.house import COMPANY, MARKET, PDF, House
from tests.web.api.client import Answer, Api
from web.api import OPERATIONS

# Columns: nobody, window and issuing clerk, reviewer, head and archivist of the case's department (market), the head of
# another department, the lead coordinator of market, complaint clerk, supervisor, evaluator, designer, auditor, the
# three administrators, a reviewer of market who is also a person with a second account, the head of the centre, and an
# outside system.
SEEN = """
operation           -   W01 W03 D11 D12 D13 D22 L31 J41 S51 K61 P61 U81 A01 A02 A03 X92 C01 M71
list_items          401 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
read_item           401 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
hand_in             401 422 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
find_cases          401 200 200 200 200 200 200 200 403 200 200 403 200 403 403 403 200 200 403
read_case           401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
read_history        401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
read_steps          401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
list_documents      401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
list_shipments      401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
read_document       401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
issue_document      401 409 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
void_document       401 422 403 403 403 403 404 403 403 403 403 403 403 403 403 403 403 403 403
create_delivery     401 403 409 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
create_shipment     401 403 409 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
list_tasks          401 200 200 200 200 200 200 200 403 200 200 403 200 403 403 403 200 200 403
read_task           401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
claim_task          401 403 403 200 403 403 404 403 403 403 403 403 403 403 403 403 200 403 403
release_task        401 409 409 409 409 409 404 403 403 403 403 403 403 403 403 403 409 403 403
draft_task          401 403 403 200 403 403 404 403 403 403 403 403 403 403 403 403 200 403 403
complete_task       401 403 403 422 403 403 404 403 403 403 403 403 403 403 403 403 422 403 403
upload_file         401 201 201 201 201 201 201 403 403 403 403 403 403 403 403 403 201 403 403
who_am_i            401 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
count_tasks         401 200 200 200 200 200 200 200 403 200 200 403 200 403 403 403 200 200 403
list_notifications  401 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
supervise           401 403 403 403 403 403 403 403 403 200 200 403 403 403 403 403 403 200 403
hand_in_together    401 422 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
record_visit        401 200 200 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
decide_back_record  401 403 403 403 403 403 403 403 403 409 403 403 403 403 403 403 403 403 403
list_consultations  401 200 403 200 200 403 200 403 403 200 200 403 403 403 403 403 200 403 403
ask_department      401 201 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
answer_consultation 401 403 403 422 422 403 404 403 403 403 403 403 403 403 403 403 422 403 403
call_department     401 409 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
answer_call         401 403 403 422 422 403 404 403 403 403 403 403 403 403 403 403 422 403 403
hand_over_tasks     401 409 409 409 409 409 409 403 403 403 403 403 403 403 403 403 409 403 403
list_barrings       401 200 200 200 200 403 200 403 403 200 403 403 200 403 403 403 200 403 403
read_barring        401 200 200 200 200 403 200 403 403 200 403 403 200 403 403 403 200 403 403
bar_applicant       401 403 403 403 409 403 409 403 403 403 403 403 403 403 403 403 403 403 403
lift_barring        401 403 403 403 403 403 403 403 403 422 403 403 403 403 403 403 403 403 403
deliver_message     401 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 404
list_incidents      401 403 403 403 403 403 403 403 403 403 403 403 403 200 403 403 403 403 403
read_incident       401 403 403 403 403 403 403 403 403 403 403 403 403 200 403 403 403 403 403
resolve_incident    401 403 403 403 403 403 403 403 403 403 403 403 403 422 403 403 403 403 403
retry_incident      401 403 403 403 403 403 403 403 403 403 403 403 403 200 403 403 403 403 403
unmask              401 200 200 200 200 200 404 403 403 403 403 403 403 403 403 403 200 403 403
request_extension   401 403 403 422 403 403 403 403 403 403 403 403 403 403 403 403 422 403 403
decide_extension    401 409 409 409 409 409 404 403 403 403 403 403 403 403 403 403 409 403 403
read_diagram        401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
follow_progress     404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
read_notifications  401 404 404 200 404 404 404 404 404 404 404 404 404 404 404 404 200 404 404
read_calendar       401 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
list_drafts         401 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 403
draft_calendar      401 403 403 403 403 403 403 403 403 403 403 403 403 422 403 403 403 403 403
read_draft          401 404 404 404 404 404 404 404 404 404 404 404 404 200 404 404 404 200 403
list_moved_limits   401 404 404 404 404 404 404 404 404 404 404 404 404 200 404 404 404 200 403
confirm_draft       401 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 409 403
drop_draft          401 403 403 403 403 403 403 403 403 403 403 403 403 200 403 403 403 403 403
list_decisions      200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
find_guides         200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
read_guide          200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
declare             200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
describe            200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200
"""

# The same for the other things that an address may name: one of another department (human resources), an ended one (an
# archived case of market, its done task, an answered question), one that does not exist, a document of the foreign case
# under the own one's number, and a task that a colleague holds.  Out of sight is as absent.
OBJECTS = """
operation           object   -   W01 W03 D11 D12 D13 D22 L31 J41 S51 K61 P61 U81 A01 A02 A03 X92 C01 M71
read_item           absent   401 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
read_case           foreign  401 200 200 404 404 404 404 404 403 200 200 403 200 403 403 403 404 200 403
read_case           ended    401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
read_case           absent   401 404 404 404 404 404 404 404 403 404 404 403 404 403 403 403 404 404 403
read_history        foreign  401 200 200 404 404 404 404 404 403 200 200 403 200 403 403 403 404 200 403
read_history        ended    401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
read_history        absent   401 404 404 404 404 404 404 404 403 404 404 403 404 403 403 403 404 404 403
read_steps          foreign  401 200 200 404 404 404 404 404 403 200 200 403 200 403 403 403 404 200 403
read_steps          ended    401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
read_steps          absent   401 404 404 404 404 404 404 404 403 404 404 403 404 403 403 403 404 404 403
list_documents      foreign  401 200 200 404 404 404 404 404 403 200 200 403 200 403 403 403 404 200 403
list_documents      ended    401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
list_documents      absent   401 404 404 404 404 404 404 404 403 404 404 403 404 403 403 403 404 404 403
read_document       foreign  401 200 200 404 404 404 404 404 403 200 200 403 200 403 403 403 404 200 403
read_document       crossed  401 404 404 404 404 404 404 404 403 404 404 403 404 403 403 403 404 404 403
read_document       ended    401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
read_document       absent   401 404 404 404 404 404 404 404 403 404 404 403 404 403 403 403 404 404 403
issue_document      foreign  401 409 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
issue_document      ended    401 409 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
issue_document      absent   401 404 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
void_document       foreign  401 422 403 404 404 403 404 403 403 403 403 403 403 403 403 403 404 403 403
void_document       crossed  401 404 404 404 404 403 404 403 403 403 403 403 403 403 403 403 404 403 403
void_document       ended    401 409 403 403 403 403 404 403 403 403 403 403 403 403 403 403 403 403 403
void_document       absent   401 404 404 404 404 403 404 403 403 403 403 403 403 403 403 403 404 403 403
create_delivery     foreign  401 403 409 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
create_delivery     ended    401 403 409 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
create_delivery     absent   401 403 404 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
unmask              foreign  401 200 200 404 404 404 404 403 403 403 403 403 403 403 403 403 404 403 403
unmask              ended    401 200 200 200 200 200 404 403 403 403 403 403 403 403 403 403 200 403 403
unmask              absent   401 404 404 404 404 404 404 403 403 403 403 403 403 403 403 403 404 403 403
request_extension   foreign  401 403 403 404 403 403 403 403 403 403 403 403 403 403 403 403 404 403 403
request_extension   ended    401 403 403 422 403 403 403 403 403 403 403 403 403 403 403 403 422 403 403
request_extension   absent   401 403 403 404 403 403 403 403 403 403 403 403 403 403 403 403 404 403 403
decide_extension    foreign  401 409 409 404 404 404 404 403 403 403 403 403 403 403 403 403 404 403 403
decide_extension    ended    401 409 409 409 409 409 404 403 403 403 403 403 403 403 403 403 409 403 403
decide_extension    absent   401 404 404 404 404 404 404 403 403 403 403 403 403 403 403 403 404 403 403
list_shipments      foreign  401 200 200 404 404 404 404 404 403 200 200 403 200 403 403 403 404 200 403
list_shipments      ended    401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
list_shipments      absent   401 404 404 404 404 404 404 404 403 404 404 403 404 403 403 403 404 404 403
create_shipment     foreign  401 403 409 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
create_shipment     ended    401 403 409 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
create_shipment     absent   401 403 404 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
read_task           foreign  401 200 200 404 404 404 404 404 403 200 200 403 200 403 403 403 404 200 403
read_task           ended    401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
read_task           held     401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
read_task           absent   401 404 404 404 404 404 404 404 403 404 404 403 404 403 403 403 404 404 403
claim_task          foreign  401 403 403 404 404 404 404 403 403 403 403 403 403 403 403 403 404 403 403
claim_task          ended    401 409 403 403 403 403 404 403 403 403 403 403 403 403 403 403 403 403 403
claim_task          held     401 403 403 409 403 403 404 403 403 403 403 403 403 403 403 403 200 403 403
claim_task          absent   401 404 404 404 404 404 404 403 403 403 403 403 403 403 403 403 404 403 403
release_task        foreign  401 409 409 404 404 404 404 403 403 403 403 403 403 403 403 403 404 403 403
release_task        ended    401 409 409 409 409 409 404 403 403 403 403 403 403 403 403 403 409 403 403
release_task        held     401 409 409 409 409 409 404 403 403 403 403 403 403 403 403 403 200 403 403
release_task        absent   401 404 404 404 404 404 404 403 403 403 403 403 403 403 403 403 404 403 403
draft_task          foreign  401 403 403 404 404 404 404 403 403 403 403 403 403 403 403 403 404 403 403
draft_task          ended    401 409 403 403 403 403 404 403 403 403 403 403 403 403 403 403 403 403 403
draft_task          held     401 403 403 409 403 403 404 403 403 403 403 403 403 403 403 403 200 403 403
draft_task          absent   401 404 404 404 404 404 404 403 403 403 403 403 403 403 403 403 404 403 403
complete_task       foreign  401 403 403 404 404 404 404 403 403 403 403 403 403 403 403 403 404 403 403
complete_task       ended    401 409 403 403 403 403 404 403 403 403 403 403 403 403 403 403 403 403 403
complete_task       held     401 403 403 409 403 403 404 403 403 403 403 403 403 403 403 403 422 403 403
complete_task       absent   401 404 404 404 404 404 404 403 403 403 403 403 403 403 403 403 404 403 403
record_visit        foreign  401 200 200 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
record_visit        ended    401 200 200 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
record_visit        absent   401 404 404 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403
decide_back_record  foreign  401 403 403 403 403 403 403 403 403 409 403 403 403 403 403 403 403 403 403
decide_back_record  ended    401 403 403 403 403 403 403 403 403 409 403 403 403 403 403 403 403 403 403
decide_back_record  absent   401 403 403 403 403 403 403 403 403 404 403 403 403 403 403 403 403 403 403
answer_consultation foreign  401 403 403 404 404 403 404 403 403 403 403 403 403 403 403 403 404 403 403
answer_consultation ended    401 403 403 409 409 403 404 403 403 403 403 403 403 403 403 403 409 403 403
answer_consultation absent   401 403 403 404 404 403 404 403 403 403 403 403 403 403 403 403 404 403 403
answer_call         foreign  401 403 403 404 404 403 404 403 403 403 403 403 403 403 403 403 404 403 403
answer_call         ended    401 403 403 422 422 403 404 403 403 403 403 403 403 403 403 403 422 403 403
answer_call         absent   401 403 403 404 404 403 404 403 403 403 403 403 403 403 403 403 404 403 403
read_draft          foreign  401 404 404 404 404 404 404 404 404 404 404 404 404 200 404 404 404 200 403
read_draft          ended    401 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 403
read_draft          absent   401 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 403
list_moved_limits   foreign  401 404 404 404 404 404 404 404 404 404 404 404 404 200 404 404 404 200 403
list_moved_limits   ended    401 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 403
list_moved_limits   absent   401 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 403
confirm_draft       foreign  401 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 409 403
confirm_draft       ended    401 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 409 403
confirm_draft       absent   401 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 404 403
drop_draft          foreign  401 403 403 403 403 403 403 403 403 403 403 403 403 200 403 403 403 403 403
drop_draft          ended    401 403 403 403 403 403 403 403 403 403 403 403 403 409 403 403 403 403 403
drop_draft          absent   401 403 403 403 403 403 403 403 403 403 403 403 403 404 403 403 403 403 403
read_barring        foreign  401 200 200 200 200 403 200 403 403 200 403 403 200 403 403 403 200 403 403
read_barring        ended    401 200 200 200 200 403 200 403 403 200 403 403 200 403 403 403 200 403 403
read_barring        absent   401 404 404 404 404 403 404 403 403 404 403 403 404 403 403 403 404 403 403
lift_barring        foreign  401 403 403 403 403 403 403 403 403 422 403 403 403 403 403 403 403 403 403
lift_barring        ended    401 403 403 403 409 403 409 403 403 409 403 403 403 403 403 403 403 403 403
lift_barring        absent   401 403 403 403 404 403 404 403 403 404 403 403 403 403 403 403 403 403 403
read_incident       foreign  401 403 403 403 403 403 403 403 403 403 403 403 403 200 403 403 403 403 403
read_incident       ended    401 403 403 403 403 403 403 403 403 403 403 403 403 200 403 403 403 403 403
read_incident       absent   401 403 403 403 403 403 403 403 403 403 403 403 403 404 403 403 403 403 403
resolve_incident    foreign  401 403 403 403 403 403 403 403 403 403 403 403 403 422 403 403 403 403 403
resolve_incident    ended    401 403 403 403 403 403 403 403 403 403 403 403 403 422 403 403 403 403 403
resolve_incident    absent   401 403 403 403 403 403 403 403 403 403 403 403 403 404 403 403 403 403 403
retry_incident      foreign  401 403 403 403 403 403 403 403 403 403 403 403 403 200 403 403 403 403 403
retry_incident      ended    401 403 403 403 403 403 403 403 403 403 403 403 403 409 403 403 403 403 403
retry_incident      absent   401 403 403 403 403 403 403 403 403 403 403 403 403 404 403 403 403 403 403
read_diagram        foreign  401 200 200 404 404 404 404 404 403 200 200 403 200 403 403 403 404 200 403
read_diagram        ended    401 200 200 200 200 200 404 200 403 200 200 403 200 403 403 403 200 200 403
read_diagram        absent   401 404 404 404 404 404 404 404 403 404 404 403 404 403 403 403 404 404 403
read_guide          absent   404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
"""

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
    "draft_calendar": {"kind": "closure", "days": "", "reason": "", "source": ""},
    "confirm_draft": {"base_version": 99},
    "deliver_message": {"message": "payment_made", "key": "4105260000123456", "facts": {}},
    "unmask": {"reason": "核对身份"},
    "request_extension": {"days": 0, "reason": ""},
    "decide_extension": {"approved": True},
    "read_notifications": {"ids": [1]},
}


SEES_ALL = {"W01", "W03", "C01", "S51", "K61", "U81"}
"""Who sees the cases of every department."""
SEEN_BY_ALL = {
    "read_barring", "lift_barring", "read_incident", "resolve_incident", "retry_incident",
    *(one.id for one in OPERATIONS if "{draft_id}" in one.path),
}  # fmt: skip
"""What is about an applicant or the calendar and no case, or about the house's own work in any case: whoever may see
it sees it all."""
OTHER_COMPANY, THIRD_COMPANY = "91410500MA9TEXT110", "91410500MA9TEXT123"

DAYS = {OTHER_COMPANY: "2026-07-20", THIRD_COMPANY: "2026-07-21"}
"""Each draft of a closure is about a day of its own."""

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
        "incident_id": give_up(house, case_no),
    }  # fmt: skip


def seen_to(house: House, names: Names) -> Names:
    """Settle by hand what failed in a case; return its names."""
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
    }  # fmt: skip


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
    foreign = house.accepted_instant()
    theirs = of_department(house, "hrss", "D62", replace(HAND, applicant_name="安阳外部有限公司", id_no=THIRD_COMPANY))
    held = house.accepted_commitment()
    holding = house.task(held, "ut_substantive").id
    house.execute("X92", ClaimTask(task_id=holding))
    opened = house.accepted_commitment()
    names = {
        "open": case_names(house, opened, house.task(opened, "ut_substantive").id)
        | of_department(house, "market", "D12", HAND) | {"code": "I02"},
        "foreign": case_names(house, foreign, house.task(foreign, "ut_head_decide").id) | theirs,
        "ended": seen_to(house, case_names(house, ended, done)) | past,
        "held": case_names(house, held, holding),
        "absent": {"case_no": f"{opened[:-4]}9998", "task_id": f"{opened[:-4]}9998-10", "document_id": "0" * 26,
                   "incident_id": "outbox:99999999", "code": "I99", **dict.fromkeys(past, "99999999")},
    }  # fmt: skip
    names["crossed"] = names["open"] | {"document_id": names["foreign"]["document_id"]}
    return sqlite_api, names


@pytest.fixture
def prepared(sqlite_api: Api) -> tuple[Api, Names]:
    """The API with an I02 case that waits for its substantive review, and the names of its parts."""
    house = sqlite_api.house
    case_no = house.accepted_commitment()
    asked = of_department(house, "market", "D12", HAND)  # first: the first message is one to the department
    names = case_names(house, case_no, house.task(case_no, "ut_substantive").id)
    return sqlite_api, names | asked | {"code": "I02"}


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
