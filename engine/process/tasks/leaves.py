"""Who is to stand in for somebody on leave is told, and told again when it is off."""

from __future__ import annotations

from engine.foundation.store.unit import Recorded, Unit
from engine.process.tasks.notifications.queries import notify_account
from engine.process.tasks.telling import active_actor
from engine.registry.identity.leave.handlers import REVOKED


def tell_substitute(unit: Unit, event: Recorded) -> None:
    """Tell the substitute of a leave that was registered or revoked."""
    said = event.data
    substitute = active_actor(unit, said["substitute"])
    if substitute is None or not substitute.grants:
        return
    days = f"{said['from_day']} 至 {said['until_day']}"
    if event.type == REVOKED:
        sentence = f"{said['name']} {days} 的请假已撤销，您不再代理。"
    else:
        sentence = f"{said['name']}自 {days} 请假，由您代理：其岗位的待办会出现在您的待办中。"
    role, place = substitute.grants[0]
    notify_account(unit, event.root, substitute.account, role, place, "leave", sentence)
