"""Acts of a special procedure (附录B; 行政许可法 45): asked for, approved, told in writing, carried out, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from deadlines.law.ledger import Pause
from engine.casework.cases.file.queries import give_opinion
from engine.casework.cases.letters import letter
from engine.casework.cases.procedures import queries
from engine.casework.cases.procedures.queries import Special
from engine.casework.cases.procedures.rules import HEARING, WORK, SpecialOverrun, overrun, special_errors
from engine.casework.cases.queries import case_by_root, set_case
from engine.casework.cases.receiving import digests_in, usable_refs
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.daybooks import notice_words
from engine.process.clocks.ledgers import live_clock, open_clock, pause_clocks, resume_clocks, stop_clock
from engine.process.clocks.rules import COUNTED, Terms
from engine.process.documents.issuing import issue
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.items.queries import item_at
from forms import Context

ASKED = tag("special.asked", "申请启动特别程序“{kind}”，预计{days}个工作日")
APPROVED = tag("special.approved", "特别程序“{kind}”：{answer}")
TOLD = tag("special.told", "特别程序“{kind}”已书面告知，自 {on} 起暂停计时，预计 {until} 结束")
WORKED = tag("special.worked", "特别程序“{kind}”由{entrusted}进行")
LONGER = tag("special.longer", "特别程序“{kind}”需要再用{days}个工作日，提请重新批准")
ENDED = tag("special.ended", "特别程序“{kind}”结束，自 {on} 起恢复计时")

CLOCK = "special_procedure"


def current(view: View, root_id: str) -> Special:
    """Return the special procedure the case is in."""
    return queries.specials_of(view.connection, root_id)[-1]


def apply_special(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask for a special procedure; refuse one that may not stop the clock, each reason at its field (T107)."""
    case = case_by_root(unit.connection, task.root_id)
    listed = item_at(unit.connection, case.item_digest).special_procedures
    told_anew = bool(answer.get("told_anew"))
    errors = special_errors(answer["kind"], answer["legal_basis"], told_anew, case.excluded_procedures, listed)
    if errors:
        raise InvalidFields(errors)
    take_uploads(unit, digests_in(answer.get("files")), task.root_id)
    number = queries.add_special(
        unit, task.root_id, kind=answer["kind"], reason=answer["reason"], legal_basis=answer["legal_basis"],
        expected_days=int(answer["expected_days"]), told_anew=answer["kind"] not in case.excluded_procedures,
    )  # fmt: skip
    unit.record(ASKED, task.root_id, special=number, kind=answer["kind"], days=int(answer["expected_days"]))
    return {}


def approve_special(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The head approves or not (S2: never who asked); a refusal of more time lets the procedure end as it is."""
    one, agreed = current(unit, task.root_id), answer["approved"] == "yes"
    longer = one.state == "longer"
    if agreed:
        days = one.expected_days + (one.more_days or 0)
        queries.set_special(
            unit, one, state="renewed" if longer else "approved", expected_days=days, more_days=None,
            approved_by=unit.actor.account, approved_at=unit.now,
        )  # fmt: skip
    else:
        queries.set_special(unit, one, state="running" if longer else "refused", more_days=None)
    give_opinion(unit, task.root_id, kind="special_approval", department=task.department,
                 conclusion="agree" if agreed else "disagree", text=answer.get("opinion") or one.kind)  # fmt: skip
    unit.record(APPROVED, task.root_id, special=one.number, kind=one.kind, answer="批准" if agreed else "不批准")
    return {"sp_next": "notice" if agreed else "result" if longer else "end"}


def notify_special(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Tell the applicant in writing how long it takes; from that day, and never without it, the clocks stand still."""
    one, today = current(unit, task.root_id), city_date(unit.now)
    case = case_by_root(unit.connection, task.root_id)
    started = one.started_on or today
    until = unit.part(Calendars).current(unit.connection).add(started, one.expected_days).date
    anew = "\n该程序未在收件（受理）通知书中列明，现另行书面告知。" if one.told_anew else ""
    document = issue(
        unit, task.root_id, "special_procedure_notice",
        letter(unit, case, "special_procedure_notice", procedure=one.kind, reason=one.reason + anew,
               legal_basis=one.legal_basis, expected_days=one.expected_days, starts_on=started, expected_end=until,
               counting=_counting(unit, one, today)),
    )  # fmt: skip
    if one.state == "renewed":
        stop_clock(unit, task.root_id, CLOCK, today)
        queries.set_special(unit, one, state="running", expected_end=until)
    else:
        pause_clocks(unit, task.root_id, today, one.kind, document.id, number=document.number)
        set_case(unit, task.root_id, status="suspended")
        queries.set_special(
            unit, one, state="running", document_id=document.id, started_on=today, expected_end=until
        )  # fmt: skip
    open_clock(unit, task.root_id, Terms(CLOCK, started, one.expected_days, "wd"))
    unit.record(TOLD, task.root_id, special=one.number, kind=one.kind, document=document.id,
                on=started.isoformat(), until=until.isoformat())  # fmt: skip
    return {"sp_step": "result" if one.state == "renewed" else "hearing" if one.kind == HEARING else "work"}


def _counting(unit: Unit, one: Special, today: date) -> str:
    """Return what is left of the limits that stand still, in the words of their ledgers."""
    pauses = [] if one.state == "renewed" else [Pause(today, one.kind, key="notice")]
    live = [live_clock(unit.connection, one.root_id, kind) for kind in COUNTED]
    return "\n".join(notice_words(unit, row, *pauses) for row in live if row is not None)


def prepare_work(view: View, task: Task) -> Context:
    """Start with what is done in this kind of procedure."""
    defaults = {"note": WORK[current(view, task.root_id).kind], "work_on": city_date(view.now).isoformat()}
    return Context(now=view.now, defaults=defaults, uploads=usable_refs(view, task.root_id))


def work_special(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep who carries the procedure out, when and where."""
    one = current(unit, task.root_id)
    files = take_uploads(unit, digests_in(answer.get("files")), task.root_id)
    unit.record(WORKED, task.root_id, special=one.number, kind=one.kind, entrusted=answer["entrusted"],
                on=answer["work_on"], place=answer["place"], files=[file.digest for file in files])  # fmt: skip
    return {}


def record_special_result(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """End the procedure and let the clocks go on, or ask for more time.

    Raises :class:`SpecialOverrun` when it took half as long again as approved: then it is approved anew first.
    """
    one, today = current(unit, task.root_id), city_date(unit.now)
    files = [file.digest for file in take_uploads(unit, digests_in(answer.get("files")), task.root_id)]
    if answer["outcome"] == "longer":
        queries.set_special(unit, one, state="longer", more_days=int(answer["more_days"]))
        unit.record(LONGER, task.root_id, special=one.number, kind=one.kind, days=int(answer["more_days"]),
                    reason=answer["longer_reason"])  # fmt: skip
        return {"sp_longer": True}
    used = unit.part(Calendars).current(unit.connection).count(one.started_on or today, today)
    if overrun(used, one.expected_days):
        raise SpecialOverrun(kind=one.kind, used=used, expected=one.expected_days)
    _end(unit, task, one, today, answer)
    unit.record(ENDED, task.root_id, special=one.number, kind=one.kind, on=today.isoformat(), files=files)
    return {"sp_longer": False}


def _end(unit: Unit, task: Task, one: Special, today: date, answer: Mapping[str, Any]) -> None:
    resume_clocks(unit, task.root_id, today, one.document_id)
    stop_clock(unit, task.root_id, CLOCK, today)
    set_case(unit, task.root_id, status="under_review")
    queries.set_special(
        unit, one, state="ended", ended_on=today, result=answer["result"], conclusion=answer["conclusion"]
    )
    give_opinion(unit, task.root_id, kind="special_procedure", department=task.department, conclusion="special_done",
                 text=f"{one.kind}：{answer['result']}结论：{answer['conclusion']}")  # fmt: skip


def prepare_with_files(view: View, task: Task) -> Context:
    """Let files be attached."""
    return Context(now=view.now, uploads=usable_refs(view, task.root_id))


ACTS = (
    Act("cases.apply_special", apply_special, prepare_with_files, part="ask_time"),
    Act("cases.approve_special", approve_special, part="approve_time", facts=("sp_next",)),
    Act("cases.notify_special", notify_special, facts=("sp_step",)),
    Act("cases.work_special", work_special, prepare_work, again=True),
    Act("cases.record_special_result", record_special_result, prepare_with_files, facts=("sp_longer",)),
)
"""Who asks for a special procedure never approves it (S2)."""
