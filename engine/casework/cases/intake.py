"""Acts of the intake (6.1): formal review, acceptance, rejection, and the correction round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases import paperwork, queries
from engine.casework.cases.commands import IssueCorrectionNotice
from engine.casework.cases.file import queries as records
from engine.casework.cases.file.queries import MaterialRow
from engine.casework.cases.receiving import digests_in, local_instant, usable_refs
from engine.casework.cases.rules import CorrectionNotConfirmed, Reviewed, review_errors
from engine.casework.cases.timing import start_case_clocks, start_notice_clock
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock
from engine.process.documents.issuing import issue
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.handlers import complete
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import scope_of
from engine.registry.items.queries import item_at
from forms import Context

REVIEWED = tag("case.formally_reviewed", "形式审查结论：{conclusion_name}")
ACCEPTED = tag("case.accepted", "收件（受理）：自 {accepted_on} 起算")
REJECTED = tag("case.rejected", "不予收件（受理）")
CORRECTION_CONFIRMED = tag("correction.confirmed", "业务主管部门确认需要补齐补正的内容：{agreed}")
CORRECTION_ISSUED = tag("correction.issued", "一次性告知需要补齐补正的全部内容（第 {round} 次）")
CORRECTION_RECEIVED = tag("correction.received", "收到补齐补正的材料（第 {round} 次）")

CONCLUSIONS = {"accept": "符合要求", "correct": "需要补齐补正", "reject": "不符合收件（受理）条件"}


# 形式审查 6.1.1 ------------------------------------------------------------------------------------------------


def prepare_formal_review(view: View, task: Task) -> Context:
    """Give the case's materials with what was received; only listed items are asked for (行政许可法 31)."""
    files = _files_by_material(view, task.root_id)
    rounds = [one for one in records.corrections_of(view.connection, task.root_id) if one.state == "received"]
    return Context(
        now=view.now,
        rows={"materials": [_review_row(one, files) for one in records.materials_of(view.connection, task.root_id)]},
        values={"correction_round": len(rounds)},
        uploads=usable_refs(view, task.root_id),
    )


def formal_review(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep the verdict on every material and the conclusion; refuse one that the materials contradict."""
    known = {str(one.no): one for one in records.materials_of(unit.connection, task.root_id)}
    rows = answer["materials"]
    errors = review_errors(answer["formal_result"], [_reviewed(known[row["no"]], row) for row in rows])
    if errors:
        raise InvalidFields(errors)
    for row in rows:
        no = int(row["no"])
        records.set_material(
            unit, task.root_id, no, copies=int(row["copies"]), original_checked=bool(row.get("original_checked")),
            verdict=row["verdict"], advice=row.get("advice") or None,
        )  # fmt: skip
        records.add_files(unit, task.root_id, no, take_uploads(unit, digests_in(row.get("files")), task.root_id))
    conclusion = answer["formal_result"]
    if conclusion == "correct":
        lines = [_correction_line(known[row["no"]], row) for row in rows if row["verdict"] in ("missing", "bad_form")]
        records.propose_correction(unit, task.root_id, lines)
        queries.set_case(unit, task.root_id, status="awaiting_confirmation")
    _say(unit, task, "formal_review", conclusion, answer.get("new_fact") or answer.get("opinion") or "")
    unit.record(REVIEWED, task.root_id, conclusion=conclusion, conclusion_name=CONCLUSIONS[conclusion])
    return {"formal_result": conclusion}


# 收件（受理） 6.1.1 与附录B ---------------------------------------------------------------------------------------


def prepare_accept(view: View, task: Task) -> Context:
    """Say what the notice will say: how many materials, how many days, which procedures may be excluded."""
    case = queries.case_by_root(view.connection, task.root_id)
    item = item_at(view.connection, case.item_digest)
    allowed = list(item.special_procedures)
    return Context(
        now=view.now,
        options={"excluded_procedures": allowed},
        values={
            "material_count": paperwork.count_received(records.materials_of(view.connection, task.root_id)),
            "commitment": paperwork.commitment_words(item),
            "no_special_procedure": not allowed,
            "cross_day": city_date(case.received_at) != city_date(view.now),
        },
        uploads=usable_refs(view, task.root_id),
    )


def accept(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Accept the application: issue Appendix B, end the notice clock, start the commitment and statutory clocks."""
    today = city_date(unit.now)
    excluded = list(answer.get("excluded_procedures") or ())
    queries.set_case(
        unit, task.root_id, status="accepted", accepted_at=unit.now, accepted_on=today,
        accepted_by=unit.actor.account, delay_reason=answer.get("delay_reason") or None, excluded_procedures=excluded,
    )  # fmt: skip
    stop_clock(unit, task.root_id, "correction_notice", today)
    case = queries.case_by_root(unit.connection, task.root_id)
    issue(unit, task.root_id, "acceptance_notice", paperwork.acceptance_notice(unit, case))
    start_case_clocks(unit, case, today)
    unit.record(ACCEPTED, task.root_id, accepted_on=today.isoformat(), excluded=excluded)
    _say(unit, task, "accept", "accept", answer.get("opinion") or "")
    return {"intake_outcome": "accepted"}


# 不予收件（受理） 6.1.1 -------------------------------------------------------------------------------------------


def prepare_reject(view: View, task: Task) -> Context:
    """Fill in the item's remedies; they must be told with every refusal (行政许可法 38)."""
    case = queries.case_by_root(view.connection, task.root_id)
    item = item_at(view.connection, case.item_digest)
    return Context(now=view.now, defaults={"remedies": item.guide.remedy})


def reject(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Refuse the application with one notice of all reasons (一次性告知); the notice clock ends."""
    case = queries.case_by_root(unit.connection, task.root_id)
    issue(unit, task.root_id, "rejection_notice", paperwork.rejection_notice(unit, case, answer))
    stop_clock(unit, task.root_id, "correction_notice", city_date(unit.now))
    queries.set_case(unit, task.root_id, status="rejected", outcome="rejected")
    _say(unit, task, "reject", "reject", answer["reasons"], answer["legal_basis"])
    unit.record(REJECTED, task.root_id, ground=answer["ground"])
    return {"intake_outcome": "rejected"}


# 补齐补正 6.1.3 与附录C -------------------------------------------------------------------------------------------


def prepare_correction(view: View, task: Task) -> Context:
    """Give the lines of the open correction round."""
    current = records.corrections_of(view.connection, task.root_id)[-1]
    return Context(now=view.now, rows={"materials": list(current.lines)}, uploads=usable_refs(view, task.root_id))


def confirm_correction(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The department confirms, or declines, what is to be corrected; only then may the window tell it (6.1.3)."""
    agreed = answer["confirmed"] == "agree"
    current = records.corrections_of(unit.connection, task.root_id)[-1]
    records.set_correction(
        unit, task.root_id, current.round, state="confirmed" if agreed else "declined",
        confirmed_by=unit.actor.account, confirmed_at=unit.now,
    )  # fmt: skip
    if not agreed:
        queries.set_case(unit, task.root_id, status="received")
    _say(unit, task, "confirm_correction", "agree" if agreed else "disagree", answer.get("opinion") or "")
    unit.record(CORRECTION_CONFIRMED, task.root_id, round=current.round, agreed="同意" if agreed else "不同意")
    return {"correction_confirmed": agreed}


def issue_correction(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Issue Appendix C with all lines at once; this is the notice the 5-day clock waits for (行政许可法 32.4)."""
    current = records.corrections_of(unit.connection, task.root_id)[-1]
    if current.state != "confirmed":
        raise CorrectionNotConfirmed
    case = queries.case_by_root(unit.connection, task.root_id)
    document = issue(unit, task.root_id, "correction_notice", paperwork.correction_notice(unit, case, current.lines))
    records.set_correction(
        unit, task.root_id, current.round, state="issued", document_id=document.id, issued_at=unit.now
    )
    stop_clock(unit, task.root_id, "correction_notice", city_date(unit.now))
    queries.set_case(unit, task.root_id, status="awaiting_correction")
    unit.record(CORRECTION_ISSUED, task.root_id, round=current.round, document=document.id)
    return {}


def issue_correction_notice(command: IssueCorrectionNotice, unit: Unit) -> Mapping[str, Any]:
    """Work the case's task that waits for the notice; raise :class:`CorrectionNotConfirmed` while there is none."""
    queries.visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    root_id = f"case:{command.case_no}"
    waiting = [one for one in tasks_of(unit.connection, root_id, state="open") if one.act == "cases.issue_correction"]
    if not waiting:
        raise CorrectionNotConfirmed
    wanted = CompleteTask(task_id=waiting[0].id, answer=command.answer, partial=command.partial)
    outcome = complete(wanted, unit)
    return {**outcome, "document_id": records.corrections_of(unit.connection, root_id)[-1].document_id}


def prepare_receive_correction(view: View, task: Task) -> Context:
    """Expect every line in the form and number the item asks for; the clerk corrects what differs."""
    current = records.corrections_of(view.connection, task.root_id)[-1]
    forms = {str(one.no): one.form for one in records.materials_of(view.connection, task.root_id)}
    rows = [{**line, "provided_form": forms[line["no"]], "copies": line["copies_required"]} for line in current.lines]
    return Context(now=view.now, rows={"materials": rows}, uploads=usable_refs(view, task.root_id))


def receive_correction(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take the corrected materials; a new receipt starts the notice clock anew from that day.

    Nothing comes back before it was asked for: a receipt earlier than the notice is refused.
    """
    received_at = local_instant(answer["received_at"])
    current = records.corrections_of(unit.connection, task.root_id)[-1]
    if current.issued_at is not None and received_at < current.issued_at.replace(second=0, microsecond=0):
        raise InvalidFields({"received_at": "收到补正材料的时间不能早于一次性告知的时间"})
    for row in answer["materials"]:
        _take_corrected(unit, task.root_id, row)
    records.set_correction(unit, task.root_id, current.round, state="received", received_at=received_at)
    case = queries.case_by_root(unit.connection, task.root_id)
    queries.set_case(unit, task.root_id, status="received", visits=case.visits + 1)
    start_notice_clock(unit, task.root_id, city_date(received_at))
    unit.record(CORRECTION_RECEIVED, task.root_id, round=current.round, received_at=answer["received_at"])
    return {}


def _take_corrected(unit: Unit, root_id: str, row: Mapping[str, Any]) -> None:
    no, form = int(row["no"]), row["provided_form"]
    if form == "none":
        return
    # What was said of the old material is not said of the new one: it is reviewed afresh.
    values: dict[str, Any] = {
        "provided_form": form,
        "original_checked": bool(row.get("original_checked")),
        "verdict": None,
        "advice": None,
    }
    if form != "electronic":
        values["copies"] = int(row["copies"])
    records.set_material(unit, root_id, no, **values)
    records.add_files(unit, root_id, no, take_uploads(unit, digests_in(row.get("files")), root_id))


def _review_row(one: MaterialRow, files: Mapping[int, list[dict[str, Any]]]) -> dict[str, Any]:
    handed_in = one.provided_form is not None
    first = one.verdict or ("complete" if handed_in else "missing" if one.required else "not_needed")
    return {
        "no": str(one.no), "name": one.name, "necessity": "必要" if one.required else "非必要",
        "copies_required": one.copies_required, "copies": one.copies, "original_checked": one.original_checked,
        "verdict": first, "advice": one.advice or "", "files": files.get(one.no, []),
    }  # fmt: skip


def _files_by_material(view: View, root_id: str) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for file in records.files_of(view.connection, root_id):
        found.setdefault(file.no, []).append(
            {"digest": file.digest, "name": file.file_name, "size": file.size, "media_type": file.media_type}
        )
    return found


def _reviewed(known: MaterialRow, row: Mapping[str, Any]) -> Reviewed:
    return Reviewed(
        no=known.no, name=known.name, required=known.required, copies_required=known.copies_required,
        copies=int(row["copies"]), verdict=row["verdict"], advice=row.get("advice") or "", shared=known.shared,
    )  # fmt: skip


def _correction_line(known: MaterialRow, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "no": row["no"], "name": known.name, "copies_required": max(known.copies_required, 1),
        "verdict": row["verdict"], "advice": row["advice"],
    }  # fmt: skip


def _say(unit: Unit, task: Task, kind: str, conclusion: str, text: str, basis: str | None = None) -> None:
    records.give_opinion(
        unit, task.root_id, kind=kind, department=task.department, conclusion=conclusion, text=text, basis=basis
    )


ACTS = (
    Act("cases.formal_review", formal_review, prepare_formal_review, part="accept", facts=("formal_result",)),
    Act("cases.accept", accept, prepare_accept, part="accept", facts=("intake_outcome",)),
    Act("cases.reject", reject, prepare_reject, part="accept", facts=("intake_outcome",)),
    Act("cases.confirm_correction", confirm_correction, prepare_correction, facts=("correction_confirmed",)),
    Act("cases.issue_correction", issue_correction, prepare_correction),
    Act("cases.receive_correction", receive_correction, prepare_receive_correction),
)
"""The acts of the intake; whoever reviews formally, accepts or rejects has played the part 受理."""
