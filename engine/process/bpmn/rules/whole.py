"""``check``: everything there is to say about a process file."""

from __future__ import annotations

from engine.process.bpmn.definition import judge
from engine.process.bpmn.model import Drawing
from engine.process.bpmn.problems import Problem
from engine.process.bpmn.rules import calls, throwing
from engine.process.bpmn.rules.calls import Called
from engine.process.bpmn.rules.deadlocks import starved_joins
from engine.process.bpmn.rules.decisions import Decided
from engine.process.bpmn.rules.extensions import extension_problems
from engine.process.bpmn.rules.pairs import pair_problems
from engine.process.bpmn.rules.vocabulary import name_problems, word_problems
from engine.process.bpmn.vocabulary import Vocabulary


def check(
    xml: bytes, vocabulary: Vocabulary, called: Called | None = None, decided: Decided | None = None
) -> tuple[Problem, ...]:
    """Return every problem of the file, errors first, each with the id of its element.

    ``vocabulary`` holds the names the platform knows; ``called`` gives the definition of a process by its
    id, or None when there is none; without it calls are not followed; ``decided`` gives the file of
    a decision by the decision's id in the same way.  Never raises for what is in the file: whatever it is, there is a
    problem for it.
    """
    judged = judge(xml)
    if judged.drawing is None:
        return judged.problems
    problems = [*judged.problems, *_house_problems(judged.drawing, vocabulary, called, decided)]
    if judged.refused is not None and all(problem.level != "error" for problem in problems):
        return judged.refused.problems
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.level != "error"))


def _house_problems(
    drawing: Drawing, words: Vocabulary, called: Called | None, decided: Decided | None
) -> list[Problem]:
    if drawing.process is None:
        return []
    return [
        *word_problems(drawing, words),
        *name_problems(drawing),
        *extension_problems(drawing),
        *starved_joins(drawing),
        *pair_problems(drawing),
        *(calls.call_problems(drawing, called) if called is not None else ()),
        *(throwing.call_problems(drawing, called) if called is not None else ()),
        *calls.name_problems(drawing, words, called, decided),
    ]
