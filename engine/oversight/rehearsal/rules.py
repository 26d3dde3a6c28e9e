"""What is refused about rehearsals: pure."""

from __future__ import annotations

from engine.foundation.errors import Conflict, Invalid, NotFound

MOST_WAITING = 20
"""So many rehearsals may wait or run: one host walks them one after the other."""
MOST_TESTS = 200


class RehearsalMissing(NotFound):
    """没有编号为 {id} 的演练，它可能已被后来的演练代替。请从演练列表中选择。"""

    code = "REHEARSAL_MISSING"


class RehearsalTestMissing(NotFound):
    """没有编号为 {id} 的保留脚本，或者已经不再保留。请从演练列表中选择。"""

    code = "REHEARSAL_TEST_MISSING"


class RehearsalRunning(Conflict):
    """第 {id} 次演练还没有结束，请等它结束后再接着办。"""

    code = "REHEARSAL_RUNNING"


class RehearsalsWaiting(Conflict):
    """已有 {count} 次演练在排队，请等其中一些结束后再演练。"""

    code = "REHEARSALS_WAITING"


class NoTests(Conflict):
    """还没有保留的演练脚本。请先演练一件，满意后选“保留为测试”。"""

    code = "NO_REHEARSAL_TESTS"


class TooManyTests(Conflict):
    """保留的演练脚本已有 {count} 个，请先去掉不再需要的。"""

    code = "REHEARSAL_TESTS_FULL"


class NameOfTestTaken(Conflict):
    """已有名为“{name}”的保留脚本。请改一个名称，或先去掉原来的。"""

    code = "REHEARSAL_NAME_TAKEN"


class DropReasonUnwritten(Invalid):
    """请写明不再保留这个脚本的理由（500字以内）。"""

    code = "DROP_REASON_UNWRITTEN"
