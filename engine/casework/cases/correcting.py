"""Acts of the correction round (6.1.3, Appendix C): confirming, issuing, receiving, and what was not put right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.casework.cases import paperwork, queries
from engine.casework.cases.commands import IssueCorrectionNotice
from engine.casework.cases.file import queries as records
from engine.casework.cases.outcomes import letters
from engine.casework.cases.outcomes.queries import put_term, terms_of
from engine.casework.cases.outcomes.rules import extension_error
from engine.casework.cases.receiving import digests_in, local_instant, usable_refs
from engine.casework.cases.rules import CorrectionNotConfirmed
from engine.casework.cases.saying import say
from engine.casework.cases.timing import CONFIRM, start_correction_limit, start_notice_clock
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock
from engine.process.clocks.queries import clocks_of
from engine.process.documents.issuing import issue
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.handlers import complete
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import scope_of
from engine.registry.items.queries import item_at
from forms import Context

CONFIRMED = tag("correction.confirmed", "业务主管部门确认需要补齐补正的内容：{agreed}")
ISSUED = tag("correction.issued", "一次性告知需要补齐补正的全部内容（第 {round} 次）")
RECEIVED = tag("correction.received", "收到补齐补正的材料（第 {round} 次）")
EXTENDED = tag("correction.extended", "延长补正期限 {days} 日（第 {round} 次补正）")
REVIEWING = "reviewing"
"""What the intake has come to while it goes on: the correction round leads back to the review."""

LAPSED = tag("case.lapsed", "逾期未补正，终结办理；材料和记录全部保留")


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
    stop_clock(unit, task.root_id, CONFIRM, city_date(unit.now))
    if not agreed:
        queries.set_case(unit, task.root_id, status="received")
    say(unit, task, "confirm_correction", "agree" if agreed else "disagree", answer.get("opinion") or "")
    unit.record(CONFIRMED, task.root_id, round=current.round, agreed="同意" if agreed else "不同意")
    return {"correction_confirmed": agreed, "intake_outcome": REVIEWING}


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
    start_correction_limit(unit, case, city_date(unit.now))
    queries.set_case(unit, task.root_id, status="awaiting_correction")
    unit.record(ISSUED, task.root_id, round=current.round, document=document.id)
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
    stop_clock(unit, task.root_id, "correction_limit", city_date(unit.now))
    start_notice_clock(unit, task.root_id, city_date(received_at))
    unit.record(RECEIVED, task.root_id, round=current.round, received_at=answer["received_at"])
    return {"intake_outcome": REVIEWING}


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


# 逾期未补正 (附录C “尽快补齐补正”，期限由事项清单设定) ------------------------------------------------


def prepare_close_uncorrected(view: View, task: Task) -> Context:
    """Give what was asked for and the day that has passed; an extended limit is not extended again."""
    current = records.corrections_of(view.connection, task.root_id)[-1]
    case = queries.case_by_root(view.connection, task.root_id)
    item = item_at(view.connection, case.item_digest)
    return Context(
        now=view.now,
        rows={"materials": [{key: line[key] for key in ("no", "name", "advice")} for line in current.lines]},
        values={"limit_on": _limit_on(view, task.root_id)},
        defaults={"more_days": item.correction_limit_days},
    )


def close_uncorrected(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Extend the limit once, for a reason, or end the case as 逾期未补正; nothing of it is deleted (T114)."""
    current = records.corrections_of(unit.connection, task.root_id)[-1]
    term = terms_of(unit.connection, task.root_id).get(current.round)
    decision, reason = answer["lapse_decision"], answer["reason"]
    wrong = extension_error(decision, term is not None and term.extended_at is not None)
    if wrong:
        raise InvalidFields({"lapse_decision": wrong})
    say(unit, task, "close_uncorrected", decision, reason)
    if decision == "extend":
        days = int(answer["more_days"])
        put_term(unit, task.root_id, current.round, extended_at=unit.now, extended_by=unit.actor.account,
                 extended_days=days, reason=reason)  # fmt: skip
        case = queries.case_by_root(unit.connection, task.root_id)
        start_correction_limit(unit, case, city_date(unit.now), days=days)
        unit.record(EXTENDED, task.root_id, round=current.round, days=days)
        return {"lapse_decision": "extend"}
    put_term(unit, task.root_id, current.round, reason=reason, lapsed_at=unit.now)
    _tell_lapse(unit, task, current)
    queries.set_case(unit, task.root_id, status="lapsed", outcome="lapsed")
    unit.record(LAPSED, task.root_id, round=current.round)
    return {"lapse_decision": "end", "intake_outcome": "lapsed"}


def _tell_lapse(unit: Unit, task: Task, current: records.Correction) -> None:
    due_on = date.fromisoformat(_limit_on(unit, task.root_id))
    notified_on = city_date(current.issued_at) if current.issued_at else due_on
    letters.lapse_letter(unit, task.root_id, notified_on, due_on)


def _limit_on(view: View, root_id: str) -> str:
    """The day that has passed: the task is only reached when this clock has rung."""
    limits = [one for one in clocks_of(view.connection, root_id) if one.kind == "correction_limit"]
    return "" if not limits or limits[-1].due_on is None else limits[-1].due_on.isoformat()


ACTS = (
    Act("cases.confirm_correction", confirm_correction, prepare_correction,
        facts=("correction_confirmed", "intake_outcome")),
    Act("cases.issue_correction", issue_correction, prepare_correction),
    Act("cases.receive_correction", receive_correction, prepare_receive_correction, facts=("intake_outcome",)),
    Act("cases.close_uncorrected", close_uncorrected, prepare_close_uncorrected, part="accept",
        facts=("lapse_decision", "intake_outcome")),
)  # fmt: skip
"""The acts of the correction round."""
