"""Whether this program can read the whole of a case's journal; if not, nothing of it is shown as if it were the whole.

A line may be of a newer form or of a kind that only a newer program knows (after going back to an older program, or in
rows that were brought in from elsewhere); and a migration may be missing between two that are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.engine import Connection

from engine.casework.cases.queries import CaseFile, visible_case
from engine.casework.cases.rules import CaseMissing
from engine.foundation.errors import Refusal
from engine.foundation.journal.queries import Line, strange_lines
from engine.process.bpmn.releases.queries import release_text
from engine.process.tasks.migrating import MIGRATED
from engine.process.tasks.progress import STARTED
from engine.registry.identity.reading import Reading


class JournalIllegible(Refusal):
    """办件 {case_no} 的过程记录不能完整读出：{why}。没有显示或者导出任何内容，请换用写入它的程序。"""

    code = "JOURNAL_ILLEGIBLE"


def whole_case(view: Reading, case_no: str) -> CaseFile:
    """Return a case whose whole journal is the reader's; raise CaseMissing for any other, as for one that is not there.

    A department that was only asked sees a part of a case; its journal tells all of it.
    """
    case = visible_case(view.connection, case_no, view.scope)
    if not view.scope.covers(case.department):
        raise CaseMissing(case_no=case_no)
    return case


def refuse_strange(connection: Connection, cases: Iterable[tuple[str, str]], *, newer: bool = False) -> None:
    """Raise :class:`JournalIllegible` for the first case (root id, case number) with a line of another form or kind.

    With ``newer`` only for what a newer program may have written: who carries a journal away carries a forged one too.
    """
    named = dict(cases)
    found = strange_lines(connection, named)
    for root, case_no in named.items():
        if root in found and (found[root].newer or not newer):
            raise JournalIllegible(case_no=case_no, why=f"第 {found[root].seq} 条记录{found[root].why}")


def refuse_gap(connection: Connection, case_no: str, lines: Sequence[Line]) -> None:
    """Raise :class:`JournalIllegible` where ``lines`` (at least those that moved the process) have a migration gap."""
    why = gap_in(lines)
    if why is None:
        for line, release in _named(lines):
            if release_text(connection, release) is None:
                why = f"第 {line.seq} 条记录所依据的发布 {release[:16]}… 系统中没有登记"
                break
    if why is not None:
        raise JournalIllegible(case_no=case_no, why=why)


def gap_in(lines: Sequence[Line]) -> str | None:
    """Return where a run goes on by a release that no line brought it to, as a Chinese phrase; None where nothing is.

    Pure: of the lines, only those that begin a run or move one to another release are asked.
    """
    goes_by: dict[int, str] = {}
    for line in lines:
        if line.type == STARTED:
            goes_by[line.data.get("run", 0)] = line.data.get("release", "")
        elif line.type == MIGRATED:
            for number, run in enumerate(one["run"] for one in line.data.get("runs", ())):
                before = goes_by.get(run)
                if before is None:
                    return f"第 {line.seq} 条记录改用新版，此前没有这个流程开始的记录"
                # The line names what the first of the runs went by; a later run may have begun with a newer one.
                if number == 0 and before != line.data.get("from_release"):
                    said = f"第 {line.data.get('from_number')} 版"
                    return f"第 {line.seq} 条记录说原为{said}，此前却没有改到{said}的记录，中间缺少改用新版的记录"
                goes_by[run] = line.data.get("to_release", "")
    return None


def _named(lines: Sequence[Line]) -> Iterable[tuple[Line, str]]:
    seen: set[str] = set()
    for line in lines:
        for key in {STARTED: ("release",), MIGRATED: ("from_release", "to_release")}.get(line.type, ()):
            release = line.data.get(key)
            if release is not None and release not in seen:
                seen.add(release)
                yield line, release
