"""审计记录、审计发现: written, revised, settled, withdrawn by whoever wrote them, each with its line.

The lines stand in a chain of the auditor's own, not in the case's and not in the chain of who looked at what.  The
case's own journal is what clerks read and what is re-executed, and its version is what their forms are checked against:
an auditor's thought must move none of it.  The access chain is read by administrators.  And two auditors do not wait
for each other.  The text is kept as a personal value: it may name people, and may have to be erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.queries import visible_case
from engine.foundation.journal.queries import count_lines
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.audit.findings import queries, rules
from engine.oversight.audit.findings.commands import ReviseFinding, SettleFinding, WithdrawFinding, WriteFinding
from engine.oversight.audit.findings.queries import Finding
from engine.registry.identity.rules import scope_of

WRITTEN = tag("finding.written", "写{kind_name} {finding}：办件 {case_no}{place}{severity_name}")
REVISED = tag("finding.revised", "修改{kind_name} {finding}{severity_name}")
SETTLED = tag("finding.settled", "了结{kind_name} {finding}")
WITHDRAWN = tag("finding.withdrawn", "撤回{kind_name} {finding}")

LINES = (WRITTEN, REVISED, SETTLED, WITHDRAWN)
"""Every line about a note or a finding."""


def chain_of(account: str) -> str:
    """Return the root of the chain of what an auditor wrote."""
    return f"findings:{account}"


def write(command: WriteFinding, unit: Unit) -> Mapping[str, Any]:
    """Keep a note or a finding; raise CaseMissing, InvalidFields."""
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    content = rules.checked(command.kind, command.severity, command.basis, command.text)
    seq = rules.checked_seq(command.seq, count_lines(unit.connection, case.root_id))
    chain = _chain(unit)
    id = queries.put_finding(unit, case.root_id, seq, content)
    unit.record(
        WRITTEN, chain, **_said(id, content.kind, content.severity), case_no=case.case_no, seq=seq,
        place=f" 过程记录第 {seq} 条" if seq is not None else "", basis=content.basis, private={"text": content.text},
    )  # fmt: skip
    return {"id": id}


def revise(command: ReviseFinding, unit: Unit) -> Mapping[str, Any]:
    """Replace what an open one says; raise FindingMissing, FindingSettled, FindingChanged, InvalidFields."""
    one, chain = _open(unit, command.id)
    content = rules.checked(one.kind, command.severity, command.basis, command.text)
    if one.revision != command.revision:
        raise rules.FindingChanged
    if content == one.content:
        return {"id": one.id}
    queries.set_finding(
        unit, one.id, severity=content.severity, basis=content.basis, text=content.text, revision=one.revision + 1
    )
    unit.record(
        REVISED, chain, **_said(one.id, one.kind, content.severity), basis=content.basis,
        private={"text": content.text},
    )  # fmt: skip
    return {"id": one.id}


def settle(command: SettleFinding, unit: Unit) -> Mapping[str, Any]:
    """Note that nothing is left to be done about it; raise FindingMissing, FindingSettled, InvalidFields."""
    return _end(unit, command.id, command.reason, "settled", SETTLED)


def withdraw(command: WithdrawFinding, unit: Unit) -> Mapping[str, Any]:
    """Take back what should not have been written; raise FindingMissing, FindingSettled, InvalidFields."""
    return _end(unit, command.id, command.reason, "withdrawn", WITHDRAWN)


def _end(unit: Unit, id: int, text: str, state: str, said: str) -> Mapping[str, Any]:
    one, chain = _open(unit, id)
    reason = rules.checked_reason(text)
    queries.set_finding(unit, one.id, state=state, reason=reason, revision=one.revision + 1)
    unit.record(said, chain, **_said(one.id, one.kind, ""), private={"text": reason})
    return {"id": one.id}


def _open(unit: Unit, id: int) -> tuple[Finding, str]:
    """Return an open one of the actor's own and its chain, which is locked first: two windows edit in turn."""
    chain = _chain(unit)
    one = queries.own_finding(unit.connection, unit.actor.account, id)
    if one.state != "open":
        raise rules.FindingSettled(state=rules.STATES[one.state])
    return one, chain


def _chain(unit: Unit) -> str:
    return unit.lock_or_create(chain_of(unit.actor.account), "findings").id


def _said(id: int, kind: str, severity: str) -> dict[str, Any]:
    name = f"，{rules.SEVERITIES[severity]}" if severity else ""
    return {
        "finding": id, "kind": kind, "kind_name": rules.KINDS[kind], "severity": severity, "severity_name": name,
    }  # fmt: skip


HANDLERS: Mapping[type[Command], Handler] = {
    WriteFinding: write,
    ReviseFinding: revise,
    SettleFinding: settle,
    WithdrawFinding: withdraw,
}
"""The commands about notes and findings."""
