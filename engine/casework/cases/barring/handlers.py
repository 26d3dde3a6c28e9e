"""列入与解除失信记录 (4.1.7, 国办发〔2020〕42 号): by the revocation of a grant, or by a department's head; T030."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from engine.casework.cases import queries as cases
from engine.casework.cases.barring.commands import BarApplicant, LiftBarring
from engine.casework.cases.barring.queries import (
    Barring,
    Subject,
    barring_numbered,
    barring_on,
    note_lifted,
    put_barring,
)
from engine.casework.cases.barring.rules import (
    BY_HAND,
    SOURCES,
    STATES,
    AlreadyBarred,
    BarringEnded,
    BarringMissing,
    LiftReasonMissing,
    NotTheKeeper,
    OwnBarring,
    reason_error,
    state_of,
    until_error,
)
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.registry import View
from engine.registry.identity.queries import person_behind
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import CENTER, department_named
from engine.registry.policies.queries import figure
from forms import checks

BARRED = tag(
    "applicant.barred", "列入失信记录 {number}（{source_name}），至 {until}，期间不适用容缺受理和告知承诺（4.1.7）"
)
LIFTED = tag("applicant.bar_lifted", "解除失信记录 {number}，理由：{reason}")

LONGEST_NAME = 120
LONGEST_TEXT = 500


def bar_sentence(view: View, case: cases.CaseFile, conclusion: str) -> str:
    """Return why the applicant may not promise (失信人不适用容缺受理和告知承诺), or ""."""
    vault = view.part(Vault)
    who = cases.applicant_of(view.connection, vault, case.applicant_id)
    found = barring_on(view.connection, vault, who.id_no, city_date(view.now))
    if found is None:
        return ""
    way = "告知承诺" if conclusion == "accept_commitment" else "容缺受理"
    until = f"，至 {found.until.isoformat()}" if found.until else ""
    return (
        f"申请对象已列入失信记录（{found.number}：{found.reason}{until}），"
        f"不适用{way}（4.1.7、国办发〔2020〕42号），请按一般程序办理"
    )


def bar_after_revocation(unit: Unit, case: cases.CaseFile) -> None:
    """Make the entry that follows from a grant revoked because its promise was not kept (the case is locked)."""
    who = cases.applicant_of(unit.connection, unit.part(Vault), case.applicant_id)
    today = city_date(unit.now)
    _enter(
        unit, _next_number(unit, today), Subject(who.kind, who.name, who.id_kind, who.id_no), case,
        source="revocation", reason=f"{case.item_name}：违反告知承诺，准予决定已撤销", basis="",
        until=first_until(unit, today),
    )  # fmt: skip


def bar_applicant(command: BarApplicant, unit: Unit) -> Mapping[str, Any]:
    """Put an applicant on the list: the applicant of a case of the actor's department, or whoever is named.

    Raises CaseMissing, :class:`AlreadyBarred`, InvalidFields.
    """
    today, case = city_date(unit.now), None
    if command.case_no:
        case = cases.visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    until = _day(command.until)
    errors = _errors(command, until, today, longest_until(unit, today))
    if case is None:
        who, wrong = _named(command, today)
        errors = {**wrong, **errors}
    else:
        found = cases.applicant_of(unit.connection, unit.part(Vault), case.applicant_id)
        who = Subject(found.kind, found.name, found.id_kind, found.id_no)
    if errors:
        raise InvalidFields(errors)
    # The number is taken first: of two who bar the same applicant at once, the second waits here and sees the first.
    number = _next_number(unit, today)
    standing = barring_on(unit.connection, unit.part(Vault), who.id_no, today)
    if standing is not None:
        raise AlreadyBarred(number=standing.number)
    reason, basis = command.reason.strip(), command.basis.strip()
    _enter(unit, number, who, case, source=command.source, reason=reason, basis=basis, until=until)
    return {"number": number}


def lift_barring(command: LiftBarring, unit: Unit) -> Mapping[str, Any]:
    """End an entry before its day.

    Whoever made it may not (the same natural person, whatever the account); a head lifts what his own department
    made, the supervisor any.  Raises :class:`BarringMissing`, :class:`BarringEnded`, :class:`OwnBarring`,
    :class:`NotTheKeeper`, :class:`LiftReasonMissing`.
    """
    # Read again under the lock: another may have lifted it while this unit waited.
    unit.lock(known_barring(unit, command.number).root_id)
    found = known_barring(unit, command.number)
    state = state_of(found.lifted_at, found.until, city_date(unit.now))
    if state != "active":
        raise BarringEnded(number=found.number, state=STATES[state])
    _refuse_keeper(unit, found)
    reason = command.reason.strip()
    if reason_error(reason):
        raise LiftReasonMissing
    note_lifted(unit, found.number, reason)
    unit.record(LIFTED, found.root_id, number=found.number, reason=reason)
    sentence = f"失信记录 {found.number} 已解除，可以适用容缺受理和告知承诺。"
    notify(unit, found.root_id, "window_clerk", CENTER, "bar_lifted", sentence)
    if found.department:
        notify(unit, found.root_id, "dept_head", found.department, "bar_lifted", sentence)
    return {"number": found.number}


def first_until(view: View, today: date) -> date:
    """Return the last day that is proposed for an entry made on ``today`` (policy ``barring``)."""
    return today + timedelta(days=figure(view.connection, "barring"))


def longest_until(view: View, today: date) -> date:
    """Return the latest last day that may be chosen on ``today`` (policy ``barring_longest``)."""
    return today + timedelta(days=figure(view.connection, "barring_longest"))


def known_barring(view: View, number: str) -> Barring:
    """Return an entry; raise :class:`BarringMissing`."""
    found = barring_numbered(view.connection, view.part(Vault), number[:26])
    if found is None:
        raise BarringMissing(number=number[:26])
    return found


def _next_number(unit: Unit, today: date) -> str:
    return f"SX{today:%Y%m%d}{cases.next_number(unit, 'barring', today):04d}"


def _enter(
    unit: Unit, number: str, who: Subject, case: cases.CaseFile | None, *, source: str, reason: str, basis: str,
    until: date | None,
) -> None:  # fmt: skip
    """Insert the entry with its root and journal lines, and tell the counter."""
    root = unit.create_root(f"barring:{number}", "barring").id
    put_barring(
        unit, number, who, case_root=None if case is None else case.root_id, source=source, reason=reason, basis=basis,
        department=_keeper(unit, case), until=until,
    )  # fmt: skip
    said: dict[str, Any] = {
        "number": number, "source": source, "source_name": SOURCES[source],
        "until": "解除之日" if until is None else until.isoformat(),
    }  # fmt: skip
    unit.record(BARRED, root, **said, reason=reason, private={"applicant": vars(who)})
    if case is not None:
        unit.record(BARRED, case.root_id, **said)
    sentence = f"新列入失信记录 {number}，期间该申请对象不适用容缺受理和告知承诺。"
    notify(unit, root, "window_clerk", CENTER, "barred", sentence)


def _keeper(unit: Unit, case: cases.CaseFile | None) -> str:
    """Return the department that keeps the entry: the actor's own, of several the one that handles the case."""
    mine = unit.actor.departments("dept_head")
    if case is not None and (case.department in mine or not mine):
        return case.department
    return min(mine, default=CENTER)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _errors(command: BarApplicant, until: date | None, today: date, longest: date) -> dict[str, str]:
    wrong = {
        "source": "" if command.source in BY_HAND else "请选择列入的原因",
        "reason": reason_error(command.reason) or _too_long(command.reason),
        "basis": "" if command.basis.strip() else "请填写所依据的文书或者规定",
        "until": until_error(until, today, longest),
    }
    wrong["basis"] = wrong["basis"] or _too_long(command.basis)
    return {name: sentence for name, sentence in wrong.items() if sentence}


def _named(command: BarApplicant, today: date) -> tuple[Subject, dict[str, str]]:
    name = command.applicant_name.strip()
    checked = checks.identity(command.id_kind, command.id_no, today)
    errors = {}
    if command.applicant_kind not in ("person", "organisation"):
        errors["applicant_kind"] = "请选择自然人或者法人、其他组织"
    if not 1 <= len(name) <= LONGEST_NAME:
        errors["applicant_name"] = f"请填写姓名或者名称（不超过 {LONGEST_NAME} 个字）"
    if command.id_kind not in checks.IDENTITY_KINDS:
        errors["id_kind"] = "请选择证件类型"
    elif checked.level == "error":
        errors["id_no"] = checked.sentence
    return Subject(command.applicant_kind, name, command.id_kind, checked.normal), errors


def _too_long(text: str) -> str:
    return f"不能超过 {LONGEST_TEXT} 个字" if len(text) > LONGEST_TEXT else ""


def _refuse_keeper(unit: Unit, found: Barring) -> None:
    if person_behind(unit.connection, found.barred_by) == unit.actor.person:
        raise OwnBarring
    mine = unit.actor.departments("dept_head")
    if not unit.actor.has("supervisor", "system") and found.department not in mine:
        name = department_named(unit.connection, found.department).name if found.department else "原列入部门"
        raise NotTheKeeper(number=found.number, department=name)


HANDLERS: Mapping[type[Command], Handler] = {BarApplicant: bar_applicant, LiftBarring: lift_barring}
"""The commands of 失信记录."""
