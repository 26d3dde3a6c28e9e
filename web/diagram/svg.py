"""Drawing a process as SVG with the marks of a case.

State is told three ways at once: a sign (✓ ▶ ×), the weight and dashes of the outline, and colour.  Every
colour stands in an attribute, so the picture is the same in a page, as a file, and printed in black and white.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from engine.foundation.clock import CITY
from engine.process.bpmn.names import ACTIVITY_KINDS, EVENT_KINDS
from engine.process.bpmn.picture import Box, Edge, Picture, Shape
from web.diagram.flags import edge_flag, shape_flag
from web.diagram.glyphs import AMBER, BLUE, GOOD, INK, badge, event_sign, gateway_sign, plus, task_sign
from web.diagram.lettering import fitted, leading
from web.diagram.trail import CANCELLED, PASSED, STANDING, WORDS, Mark, Trail
from web.diagram.xml import node, words

FACE = "PingFang SC, Microsoft YaHei, Source Han Sans SC, Noto Sans CJK SC, sans-serif"
EDGE, MUTED = "#6b7782", "#4a5560"
BESIDE_LOOP = 16
"""How far the plus of a call stands aside where the sign of repetition has the middle."""
_HEAD = 30
"""Width in pixels of the strip that carries a pool's or lane's name."""
_FILL = {PASSED: "#eef7f0", STANDING: "#e3effb", CANCELLED: "#f3f6f9"}
HEAT = ("#fff", "#fdf3e1", "#fbe3ba", "#f8cf8c", "#f4b860", "#ee9f3a")
"""The grounds of a map of many cases, from little to much; letters on each of them keep 7:1."""
_STROKE = {PASSED: GOOD, STANDING: BLUE, CANCELLED: EDGE}


@dataclass(frozen=True)
class Labels:
    """What is said beside the drawing itself: links of elements, notes under them, sentences for assistive tech."""

    links: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    sentence: Callable[[Shape, Mark], str] = lambda shape, mark: f"{shape.name or shape.id}：{WORDS[mark.state]}"
    flags: Mapping[str, str] = field(default_factory=dict)
    """How elements and flows differ from another version: added, changed or removed."""
    within: str = ""
    """Keeps the ids of one drawing apart from those of another of the same process on the page."""


def draw(picture: Picture, trail: Trail | None = None, labels: Labels | None = None) -> Markup:
    """Return the SVG of ``picture``; with a ``trail`` the marks of a case are on it."""
    trail, labels = trail or Trail(), labels or Labels()
    frame, prefix = picture.frame, f"yc-d-{labels.within}{picture.process_id}"
    frames = _of_kinds(picture, ("participant", "lane", "blackBox"))
    parts = [
        *(_frame(shape, number) for number, shape in enumerate(frames)),
        *(_edge(edge, prefix, taken=edge.id in trail.taken) for edge in _thin_first(picture, trail)),
        *(edge_flag(edge, labels.flags[edge.id]) for edge in picture.edges if edge.id in labels.flags),
        *(_element(shape, trail.of(shape.id), labels, prefix) for shape in picture.shapes if not _is_frame(shape)),
        *(_edge_label(edge, taken=edge.id in trail.taken) for edge in picture.edges),
        *(shape_flag(shape, labels.flags[shape.id]) for shape in picture.shapes if shape.id in labels.flags),
    ]
    drawn = node(
        "g", *parts, id=whole_of(picture.process_id, labels.within), font_family=FACE, fill=INK,
        stroke_linejoin="round", stroke_linecap="round",
    )  # fmt: skip
    title = node("title", words(picture.title), id=f"{prefix}-title")
    whole = node(
        "svg", title, _arrows(prefix), drawn, xmlns="http://www.w3.org/2000/svg", role="group",
        aria_labelledby=f"{prefix}-title", viewBox=f"{frame.x:g} {frame.y:g} {frame.width:g} {frame.height:g}",
        width=frame.width, height=frame.height,
    )  # fmt: skip
    return Markup(whole)  # noqa: S704 - every text and attribute in it went through node() or words(), which escape


def whole_of(process_id: str, within: str = "") -> str:
    """Return the id in the page of all that is drawn of a process."""
    return f"yc-d-{within}{process_id}-whole"


def anchor_of(process_id: str, element_id: str) -> str:
    """Return the id under which an element can be reached by a link in the page."""
    return f"yc-d-{process_id}-{element_id}"


def short_time(instant: datetime) -> str:
    """Return ``3月2日 09:05`` in the city's time: the year stands in the list beside."""
    local = instant.astimezone(CITY)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _is_frame(shape: Shape) -> bool:
    return shape.kind in ("participant", "lane", "blackBox")


def _of_kinds(picture: Picture, kinds: tuple[str, ...]) -> list[Shape]:
    return sorted((one for one in picture.shapes if one.kind in kinds), key=lambda one: kinds.index(one.kind))


def _thin_first(picture: Picture, trail: Trail) -> list[Edge]:
    """Return the flows, those taken last: a thick line is never crossed out by a thin one."""
    return sorted(picture.edges, key=lambda edge: edge.id in trail.taken)


def _arrows(prefix: str) -> str:
    def arrow(name: str, path: str, **look: object) -> str:
        return node(
            "marker", node("path", d=path, **look), id=f"{prefix}-{name}", viewBox="0 0 12 12", refX=11, refY=6,
            markerWidth=11, markerHeight=11, markerUnits="userSpaceOnUse", orient="auto",
        )  # fmt: skip

    solid, hollow = "M0 1 L11 6 L0 11 Z", "M1 1.5 L10 6 L1 10.5 Z"
    return node(
        "defs", arrow("to", solid, fill=EDGE), arrow("taken", solid, fill=GOOD),
        arrow("message", hollow, fill="#fff", stroke=EDGE),
    )  # fmt: skip


def _frame(shape: Shape, number: int) -> str:
    box = shape.box
    if shape.kind == "blackBox":
        middle = _text(shape.name, Box(box.x, box.y, box.width, box.height), (14,), weight=600)
        return node("g", _rect(box, "#f3f6f9", EDGE), middle)
    inside = Box(box.x, box.y, min(_HEAD, box.width), box.height)
    fill = "#fff" if shape.kind == "participant" or number % 2 else "#fafcfd"
    x, y = inside.middle
    name = node(
        "text", words(shape.name), x=x, y=y, font_size=14, font_weight=600, text_anchor="middle",
        dominant_baseline="central", writing_mode="vertical-rl",
    )  # fmt: skip
    tint = "#dfe8f2" if shape.kind == "participant" else "#eef3f8"
    return node("g", _rect(box, fill, EDGE), _rect(inside, tint, EDGE), name, class_=f"yc-d-{shape.kind}")


def _rect(box: Box, fill: str, stroke: str, **look: object) -> str:
    return node("rect", x=box.x, y=box.y, width=box.width, height=box.height, fill=fill, stroke=stroke, **look)


def _edge(edge: Edge, prefix: str, *, taken: bool) -> str:
    message = edge.kind == "message"
    end = "message" if message else "taken" if taken else "to"
    path = node(
        "path", d=rounded(edge.points), fill="none", stroke=GOOD if taken else EDGE,
        stroke_width=2.6 if taken else 1.3, stroke_dasharray="7 4" if message else None,
        marker_end=f"url(#{prefix}-{end})",
    )  # fmt: skip
    start = node("circle", cx=edge.points[0][0], cy=edge.points[0][1], r=3.5, fill="#fff", stroke=EDGE)
    return path + (start if message else _default_tick(edge) if edge.default else "")


def _default_tick(edge: Edge) -> str:
    (x1, y1), (x2, y2) = edge.points[0], edge.points[1]
    length = max(abs(x2 - x1), abs(y2 - y1)) or 1
    x, y = x1 + (x2 - x1) / length * 11, y1 + (y2 - y1) / length * 11
    return node("path", d=f"M{x - 4:g} {y + 4:g} L{x + 4:g} {y - 4:g}", stroke=EDGE, stroke_width=1.4)


def rounded(points: tuple[tuple[float, float], ...], radius: float = 7) -> str:
    """Return the path through the points with small round corners."""
    path = f"M{points[0][0]:g} {points[0][1]:g}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        enter, leave = _towards(corner, before, radius), _towards(corner, after, radius)
        path += f" L{enter[0]:g} {enter[1]:g} Q{corner[0]:g} {corner[1]:g} {leave[0]:g} {leave[1]:g}"
    return path + f" L{points[-1][0]:g} {points[-1][1]:g}"


def _towards(start: tuple[float, float], goal: tuple[float, float], most: float) -> tuple[float, float]:
    dx, dy = goal[0] - start[0], goal[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1
    step = min(most, length / 2) / length
    return start[0] + dx * step, start[1] + dy * step


def _element(shape: Shape, mark: Mark, labels: Labels, prefix: str) -> str:
    if shape.kind in ACTIVITY_KINDS:
        drawn = _activity(shape, mark)
    elif shape.kind in EVENT_KINDS:
        drawn = _event(shape, mark)
    else:
        drawn = _gateway(shape, mark)
    note = labels.notes.get(shape.id)
    told = node("title", words(labels.sentence(shape, mark)))
    body = node("g", told, drawn, _note(shape, note) if note else "", id=f"{prefix}-{shape.id}",
                class_=f"yc-d-{mark.state}")  # fmt: skip
    link = labels.links.get(shape.id)
    return body if link is None else node("a", body, href=link, aria_label=labels.sentence(shape, mark))


def _activity(shape: Shape, mark: Mark) -> str:
    box, called = shape.box, shape.kind in ("callActivity", "subProcess")
    stroke = _STROKE.get(mark.state, EDGE)
    outline = _rect(
        box, _ground(mark), stroke, rx=9, stroke_width=3.4 if mark.state == STANDING else 1.6,
        stroke_dasharray="6 4" if mark.state == CANCELLED else None,
    )  # fmt: skip
    inner = Box(box.x + 4, box.y + 4, box.width - 8, box.height - 8)
    double = _rect(inner, "none", stroke, rx=6, stroke_width=1) if called else ""
    when = _when(shape, mark)
    above, below = (18, 18) if called else (12, 18 if when else 12)
    room = Box(box.x + 8, box.y + above, box.width - 16, box.height - above - below)
    name = _text(shape.name, room, (14, 13, 12, 11), colour=MUTED if mark.state == CANCELLED else INK,
                 weight=600 if mark.state == STANDING else 400)  # fmt: skip
    foot = plus(box.middle[0] + (BESIDE_LOOP if shape.repeated else 0), box.bottom - 11, EDGE) if called else ""
    sign = task_sign(shape.kind, box.x + 6, box.y + 5, MUTED)
    loop = _several(shape) if shape.repeated else ""
    return outline + double + sign + name + when + foot + loop + badge(mark.state, box.right - 5, box.y + 3)


def _when(shape: Shape, mark: Mark) -> str:
    told = mark.told or _moment(mark)
    if not told:
        return ""
    # A call has no sign in its upper corner, and its lower edge belongs to its plus and to boundary events.
    called = shape.kind in ("callActivity", "subProcess")
    x, y = (shape.box.x + 10, shape.box.y + 18) if called else (shape.box.middle[0], shape.box.bottom - 10)
    return node(
        "text", words(told), x=x, y=y, font_size=11, fill=_STROKE.get(mark.state, INK), font_weight=600,
        text_anchor="start" if called else "middle",
    )  # fmt: skip


def _moment(mark: Mark) -> str:
    instant = mark.since if mark.state == STANDING else mark.at
    if mark.state not in (PASSED, STANDING, CANCELLED) or instant is None:
        return ""
    told = short_time(instant) + {STANDING: " 起", CANCELLED: " 取消"}.get(mark.state, "")
    return told + (f"（{mark.times} 次）" if mark.state == PASSED and mark.times > 1 else "")


def _ground(mark: Mark) -> str:
    return HEAT[mark.heat] if mark.heat else _FILL.get(mark.state, "#fff")


def _several(shape: Shape) -> str:
    x, y = shape.box.middle[0], shape.box.bottom - 9
    bars = "M-4 -4 V4 M0 -4 V4 M4 -4 V4" if shape.repeated == "parallel" else "M-4 -4 H4 M-4 0 H4 M-4 4 H4"
    return node("path", d=bars, stroke=EDGE, stroke_width=1.8, transform=f"translate({x:g} {y:g})")


def _event(shape: Shape, mark: Mark) -> str:
    x, y = shape.box.middle
    radius = min(shape.box.width, shape.box.height) / 2
    stroke = AMBER if mark.armed and mark.state not in _STROKE else _STROKE.get(mark.state, EDGE)
    width = 4.0 if shape.kind == "endEvent" else 3.0 if mark.state == STANDING else 1.6
    dashes = None if shape.interrupting else "5 3"
    outer = node("circle", cx=x, cy=y, r=radius, fill=_ground(mark), stroke=stroke,
                 stroke_width=width, stroke_dasharray=dashes)  # fmt: skip
    twice = shape.kind in ("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent")
    inner = node("circle", cx=x, cy=y, r=radius - 3.5, fill="none", stroke=stroke, stroke_width=1.1,
                 stroke_dasharray=dashes) if twice else ""  # fmt: skip
    return outer + inner + event_sign(shape, x, y, stroke) + _label(shape, mark) + badge(
        mark.state, x + radius - 2, y - radius + 2
    )  # fmt: skip


def _gateway(shape: Shape, mark: Mark) -> str:
    box, stroke = shape.box, _STROKE.get(mark.state, EDGE)
    x, y = box.middle
    diamond = node(
        "path", d=f"M{x:g} {box.y:g} L{box.right:g} {y:g} L{x:g} {box.bottom:g} L{box.x:g} {y:g} Z",
        fill=_ground(mark), stroke=stroke, stroke_width=3.0 if mark.state == STANDING else 1.6,
    )  # fmt: skip
    return diamond + gateway_sign(shape.kind, x, y, stroke) + _label(shape, mark) + badge(
        mark.state, box.right - 9, box.y + 9
    )  # fmt: skip


def _label(shape: Shape, mark: Mark) -> str:
    """Return the name beside an event or gateway, where the file puts it, else under it."""
    box = shape.box
    place = shape.label or Box(box.middle[0] - 50, box.bottom + 4, 100, 28)
    return _outside(shape.name, place, INK if mark.state in _STROKE else MUTED)


def _edge_label(edge: Edge, *, taken: bool) -> str:
    if not edge.name:
        return ""
    x, y = edge.points[len(edge.points) // 2]
    place = edge.label or Box(x - 50, y - 20, 100, 16)
    return _outside(edge.name, place, GOOD if taken else MUTED, weight=600 if taken else 400)


def _outside(text: str, place: Box, colour: str, weight: int = 400) -> str:
    """Return a name outside its shape: never cut off, for the lines around it keep clear of its halo."""
    tall = Box(place.x - 5, place.y - 100, place.width + 10, place.height + 200)
    return _text(text, tall, (12,), colour=colour, halo=True, weight=weight)


def _note(shape: Shape, note: str) -> str:
    """Return a line of its own near an element: until when its clock runs."""
    place = shape.label or shape.box
    below = place.y >= shape.box.y
    y = (max(place.bottom, shape.box.bottom) + 12) if below else place.y - 4
    return node(
        "text", words(note), x=place.middle[0], y=y, font_size=11, font_weight=600, fill=AMBER, text_anchor="middle",
        stroke="#fff", stroke_width=3, paint_order="stroke",
    )  # fmt: skip


def _text(
    text: str, box: Box, sizes: tuple[int, ...], *, colour: str = INK, weight: int = 400, halo: bool = False
) -> str:
    if not text:
        return ""
    size, lines = fitted(text, box.width, box.height, sizes)
    x, middle = box.middle
    first = middle - (len(lines) - 1) * leading(size) / 2
    spans = [node("tspan", words(line), x=x, y=first + number * leading(size)) for number, line in enumerate(lines)]
    around = {"stroke": "#fff", "stroke_width": 3, "paint_order": "stroke"} if halo else {}
    return node(
        "text", *spans, font_size=size, fill=colour, text_anchor="middle", dominant_baseline="central",
        font_weight=weight if weight != 400 else None, **around,
    )  # fmt: skip
