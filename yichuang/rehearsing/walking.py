"""Walking a script through a throw-away house, step by step."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import forms
from engine.casework.cases.commands import ReceiveApplication
from engine.casework.cases.receiving import application_context, application_form
from engine.foundation.clock import CITY
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.store.unit import Actor
from engine.oversight.rehearsal.report import FAILED, PASSED, Report, StepTold
from engine.oversight.rehearsal.script import ACTS, Advance, Beside, Do, Expect, Script, Send, Step
from engine.process.bpmn.releases.queries import current_release
from engine.process.tasks.awaited.commands import DeliverMessage
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.desk import open_desk
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import ROLES, SYSTEM
from engine.registry.items.queries import current_item
from yichuang.rehearsing import beside, people
from yichuang.rehearsing.answers import application, filled
from yichuang.rehearsing.checking import unmet
from yichuang.rehearsing.firing import Halted, go_on, target
from yichuang.rehearsing.house import Stage
from yichuang.rehearsing.looking import Look, branch_of

LOG = logging.getLogger("yichuang.rehearsing")
CLERK = "W01"
RECEIVING = "收件"

Progress = Callable[[int, int, str], None]
"""Told before each step: its number, how many there are, what it does."""


class Walk:
    """One script in one house."""

    def __init__(self, stage: Stage, script: Script, progress: Progress) -> None:
        """Walk ``script`` in the house of ``stage``."""
        self._stage, self._script, self._progress = stage, script, progress
        self._told: list[StepTold] = []
        self._look: Look | None = None
        self._by = ""
        self._files = ""
        self._keys = 0

    def run(self) -> Report:
        """Walk to the end, or to the first step that cannot be done, and tell of it."""
        steps = self._script.steps
        self._progress(0, len(steps), RECEIVING)
        if self._receive():
            for number, step in enumerate(steps, 1):
                self._progress(number, len(steps), step.label)
                if not self._step(number, step):
                    break
        return self._report()

    def _report(self) -> Report:
        look, script = self._look, self._script
        good = all(one.ok for one in self._told)
        at = _local(self._stage)
        if look is None:
            return Report(script.name, script.item, FAILED, tuple(self._told), at=at, files=self._files)
        return Report(
            script.name, script.item, PASSED if good else FAILED, tuple(self._told), coverage=look.coverage(),
            open=look.opened(), acts=tuple(beside.offered(self._stage.door, look.case())), awaited=look.awaited(),
            status=look.status(), at=at, files=self._files,
        )  # fmt: skip

    # The steps -----------------------------------------------------------------------------------------------------

    def _receive(self) -> bool:
        """Hand in the application; tell of it as step 0."""
        try:
            case_no = self._handed_in()
        except Refusal as refusal:
            self._tell(0, RECEIVING, f"收件被拒绝：{_said(refusal)}", stops=True)
            return False
        self._look = Look(self._stage, case_no)
        self._tell(0, RECEIVING)
        return True

    def _handed_in(self) -> str:
        door, script = self._stage.door, self._script
        self._by = script.by or CLERK
        clerk = people.actor(door, self._by)
        with door.read(clerk) as view:
            _, item = current_item(view.connection, script.item)
            release = current_release(view.connection, script.item, view.now)
            self._files = release.files
            schema = application_form(view, release)
        told = application(door, clerk, item, script.application)
        with door.read(clerk) as view:
            answer = forms.read_json(schema, told, application_context(view, item))
        command = ReceiveApplication(item_code=item.code, answer=answer)
        return str(door.execute(command, clerk, key=self._key())["case_no"])

    def _step(self, number: int, step: Step) -> bool:
        """Do one step and tell of it; return whether the script can go on."""
        self._by = ""
        element = step.element if isinstance(step, Do) else ""
        failed, goes_on = "", True
        try:
            if isinstance(step, Expect):
                # What does not hold is told; the case itself goes on.
                failed = "；".join(unmet(self._looked(), step))
            elif isinstance(step, Advance):
                go_on(self._stage, target(self._stage, step))
            elif isinstance(step, Send):
                self._send(step)
            elif isinstance(step, Beside):
                self._ask(step)
            else:
                self._do(step)
        except Halted as halted:
            failed, goes_on = str(halted), False
        except Refusal as refusal:
            failed, goes_on = f"被拒绝：{_said(refusal)}", False
        except Exception as fault:  # a draft may bring the machinery itself down; the rehearsal says where
            LOG.exception("step %s of a rehearsal failed", number)
            failed, goes_on = f"系统出错（{type(fault).__name__}：{fault}）", False
        where = f"在“{element}”" if element and failed else ""
        advancing = isinstance(step, Advance)
        self._tell(number, step.label, f"{where}{failed}", element=element, advancing=advancing, stops=not goes_on)
        return goes_on

    def _do(self, step: Do) -> None:
        for task in self._tasks_at(step):
            with _wanting(step.refused):
                self._complete(task, step)
        # What is due at this very instant is delivered as the sweeper would.
        go_on(self._stage, self._stage.clock.now())

    def _ask(self, step: Beside) -> None:
        door, case = self._stage.door, self._looked().case()
        one = people.actor(door, step.by) if step.by else beside.somebody_to(door, case, step.word)
        if one is None:
            raise Halted(f"没有人能{ACTS[step.word]}：没有这个岗位的人员能看到本件")
        self._by = one.account
        with _wanting(step.refused):
            door.execute(beside.command(door, one, case, step.word, step.answer), one, key=self._key())
        go_on(self._stage, self._stage.clock.now())

    def _tasks_at(self, step: Do) -> list[Task]:
        every = self._looked().tasks()
        found = [
            task for task in every if task.element == step.element and step.item in ("", branch_of(task), task.item)
        ]
        if not found:
            names = "、".join(f"“{task.element}”（{task.name}）" for task in every) or "没有"
            branch = f"（{step.item}）" if step.item else ""
            raise Halted(f"这个环节{branch}现在没有打开；打开的环节：{names}")
        if len(found) > 1 and not step.each:
            branches = "、".join(branch_of(task) for task in found)
            raise Halted(f"这个环节同时有 {len(found)} 项：请用 item 写明是哪一项（{branches}），或者写 each: true")
        return found

    def _complete(self, task: Task, step: Do) -> None:
        door = self._stage.door
        actor, desk = self._person(task, step.by)
        self._by = actor.account
        answer = forms.read_json(desk.schema, filled(door, actor, step.answer), desk.context)
        door.execute(CompleteTask(task_id=task.id, answer=answer), actor, key=self._key())

    def _person(self, task: Task, by: str) -> tuple[Actor, Any]:
        door = self._stage.door
        if by:
            actor = people.actor(door, by)
            with door.read(actor) as view:
                return actor, open_desk(view, task.id)
        found = people.somebody_for(door, task)
        if found is None:
            role = ROLES.get(task.role, task.role)
            told = f"岗位“{role}”、部门“{task.department}”中没有可以签收的人员（职责分离也可能挡住）"
            raise Halted(f"没有人能办理：{told}")
        return found

    def _send(self, step: Send) -> None:
        waits = [key for name, key in self._looked().awaited() if name == step.message and step.key in ("", key)]
        if not waits:
            told = "、".join(f"“{name}”" for name, _ in self._looked().awaited()) or "没有"
            raise Halted(f"办件现在不等待消息“{step.message}”；等待的消息：{told}")
        command = DeliverMessage(message=step.message, key=waits[0], facts=dict(step.facts))
        self._stage.door.execute(command, SYSTEM, key=self._key())

    # Telling -------------------------------------------------------------------------------------------------------

    def _tell(
        self, number: int, label: str, failed: str = "", *, element: str = "", advancing: bool = False,
        stops: bool = False,
    ) -> None:  # fmt: skip
        news = self._look.news(advancing=advancing) if self._look is not None else None
        told = StepTold(
            number=number, label=label, at=_local(self._stage), ok=not failed, sentence=failed, element=element,
            account=self._by, stops=stops,
        )  # fmt: skip
        if news is not None:
            told = replace(told, happened=news.happened, events=news.events, open=news.open, status=news.status)
        self._told.append(told)

    def _looked(self) -> Look:
        if self._look is None:
            raise AssertionError("the application was handed in first")
        return self._look

    def _key(self) -> str:
        self._keys += 1
        return f"rehearsal:{self._keys}"


@contextmanager
def _wanting(code: str) -> Iterator[None]:
    """Let what is done be refused as it should: by this code, by any (``*``), or not at all (empty)."""
    try:
        yield
    except Refusal as refusal:
        if not code:
            raise
        if code not in ("*", refusal.code):
            raise Halted(f"应以 {code} 拒绝，实际是 {refusal.code}：{_said(refusal)}") from refusal
    else:
        if code:
            raise Halted(f"应被拒绝（{code}），实际办成了")


def _said(refusal: Refusal) -> str:
    """Return the refusal's sentence, with every field that is wrong."""
    if isinstance(refusal, InvalidFields):
        fields = "；".join(f"{name}：{sentence}" for name, sentence in refusal.errors.items())
        return f"{refusal.sentence}{fields}"
    return refusal.sentence


def _local(stage: Stage) -> str:
    return f"{stage.clock.now().astimezone(CITY):%Y-%m-%d %H:%M}"
