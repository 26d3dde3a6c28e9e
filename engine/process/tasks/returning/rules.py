"""When a step may be done once more: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from engine.foundation.errors import Conflict, Invalid

QUIET = frozenset(
    {
        "startEvent", "endEvent", "userTask", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "callActivity",
        "subProcess", "businessRuleTask", "intermediateThrowEvent",
    }
)  # fmt: skip
"""What leaves nothing behind when it is passed; a user task leaves what its act does.  A service writes, and what came
from outside or with time (a message, a timer, a clock) does not come again."""


class NotInHand(Conflict):
    """“{name}”不在您手中，不能退回。请先签收，再退回到前面的环节。"""

    code = "SEND_BACK_NOT_IN_HAND"


class SendBackUnwritten(Invalid):
    """请写明退回的理由（不超过500字），它会记入过程记录，也会告诉接到退回的人员。"""

    code = "SEND_BACK_UNWRITTEN"


class NoWayBack(Conflict):
    """不能从“{name}”退回到所选的环节：{reason}请刷新页面，从列出的环节中选择。"""

    code = "NO_WAY_BACK"


class NotYourStep(Conflict):
    """“{name}”不是您刚办完的环节，不能撤回。请打开办件查看现在的环节。"""

    code = "NOT_YOUR_STEP"


class NotWithdrawable(Conflict):
    """“{name}”不能撤回：{reason}需要改正的，请联系现在的办理人员退回。"""

    code = "NOT_WITHDRAWABLE"


class Passing(Protocol):
    """A step that the case passed."""

    @property
    def process(self) -> str:
        """Its process."""

    @property
    def element(self) -> str:
        """Its element."""

    @property
    def kind(self) -> str:
        """The BPMN name of the element."""

    @property
    def name(self) -> str:
        """The element's name."""

    @property
    def state(self) -> str:
        """Whether it was completed or cancelled."""


@dataclass(frozen=True)
class Done:
    """A step that was passed, and whether doing it once more is right."""

    step: Passing
    again: bool


def why_not_once_more(passed: Iterable[Done]) -> str:
    """Return why what was ``passed`` cannot be passed once more, as half a sentence; empty when it can."""
    for one in passed:
        name = one.step.name or one.step.element
        if one.step.kind not in QUIET:
            return f"其间“{name}”已由系统登记或者由外部消息、到期事项完成，不能重来，"
        if one.step.kind == "userTask" and one.step.state == "completed" and not one.again:
            return f"“{name}”已经出具文书、改变时限或者作出决定，不能重来，"
    return ""


def why_not_acted(name: str, holder: str | None, others_drafts: bool, asked: bool) -> str:
    """Return why what a step opened is not untouched any more; empty when it is.

    ``holder`` is who has claimed it besides the one who did the step: a claim counts, for somebody may be at work.
    """
    if holder is not None:
        return f"“{name}”已由 {holder} 签收，"
    if others_drafts:
        return f"“{name}”已有他人暂存的内容，"
    if asked:
        return f"“{name}”已提请会签，"
    return ""
