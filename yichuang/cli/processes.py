"""``process check|deploy|status|export|migrate|modify|incidents``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from engine.foundation.errors import Invalid
from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.handlers import Called, problems_of
from engine.oversight.publishing.rules import ProcessRefused, errors_in
from engine.process.bpmn import BpmnRefused, Definition, Problem, parse_definition
from engine.process.bpmn.releases.queries import artifact_content, current_processes, releases_of
from engine.registry.identity.rules import SYSTEM
from processes import library
from yichuang.cli import incidents, migrating, modifying
from yichuang.cli.common import Verbs, fresh_key, house_of, print_json
from yichuang.compose import words
from yichuang.house import OPERATOR


class ProcessTwice(Invalid):
    """有两个文件都是流程 {name}，未发布。请只留下其中一个再发布。"""

    code = "PROCESS_TWICE"


def add_verbs(verbs: Verbs) -> None:
    """Add ``process``."""
    group = verbs.add_parser("process", help="流程").add_subparsers(dest="what", required=True, metavar="VERB")
    check = group.add_parser("check", help="检查流程文件；有不能执行的内容时退出码为 1")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--json", action="store_true", help="输出 JSON")
    check.set_defaults(run=check_files)
    deploy = group.add_parser("deploy", help="检查并发布流程文件：此后收件的办件使用新版，在办件不变")
    deploy.add_argument("files", nargs="+", type=Path, metavar="FILE")
    deploy.set_defaults(run=deploy_files)
    status = group.add_parser("status", help="各事项现行的发布版本")
    status.add_argument("--json", action="store_true", help="输出 JSON")
    status.set_defaults(run=show_status)
    export = group.add_parser("export", help="把现行的流程文件原样写到文件夹")
    export.add_argument("folder", type=Path, metavar="DIR")
    export.set_defaults(run=export_files)
    migrating.add_verb(group)
    modifying.add_verb(group)
    incidents.add_verb(group)


def check_files(chosen: argparse.Namespace) -> int:
    """Print one line per problem with its element id; needs no data folder."""
    refused = False
    report: dict[str, list[dict[str, str]]] = {}
    for file in chosen.files:
        problems = problems_of({str(file): _read(file)}, words(), _shipped_and(chosen.files))
        refused = refused or bool(errors_in(problems))
        report[str(file)] = [_as_json(problem) for problem in problems]
        if not chosen.json:
            _print_lines(file, problems)
    if chosen.json:
        print_json({"refused": refused, "files": report})
    return 1 if refused else 0


def deploy_files(chosen: argparse.Namespace) -> int:
    """Deploy; print the new releases, or every problem."""
    texts: dict[str, str] = {}
    for file in chosen.files:
        name = _process_id(file)
        if name in texts:
            raise ProcessTwice(name=name)
        texts[name] = _text(file)
    door = house_of(chosen)
    try:
        outcome = door.execute(Deploy(processes=texts), OPERATOR, key=fresh_key("deploy"))
    except ProcessRefused as refused:
        _print_lines(None, refused.problems)
        raise
    for code, release in outcome["releases"].items():
        print(f"{code} 已发布 {release[:12]}")
    if not outcome["releases"]:
        print("内容与现行版本相同，没有新的发布")
    return 0


def show_status(chosen: argparse.Namespace) -> int:
    """Print the newest release of each item."""
    with house_of(chosen).read(SYSTEM) as view:
        newest = {one.item_code: one for one in reversed(releases_of(view.connection))}
    rows = [
        {
            "item": one.item_code,
            "number": one.number,
            "release": one.id,
            "main": one.main,
            "effective_from": one.effective_from.isoformat(),
            "processes": dict(one.processes),
        }
        for one in sorted(newest.values(), key=lambda one: one.item_code)
    ]
    if chosen.json:
        print_json(rows)
        return 0
    for row in rows:
        print(f"{row['item']}  第 {row['number']} 版  {str(row['release'])[:12]}  自 {row['effective_from']}")
    return 0


def export_files(chosen: argparse.Namespace) -> int:
    """Write the current definitions, byte for byte as deployed."""
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with house_of(chosen).read(SYSTEM) as view:
        for name, digest in sorted(current_processes(view.connection).items()):
            path = chosen.folder / f"{name}.bpmn"
            path.write_bytes(artifact_content(view.connection, digest))
            print(path)
    return 0


def _shipped_and(files: list[Path]) -> Called:
    """Return a look-up of definitions among the given files, then among the shipped ones."""
    texts: Mapping[str, bytes] = {
        **{id: file.xml for id, file in library.processes().items()},
        **{_process_id(file): _read(file) for file in files},
    }

    def look_up(id: str) -> Definition | None:
        try:
            return parse_definition(texts[id]) if id in texts else None
        except BpmnRefused:
            return None

    return look_up


def _process_id(file: Path) -> str:
    """Return the id of the file's process; a file that cannot be read is refused by the check that follows."""
    try:
        return parse_definition(_read(file)).process_id
    except BpmnRefused:
        return file.stem


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        print(f"读不到文件 {file}：{error.strerror}", file=sys.stderr)
        raise SystemExit(2) from error


def _text(file: Path) -> str:
    """Return the text of the file; raise :class:`BpmnRefused` when it is not UTF-8."""
    content = _read(file)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        parse_definition(content)
        raise


def _print_lines(file: Path | None, problems: tuple[Problem, ...]) -> None:
    where = "" if file is None else f"{file}: "
    for problem in problems:
        level = "错误" if problem.level == "error" else "提示"
        print(f"{where}{level} {problem.element_id} [{problem.rule}] {problem.sentence}")
    if not problems and file is not None:
        print(f"{where}可以执行")


def _as_json(problem: Problem) -> dict[str, str]:
    return {
        "element_id": problem.element_id, "rule": problem.rule, "level": problem.level, "sentence": problem.sentence
    }  # fmt: skip
