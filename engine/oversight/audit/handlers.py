"""The log over all chains: what befell it is journalled, told to the auditors, and an incident until it is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.clock import from_utc_text
from engine.foundation.journal.sealing import queries as log
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.audit import queries
from engine.oversight.audit.commands import RecordVerification, TellOfKey, TellOfSeal
from engine.process.tasks.incidents.queries import heal, is_known, raise_incident
from engine.process.tasks.incidents.rules import SEAL, SEALING
from engine.process.tasks.notifications.queries import notify
from engine.registry.organisation.queries import CENTER

ROOT = "audit"
"""The chain of the log's own story."""
INCIDENT = f"{SEAL}:log"

REFUSED = tag("log.refused", "停止封存过程记录：{why}")
SEALED_AGAIN = tag("log.sealed_again", "恢复封存过程记录")
KEY_CHANGED = tag("log.key_changed", "更换封存密钥，新的公钥：{key}")
VERIFIED = tag("log.verified", "核对过程记录：{chains} 条链，{lines} 条记录，{found} 处不符")

ADVICE = "请保全现场，数据库和检查点文件都不要改动，用 audit verify --all 查明。"


def tell_of_seal(command: TellOfSeal, unit: Unit) -> Mapping[str, Any]:
    """Note why nothing is sealed any more, and tell auditors and system administrators; or that it goes on."""
    chain = unit.lock_or_create(ROOT, "audit").id
    if not command.why:
        if not is_known(unit.connection, INCIDENT):
            return {}
        log.change_head(unit.connection, refused=None, refused_at=None)
        heal(unit, INCIDENT)
        unit.record(SEALED_AGAIN, chain)
        return {}
    said = f"已停止封存过程记录：{command.why}。{ADVICE}"
    head = log.head_of_log(unit.connection)
    if head.refused == command.why[:2000] if head else is_known(unit.connection, INCIDENT, said):
        return {}
    log.change_head(unit.connection, refused=command.why[:2000], refused_at=unit.now)
    raise_incident(unit, INCIDENT, chain, SEALING, said, 1)
    unit.record(REFUSED, chain, why=command.why)
    _tell(unit, chain, said)
    return {}


def tell_of_key(command: TellOfKey, unit: Unit) -> Mapping[str, Any]:
    """Journal that another key signs."""
    chain = unit.lock_or_create(ROOT, "audit").id
    unit.record(KEY_CHANGED, chain, key=command.key)
    return {}


def record_verification(command: RecordVerification, unit: Unit) -> Mapping[str, Any]:
    """Keep what a check found; tell of it when something does not hold."""
    chain = unit.lock_or_create(ROOT, "audit").id
    queries.put_verification(
        unit, began_at=from_utc_text(command.began_at), extent=command.extent, chains=command.chains,
        lines=command.lines, size=command.size, found=command.found, first=command.first[:2000] or None,
    )  # fmt: skip
    unit.record(
        VERIFIED, chain, extent=command.extent, chains=command.chains, lines=command.lines, size=command.size,
        found=command.found, first=command.first,
    )  # fmt: skip
    if command.found:
        _tell(unit, chain, f"核对过程记录，有 {command.found} 处不符，第一处：{command.first}。{ADVICE}")
    return {"found": command.found}


def _tell(unit: Unit, chain: str, said: str) -> None:
    for role in ("auditor", "audit_admin", "sys_admin"):
        notify(unit, chain, role, CENTER, "incident", said)


HANDLERS: Mapping[type[Command], Handler] = {
    TellOfSeal: tell_of_seal,
    TellOfKey: tell_of_key,
    RecordVerification: record_verification,
}
