"""``process check|deploy|status|adopt|diff|rehearse|export|migrate|modify|incidents``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from engine.door import Door
from engine.foundation.clock import CITY
from engine.foundation.errors import Invalid
from engine.oversight.publishing.checking import Called, Decided, problems_of
from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.comparing.checkout import Checkout, drift
from engine.oversight.publishing.decisions import by_decision, readable, table_problems
from engine.oversight.publishing.forming import form_problems, is_form
from engine.oversight.publishing.messages import message_problems
from engine.oversight.publishing.messages import readable as readable_messages
from engine.oversight.publishing.rules import ProcessRefused, errors_in
from engine.oversight.rehearsal.report import OUTCOMES, Report
from engine.oversight.rehearsal.script import Script
from engine.process.bpmn import BpmnRefused, Definition, Problem, parse_decisions, parse_definition
from engine.process.bpmn.releases.queries import (
    artifact_content,
    current_decisions,
    current_messages,
    current_processes,
    own_forms,
    releases_of,
)
from engine.process.tasks.awaited.rules import with_outside
from engine.registry.identity.rules import SYSTEM
from processes import library
from processes.items import ItemRefused
from processes.messages import MessageRefused, is_message
from yichuang.cli import adopting, comparing, incidents, migrating, modifying, rehearsing
from yichuang.cli.common import Verbs, fresh_key, house_of, print_json, read_file
from yichuang.compose import MESSAGES, bindings, words
from yichuang.house import OPERATOR
from yichuang.rehearsing.gating import walk_ahead


class ProcessTwice(Invalid):
    """有两个文件都是流程、决策表或消息文件 {name}，未发布。请只留下其中一个再发布。"""

    code = "PROCESS_TWICE"


class ItemsWrong(Invalid):
    """事项文件 {name} 有 {count} 处不符合要求，未发布。请按上面所列逐项改正。"""

    code = "ITEM_FILE_REFUSED"


def add_verbs(verbs: Verbs) -> None:
    """Add ``process``."""
    group = verbs.add_parser("process", help="流程").add_subparsers(dest="what", required=True, metavar="VERB")
    check = group.add_parser("check", help="检查流程、决策表、事项、表单和消息，有不能执行之处时退出码为 1")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--json", action="store_true", help="输出 JSON")
    check.set_defaults(run=check_files)
    deploy = group.add_parser("deploy", help="检查并发布流程、决策表、事项、表单、消息：此后收的件用新版，在办件不变")
    deploy.add_argument("files", nargs="+", type=Path, metavar="FILE")
    deploy.set_defaults(run=deploy_files)
    status = group.add_parser("status", help="各事项现行的发布版本")
    status.add_argument("--json", action="store_true", help="输出 JSON")
    status.set_defaults(run=show_status)
    export = group.add_parser("export", help="把现行的流程、决策表、消息和本中心的表单原样写到文件夹")
    where = "不写就是数据目录的 processes：改过的文件在“流程设计”里看得到，也可以 process diff、deploy"
    export.add_argument("folder", type=Path, metavar="DIR", nargs="?", help=where)
    export.set_defaults(run=export_files)
    adopting.add_verb(group)
    comparing.add_verb(group)
    rehearsing.add_verb(group)
    migrating.add_verb(group)
    modifying.add_verb(group)
    incidents.add_verb(group)


def check_files(chosen: argparse.Namespace) -> int:
    """Print one line per problem with its element id; needs no data folder."""
    refused = False
    report: dict[str, list[dict[str, str]]] = {}
    for file in chosen.files:
        problems = _problems_of(file, chosen.files)
        refused = refused or bool(errors_in(problems))
        report[str(file)] = [_as_json(problem) for problem in problems]
        if not chosen.json:
            _print_lines(file, problems)
    if chosen.json:
        print_json({"refused": refused, "files": report})
    return 1 if refused else 0


def deploy_files(chosen: argparse.Namespace) -> int:
    """Deploy; print the new releases, or every problem.  Kept rehearsals are walked first, as before any release."""
    texts: dict[str, str] = {}
    tables: dict[str, str] = {}
    messages: dict[str, str] = {}
    schemas: dict[str, str] = {}
    items = _items(file for file in chosen.files if _is_item(file))
    for file in chosen.files:
        if _is_item(file):
            continue
        name, kind = _file_id(file), texts
        for other, fits in ((tables, _is_table), (messages, _is_message), (schemas, _is_form)):
            kind = other if fits(file) else kind
        if name in kind:
            raise ProcessTwice(name=name)
        kind[name] = _text(file)
    door = house_of(chosen)
    command = Deploy(processes=texts, decisions=tables, items=items, messages=messages, forms=schemas)
    walk_ahead(door, command.files, _say)
    try:
        outcome = door.execute(command, OPERATOR, key=fresh_key("deploy"))
    except ProcessRefused as refused:
        _print_lines(None, refused.problems)
        raise
    for code, release in outcome["releases"].items():
        print(f"{code} 已发布 {release[:12]}")
    if not outcome["releases"]:
        print("内容与现行版本相同，没有新的发布")
    return 0


def _say(script: Script, report: Report | None) -> None:
    if report is None:
        print(f"演练 {script.name}（{script.item}）……", end="", flush=True)
    else:
        print(OUTCOMES[report.outcome])
        for told in report.failures:
            print(f"  {told}")


def show_status(chosen: argparse.Namespace) -> int:
    """Print the newest release of each item."""
    door = house_of(chosen)
    with door.read(SYSTEM) as view:
        newest = {one.item_code: one for one in reversed(releases_of(view.connection))}
        own = own_forms(view.connection)
    rows = [
        {
            "item": one.item_code,
            "number": one.number,
            "release": one.id,
            "main": one.main,
            "effective_from": one.effective_from.isoformat(),
            "processes": dict(one.processes),
            "decisions": dict(one.decisions),
            "messages": dict(one.messages),
            "forms": {key: digest for key, digest in one.forms.items() if own.get(key) == digest},
        }
        for one in sorted(newest.values(), key=lambda one: one.item_code)
    ]
    if chosen.json:
        print_json(rows)
        return 0
    for row in rows:
        print(f"{row['item']}  第 {row['number']} 版  {str(row['release'])[:12]}  自 {_local(row)}")
    _print_drift(door)
    return 0


def _print_drift(door: Door) -> None:
    """Say how many of the files laid out in the data folder differ from what is in force."""
    files = door.part(Checkout).files()
    if files:
        with door.read(SYSTEM) as view:
            count = len(drift(view, files))
        told = f"有 {count} 个文件与现行的不同，用 process diff 查看" if count else "与现行的相同"
        print(f"数据目录的 processes 文件夹：{told}")


def _local(row: Mapping[str, object]) -> str:
    return f"{datetime.fromisoformat(str(row['effective_from'])).astimezone(CITY):%Y-%m-%d %H:%M}"


def export_files(chosen: argparse.Namespace) -> int:
    """Write the current definitions, byte for byte as deployed."""
    door, folder = house_of(chosen), comparing.folder_of(chosen)
    folder.mkdir(parents=True, exist_ok=True)
    with door.read(SYSTEM) as view:
        written = [(f"{name}.bpmn", digest) for name, digest in current_processes(view.connection).items()]
        written += [(f"{name}.dmn", digest) for name, digest in current_decisions(view.connection).items()]
        written += [(f"{name}.json", digest) for name, digest in current_messages(view.connection).items()]
        written += [(f"{key}.form.json", digest) for key, digest in own_forms(view.connection).items()]
        for name, digest in sorted(written):
            path = folder / name
            path.write_bytes(artifact_content(view.connection, digest))
            print(path)
    return 0


def _is_item(file: Path) -> bool:
    """Tell whether a file is one of an item (实施清单), not of a diagram."""
    return file.suffix == ".json" and not is_message(read_file(file)) and not is_form(read_file(file))


def _is_form(file: Path) -> bool:
    """Tell whether a file is one of a form."""
    return file.suffix == ".json" and is_form(read_file(file))


def _is_message(file: Path) -> bool:
    """Tell whether a file is one of a message from outside."""
    return file.suffix == ".json" and is_message(read_file(file))


def _problems_of_item(file: Path) -> tuple[Problem, ...]:
    try:
        library.item_of(read_file(file))
    except ItemRefused as refused:
        return tuple(Problem(file.stem, "ITEM_REFUSED", "error", sentence) for sentence in refused.problems)
    return ()


def _items(files: Iterable[Path]) -> dict[str, str]:
    """Return the items to publish by code; raise :class:`ItemsWrong` when one is not fit for use."""
    texts: dict[str, str] = {}
    for file in files:
        problems = _problems_of_item(file)
        if problems:
            _print_lines(file, problems)
            raise ItemsWrong(name=file.name, count=len(problems))
        texts[library.item_of(read_file(file)).code] = _text(file)
    return texts


def _problems_of(file: Path, files: list[Path]) -> tuple[Problem, ...]:
    """Return the problems of ``file``, seen together with the other ``files`` given."""
    if _is_item(file):
        return _problems_of_item(file)
    if _is_table(file):
        return table_problems({str(file): read_file(file)})
    if _is_message(file):
        return message_problems({file.stem: read_file(file)}, bindings(), MESSAGES)
    if _is_form(file):
        return form_problems({_file_id(file): read_file(file)})
    given = readable_messages({_file_id(one): read_file(one) for one in files if _is_message(one)})
    heard = {**library.messages(), **given}
    known = with_outside(words(), (one.message for one in heard.values()))
    known = replace(known, forms=known.forms | {_file_id(one) for one in files if _is_form(one)})
    return problems_of({str(file): read_file(file)}, known, _shipped_and(files), _tables_shipped_and(files))


def _is_table(file: Path) -> bool:
    return file.suffix.lower() == ".dmn"


def _tables_shipped_and(files: list[Path]) -> Decided:
    """Return a look-up of the files of decisions among the given files, then among the shipped ones."""
    texts: Mapping[str, bytes] = {
        **{id: file.xml for id, file in library.decisions().items()},
        **{_file_id(file): read_file(file) for file in files if _is_table(file)},
    }
    return by_decision(readable(texts).values()).get


def _shipped_and(files: list[Path]) -> Called:
    """Return a look-up of definitions among the given files, then among the shipped ones."""
    texts: Mapping[str, bytes] = {
        **{id: file.xml for id, file in library.processes().items()},
        **{_file_id(file): read_file(file) for file in files if file.suffix != ".json" and not _is_table(file)},
    }

    def look_up(id: str) -> Definition | None:
        try:
            return parse_definition(texts[id]) if id in texts else None
        except BpmnRefused:
            return None

    return look_up


def _file_id(file: Path) -> str:
    """Return the id of a DMN file, or of a file's message or process; what cannot be read is refused by the check."""
    content = read_file(file)
    try:
        if _is_table(file):
            return parse_decisions(content).id
        if _is_form(file):
            return str(json.loads(content).get("id", ""))
        return library.message_of(content).name if _is_message(file) else parse_definition(content).process_id
    except (BpmnRefused, MessageRefused):
        return file.stem


def _text(file: Path) -> str:
    """Return the text of the file; raise :class:`BpmnRefused` when it is not UTF-8."""
    content = read_file(file)
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
        print(f"{where}可以{'发布' if file.suffix == '.json' else '执行'}")


def _as_json(problem: Problem) -> dict[str, str]:
    return {
        "element_id": problem.element_id, "rule": problem.rule, "level": problem.level, "sentence": problem.sentence
    }  # fmt: skip
