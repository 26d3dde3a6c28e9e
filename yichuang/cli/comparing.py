"""``process diff``: what a folder of drafts would change of what is published."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from engine.foundation.errors import why
from engine.oversight.publishing.comparing.changes import ADDED, CHANGED, REMOVED, Detail, Part
from engine.oversight.publishing.comparing.checkout import files_below
from engine.oversight.publishing.comparing.drafts import KINDS, FileChange, compare_drafts, read_drafts
from engine.registry.identity.rules import SYSTEM
from yichuang.cli.common import Verbs, house_of, print_json, settings_of

CHANGES = {ADDED: "新增", CHANGED: "修改", REMOVED: "删去"}


def add_verb(group: Verbs) -> None:
    """Add ``process diff``."""
    verb = group.add_parser("diff", help="草稿文件夹与现行发布相比：哪些文件、元素、规则、字段不同；只比较，不改动")
    about = "草稿：.bpmn、.dmn，以及事项、表单、消息（.json）；不写就是数据目录的 processes"
    verb.add_argument("folder", type=Path, metavar="DIR", nargs="?", help=about)
    verb.add_argument("--json", action="store_true", help="输出 JSON")
    verb.set_defaults(run=show)


def show(chosen: argparse.Namespace) -> int:
    """Print what differs; 0 whether anything does or not, 1 when a draft cannot be read."""
    drafts = read_drafts(_files(folder_of(chosen)))
    with house_of(chosen).read(SYSTEM) as view:
        changes = compare_drafts(view, drafts)
    if chosen.json:
        print_json({"same": not changes, "files": [asdict(one) for one in changes]})
        return 0
    for one in changes:
        _print(one)
    if not drafts:
        print("文件夹中没有流程、决策表、事项、表单或者消息文件")
    elif not changes:
        print("与现行发布相同")
    return 0


def folder_of(chosen: argparse.Namespace) -> Path:
    """Return the folder that was named, else the one of the house."""
    return Path(chosen.folder) if chosen.folder is not None else settings_of(chosen).data / "processes"


def _files(folder: Path) -> dict[str, bytes]:
    """Return the files below ``folder`` that may be drafts, by their paths in it."""
    try:
        if not folder.is_dir():
            raise NotADirectoryError(20, "", str(folder))
        return files_below(folder)
    except OSError as error:
        print(f"PATH_UNUSABLE：读不到文件夹 {folder}：{why(error)}。请核对路径后重试。", file=sys.stderr)
        raise SystemExit(2) from error


def _print(one: FileChange) -> None:
    title = f"（{one.title}）" if one.title and one.title != one.name else ""
    where = f"  {one.file}" if one.file else ""
    if one.change == REMOVED:
        print(f"草稿中没有  {KINDS[one.kind]} {one.name}{title}：发布草稿后照旧")
        return
    print(f"{CHANGES[one.change]}  {KINDS[one.kind]} {one.name}{title}{where}")
    for part in one.parts:
        _print_part(part)
    if one.change == CHANGED and not one.parts:
        print("    只有图形位置、注释或者书写不同，办理不变")


def _print_part(part: Part) -> None:
    name = f" {part.name}" if part.name and part.name != part.id else ""
    print(f"    {CHANGES[part.change]}  {part.id}{name}".rstrip())
    for detail in part.details:
        print(f"        {_said(detail)}")


def _said(detail: Detail) -> str:
    """Return a difference on one line; what is long is told by its beginning."""
    if not detail.before and not detail.after:
        return f"{detail.what}不同"
    return f"{detail.what or '值'}：{_short(detail.before)} → {_short(detail.after)}"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return "（无）" if not plain else plain if len(plain) <= 80 else f"{plain[:79]}…"
