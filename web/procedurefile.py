"""What lengthens a case by law, as its pages show it: special procedures and extensions, who asked and who approved.

Who approves sees here what is asked for; who tells the applicant sees what the notice will say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from engine.casework.cases.procedures.queries import Extension, Special, extensions_of, specials_of
from engine.casework.cases.sharing.sight import Sight
from web.words import iso, local

SPECIAL_STATES = {
    "asked": "待批准",
    "approved": "已批准，待书面告知",
    "refused": "没有批准",
    "running": "进行中，暂停计时",
    "longer": "进行中，暂停计时；申请增加时间，待批准",
    "renewed": "进行中，暂停计时；已批准增加时间，待书面告知",
    "ended": "已结束，恢复计时",
}
EXTENSION_STATES = {
    "asked": "待批准", "approved": "已批准，待书面告知", "refused": "没有批准", "told": "已告知，法定期限已延长"
}  # fmt: skip
_OVER = frozenset({"refused", "ended", "told"})


NameOf = Callable[[str | None], str]


@dataclass(frozen=True)
class Panel:
    """One of them as shown: heading, facts, whether it still waits for somebody, and whether time stands still."""

    title: str
    facts: list[tuple[str, str]]
    open: bool
    paused: bool


@dataclass(frozen=True)
class Procedures:
    """The special procedures and extensions of a case, oldest first."""

    specials: list[Special]
    extensions: list[Extension]

    @property
    def accounts(self) -> set[str]:
        """Whose names a page has to know."""
        every: list[Special | Extension] = [*self.specials, *self.extensions]
        return {who for one in every for who in (one.asked_by, one.approved_by) if who}

    def panels(self, name_of: NameOf) -> list[Panel]:
        """Return them as shown, with the names that ``name_of`` gives to accounts."""
        return [
            *(_special(one, name_of) for one in self.specials),
            *(_extension(one, name_of) for one in self.extensions),
        ]


def gather_procedures(connection: Connection, root_id: str, sight: Sight) -> Procedures:
    """Return what was asked for in the case; names of materials out of ``sight`` are covered."""
    return Procedures(
        [sight.covered(one) for one in specials_of(connection, root_id)],
        [sight.covered(one) for one in extensions_of(connection, root_id)],
    )


def _special(one: Special, name_of: NameOf) -> Panel:
    told = "《收件（受理）通知书》没有列明，另行书面告知" if one.told_anew else "《收件（受理）通知书》已列明"
    facts = [
        ("理由", one.reason),
        ("依据", one.legal_basis),
        ("预计所需时间", f"{one.expected_days}个工作日"),
        ("申请增加", f"{one.more_days}个工作日" if one.more_days else ""),
        ("受理时告知", told),
        ("申请", f"{name_of(one.asked_by)} {local(one.asked_at)}"),
        ("批准", f"{name_of(one.approved_by)} {local(one.approved_at)}" if one.approved_by else ""),
        ("告知并暂停计时", iso(one.started_on)),
        ("预计结束", iso(one.expected_end)),
        ("结束并恢复计时", iso(one.ended_on)),
        ("结果", one.result or ""),
        ("结论", one.conclusion or ""),
    ]
    paused = one.state in ("running", "longer", "renewed")
    return Panel(f"特别程序（{one.kind}）：{SPECIAL_STATES[one.state]}", facts, one.state not in _OVER, paused)


def _extension(one: Extension, name_of: NameOf) -> Panel:
    facts = [
        ("延长", f"{one.days}个工作日"),
        ("理由", one.reason),
        ("申请", f"{name_of(one.asked_by)} {local(one.asked_at)}"),
        ("批准", name_of(one.approved_by)),
    ]
    return Panel(f"延长办理期限：{EXTENSION_STATES[one.state]}", facts, one.state not in _OVER, paused=False)
