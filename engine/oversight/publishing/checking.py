"""What stands in the way of a release of files: each by itself, all together, and with what is in force at an instant.

A release and a draft are judged by the same words; the draft is told which file each problem lies in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.oversight.publishing import forming
from engine.oversight.publishing import messages as outside
from engine.oversight.publishing.decisions import by_decision, joint_problems, readable, table_problems
from engine.oversight.publishing.files import DECISIONS, FORM, ITEM, MESSAGE, PROCESS, Files, Key
from engine.oversight.publishing.ladders import ladder_problems
from engine.oversight.publishing.rules import misnamed_in
from engine.process.bpmn import (
    BpmnRefused,
    DecisionFile,
    Definition,
    Problem,
    Vocabulary,
    check,
    parse_definition,
)
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import artifact_content, current_decisions, current_processes, own_forms
from engine.process.tasks.awaited.rules import with_outside
from engine.process.tasks.registry import Bindings, View
from engine.registry.items.queries import current_items, parsed
from processes.items import ItemRefused
from processes.library import MessageFile

Called = Callable[[str], Definition | None]
Decided = Callable[[str], DecisionFile | None]
Found = Iterator[tuple[Key, Problem]]


@dataclass(frozen=True)
class Standing:
    """What is in force at an instant: process id to digest, decision and message files by name, forms of the centre."""

    digests: Mapping[str, str]
    tables: Mapping[str, DecisionFile]
    messages: Mapping[str, MessageFile]
    own_forms: Mapping[str, str]


def standing(view: View, at: datetime | None = None) -> Standing:
    """Return what is in force at ``at`` (UTC); without it, what was published last, even for a day to come."""
    bundles = view.part(Bundles)
    current = current_decisions(view.connection, at)
    tables = {name: bundles.tables(view.connection, digest) for name, digest in current.items()}
    return Standing(
        current_processes(view.connection, at), tables, outside.messages_in_force(view.connection, at),
        own_forms(view.connection, at),
    )  # fmt: skip


def problems_of(
    texts: Mapping[str, bytes], known: Vocabulary, deployed: Called, decided: Decided
) -> tuple[Problem, ...]:
    """Return every problem of the files, each seen together with the others and with what is deployed.

    ``decided`` gives the file of a decision by the decision's id, among the files handed in and those deployed.
    """
    return tuple(problem for _, problem in _of_processes(texts, known, deployed, decided))


def deployed_definitions(view: View, at: datetime | None = None) -> Called:
    """Return a look-up of the definitions in force at ``at`` (UTC); without it, of the newest releases."""
    return _look_up(view, current_processes(view.connection, at))


def found_in(view: View, files: Files, now: Standing | None = None) -> tuple[tuple[Key, Problem], ...]:
    """Return every problem of ``files`` with the file it lies in, seen together with what is in force.

    A process that is in force and could not go on with the files is named, too.  What concerns several files is only
    looked at when each of them can be read and run.  ``now`` is what was published last unless told otherwise.
    """
    there = now or standing(view)
    asking = _asking(view, files, there)
    alone = (*_alone(view, files), *_running(view, files, asking, there))
    if any(problem.level == "error" for _, problem in alone):
        return alone
    definitions = {name: parse_definition(xml) for name, xml in files.processes.items()}
    together = [
        ((PROCESS, name), problem)
        for name, one in definitions.items()
        for problem in misnamed_in({name: one.process_id})
    ]
    together = together or list(_together(view, files, there, {**asking, **definitions}))
    return (*alone, *together)


def _alone(view: View, files: Files) -> Found:
    for name, content in files.decisions.items():
        yield from _under((DECISIONS, name), table_problems({name: content}))
    for name, content in files.messages.items():
        internal = view.part(Vocabulary).messages
        yield from _under((MESSAGE, name), outside.message_problems({name: content}, view.part(Bindings), internal))
    for name, content in files.forms.items():
        yield from _under((FORM, name), forming.form_problems({name: content}))
    for name, content in files.items.items():
        yield from _under((ITEM, name), _of_item(name, content))


def _of_item(code: str, content: bytes) -> Iterator[Problem]:
    try:
        text = content.decode("utf-8")
        item = parsed(text)
    except UnicodeDecodeError:
        yield Problem(code, "item-file", "error", "事项文件不是 UTF-8 文字，请重新保存。")
        return
    except ItemRefused as refused:
        yield from (Problem(code, "ITEM_REFUSED", "error", sentence) for sentence in refused.problems)
        return
    if item.code != code:
        sentence = f"事项编号“{item.code}”与发布时的名称“{code}”不符，请改成一致。"
        yield Problem(code, "item-name", "error", sentence)
    yield from ladder_problems({code: text})


def _running(view: View, files: Files, asking: Mapping[str, Definition], there: Standing) -> Found:
    tables = {**there.tables, **readable(files.decisions)}
    heard = {**there.messages, **outside.readable(files.messages)}
    words = view.part(Vocabulary)
    words = replace(words, forms=words.forms | there.own_forms.keys() | files.forms.keys())
    texts = {**files.processes, **{name: one.xml for name, one in asking.items()}}
    known = with_outside(words, (one.message for one in heard.values()))
    return _of_processes(texts, known, _look_up(view, there.digests), by_decision(tables.values()).get)


def _together(view: View, files: Files, there: Standing, definitions: Mapping[str, Definition]) -> Found:
    """Yield what concerns several files; ``definitions`` are those handed in and those in force that go with them."""
    changed, told = readable(files.decisions), outside.readable(files.messages)
    tables = {**there.tables, **changed}
    ones = list(definitions.values())
    owner = {one.id: name for name, one in changed.items()} | {id: n for n, f in changed.items() for id in f.decisions}
    for problem in joint_problems(changed, tables, ones):
        yield (DECISIONS, owner.get(problem.element_id, next(iter(changed), ""))), problem
    for problem in outside.joint_problems(told, ones):
        yield (MESSAGE, problem.element_id), problem
    for problem in forming.joint_problems(files.forms, ones):
        yield (FORM, problem.element_id), problem
    yield from _unused(view, files, there, ones)
    for code, content in files.items.items():
        main = parsed(content.decode("utf-8")).main_process
        if main is not None and main not in {**there.digests, **files.processes}:
            sentence = f"事项的办理流程“{main}”还没有发布，也不在这次的文件里。请连同流程一起发布，或者改用已有的流程。"
            yield (ITEM, code), Problem(code, "item-process", "error", sentence)


def _unused(view: View, files: Files, there: Standing, ones: Iterable[Definition]) -> Found:
    """Yield a word of warning for each new process that no other calls, and that is no item's: nobody would use it."""
    fresh = files.processes.keys() - there.digests.keys()
    if not fresh:
        return
    mains = {item.main_process for _, item in current_items(view.connection)}
    mains |= {parsed(content.decode("utf-8")).main_process for content in files.items.values()}
    called = {name for one in ones for name in one.called}
    for one in ones:
        if one.process_id in fresh - called - mains and not one.beside:
            sentence = "没有事项、也没有别的流程使用这个流程，发布了也不起作用。请连同使用它的事项或者流程一起发布。"
            yield (PROCESS, one.process_id), Problem(one.process_id, "process-unused", "warning", sentence)


def _of_processes(texts: Mapping[str, bytes], known: Vocabulary, deployed: Called, decided: Decided) -> Found:
    parsed_ones: dict[str, Definition] = {}
    for name, xml in texts.items():
        try:
            parsed_ones[name] = parse_definition(xml)
        except BpmnRefused:
            continue  # the check below says what is wrong with this file

    def called(id: str) -> Definition | None:
        return parsed_ones.get(id) or deployed(id)

    for name, xml in texts.items():
        yield from _under((PROCESS, name), check(xml, known, called, decided))


def _asking(view: View, files: Files, there: Standing) -> dict[str, Definition]:
    """Return the processes in force that ask, wait for or show one of ``files`` and are not among them.

    They must go on with the files handed in.
    """
    changed = readable(files.decisions)
    ids = {id for name in files.decisions for one in (there.tables.get(name), changed.get(name)) if one
           for id in one.decisions}  # fmt: skip
    if not ids and not files.messages and not files.forms:
        return {}
    bundles, found = view.part(Bundles), {}
    for name, digest in there.digests.items():
        one = bundles.definition(view.connection, digest)
        touched = ids & set(one.asked) or files.messages.keys() & set(one.awaited) or _shows(one, files.forms)
        if touched and name not in files.processes:
            found[name] = one
    return found


def _shows(definition: Definition, keys: Mapping[str, bytes]) -> bool:
    return any(element.form in keys for element in definition.elements.values())


def _look_up(view: View, digests: Mapping[str, str]) -> Called:
    def look_up(id: str) -> Definition | None:
        digest = digests.get(id)
        return None if digest is None else parse_definition(artifact_content(view.connection, digest))

    return look_up


def _under(key: Key, problems: Iterable[Problem]) -> Found:
    return ((key, problem) for problem in problems)

