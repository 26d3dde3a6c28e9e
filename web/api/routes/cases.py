"""Cases: finding, reading, their documents, journal and steps; notice C and delivery as commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.commands import IssueCorrectionNotice
from engine.casework.cases.listing.queries import listed
from engine.casework.cases.listing.rules import Filters
from engine.casework.cases.queries import cases_in_order, kinds_of, visible_case
from engine.casework.cases.rules import STATUSES, CaseMissing, CorrectionNotConfirmed
from engine.casework.cases.sharing.sight import shows, sight_of
from engine.casework.issuance.commands import CreateDelivery
from engine.casework.issuance.rules import NotReadyForDelivery
from engine.foundation.blobs.storage import Blobs
from engine.foundation.clock import city_date
from engine.foundation.journal.queries import count_lines, lines_of
from engine.foundation.store.unit import RootMissing
from engine.process.clocks.ledgers import PauseWithoutNotice
from engine.process.documents.commands import VoidDocument
from engine.process.documents.issuing import digest_of, file_of, shown_file
from engine.process.documents.queries import document_by_id, void_of
from engine.process.documents.rules import (
    AlreadyVoid,
    Document,
    DocumentIncomplete,
    DocumentMissing,
    GlyphMissing,
    NotVoidable,
    NotYourDocument,
    RenderingChanged,
    ReplacementNeeded,
    VoidOfArchived,
)
from engine.process.tasks.desk import pinned_form
from engine.process.tasks.queries import steps_of, tasks_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import NotYourAction, may
from web.api.answers import with_signatures
from web.api.contract import Call, Operation, Parameter, Reply
from web.api.groups import COUNTED, DOING, SIGNING, Refusals
from web.api.routes.catalogue import opened_tasks
from web.api.schema import Schema, closed, flag, one_of, record, ref, text, whole
from web.api.shapes.cases import (
    case_json,
    case_links,
    case_summary,
    document_json,
    documents_json,
    line_json,
    step_json,
)
from web.api.shapes.common import MAX_PAGE, PAGING, ROOT, page_json, people, places

VOIDING: Refusals = (
    DocumentMissing, NotYourDocument, AlreadyVoid, VoidOfArchived, NotVoidable, ReplacementNeeded, GlyphMissing,
    DocumentIncomplete, RootMissing, PauseWithoutNotice, *COUNTED,
)  # fmt: skip
"""What may keep a document from being made void."""

SCHEMAS: dict[str, Schema] = {
    "VoidBody": closed(
        record(
            {"reason": text("作废理由，4 至 120 字", maxLength=500), "reissue": flag("同时按办件现在的内容重新出具")},
            about="作废文书",
        )
    )
    | {"examples": [{"reason": "申请人姓名写错", "reissue": True}]},
    "VoidReply": record(
        {"case_no": text("办件编号"), "document": ref("Document"), "issued": ref("Document")},
        about="作废的文书，和重新出具的文书或者《文书作废说明》",
    ),
    "DocumentBody": closed(
        record(
            {
                "kind": one_of({"correction_notice": "补齐补正通知书"}, "其余文书由其环节的待办出具"),
                "answer": ref("Answer"),
            },
            about="出具文书",
        )
    )
    | {"examples": [{"kind": "correction_notice", "answer": {"checked": True}}]},
    "DeliveryBody": closed(record({"answer": ref("Answer")}, about="送达：表单 pick_up 的内容"))
    | {
        "examples": [
            {
                "answer": {
                    "receiver_name": "王建国",
                    "receiver_id_no": "410502199003070010",
                    "identity_checked": True,
                    "signature": {"mode": "paper", "files": [{"digest": "…"}]},
                }
            }
        ]
    },
}


def find_cases(call: Call) -> Reply:
    """Return a page of the cases in the caller's scope, newest first."""
    query = call.query
    with call.door.read(call.actor, action="case.see") as view:
        filters = Filters(q=query["q"], status=query["status"])
        page = listed(
            view.connection, view.scope, filters, city_date(view.now), offset=query["offset"], limit=query["limit"]
        )
        found, total = cases_in_order(view.connection, page.ids), page.total
        where = places(view)
        kinds = kinds_of(view.connection, {case.applicant_id for case in found})
        cases = [case_summary(case, where, kinds[case.applicant_id]) for case in found]
    around = page_json(call, total, "/cases", q=query["q"], status=query["status"])
    return Reply({"cases": cases, "page": around})


def read_case(call: Call, case_no: str) -> Reply:
    """Return a case whole; that it was looked at is journalled."""
    with call.door.read(call.actor, action="case.see") as view:
        told = case_json(view, visible_case(view.connection, case_no, view.scope))
    call.door.note_view(call.actor, f"办件 {case_no}")
    return Reply(told)


def read_history(call: Call, case_no: str) -> Reply:
    """Return the journal of a case: sentences for everybody, what the hashes are made of for auditors."""
    after, limit = call.query["after"], call.query["limit"]
    with call.door.read(call.actor, action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        sight = sight_of(view, case)
        lines = sight.told(lines_of(view.connection, case.root_id, after=after, limit=limit))
        total = count_lines(view.connection, case.root_id)
        names = people(view, (who for line in lines for who in (line.account, line.on_behalf)))
        # What a hash is made of cannot be covered, so whoever sees a part of the case only reads the sentences.
        whole_lines = may(call.actor, "journal.see") and sight.numbers is None
        told = [line_json(line, names, whole=whole_lines) for line in lines]
    call.door.note_view(call.actor, f"办件 {case_no} 的过程记录")
    more = lines[-1].seq if lines and lines[-1].seq < total else None
    following = f"{ROOT}/cases/{case_no}/history?after={more}&limit={limit}" if more else None
    return Reply({"case_no": case_no, "lines": told, "total": total, "next": following})


def read_steps(call: Call, case_no: str) -> Reply:
    """Return the elements of the diagram that the case passed, in order."""
    with call.door.read(call.actor, action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        steps = steps_of(view.connection, case.root_id)
        names = people(view, (who for one in steps for who in (one.account, one.on_behalf)))
    return Reply({"case_no": case_no, "steps": [step_json(one, names) for one in steps]})


def list_documents(call: Call, case_no: str) -> Reply:
    """Return the documents of a case in the order they were issued."""
    with call.door.read(call.actor, action="case.see") as view:
        case = visible_case(view.connection, case_no, view.scope)
        found = documents_json(view, case)
    return Reply({"case_no": case_no, "documents": found})


def read_document(call: Call, case_no: str, document_id: str) -> Reply:
    """Return a document's file, or with ``format=json`` what is known of it; looking at the file is journalled."""
    with call.door.read(call.actor, action="case.see") as view:
        found = _document(view, case_no, document_id)
        void = void_of(view.connection, document_id)
    if call.query["format"] == "json":
        return Reply(document_json(found, void))
    content = file_of(found, call.door.part(Blobs))
    digest = digest_of(content)
    if found.sha256 not in (None, digest):
        raise RenderingChanged(number=found.number)
    shown = shown_file(found, void, content)
    call.door.note_view(call.actor, f"办件 {case_no} 的《{found.title}》{found.number}")
    headers = {
        "Content-Disposition": f'inline; filename="{found.kind}-{found.id}.pdf"',
        "ETag": f'"{digest_of(shown)}"',
    }
    return Reply(shown, "application/pdf", headers)


def void_document(call: Call, case_no: str, document_id: str) -> Reply:
    """Make a document void, and with ``reissue`` issue it anew; its number stays taken."""
    with call.door.read(call.actor, action=VoidDocument.action) as view:
        known = _document(view, case_no, document_id)
    command = VoidDocument(
        root_id=known.root_id, document_id=document_id, reason=call.body["reason"], reissue=call.body["reissue"]
    )
    outcome = call.door.execute(command, call.actor, key=call.key)
    with call.door.read(call.actor) as view:
        told = document_json(document_by_id(view.connection, document_id), void_of(view.connection, document_id))
        made = document_json(document_by_id(view.connection, str(outcome["new_document_id"])))
    return Reply({"case_no": case_no, "document": told, "issued": made})


def _document(view: Reading, case_no: str, document_id: str) -> Document:
    case = visible_case(view.connection, case_no, view.scope)
    found = document_by_id(view.connection, document_id)
    if found.root_id != case.root_id or not shows(view, case, found):
        raise DocumentMissing
    return found


def issue_document(call: Call, case_no: str) -> Reply:
    """Issue notice C once the department has confirmed it (6.1.3)."""
    answer = _signed(call, case_no, "cases.issue_correction", IssueCorrectionNotice.action, call.body["answer"])
    command = IssueCorrectionNotice(case_no=case_no, answer=answer, partial=True)
    outcome = call.door.execute(command, call.actor, key=call.key)
    with call.door.read(call.actor) as view:
        known = document_json(document_by_id(view.connection, str(outcome["document_id"])))
    document = {key: known[key] for key in ("id", "kind", "title", "number", "issued_at", "links")}
    return _created(call, case_no, outcome, {"document": document}, known["links"]["pdf"])


def create_delivery(call: Call, case_no: str) -> Reply:
    """Give the result out: only the integrated window may, never the department (6.3.2, 6.3.3)."""
    answer = _signed(call, case_no, "issuance.pick_up", CreateDelivery.action, call.body["answer"])
    command = CreateDelivery(case_no=case_no, answer=answer, partial=True)
    outcome = call.door.execute(command, call.actor, key=call.key)
    with call.door.read(call.actor) as view:
        delivery = case_json(view, visible_case(view.connection, case_no, view.scope))["delivery"]
    return _created(call, case_no, outcome, {"delivery": delivery}, f"{ROOT}/cases/{case_no}")


def _signed(call: Call, case_no: str, act: str, action: str, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Store the signatures of an answer to the case's task for ``act``, when there is or was one."""
    with call.door.read(call.actor, action=action) as view:
        case = visible_case(view.connection, case_no, view.scope)
        tasks = [task for task in tasks_of(view.connection, case.root_id) if task.act == act]
        schema = pinned_form(view, tasks[-1]) if tasks else None
    return answer if schema is None else with_signatures(call, schema, answer)


def _created(call: Call, case_no: str, outcome: Mapping[str, Any], made: dict[str, Any], where: str) -> Reply:
    body = {
        "case_no": case_no,
        "task_id": outcome["task_id"],
        **made,
        "opened": opened_tasks(call, outcome),
        "links": case_links(case_no),
    }
    return Reply(body, headers={"Location": where})


_SEE = (NotYourAction, CaseMissing)
_FIND = (
    Parameter("q", text(maxLength=100), "办件编号、申请人或事项名称的一部分", ""),
    Parameter("status", one_of({"": "不限", **STATUSES}), "办件状态", ""),
    *PAGING,
)
_LINES = (
    Parameter("after", whole(minimum=0, maximum=100_000_000), "从第几条之后起", 0),
    Parameter("limit", whole(minimum=1, maximum=500), "最多几条", MAX_PAGE),
)
_FORMAT = Parameter("format", one_of({"pdf": "文件", "json": "元数据"}), "要什么", "pdf")
_PDF = {"application/pdf": {"type": "string", "contentMediaType": "application/pdf"}}

OPERATIONS = (
    Operation(
        "find_cases", "GET", "/v1/cases", "cases", "查找办件", find_cases, ref("CaseList"), query=_FIND,
        refusals=(NotYourAction,),
    ),
    Operation("read_case", "GET", "/v1/cases/{case_no}", "cases", "办件", read_case, ref("Case"), refusals=_SEE),
    Operation(
        "read_history", "GET", "/v1/cases/{case_no}/history", "cases", "办件的过程记录", read_history, ref("History"),
        query=_LINES, refusals=_SEE,
    ),
    Operation(
        "read_steps", "GET", "/v1/cases/{case_no}/steps", "cases", "办件经过的节点", read_steps, ref("StepList"),
        refusals=_SEE,
    ),
    Operation(
        "list_documents", "GET", "/v1/cases/{case_no}/documents", "cases", "办件的文书", list_documents,
        ref("DocumentList"), refusals=_SEE,
    ),
    Operation(
        "read_document", "GET", "/v1/cases/{case_no}/documents/{document_id}", "cases", "文书文件或元数据",
        read_document, ref("Document"), query=(_FORMAT,), also=_PDF,
        refusals=(*_SEE, DocumentMissing, RenderingChanged),
    ),
    Operation(
        "issue_document", "POST", "/v1/cases/{case_no}/documents", "cases", "出具《补齐补正通知书》", issue_document,
        ref("DocumentReply"), status=201, body=ref("DocumentBody"), refusals=(*DOING, *SIGNING, CorrectionNotConfirmed),
    ),
    Operation(
        "void_document", "POST", "/v1/cases/{case_no}/documents/{document_id}/void", "cases",
        "作废文书，可同时重新出具", void_document, ref("VoidReply"), body=ref("VoidBody"), refusals=(*_SEE, *VOIDING),
    ),
    Operation(
        "create_delivery", "POST", "/v1/cases/{case_no}/deliveries", "cases", "送达结果", create_delivery,
        ref("DeliveryReply"), status=201, body=ref("DeliveryBody"), refusals=(*DOING, *SIGNING, NotReadyForDelivery),
    ),
)  # fmt: skip
