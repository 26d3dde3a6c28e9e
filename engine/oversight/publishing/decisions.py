"""Decision tables at deployment: what is wrong with the files, alone and together, and who asks them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.process.bpmn import (
    BpmnRefused,
    DecisionFile,
    Definition,
    Problem,
    check_decisions,
    parse_decisions,
)


def readable(texts: Mapping[str, bytes]) -> dict[str, DecisionFile]:
    """Return the files that can be evaluated, by the names they were handed in under.

    What is wrong with the others is said by :func:`table_problems`.
    """
    found: dict[str, DecisionFile] = {}
    for name, xml in texts.items():
        try:
            found[name] = parse_decisions(xml)
        except BpmnRefused:
            continue
    return found


def by_decision(files: Iterable[DecisionFile]) -> dict[str, DecisionFile]:
    """Return the file of each decision by the decision's id."""
    return {id: file for file in files for id in file.decisions}


def table_problems(texts: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Return every problem of the files, each seen by itself."""
    return tuple(problem for xml in texts.values() for problem in check_decisions(xml))


def joint_problems(
    handed_in: Mapping[str, DecisionFile], all: Mapping[str, DecisionFile], definitions: Iterable[Definition]
) -> Iterator[Problem]:
    """Yield what forbids releasing the files ``handed_in`` beside ``all`` that are in force with them.

    ``definitions`` are the processes in force then: a table that none of them asks would be in no release.
    """
    for name, file in handed_in.items():
        if name != file.id:
            yield Problem(
                file.id,
                "decisions-name",
                "error",
                f"决策表文件编号“{file.id}”与发布时的名称“{name}”不符，请按文件编号发布。",
            )
    owners: dict[str, str] = {}
    for name, file in all.items():
        for id in file.decisions:
            if owners.setdefault(id, name) != name:
                yield Problem(
                    id,
                    "decision-twice",
                    "error",
                    f"决策“{id}”在文件“{owners[id]}”和“{name}”里都有。请改其中一个的编号，或沿用原来的文件编号。",
                )
    asked = {id for definition in definitions for id in definition.asked}
    for file in handed_in.values():
        if not asked & file.decisions.keys():
            yield Problem(
                file.id,
                "decisions-unused",
                "error",
                f"没有流程问决策表文件“{file.id}”里的决策，发布了也不起作用。请连同使用它的流程一起发布。",
            )
