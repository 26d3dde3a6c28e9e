"""How a case came, as its page shows it: window, agent, mail, region, other cases of the application, questions."""

from __future__ import annotations

from dataclasses import dataclass

from engine.casework.cases.origin import queries as origins
from engine.casework.cases.origin.queries import Origin, Visit
from engine.casework.cases.origin.rules import AGENT_KINDS, OFFLINE_STATES, REGIONS, REMOTE_MODES, mail_short
from engine.casework.cases.queries import CaseFile, cases_by_root, cases_of_application
from engine.casework.counselling.queries import Call, Consultation, calls_for, consultations_for
from engine.foundation.vault import Vault
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from forms import checks


@dataclass(frozen=True)
class Brought:
    """What is told of how a case came; ``reused`` names the earlier case by (material, digest)."""

    facts: list[tuple[str, str]]
    agent: list[tuple[str, str]]
    origin: Origin | None
    waiting: bool
    visits: list[Visit]
    reused: dict[tuple[int, str], str]
    siblings: list[CaseFile]
    consultations: list[Consultation]
    calls: list[Call]
    entrusted: bool


def brought(view: Reading, case: CaseFile, *, entrusted: bool, clear: bool) -> Brought:
    """Return how ``case`` came; the agent is masked unless ``clear``."""
    connection, root = view.connection, case.root_id
    origin = origins.origin_of(connection, root)
    reused = origins.reused_of(connection, root)
    sources = cases_by_root(connection, set(reused.values()))
    asks = may(view.actor, "consultation.see")
    return Brought(
        facts=_facts(case, origin),
        agent=_agent(view, root, clear=clear),
        origin=origin,
        waiting=origin is not None and origin.offline_state == "waiting",
        visits=origins.visits_of(connection, root),
        reused={key: sources[source].case_no for key, source in reused.items()},
        siblings=[
            one
            for one in cases_of_application(connection, case.application_id)
            if one.root_id != root and view.scope.covers(one.department)
        ],
        consultations=consultations_for(connection, view.scope, case_root=root) if asks else [],
        calls=calls_for(connection, view.scope, case_root=root) if asks else [],
        entrusted=entrusted,
    )


def _facts(case: CaseFile, origin: Origin | None) -> list[tuple[str, str]]:
    told = [("到现场次数", f"{case.visits} 次")]
    if case.receive_region != case.handle_region:
        told.append(("收件地", REGIONS.get(case.receive_region, case.receive_region)))
        told.append(("办理地", REGIONS.get(case.handle_region, case.handle_region)))
    if origin is None:
        return told
    if origin.remote_mode != "local":
        told.append(("跨区域方式", REMOTE_MODES.get(origin.remote_mode, origin.remote_mode)))
    if origin.mail_no:
        short = mail_short(origin.mail_listed, origin.mail_found)
        told.append(("邮件运单号", origin.mail_no))
        told.append(("拆封清点", f"缺 {short} 份，待补" if short else "两人清点"))
    if origin.offline_state:
        told.append(("停机期间收件", OFFLINE_STATES[origin.offline_state]))
        told.append(("纸质登记簿", origin.offline_register_no or ""))
    return told


def _agent(view: Reading, root: str, *, clear: bool) -> list[tuple[str, str]]:
    who = origins.agent_of(view.connection, view.part(Vault), root)
    if who is None:
        return []
    return [
        ("代办人", who.name if clear else checks.mask_name(who.name)),
        ("身份", AGENT_KINDS.get(who.kind, who.kind)),
        ("身份证号码", who.id_no if clear else checks.mask_resident_id(who.id_no)),
        ("电话", who.phone if clear else checks.mask_phone(who.phone)),
        ("授权委托书", f"{len(who.letter)} 份"),
    ]
