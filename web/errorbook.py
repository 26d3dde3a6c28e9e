"""出错说明: every refusal of this house as one can look it up: code, sentence, status, and what may answer with it.

Made from the refusals themselves: whoever writes one has written its entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from engine.foundation.errors import Refusal
from web.api import OPERATIONS
from web.errors import status_of_kind

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
}
"""What a module's refusals are about, by the beginning of its name; the longest one counts."""

WAYS: Mapping[int, str] = {
    400: "请求读不懂", 401: "须先登录", 403: "没有权限", 404: "没有找到", 405: "方法不对", 409: "情况已经变化",
    413: "内容过大", 415: "内容类型不对", 422: "内容需要改正", 429: "过于频繁", 500: "系统出错", 503: "暂时不能办理",
}  # fmt: skip
"""What an HTTP status says, in words."""

_FIELD = re.compile(r"\{(\w+)[^}]*\}")


@dataclass(frozen=True)
class Entry:
    """A refusal as it is looked up; ``sentence`` has ``…`` where a case's own words stand."""

    code: str
    sentence: str
    status: int
    room: str
    asked: tuple[str, ...]
    """Names of the API's operations that may answer with it, as their description lists them."""


@cache
def entries() -> tuple[Entry, ...]:
    """Return every refusal that the running house knows, by room and code."""
    asked = _operations()
    kinds = sorted(_known(Refusal), key=lambda kind: kind.code)
    found = [
        Entry(kind.code, said(kind), status_of_kind(kind), room_of(kind), asked.get(kind.code, ())) for kind in kinds
    ]
    order = list(dict.fromkeys(ROOMS.values()))
    return tuple(sorted(found, key=lambda one: (order.index(one.room), one.code)))


def find(asked: str) -> list[Entry]:
    """Return the entry with the code ``asked``, else those with every word of it; all of them for an empty text."""
    exact = [one for one in entries() if one.code == asked.strip().upper()]
    if exact:
        return exact
    wanted = asked.lower().split()
    return [one for one in entries() if all(word in f"{one.code} {one.sentence} {one.room}".lower() for word in wanted)]


def by_room(found: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """Return the entries under what they are about, in the order they come in."""
    return [(room, list(listed)) for room, listed in groupby(found, lambda one: one.room)]


def said(kind: type[Refusal]) -> str:
    """Return the sentence of a refusal with ``…`` for what each case fills in."""
    sentence = _FIELD.sub("…", (kind.__doc__ or "").strip())
    return "说明由办理的规则给出，写明原因和办法。" if sentence == "…" else sentence


def room_of(kind: type[Refusal]) -> str:
    """Return what a refusal is about, by the module it stands in."""
    name = kind.__module__
    while name not in ROOMS:
        name = name.rpartition(".")[0]
    return ROOMS[name]


def _known(family: type[Refusal]) -> Iterator[type[Refusal]]:
    """Yield ``family`` and all below it that stand in the house (a test's own refusals do not)."""
    if family.__module__.partition(".")[0] in {"engine", "web"}:
        yield family
    for kind in family.__subclasses__():
        yield from _known(kind)


def _operations() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for operation in OPERATIONS:
        for kind in operation.all_refusals():
            found.setdefault(kind.code, []).append(operation.summary)
    return {code: tuple(dict.fromkeys(names)) for code, names in found.items()}
