"""出错说明: every coded error of this house as one can look it up: code, sentence, status, what may answer with it.

Made from the errors themselves: whoever writes one has written its entry.  What the command line and a start refuse
stands above the pages; the house that serves them tells it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from deadlines.law.errors import LawError
from engine.foundation.errors import Refusal
from engine.process.bpmn.expressions import ExpressionRefused
from engine.process.bpmn.timing import TimingRefused
from forms.errors import FormError
from processes.bpmn_file import BpmnUnreadable
from processes.items import ItemRefused
from processes.layout.graph import LayoutRefused
from processes.library import LibraryRefused
from processes.messages import MessageRefused
from web.api import OPERATIONS
from web.errors import status_of_kind

FAMILIES: tuple[type[Exception], ...] = (
    Refusal, LawError, FormError, ExpressionRefused, TimingRefused, BpmnUnreadable, ItemRefused, LayoutRefused,
    LibraryRefused, MessageRefused,
)  # fmt: skip
"""Every coded error descends from one of these: the refusals, and what the leaf packages say without knowing them."""

PACKAGES = ("deadlines", "engine", "forms", "processes", "web")
"""Where the errors stand that pages and operations may meet."""

OUTSIDE = "命令行与启动"
"""The room of what is refused outside the pages."""

ROOMS: Mapping[str, str] = {
    "engine.casework.cases.barring": "失信记录",
    "engine.casework.cases.custody": "材料交接",
    "engine.casework.cases.endings": "撤回、复核与改事项",
    "engine.casework.cases.finding": "查找与列表",
    "engine.casework.cases.listing": "查找与列表",
    "engine.casework.cases.views": "查找与列表",
    "engine.casework.cases.origin": "申请来源与补录",
    "engine.casework.cases.outcomes": "容缺、承诺与更正",
    "engine.casework.cases.procedures": "特别程序与延长期限",
    "engine.casework.cases": "收件与办件",
    "engine.casework.archive": "归档",
    "engine.casework.counselling": "首问、咨询与呼叫",
    "engine.casework.issuance": "出件与送达",
    "engine.casework.joint": "联审联批",
    "engine.casework.tracking": "进度查询",
    "engine.casework": "收件与办件",
    "engine.process.tasks": "待办",
    "engine.process.documents": "文书",
    "engine.process.clocks": "时限",
    "engine.process.bpmn": "流程文件",
    "engine.process": "流程",
    "engine.registry.identity": "账号与权限",
    "engine.registry": "事项、部门与参数",
    "engine.foundation.blobs": "上传的文件",
    "engine.foundation": "各处共用",
    "engine.oversight.orders": "督办与停表",
    "engine.oversight.standstill": "督办与停表",
    "engine.oversight": "流程发布与监察",
    "engine.door": "各处共用",
    "engine": "各处共用",
    "web.api": "接口",
    "web.courier": "接口",
    "web.phone": "手机拍照",
    "web.photos": "手机拍照",
    "web.sign_in": "登录",
    "web.security": "登录",
    "web": "页面",
    "forms.notices": "文书",
    "forms": "表单",
    "deadlines": "时限",
    "processes.items": "事项、部门与参数",
    "processes": "流程文件",
    "yichuang": OUTSIDE,
}
"""What a module's errors are about, by the beginning of its name; the longest one counts."""

WAYS: Mapping[int, str] = {
    400: "请求读不懂", 401: "须先登录", 403: "没有权限", 404: "没有找到", 405: "方法不对", 409: "情况已经变化",
    413: "内容过大", 415: "内容类型不对", 422: "内容需要改正", 429: "过于频繁", 500: "系统出错", 503: "暂时不能办理",
}  # fmt: skip
"""What an HTTP status says, in words."""

_FIELD = re.compile(r"\{(\w+)[^}]*\}")


@dataclass(frozen=True)
class Entry:
    """An error as it is looked up; ``sentence`` has ``…`` where a case's own words stand."""

    code: str
    sentence: str
    status: int
    """The HTTP status; 0 when it is told on a command line."""
    room: str
    asked: tuple[str, ...]
    """Names of the API's operations that may answer with it, as their description lists them."""


Kinds = Iterable[type[Exception]]


@cache
def entries(outside: Callable[[], Kinds] = tuple) -> tuple[Entry, ...]:
    """Return every error that the running house knows, by room and code; ``outside`` gives those above the pages."""
    # Read first: with the modules above the pages all others are there, too.
    above = tuple(outside())
    asked = _operations()
    kinds = {kind for family in FAMILIES for kind in _known(family)}
    found = [
        Entry(code_of(kind), said(kind), status_of_error(kind), room_of(kind), asked.get(code_of(kind), ()))
        for kind in (*kinds, *above)
    ]
    order = list(dict.fromkeys(ROOMS.values()))
    return tuple(sorted(found, key=lambda one: (order.index(one.room), one.code)))


def find(asked: str, known: Iterable[Entry]) -> list[Entry]:
    """Return the entry with the code ``asked``, else those with every word of it; all of them for an empty text."""
    exact = [one for one in known if one.code == asked.strip().upper()]
    if exact:
        return exact
    wanted = asked.lower().split()
    return [one for one in known if all(word in f"{one.code} {one.sentence} {one.room}".lower() for word in wanted)]


def by_room(found: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """Return the entries under what they are about, in the order they come in."""
    return [(room, list(listed)) for room, listed in groupby(found, lambda one: one.room)]


def code_of(kind: type[Exception]) -> str:
    """Return the stable code of an error."""
    return str(getattr(kind, "code", ""))


def status_of_error(kind: type[Exception]) -> int:
    """Return the HTTP status that a page or an operation gives with the error; 0 outside them."""
    if room_of(kind) == OUTSIDE:
        return 0
    # What a leaf package says is about what somebody has filled in or brought.
    return status_of_kind(kind) if issubclass(kind, Refusal) else 422


def said(kind: type[Exception]) -> str:
    """Return the sentence of an error with ``…`` for what each case fills in."""
    sentence = _FIELD.sub("…", (kind.__doc__ or "").strip())
    return "说明由办理的规则给出，写明原因和办法。" if sentence == "…" else sentence


def room_of(kind: type[Exception]) -> str:
    """Return what an error is about, by the module it stands in."""
    name = kind.__module__
    while name not in ROOMS:
        name = name.rpartition(".")[0]
    return ROOMS[name]


def _known(family: type[Exception]) -> Iterator[type[Exception]]:
    """Yield ``family`` and all below it that stand in the house (a test's own errors do not)."""
    if family.__module__.partition(".")[0] in PACKAGES:
        yield family
    for kind in family.__subclasses__():
        yield from _known(kind)


def _operations() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for operation in OPERATIONS:
        for kind in operation.all_refusals():
            found.setdefault(kind.code, []).append(operation.summary)
    return {code: tuple(dict.fromkeys(names)) for code, names in found.items()}
