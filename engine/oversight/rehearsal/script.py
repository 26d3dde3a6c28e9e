"""Scripts of rehearsals: read from JSON, every fault told at once by the place where it stands.  Pure.

    {"name": "…", "item": "I09", "application": {…}, "steps": [
        {"do": "ut_formal", "answer": {"formal_result": "accept"}},
        {"advance": {"working_days": 3}},
        {"message": "payment_made", "facts": {…}},
        {"act": "extend", "answer": {"days": 5, "reason": "…"}},
        {"expect": {"open": ["ut_substantive"], "status": "in_review", "document": "acceptance_notice"}}]}

In an answer ``$file`` stands for a made-up scan, ``$signature`` for a drawn signature, ``$today`` for the rehearsal's
own day and ``$today+3`` for so many calendar days later.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from engine.casework.cases.rules import STATUSES
from engine.foundation.clock import CITY
from engine.foundation.errors import Invalid
from processes.reading import Reader

START = datetime(2026, 3, 2, 9, 5, tzinfo=CITY)
"""When a rehearsal begins unless its script says otherwise: a Monday with plain weeks around it."""

MOST_STEPS = 200
MOST_DAYS = 400
"""An advance goes no further: the days behind the next year are in no calendar yet."""
MOST_TEXT = 512 * 1024
KINDS = ("do", "advance", "message", "act", "expect")
ACTS: Mapping[str, str] = {
    "extend": "申请延长办理期限", "withdraw": "撤回申请", "review": "申请复核", "supply": "登记补交的容缺材料",
    "reopen": "重新制作结果",
}  # fmt: skip
"""What may be asked of a case beside its tasks, by the word in the address of the case's own page."""
EXPECTED = "open、holds、passed、not_passed、status、document、fired、due、ended"
UNITS: Mapping[str, str] = {"working_days": "个工作日", "calendar_days": "日", "hours": "小时"}


class ScriptRefused(Invalid):
    """演练脚本有 {count} 处不能使用，没有演练，请改正后再试。第一处：{first}"""

    code = "REHEARSAL_SCRIPT_REFUSED"

    def __init__(self, problems: tuple[str, ...]) -> None:
        """``problems`` name each place in the script."""
        super().__init__(count=len(problems), first=problems[0])
        self.problems = problems


@dataclass(frozen=True)
class Do:
    """Somebody completes the open task at ``element``; with ``each`` all that are open there.

    ``item`` is the branch of a joint review; ``by`` an account, else whoever may; ``refused`` says that it must be
    refused: by this code, or by any when it is ``*``.
    """

    element: str
    answer: Mapping[str, Any] = field(default_factory=dict)
    item: str = ""
    by: str = ""
    each: bool = False
    refused: str = ""

    @property
    def label(self) -> str:
        """What the step does, in words."""
        where = f"“{self.item}”的" if self.item else ""
        return f"办理 {where}{self.element}" + ("（应被拒绝）" if self.refused else "")


@dataclass(frozen=True)
class Advance:
    """The clock goes on by ``amount`` of ``unit`` (a key of :data:`UNITS`), or to the opening of the day ``to``."""

    unit: str = ""
    amount: int = 0
    to: date | None = None

    @property
    def label(self) -> str:
        """What the step does, in words."""
        return f"推进到 {self.to}" if self.to else f"推进 {self.amount} {UNITS[self.unit]}"


@dataclass(frozen=True)
class Send:
    """A message from outside arrives; without ``key`` under the one by which the case waits for it."""

    message: str
    key: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What the step does, in words."""
        return f"送来消息 {self.message}"


@dataclass(frozen=True)
class Beside:
    """Somebody asks for something beside the case's tasks: ``word`` is a key of :data:`ACTS`; the rest as in Do."""

    word: str
    answer: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    refused: str = ""

    @property
    def label(self) -> str:
        """What the step does, in words."""
        return ACTS[self.word] + ("（应被拒绝）" if self.refused else "")


@dataclass(frozen=True)
class Expect:
    """What must hold now: every part that is given.

    ``open`` are all elements with an open task (in any order, each once), ``holds`` some of them; ``passed`` elements
    gone through; ``status`` the case's; ``documents`` kinds of documents made; ``fired`` kinds of clocks or names of
    timers that have fired; ``due`` the day on which a kind of clock comes due; ``ended`` whether the main process has.
    """

    open: tuple[str, ...] | None = None
    holds: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    not_passed: tuple[str, ...] = ()
    status: str = ""
    documents: tuple[str, ...] = ()
    fired: tuple[str, ...] = ()
    due: Mapping[str, str] = field(default_factory=dict)
    ended: bool | None = None

    @property
    def label(self) -> str:
        """What the step does, in words."""
        return "核对预期"


Step: TypeAlias = Do | Advance | Send | Beside | Expect


@dataclass(frozen=True)
class Script:
    """A rehearsal: who applies for what, and the steps in their order."""

    name: str
    item: str
    steps: tuple[Step, ...]
    application: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    start: datetime = START


def read_script(text: bytes | str) -> Script:
    """Return the script in ``text``; raise :class:`ScriptRefused` with every fault and its place."""
    if len(text) > MOST_TEXT:
        raise ScriptRefused((f"脚本超过 {MOST_TEXT // 1024} KB，请分成几个",))
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"第 {error.lineno} 行第 {error.colno} 列"
        raise ScriptRefused((f"不是 JSON：{place}附近的写法不对",)) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise ScriptRefused(("不是 UTF-8 编码的 JSON 文件，或嵌套过深",)) from error
    return script_of(raw)


def script_of(raw: object) -> Script:
    """Return the script written as JSON values; raise :class:`ScriptRefused`."""
    faults: list[str] = []
    reader = Reader(raw, faults)
    found = Script(
        name=reader.text("name")[:120],
        item=reader.text("item"),
        application=reader.written("application") if reader.has("application") else {},
        by=reader.text("by") if reader.has("by") else "",
        start=_start(reader) if reader.has("start") else START,
        steps=_steps(reader),
    )
    reader.no_more()
    if faults:
        raise ScriptRefused(tuple(faults))
    return found


def _steps(reader: Reader) -> tuple[Step, ...]:
    parts = reader.parts("steps")
    if len(parts) > MOST_STEPS:
        reader.fault("steps", f"不能超过 {MOST_STEPS} 步，请分成几个脚本")
        return ()
    return tuple(one for one in map(_step, parts) if one is not None)


def _step(reader: Reader) -> Step | None:
    kinds = [kind for kind in KINDS if reader.has(kind)]
    if reader.has("note"):
        reader.text("note")
    if len(kinds) != 1:
        reader.fault("", f"每一步写且只写一个：{'、'.join(KINDS)}")
        return None
    read: Mapping[str, Callable[[Reader], Step]] = {
        "do": _do, "advance": _advance, "message": _message, "act": _beside, "expect": _expect
    }  # fmt: skip
    step = read[kinds[0]](reader)
    reader.no_more()
    return step


def _do(reader: Reader) -> Do:
    return Do(
        element=reader.text("do"),
        answer=reader.written("answer") if reader.has("answer") else {},
        item=reader.text("item") if reader.has("item") else "",
        by=reader.text("by") if reader.has("by") else "",
        each=reader.has("each") and reader.flag("each"),
        refused=reader.text("refused") if reader.has("refused") else "",
    )


def _advance(reader: Reader) -> Advance:
    part = reader.part("advance")
    given = [key for key in (*UNITS, "to") if part.has(key)]
    found = Advance("calendar_days", 1)
    if len(given) != 1:
        part.fault("", f"写且只写一个：{'、'.join(UNITS)}、to")
    elif given[0] == "to":
        found = Advance(to=_day(part, "to"))
    else:
        amount = part.whole(given[0], 1)
        most = MOST_DAYS * 24 if given[0] == "hours" else MOST_DAYS
        if amount > most:
            part.fault(given[0], f"一次最多推进 {most} {UNITS[given[0]]}")
        found = Advance(given[0], amount)
    part.no_more()
    return found


def _message(reader: Reader) -> Send:
    return Send(
        message=reader.text("message"),
        key=reader.text("key") if reader.has("key") else "",
        facts=reader.written("facts") if reader.has("facts") else {},
    )


def _beside(reader: Reader) -> Beside:
    word = reader.text("act", ACTS)
    return Beside(
        word=word if word in ACTS else next(iter(ACTS)),
        answer=reader.written("answer") if reader.has("answer") else {},
        by=reader.text("by") if reader.has("by") else "",
        refused=reader.text("refused") if reader.has("refused") else "",
    )


def _expect(reader: Reader) -> Expect:
    part = reader.part("expect")
    found = Expect(
        open=tuple(sorted(_listed(part, "open"))) if part.has("open") else None,
        holds=_listed(part, "holds"),
        passed=_listed(part, "passed"),
        not_passed=_listed(part, "not_passed"),
        status=part.text("status", STATUSES) if part.has("status") else "",
        documents=_listed(part, "document"),
        fired=_listed(part, "fired"),
        due=part.texts_by_name("due") if part.has("due") else {},
        ended=part.flag("ended") if part.has("ended") else None,
    )
    for kind, day in found.due.items():
        if not _is_day(day):
            part.fault(f"due.{kind}", "应为日期，如 2026-03-09")
    if found == Expect():
        part.fault("", f"没有写明预期什么，至少写一项：{EXPECTED}")
    part.no_more()
    return found


def _listed(reader: Reader, key: str) -> tuple[str, ...]:
    """Return a list of texts; one text may stand for a list of one."""
    if not reader.has(key):
        return ()
    raw = reader.peek(key)
    return (reader.text(key),) if isinstance(raw, str) else reader.texts(key)


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _day(reader: Reader, key: str) -> date | None:
    text = reader.text(key)
    if _is_day(text):
        return date.fromisoformat(text)
    reader.fault(key, "应为日期，如 2026-03-09")
    return None


def _start(reader: Reader) -> datetime:
    text = reader.text("start")
    try:
        found = datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=CITY)
    except ValueError:
        reader.fault("start", "应为北京时间，如 2026-03-02T09:05")
        return START
    if not 2020 <= found.year <= 2100:
        reader.fault("start", "年份应在 2020 至 2100 之间")
        return START
    return found


# Writing ---------------------------------------------------------------------------------------------------------


def script_text(script: Script) -> str:
    """Return the script as a JSON text that :func:`read_script` reads back to the same."""
    return json.dumps(script_json(script), ensure_ascii=False, indent=2) + "\n"


def script_json(script: Script) -> dict[str, Any]:
    """Return the script as JSON values; what is left at its default is left out."""
    written: dict[str, Any] = {"name": script.name, "item": script.item}
    if script.start != START:
        written["start"] = script.start.astimezone(CITY).strftime("%Y-%m-%dT%H:%M")
    if script.by:
        written["by"] = script.by
    if script.application:
        written["application"] = dict(script.application)
    return {**written, "steps": [_step_json(step) for step in script.steps]}


def _step_json(step: Step) -> dict[str, Any]:
    if isinstance(step, Do):
        rest = {"item": step.item, "by": step.by, "each": step.each, "refused": step.refused}
        return {"do": step.element, "answer": dict(step.answer), **{k: v for k, v in rest.items() if v}}
    if isinstance(step, Advance):
        return {"advance": {"to": step.to.isoformat()} if step.to else {step.unit: step.amount}}
    if isinstance(step, Send):
        return {"message": step.message, **({"key": step.key} if step.key else {}), "facts": dict(step.facts)}
    if isinstance(step, Beside):
        rest = {"by": step.by, "refused": step.refused}
        return {"act": step.word, "answer": dict(step.answer), **{k: v for k, v in rest.items() if v}}
    return {"expect": _expect_json(step)}


def _expect_json(step: Expect) -> dict[str, Any]:
    lists = {
        "holds": step.holds, "passed": step.passed, "not_passed": step.not_passed, "document": step.documents,
        "fired": step.fired,
    }  # fmt: skip
    written: dict[str, Any] = {} if step.open is None else {"open": list(step.open)}
    written |= {key: list(value) for key, value in lists.items() if value}
    written |= {"status": step.status} if step.status else {}
    written |= {"due": dict(step.due)} if step.due else {}
    return written | ({} if step.ended is None else {"ended": step.ended})


def with_step(script: Script, step: Step) -> Script:
    """Return the script with one step more; raise :class:`ScriptRefused` when it has as many as it may."""
    if len(script.steps) >= MOST_STEPS:
        raise ScriptRefused((f"steps：不能超过 {MOST_STEPS} 步，请分成几个脚本",))
    return Script(script.name, script.item, (*script.steps, step), script.application, script.by, script.start)


def day_word(text: str, today: date) -> str:
    """Return the day that ``$today`` or ``$today+3`` means; any other text as it is."""
    if not text.startswith("$today"):
        return text
    rest = text.removeprefix("$today")
    if not rest:
        return today.isoformat()
    if rest[0] in "+-" and rest[1:].isdecimal() and len(rest) <= 4:
        return (today + timedelta(days=int(rest))).isoformat()
    return text
