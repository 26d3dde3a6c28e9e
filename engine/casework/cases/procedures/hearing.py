"""Acts of a hearing (行政许可法 47, 48): rights told, asked or waived, announced, held, recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.casework.cases.figures import case_figure
from engine.casework.cases.letters import letter
from engine.casework.cases.procedures import queries
from engine.casework.cases.procedures.rules import announcing_errors, answer_errors
from engine.casework.cases.procedures.special import current, prepare_with_files
from engine.casework.cases.queries import case_by_root
from engine.casework.cases.receiving import digests_in, local_instant
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.calendars import Calendars
from engine.process.documents.issuing import issue
from engine.process.tasks.queries import parts_played, play_part
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.identity.queries import actor_of, staff_of
from engine.registry.identity.rules import refuse_double_part
from forms import Context

RIGHTS_TOLD = tag("hearing.rights_told", "告知听证权利：{matter}")
ANSWERED = tag("hearing.answered", "申请人{answer_name}")
ANNOUNCED = tag("hearing.announced", "通知于 {held_at} 在{place}举行听证，主持人{host_name}")
HELD = tag("hearing.held", "举行听证并制作笔录（{held_at}）")

ANSWERS = {"asked": "要求听证", "waived": "书面放弃听证", "lapsed": "逾期没有提出听证"}


def tell_hearing_rights(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Tell the applicant of the right to a hearing; five working days to ask begin."""
    case = case_by_root(unit.connection, task.root_id)
    document = issue(unit, task.root_id, "hearing_rights_notice",
                     letter(unit, case, "hearing_rights_notice", matter=answer["matter"]))  # fmt: skip
    _note(unit, task, matter=answer["matter"], told_on=city_date(unit.now).isoformat(), rights=document.id)
    unit.record(RIGHTS_TOLD, task.root_id, matter=answer["matter"], document=document.id)
    return {}


def answer_hearing(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Record that a hearing is asked for, waived, or that the five days went by."""
    kept, today = current(unit, task.root_id).hearing or {}, city_date(unit.now)
    told_on = date.fromisoformat(kept["told_on"])
    answered_on = date.fromisoformat(answer["answered_on"]) if answer.get("answered_on") else today
    days = case_figure(unit.connection, task.root_id, "hearing_ask")
    last = unit.part(Calendars).current(unit.connection).add(told_on, days).date
    errors = answer_errors(answer["answer"], told_on, answered_on, last, today)
    if errors:
        raise InvalidFields(errors)
    files = [one.digest for one in take_uploads(unit, digests_in(answer.get("files")), task.root_id)]
    _note(unit, task, answer=answer["answer"], answered_on=answered_on.isoformat())
    unit.record(ANSWERED, task.root_id, answer=answer["answer"], answer_name=ANSWERS[answer["answer"]],
                on=answered_on.isoformat(), files=files)  # fmt: skip
    return {"hearing_asked": answer["answer"] == "asked"}


def prepare_announce(view: View, task: Task) -> Context:
    """Offer the department's people as hosts, and the matter as it was told."""
    kept = current(view, task.root_id).hearing or {}
    staff = staff_of(view.connection, task.department, view.now)
    return Context(
        now=view.now,
        options={"host": [(account, f"{account} {name}") for account, name in staff]},
        defaults={"matter": kept.get("matter", "")},
    )


def announce_hearing(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Announce the hearing seven days ahead; who reviews the case may not host it (S7, by natural person)."""
    kept = current(unit, task.root_id).hearing or {}
    held_at, today = local_instant(answer["held_at"]), city_date(unit.now)
    calendar = unit.part(Calendars).current(unit.connection)
    asked_on = date.fromisoformat(kept["answered_on"])
    last = calendar.add(asked_on, case_figure(unit.connection, task.root_id, "hearing_hold")).date
    ahead = case_figure(unit.connection, task.root_id, "hearing_notice")
    errors = announcing_errors(today, city_date(held_at), last, ahead)
    if errors:
        raise InvalidFields(errors)
    host = actor_of(unit.connection, answer["host"], unit.now, channel="api")
    refuse_double_part(parts_played(unit.connection, task.root_id, host.person), "host_hearing")
    play_part(unit, task.root_id, "host_hearing", player=host)
    case = case_by_root(unit.connection, task.root_id)
    document = issue(
        unit, task.root_id, "hearing_notice",
        letter(unit, case, "hearing_notice", held_on=held_at, place=answer["place"], host=host.name,
               matter=answer["matter"]),
    )  # fmt: skip
    _note(unit, task, held_at=answer["held_at"], place=answer["place"], host=host.account, host_name=host.name)
    unit.record(ANNOUNCED, task.root_id, held_at=answer["held_at"], place=answer["place"], host=host.account,
                host_name=host.name, document=document.id)  # fmt: skip
    return {}


def prepare_hold(view: View, task: Task) -> Context:
    """Start with the time that was announced."""
    kept = current(view, task.root_id).hearing or {}
    context = prepare_with_files(view, task)
    return Context(now=view.now, defaults={"held_at": kept.get("held_at", "")}, uploads=context.uploads)


def hold_hearing(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep the record of the hearing (行政许可法 48: the decision rests on it); not before it was announced for."""
    kept = current(unit, task.root_id).hearing or {}
    if answer["held_at"] < kept["held_at"]:
        raise InvalidFields(
            {"held_at": f"听证不能早于通知的时间{kept['held_at'].replace('T', ' ')}（行政许可法第四十八条）"}
        )
    files = [one.digest for one in take_uploads(unit, digests_in(answer.get("files")), task.root_id)]
    case = case_by_root(unit.connection, task.root_id)
    said = {key: answer[key] for key in ("recorder", "participants", "review_side", "applicant_side", "conclusion")}
    document = issue(
        unit, task.root_id, "hearing_record",
        letter(unit, case, "hearing_record", held_on=local_instant(answer["held_at"]), place=kept["place"],
               host=kept["host_name"], **said),
    )  # fmt: skip
    _note(unit, task, held=answer["held_at"], record=document.id)
    unit.record(HELD, task.root_id, held_at=answer["held_at"], document=document.id, files=files)
    return {}


def _note(unit: Unit, task: Task, **values: str) -> None:
    one = current(unit, task.root_id)
    queries.set_special(unit, one, hearing={**(one.hearing or {}), **values})


ACTS = (
    Act("cases.tell_hearing_rights", tell_hearing_rights),
    Act("cases.answer_hearing", answer_hearing, prepare_with_files, facts=("hearing_asked",)),
    Act("cases.announce_hearing", announce_hearing, prepare_announce),
    Act("cases.hold_hearing", hold_hearing, prepare_hold),
)
"""The acts of a hearing."""
