"""What a rehearsal showed, step by step: kept as JSON in the row of its run, and read back for the page.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.oversight.rehearsal.coverage import Covered, coverage_json, coverage_of

PASSED, FAILED, REFUSED, STOPPED = "passed", "failed", "refused", "stopped"
OUTCOMES: Mapping[str, str] = {
    PASSED: "通过", FAILED: "未通过", REFUSED: "文件不能发布", STOPPED: "没有结束，已停止"
}  # fmt: skip
"""How a rehearsal ended: as its script wants it; with a step refused or an expectation failed; before it began, for the
files cannot be released; or because it would not end."""


@dataclass(frozen=True)
class Opened:
    """A task that was open after a step: ``form`` its form's schema, ``context`` what the form was filled from."""

    element: str
    process: str
    name: str
    role: str
    department: str
    item: str = ""
    account: str = ""
    """Who of the rehearsal's people may do it; empty when nobody may."""
    form: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """Something that fired, arrived or was made: ``what`` is clock, timer, message or document; ``kind`` which."""

    what: str
    kind: str
    sentence: str
    at: str


@dataclass(frozen=True)
class StepTold:
    """One step as it went: ``number`` counts from 1 (0 is handing in the application), ``at`` is local time."""

    number: int
    label: str
    at: str
    ok: bool
    sentence: str = ""
    """Why it failed, in a sentence that names the element."""
    stops: bool = False
    """Whether nothing could follow: an expectation that fails does not keep the case from going on."""
    element: str = ""
    account: str = ""
    happened: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    open: tuple[str, ...] = ()
    status: str = ""


@dataclass(frozen=True)
class Fault:
    """Why the files cannot be released: the problem of one element."""

    element: str
    rule: str
    sentence: str


@dataclass(frozen=True)
class Report:
    """A whole rehearsal."""

    name: str
    item: str
    outcome: str
    steps: tuple[StepTold, ...] = ()
    faults: tuple[Fault, ...] = ()
    coverage: Mapping[str, Covered] = field(default_factory=dict)
    open: tuple[Opened, ...] = ()
    """The tasks that were open at the end, with their forms."""
    acts: tuple[Opened, ...] = ()
    """What could be asked beside the tasks at the end, with its form; ``element`` is the word of the act."""
    awaited: tuple[tuple[str, str], ...] = ()
    """The messages from outside that were waited for at the end: name and business key."""
    status: str = ""
    at: str = ""
    """What the rehearsal's clock showed at the end, local time."""
    files: str = ""
    """What names exactly the files that the case went by; empty when there was none."""

    @property
    def stuck(self) -> int | None:
        """The number of the step that kept the script from going on, or None when it went to its end."""
        return next((one.number for one in self.steps if one.stops), None)

    @property
    def failures(self) -> tuple[str, ...]:
        """Return why it did not pass, a sentence each."""
        told = tuple(f"第 {one.number} 步（{one.label}）：{one.sentence}" for one in self.steps if not one.ok)
        return told + tuple(f"{one.element}：{one.sentence}" if one.element else one.sentence for one in self.faults)


def differing(report: Report) -> str:
    """Return the first step that is not as the script wants it, in a sentence; empty when it passed."""
    return "" if report.outcome == PASSED else next(iter(report.failures), OUTCOMES[report.outcome])


def report_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON values."""
    return {**asdict(report), "coverage": coverage_json(report.coverage)}


def report_of(raw: Mapping[str, Any]) -> Report:
    """Return the report that :func:`report_json` wrote."""
    return Report(
        name=raw["name"], item=raw["item"], outcome=raw["outcome"],
        steps=tuple(_step(one) for one in raw["steps"]),
        faults=tuple(Fault(**one) for one in raw["faults"]),
        coverage=coverage_of(raw["coverage"]),
        open=tuple(Opened(**one) for one in raw["open"]),
        acts=tuple(Opened(**one) for one in raw.get("acts", ())),
        awaited=tuple((one[0], one[1]) for one in raw["awaited"]),
        status=raw["status"], at=raw["at"], files=raw.get("files", ""),
    )  # fmt: skip


def _step(raw: Mapping[str, Any]) -> StepTold:
    lists = {"happened": tuple(raw["happened"]), "open": tuple(raw["open"])}
    return StepTold(**{**raw, **lists, "events": tuple(Event(**one) for one in raw["events"])})
