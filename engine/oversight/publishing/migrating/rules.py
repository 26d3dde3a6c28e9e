"""Which cases may be moved, and with what written down: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.casework.cases.queries import CaseFile
from engine.foundation.errors import Conflict, Invalid, NotFound
from engine.process.bpmn.releases.queries import Release
from engine.process.tasks.rules import InstanceRow


class ReasonUnwritten(Invalid):
    """请写明理由（不超过 500 字）：它会记入办件的过程记录。"""

    code = "REASON_UNWRITTEN"


class MapUnreadable(Invalid):
    """元素对照“{text}”不能使用：{why}。请写成 流程:旧元素=新元素，例如 intake:ut_formal=ut_check。"""

    code = "ELEMENT_MAP_UNREADABLE"


class CaseOfAnotherItem(Conflict):
    """办件 {case_no} 是事项 {item} 的，不能改用事项 {wanted} 的流程。请核对办件编号。"""

    code = "CASE_OF_ANOTHER_ITEM"


class CaseClosed(Conflict):
    """办件 {case_no} 已经办结，它的流程不再改动。请核对办件编号。"""

    code = "CASE_CLOSED"


class CaseNotStarted(Conflict):
    """办件 {case_no} 的流程还没有启动（补录未经批准），不能迁移。请先办理补录审批。"""

    code = "CASE_NOT_STARTED"


class SameRelease(Conflict):
    """办件 {case_no} 现在就用第 {number} 版流程，无需迁移。请核对版本号。"""

    code = "SAME_RELEASE"


class CaseIdle(Conflict):
    """办件 {case_no} 现在没有正在进行的流程，没有可以迁移的内容。请核对办件编号。"""

    code = "CASE_IDLE"


class BatchMissing(NotFound):
    """没有找到编号为 {batch} 的一批迁移。请从事项的发布页面打开。"""

    code = "MIGRATION_BATCH_MISSING"


class NoCases(Conflict):
    """没有需要迁移的办件：该事项没有在办、且不在第 {number} 版上的办件。请核对事项和版本号。"""

    code = "NO_CASES_TO_MOVE"


def read_ids(written: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the map that ``流程:旧元素=新元素`` texts say; raise :class:`MapUnreadable`."""
    found: dict[str, dict[str, str]] = {}
    for text in written:
        process, _, names = text.partition(":")
        old, _, new = names.partition("=")
        if not (process and old and new):
            raise MapUnreadable(text=text, why="缺少流程、旧元素或新元素")
        if found.setdefault(process, {}).setdefault(old, new) != new:
            raise MapUnreadable(text=text, why=f"“{old}”已对应到“{found[process][old]}”")
    return found


def refuse_unknown(ids: Mapping[str, Mapping[str, str]], elements: Mapping[str, Iterable[str]]) -> None:
    """Raise :class:`MapUnreadable` for a process or a new element that the release has not.

    ``elements`` are the element ids of the release by process.
    """
    for process, names in ids.items():
        for old, new in names.items():
            text = f"{process}:{old}={new}"
            if process not in elements:
                raise MapUnreadable(text=text, why=f"这一版没有流程“{process}”")
            if new not in elements[process]:
                raise MapUnreadable(text=text, why=f"这一版的流程“{process}”没有元素“{new}”")


def refuse_other_item(case_no: str, item_code: str, release: Release) -> None:
    """Raise :class:`CaseOfAnotherItem` for a case whose item is not the release's."""
    if item_code != release.item_code:
        raise CaseOfAnotherItem(case_no=case_no, item=item_code, wanted=release.item_code)


def refuse_moving(case: CaseFile, release: Release, runs: Sequence[InstanceRow]) -> None:
    """Raise unless the case may be moved to ``release`` at all; where its tokens stand is another question.

    Raises :class:`CaseOfAnotherItem`, :class:`CaseClosed`, :class:`CaseNotStarted`, :class:`SameRelease` or
    :class:`CaseIdle`.
    """
    refuse_other_item(case.case_no, case.item_code, release)
    if case.outcome is not None:
        raise CaseClosed(case_no=case.case_no)
    if not runs:
        raise CaseNotStarted(case_no=case.case_no)
    if case.release_id == release.id:
        raise SameRelease(case_no=case.case_no, number=release.number)
    if all(run.completed for run in runs):
        raise CaseIdle(case_no=case.case_no)
