"""Who may do what with a draft in which state, and what is refused of it: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Final

from engine.foundation.clock import CITY
from engine.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from engine.process.bpmn import Problem

EDITING, IN_REVIEW, APPROVED, RELEASED, DROPPED = "editing", "in_review", "approved", "released", "dropped"
STATES: Final[Mapping[str, str]] = {
    EDITING: "修改中", IN_REVIEW: "送审中", APPROVED: "已批准，待生效", RELEASED: "已发布", DROPPED: "已作废"
}  # fmt: skip
ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    "修改": frozenset({EDITING}),
    "送审": frozenset({EDITING}),
    "撤回送审": frozenset({IN_REVIEW}),
    "批准": frozenset({IN_REVIEW}),
    "退回": frozenset({IN_REVIEW}),
    "作废": frozenset({EDITING, IN_REVIEW}),
    "批注": frozenset({EDITING, IN_REVIEW}),
    "回退": frozenset({RELEASED, APPROVED}),
}
"""In which states a draft lets each act be done to it."""

LONGEST_TITLE, LONGEST_REASON, LONGEST_COMMENT = 80, 500, 1000
MOST_BYTES: Final = 1024 * 1024
MOST_FILES: Final = 60
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,59}")
_ID = re.compile(r"d-[1-9][0-9]{0,8}")


class DraftMissing(NotFound):
    """没有找到草案 {id}，请从草案列表中选择。"""

    code = "DRAFT_MISSING"


class DraftFileMissing(NotFound):
    """草案中没有{kind}“{name}”，请从草案的文件列表中选择。"""

    code = "DRAFT_FILE_MISSING"


class FileUnknown(NotFound):
    """现行发布中没有{kind}“{name}”，请从列表中选择；新文件请选“新建”。"""

    code = "FILE_UNKNOWN"


class DraftTitleWrong(Invalid):
    """请填写草案名称（1 至 80 字），例如“承诺件路由取消书面意见”。"""

    code = "DRAFT_TITLE_WRONG"


class DraftReasonMissing(Invalid):
    """请填写理由（1 至 500 字），例如“按新修订的办法取消书面意见环节”。"""

    code = "DRAFT_REASON_MISSING"


class DraftNoteMissing(Invalid):
    """请填写退回的理由（1 至 500 字），写明须改正之处。"""

    code = "DRAFT_NOTE_MISSING"


class CommentMissing(Invalid):
    """请填写批注（1 至 1000 字）。"""

    code = "COMMENT_MISSING"


class CommentUnknown(NotFound):
    """草案中没有第 {number} 条批注，请刷新页面。"""

    code = "COMMENT_UNKNOWN"


class FileNameWrong(Invalid):
    """名称“{name}”不能使用，请以英文字母开头，只用英文字母、数字、下划线、连字符，最多 60 个字符。"""

    code = "FILE_NAME_WRONG"


class DraftFileTwice(Conflict):
    """草案中已有{kind}“{name}”，请直接打开修改。"""

    code = "DRAFT_FILE_TWICE"


class DraftFull(Conflict):
    """一份草案最多 60 个文件，请另立一份草案。"""

    code = "DRAFT_FULL"


class DraftFileTooLarge(Invalid):
    """文件超过 1 MB，没有保存。请删去不需要的内容，或者分成几个文件。"""

    code = "DRAFT_FILE_TOO_LARGE"


class TextUnreadable(Invalid):
    """文件读不懂，没有保存，请改正后再试：{why}"""

    code = "TEXT_UNREADABLE"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """``problems`` say what is wrong with the text; there is at least one."""
        super().__init__(why=problems[0].sentence)
        self.problems = problems


class DraftMoved(Conflict):
    """“{file}”已由{by}于{when}保存为第 {version} 版。您的内容没有保存，也没有丢失：请对照两边的不同，合并后再保存。"""

    code = "DRAFT_MOVED"

    def __init__(self, *, file: str, by: str, at: datetime, version: int) -> None:
        """``at`` (UTC) and ``version`` are of the saving that stands there now; ``by`` is the person's name."""
        when = f"{at.astimezone(CITY):%m月%d日 %H:%M}"
        super().__init__(file=file, by=by, when=when, version=version)
        self.by, self.at, self.version = by, at, version


class DraftStateWrong(Conflict):
    """草案 {id} 现在是“{state}”，不能{act}。请刷新页面后再办理。"""

    code = "DRAFT_STATE_WRONG"


class DraftUnchanged(Conflict):
    """草案里没有与现行发布不同的文件，不需要送审。请先修改文件，或者作废草案。"""

    code = "DRAFT_UNCHANGED"


class DraftDrifted(Conflict):
    """草案拿出文件以后，现行的{files}又发布了新版。请先打开这些文件，把新版的改动并入，再送审、批准。"""

    code = "DRAFT_DRIFTED"


class MergedWithOther(Conflict):
    """您并入的不是现行的“{file}”，它又发布了新版。请重新打开文件，对照后再保存。"""

    code = "MERGED_WITH_OTHER"


class DraftSamePerson(Forbidden):
    """按职责分离规则 S4（4.1.8），修改、送审的人员不能审批同一份草案，本人的其他账号也不行。请由其他流程设计师办理。"""

    code = "DRAFT_SAME_PERSON"


class DraftLookedAtOther(Conflict):
    """草案 {id} 在您查看以后又有改动。请重新查看后再批准。"""

    code = "DRAFT_LOOKED_AT_OTHER"


class DraftOfOthers(Forbidden):
    """撤回送审由修改、送审的人员办理。您要退回这份草案的，请写明理由退回。"""

    code = "DRAFT_OF_OTHERS"


class UrgencyUnwritten(Invalid):
    """请写明紧急发布的理由（1 至 500 字）：为什么不能等演练通过。"""

    code = "URGENCY_UNWRITTEN"


class RollBackReasonMissing(Invalid):
    """请填写回退的理由（1 至 500 字），例如“新版的送达环节有误，先恢复原来的办法”。"""

    code = "ROLL_BACK_REASON_MISSING"


class DraftNotUrgent(Conflict):
    """草案 {id} 不是按紧急发布送审的，请按一般程序批准；确属紧急的，请退回后由送审人写明紧急理由重新送审。"""

    code = "DRAFT_NOT_URGENT"


class DraftMoment(Invalid):
    """生效日期不对，请写成年-月-日，例如 2026-04-01，不早于今天；不填就是立即生效。"""

    code = "DRAFT_MOMENT_WRONG"


class NothingToRollBack(Conflict):
    """{what}没有可以退回的上一版。请查看它的发布记录。"""

    code = "NOTHING_TO_ROLL_BACK"


class RollBackOvertaken(Conflict):
    """发布以后{files}又有更新的版本，不能整份回退。请先回退后来的发布，或者另立草案改正。"""

    code = "ROLL_BACK_OVERTAKEN"


def state_at(state: str, effective_from: datetime | None, now: datetime) -> str:
    """Return how a draft stands at ``now``: a released one whose releases are still to begin is approved."""
    waiting = state == RELEASED and effective_from is not None and effective_from > now
    return APPROVED if waiting else state


def refuse_state(id: str, state: str, act: str) -> None:
    """Raise :class:`DraftStateWrong` unless a draft in ``state`` lets ``act`` be done to it."""
    if state not in ALLOWED[act]:
        raise DraftStateWrong(id=id, state=STATES[state], act=act)


def lets(state: str, act: str) -> bool:
    """Tell whether a draft in ``state`` lets ``act`` be done to it: the page asks this to show the button."""
    return state in ALLOWED[act]


def is_own(person: str, hands: Iterable[str]) -> bool:
    """Tell whether a natural person is among the ``hands`` (persons) that made a draft."""
    return person in set(hands)


def refuse_own(person: str, hands: Iterable[str]) -> None:
    """Raise :class:`DraftSamePerson` (S4) when the person who decides is one of the ``hands`` that made the draft."""
    if is_own(person, hands):
        raise DraftSamePerson


def checked_title(text: str) -> str:
    """Return the title without spare blanks; raise :class:`DraftTitleWrong`."""
    title = " ".join(text.split())
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise DraftTitleWrong
    return title


def checked_name(name: str) -> str:
    """Return the name of a new file; raise :class:`FileNameWrong`."""
    if not _NAME.fullmatch(name):
        raise FileNameWrong(name=name[:60])
    return name


def is_id(text: str) -> bool:
    """Tell whether ``text`` has the shape of a draft's id (``d-12``)."""
    return bool(_ID.fullmatch(text))


def read_moment(text: str, now: datetime) -> datetime | None:
    """Return the instant from which a release is to be in force: the first of the day typed, in the city's zone.

    An empty text, and today, mean at once (None).  Raises :class:`DraftMoment`.
    """
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise DraftMoment from error
    today = now.astimezone(CITY).date()
    if day < today or day.year > today.year + 5:
        raise DraftMoment
    return None if day == today else datetime.combine(day, time(), CITY).astimezone(now.tzinfo)
