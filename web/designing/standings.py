"""Where the running cases of a release stand, what of that a newer release changes, and who can go on: for pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.oversight.publishing.comparing.changes import REMOVED
from engine.oversight.publishing.comparing.releases import compare_releases
from engine.oversight.publishing.migrating.commands import Ids
from engine.oversight.publishing.migrating.looking import MOST, Looked, Place, counted, look
from engine.process.bpmn import Definition
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import Release
from engine.registry.identity.reading import Reading
from web.designing.differences import changed_elements, gone_processes

HEADER = ("办件编号", "所在环节", "能否改用", "原因")


@dataclass(frozen=True)
class Line:
    """An element on which cases stand: its names, how it differs in the newer release (empty: it does not), counts."""

    place: Place
    process: str
    name: str
    change: str
    here: int
    movable: int

    @property
    def key(self) -> str:
        """How an address names it."""
        return "/".join(self.place)


@dataclass(frozen=True)
class Impact:
    """The running cases of a release beside a newer one."""

    looked: Sequence[Looked]
    lines: Sequence[Line]
    more: bool
    """Whether there are more cases than were looked at."""

    @property
    def movable(self) -> list[Looked]:
        """Those that can go on with the newer release."""
        return [one for one in self.looked if not one.reasons]

    @property
    def touched(self) -> int:
        """How many cases stand on an element that is changed or gone."""
        places = {line.place for line in self.lines if line.change}
        return sum(1 for one in self.looked if one.places & places)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why cases cannot go on, the most frequent first, each with the number of cases."""
        return Counter(reason for one in self.looked for reason in one.reasons).most_common()

    def named(self, places: Iterable[Place]) -> list[Line]:
        """Return elements as they are told, in the order of the list."""
        wanted = set(places)
        return [line for line in self.lines if line.place in wanted]

    def chosen(self, element: str, can: str) -> list[Looked]:
        """Return the cases at an element (by its key) and those that can (``yes``) or cannot (``no``) go on."""
        place = tuple(element.split("/", 1))
        return [
            one for one in self.looked
            if (not element or place in one.places) and (not can or (can == "no") == bool(one.reasons))
        ]  # fmt: skip


def impact_of(view: Reading, before: Release, after: Release, ids: Ids) -> Impact:
    """Return where the running cases of ``before`` stand, and which of them can go on with ``after``."""
    found = look(view, before.item_code, on=before, to=after, ids=ids, limit=MOST + 1)
    changes = compare_releases(view, before, after)
    elements, gone = changed_elements(changes, before), gone_processes(changes)
    names = _definitions(view, before)
    lines = [
        Line(
            place, names[place[0]].name, _name(names, place),
            REMOVED if place[0] in gone else elements.get(place, ""), here, movable,
        )
        for place, (here, movable) in counted(found[:MOST]).items()
    ]  # fmt: skip
    lines.sort(key=lambda line: (not line.change, -line.here, line.place))
    return Impact(found[:MOST], lines, len(found) > MOST)


def _definitions(view: Reading, release: Release) -> Mapping[str, Definition]:
    bundles = view.part(Bundles)
    return {name: bundles.definition(view.connection, digest) for name, digest in release.processes.items()}


def _name(names: Mapping[str, Definition], place: Place) -> str:
    return names[place[0]].elements[place[1]].name or place[1]


def rows_of(impact: Impact) -> list[tuple[str, ...]]:
    """Return the lines of a spreadsheet: one for each case."""
    return [
        (
            one.case_no, "；".join(f"{line.process}：{line.name}" for line in impact.named(one.places)),
            "不能" if one.reasons else "可以", "；".join(one.reasons),
        )
        for one in impact.looked
    ]  # fmt: skip
