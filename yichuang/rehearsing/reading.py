"""Files as people hand them in: which kind each is, and under which name it would be published."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

from engine.foundation.errors import Invalid
from engine.oversight.rehearsal.files import KINDS
from engine.process.bpmn import BpmnRefused, parse_decisions, parse_definition
from processes import library
from processes.items import ItemRefused
from processes.messages import MessageRefused, is_message


class FileTwice(Invalid):
    """有两个文件都是{kind}“{name}”，没有演练。请只留下其中一个。"""

    code = "FILE_TWICE"


def gathered(files: dict[str, bytes]) -> dict[tuple[str, str], bytes]:
    """Return the files (by path) by kind and name; raise :class:`FileTwice`."""
    found: dict[tuple[str, str], bytes] = {}
    for path, content in files.items():
        kind, name = kind_and_name(path, content)
        if (kind, name) in found:
            raise FileTwice(kind=KINDS[kind], name=name)
        found[kind, name] = content
    return found


def kind_and_name(path: str, content: bytes) -> tuple[str, str]:
    """Return the kind of a file and its name; one that cannot be read goes by its file name, and the check says why."""
    stem, suffix = PurePath(path).stem, PurePath(path).suffix.lower()
    try:
        if suffix == ".dmn":
            return "decisions", parse_decisions(content).id
        if suffix != ".json":
            return "process", parse_definition(content).process_id
        if is_message(content):
            return "message", library.message_of(content).name
        if _is_form(content):
            return "form", stem
        return "item", library.item_of(content).code
    except BpmnRefused:
        return "decisions" if suffix == ".dmn" else "process", stem
    except MessageRefused:
        return "message", stem
    except ItemRefused:
        return "item", stem


def _is_form(content: bytes) -> bool:
    try:
        raw: Any = json.loads(content)
    except ValueError:
        return False
    return isinstance(raw, dict) and "components" in raw
