"""The refusals of the process runtime."""

from __future__ import annotations

from engine.foundation.errors import Conflict


class TaskNotOpen(Conflict):
    """这一步（任务号 {task_no}）现在不能办理：它已经办完、被撤销，或者还没有轮到。请刷新页面后再看。"""

    code = "TASK_NOT_OPEN"


class ClockNotArmed(Conflict):
    """流程里没有正在等待的时钟“{clock}”：它所在的环节已经结束，或者时钟已经响过。不需要再处理。"""

    code = "CLOCK_NOT_ARMED"


class TimerNotDue(Conflict):
    """流程里没有已经到时的定时：它所在的环节已经结束，或者还没有到时间。不需要再处理。"""

    code = "TIMER_NOT_DUE"


class MessageNotAwaited(Conflict):
    """办件现在所处的环节不能这样办理（“{message}”）：相应的环节还没有到，或者已经结束。请打开办件核对现在的环节。"""

    code = "MESSAGE_NOT_AWAITED"


class SnapshotMismatch(Conflict):
    """办件保存的流程状态与现在使用的流程版本不一致，没有做任何改动。请联系系统管理员核对办件固定的发布版本。"""

    code = "SNAPSHOT_MISMATCH"


class FactsRefused(Conflict):
    """流程只接受简短的流转信息，“{name}”不符合要求：{reason}。没有做任何改动，请联系系统管理员。"""

    code = "FACTS_REFUSED"


class ProcessFault(Conflict):
    """流程走到“{element}”时不能继续：{reason}。没有做任何改动，请联系流程管理员修改流程后再办。"""

    code = "PROCESS_FAULT"
