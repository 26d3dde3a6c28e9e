"""The clock of a result that waits at the window, and the reminders when it is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.figures import case_figure
from engine.casework.cases.queries import applicant_of, case_by_root, kinds_of, visible_case
from engine.casework.issuance.collecting import queries
from engine.casework.issuance.collecting.commands import NoteChase
from engine.casework.issuance.collecting.rules import ChaseNoteMissing, NotUncollected, another
from engine.casework.issuance.sms.handlers import send_message
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.clocks.ledgers import end_fired_clock, open_clock, stop_clock
from engine.process.clocks.queries import DeadlineRow
from engine.process.clocks.rules import Terms
from engine.process.tasks.notifications.queries import notify
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import CENTER
from forms import checks

CHASED = tag("delivery.chased", "催领（第 {number} 次）：{note}")

CLOCK = "uncollected"


def start_waiting(unit: Unit, root_id: str) -> None:
    """Open the clock of a result that waits at the window from today (15 working days, a policy)."""
    days = case_figure(unit.connection, root_id, "uncollected")
    open_clock(unit, root_id, Terms(CLOCK, city_date(unit.now), days, "wd", act_when_due=True))


def stop_waiting(unit: Unit, root_id: str) -> None:
    """End the clock: the result goes another way."""
    stop_clock(unit, root_id, CLOCK, city_date(unit.now))


def uncollected(unit: Unit, due: DeadlineRow) -> None:
    """The clock is due and nobody came: tell the issuing clerks and the applicant, and look again in a week.

    The house reminds three times at most (a policy); then only the clerks go on.
    """
    clock = end_fired_clock(unit, due.clock_id)
    root_id = clock.root_id
    case = case_by_root(unit.connection, root_id)
    person = kinds_of(unit.connection, {case.applicant_id})[case.applicant_id] == "person"
    name = checks.mask_name(case.applicant_name) if person else case.applicant_name
    sentence = f"“{case.item_name}”（{name}）的结果逾期无人领取，请催领。"
    notify(unit, root_id, "issue_clerk", CENTER, "uncollected", sentence)
    who = applicant_of(unit.connection, unit.part(Vault), case.applicant_id)
    text = f"您申请办理的“{case.item_name}”结果已可领取，请携带身份证件到综合窗口领取，也可以要求免费邮寄。"
    send_message(unit, root_id, "uncollected", who.phone, text)
    number = queries.add_chase(unit, root_id, "系统短信提醒")
    unit.record(CHASED, root_id, number=number, note="系统短信提醒")
    if another(clock.number, case_figure(unit.connection, root_id, "uncollected_times")):
        again = case_figure(unit.connection, root_id, "uncollected_repeat")
        open_clock(unit, root_id, Terms(CLOCK, city_date(unit.now), again, "cd", act_when_due=True))


def note_chase(command: NoteChase, unit: Unit) -> Mapping[str, Any]:
    """Keep that a clerk reminded the applicant; raise :class:`NotUncollected` or :class:`ChaseNoteMissing`."""
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    note = command.note.strip()
    if len(note) < 4:
        raise ChaseNoteMissing
    if case.status != "awaiting_pickup":
        raise NotUncollected
    number = queries.add_chase(unit, case.root_id, note[:500])
    unit.record(CHASED, case.root_id, number=number, note=note[:500])
    return {"case_no": case.case_no, "number": number}
