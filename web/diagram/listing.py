"""The same in words: every element of a diagram with its state, time and person, in the order it happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.process.bpmn.names import ACTIVITY_KINDS, EVENT_KINDS, GATEWAY_KINDS
from engine.process.bpmn.picture import Picture, Shape
from web import words
from web.diagram.trail import CANCELLED, MARKS, PASSED, PLAIN, STANDING, WORDS, Mark, Trail

_NODES = ACTIVITY_KINDS | EVENT_KINDS | GATEWAY_KINDS
_ORDER = {PASSED: 0, CANCELLED: 0, STANDING: 1, PLAIN: 2}


@dataclass(frozen=True)
class Line:
    """One element in words."""

    element: str
    name: str
    kind: str
    lane: str
    state: str
    at: datetime | None
    who: str
    times: int
    since: datetime | None
    holder: str
    task_id: str
    called: str
    note: str

    @property
    def sign(self) -> str:
        """The sign that the diagram shows."""
        return MARKS[self.state]

    @property
    def word(self) -> str:
        """The state as a word."""
        return WORDS[self.state]


def lines(picture: Picture, trail: Trail, name_of: Callable[[str], str], notes: Mapping[str, str]) -> list[Line]:
    """Return every flow node: those gone through by time, then where it stands, then the rest from left to right."""
    shapes = sorted(nodes_of(picture), key=lambda shape: _place(trail.of(shape.id)))
    return [_line(shape, trail.of(shape.id), picture, name_of, notes) for shape in shapes]


def nodes_of(picture: Picture) -> list[Shape]:
    """Return the flow nodes from left to right."""
    mine = [shape for shape in picture.shapes if shape.kind in _NODES]
    return sorted(mine, key=lambda shape: (shape.box.middle[0], shape.box.y))


def sentence(shape: Shape, mark: Mark, name_of: Callable[[str], str]) -> str:
    """Return what a screen reader says of an element, and what a pointer resting on it shows."""
    said = [f"{shape.name or shape.id}（{words.KINDS.get(shape.kind, shape.kind)}）：{WORDS[mark.state]}"]
    if mark.state == STANDING:
        said.append(f"{words.local(mark.since)} 起")
        said.append(f"{name_of(mark.holder)} 签收" if mark.holder else "")
    elif mark.at is not None:
        said.append(f"{words.local(mark.at)} {_who(mark, name_of)}")
        said.append(f"共 {mark.times} 次" if mark.times > 1 else "")
    elif mark.armed:
        said.append("到期时触发")
    return "，".join(one for one in said if one)


def _who(mark: Mark, name_of: Callable[[str], str]) -> str:
    return words.acting(name_of(mark.account), name_of(mark.on_behalf) if mark.on_behalf else "")


def _place(mark: Mark) -> tuple[int, int]:
    return _ORDER[mark.state], mark.number if mark.state in (PASSED, CANCELLED) else 0


def _line(shape: Shape, mark: Mark, picture: Picture, name_of: Callable[[str], str], notes: Mapping[str, str]) -> Line:
    lanes = {one.id: one.name for one in picture.shapes if one.kind == "lane"}
    return Line(
        element=shape.id,
        name=shape.name or shape.id,
        kind=words.KINDS.get(shape.kind, shape.kind),
        lane=lanes.get(shape.lane, words.LANES.get(shape.lane, shape.lane)),
        state=mark.state,
        at=mark.at,
        who=_who(mark, name_of) if mark.account else "",
        times=mark.times,
        since=mark.since if mark.state == STANDING else None,
        holder=name_of(mark.holder) if mark.holder else "",
        task_id=mark.task_id,
        called=shape.called,
        note=notes.get(shape.id, ""),
    )
