"""Which figures a page is asked for, of what the reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from engine.foundation.clock import city_date
from engine.foundation.errors import NotFound
from engine.oversight.audit.rollups.queries import Asked, known
from engine.oversight.audit.rollups.rules import figures_scope
from engine.registry.identity.reading import Reading
from engine.registry.items.queries import item_names
from engine.registry.organisation.queries import departments

YEAR = 12


class FiguresElsewhere(NotFound):
    """没有可以查看的这一项统计（{what}）。请从列表中选择事项、部门和月份；各部门只能查看本部门的统计。"""

    code = "FIGURES_ELSEWHERE"


@dataclass(frozen=True)
class Choice:
    """What was chosen, and what there is to choose from (codes and what they are called)."""

    item: str
    department: str
    since: str
    until: str
    items: Mapping[str, str]
    departments: Mapping[str, str]
    months: Mapping[str, str]
    places: Mapping[str, str]
    """Every department by its short name, for what stands in a figure."""
    own: bool
    """Whether the reader sees some departments only."""

    @property
    def asked(self) -> Asked:
        """What is asked of the figures."""
        chosen = frozenset({self.department}) if self.department else None
        mine = frozenset(self.departments) if self.own else None
        return Asked((self.item,) if self.item else tuple(self.items), self.since, self.until, chosen or mine)

    @property
    def pairs(self) -> dict[str, str]:
        """The choice as parts of an address."""
        told = {"item": self.item, "department": self.department, "since": self.since, "until": self.until}
        return {name: value for name, value in told.items() if value}

    @property
    def said(self) -> str:
        """The choice in words."""
        place = self.departments.get(self.department, "")
        if not place:
            place = "、".join(self.departments.values()) if self.own else "全部部门"
        item = f"{self.item} {self.items[self.item]}" if self.item else "全部事项"
        when = self.since if self.since == self.until else f"{self.since} 至 {self.until}"
        return f"{item}，{place}，办结于 {when}"

    def place(self, key: str) -> str:
        """Return what a department is called."""
        return self.places.get(key, key)


def choice(view: Reading) -> Choice:
    """Return what the address asks for; the last year when it names no months.

    Raises :class:`FiguresElsewhere` for an item, a department or a month that is none, or not the reader's.
    """
    scope = figures_scope(view.actor)
    mine = None if scope.everything else scope.departments
    registered = departments(view.connection)
    places = {key: one.short_name for key, one in registered.items()}
    shown = {key: places.get(key, key) for key, one in registered.items() if one.kind != "regulator"}
    if mine is not None:
        shown = {key: places.get(key, key) for key in sorted(mine)}
    names, first = item_names(view.connection), known(view.connection)
    items = {code: names.get(code, code) for code in first}
    last = city_date(view.now).strftime("%Y-%m")
    found = _months(min([last, *first.values()]), last)
    titles = {one: f"{one[:4]} 年 {int(one[5:])} 月" for one in found}
    until = _one("until", titles) or found[0]
    year = found[found.index(until) :][:YEAR]
    since = _one("since", titles) or year[-1]
    if since > until:
        raise FiguresElsewhere(what=f"{since} 至 {until}")
    return Choice(
        _one("item", items), _one("department", shown), since, until, items, shown, titles, places, mine is not None
    )  # fmt: skip


def _one(name: str, known: Mapping[str, str]) -> str:
    asked = request.args.get(name, "")
    if asked and asked not in known:
        raise FiguresElsewhere(what=asked[:40])
    return asked


def _months(first: str, last: str) -> list[str]:
    """Return the months from the last one back to the first."""
    begin, end = (int(one[:4]) * 12 + int(one[5:]) - 1 for one in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(end, begin - 1, -1)]
