"""Changing where a running case stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.casework.cases.queries import case_of_number
from engine.foundation.journal.reasons import written_reason
from engine.foundation.store.unit import Unit
from engine.oversight.publishing.migrating.rules import CaseClosed, CaseNotStarted, ReasonUnwritten
from engine.oversight.publishing.modifying.commands import ModifyCase
from engine.process.bpmn import Change
from engine.process.bpmn.standing import standing
from engine.process.tasks import modifying
from engine.process.tasks.queries import instances_of, main_run
from engine.process.tasks.registry import View
from engine.process.tasks.rules import InstanceRow, task_id


@dataclass(frozen=True)
class Stand:
    """Where a case stands: the number of the token, its process and element, and the element's name."""

    number: int
    process_id: str
    element_id: str
    name: str


def modify_case(command: ModifyCase, unit: Unit) -> Mapping[str, Any]:
    """Change where the main process of a case stands, in one act with one line of the journal.

    A step can be begun only *before* it, never past it, and only where the case has been or may come without leaving
    out what somebody must answer for: an acceptance or a decision cannot be made up by it, and separation of duties
    holds for the step as ever.  Raises :class:`ReasonUnwritten`, CaseMissing, :class:`CaseClosed`,
    :class:`CaseNotStarted`, ModificationRefused, and what a service refuses that runs in consequence.
    """
    reason = written_reason(command.reason, ReasonUnwritten)
    row = running_run(unit, command.case_no)
    change = Change(command.cancel, command.begin, command.facts, command.process_id)
    advance = modifying.modify(unit, row, change, reason)
    opened = [task_id(row.root_id, row.run, one.task_no) for one in advance.opened]
    return {"case_no": command.case_no, "closed": list(advance.closed), "opened": opened}


def where(view: View, case_no: str) -> list[Stand]:
    """Return where the main process of a case stands; raise as :func:`modify_case` does for one that has none."""
    row = running_run(view, case_no)
    bundle = modifying.bundle_of(view, row)
    return [
        Stand(one.task_no, one.process_id, one.element_id, bundle.element(one.process_id, one.element_id).name)
        for one in standing(bundle, row.snapshot)
    ]


def running_run(view: View, case_no: str) -> InstanceRow:
    """Return the run of the case's main process; raise CaseMissing, :class:`CaseClosed`, :class:`CaseNotStarted`."""
    case = case_of_number(view.connection, case_no)
    row = main_run(instances_of(view.connection, case.root_id))
    if case.outcome is not None or (row is not None and row.completed):
        raise CaseClosed(case_no=case_no)
    if row is None:
        raise CaseNotStarted(case_no=case_no)
    return row
