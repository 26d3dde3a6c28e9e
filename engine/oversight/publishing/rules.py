"""What a process file may name, and what stands in the way of its release."""

from __future__ import annotations

from collections.abc import Mapping

from engine.foundation.errors import Conflict, Invalid
from engine.process.bpmn import Cap, Problem, ServiceWords, Vocabulary
from engine.process.tasks.registry import Bindings
from engine.registry.identity.rules import ROLES

START_FACTS = frozenset({"case_no", "case_type", "site_visit_required"})
"""The routing facts that every main process is given."""


class ProcessRefused(Invalid):
    """流程文件有 {count} 处不能执行，没有发布，请改正后再发布。第一处：{first}"""

    code = "PROCESS_REFUSED"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """``problems`` are the errors found, with element ids."""
        worst = problems[0]
        # What concerns the file as a whole has no element.
        place = f"{worst.element_id}：" if worst.element_id else ""
        super().__init__(count=len(problems), first=f"{place}{worst.sentence}")
        self.problems = problems


class ItemsNotLater(Invalid):
    """事项的实施清单发布后当即公示，不能定在以后生效。请把事项文件另立草案、当即发布，或者不填生效时间。"""

    code = "ITEMS_NOT_LATER"


class PlannedLater(Conflict):
    """“{name}”已有定于 {at} 起生效的新版，现在发布会与它冲突。请等它生效后再发布，或者把生效时间定在它之后。"""

    code = "PLANNED_LATER"


class RehearsalFailed(Conflict):
    """演练没有通过，不能送审、发布，什么也没有改变：{first}请改正后重新演练；确需立即发布的，另立草案走紧急发布（两人）。"""

    code = "REHEARSAL_FAILED"


def vocabulary(
    bindings: Bindings,
    forms: frozenset[str],
    clocks: frozenset[str],
    messages: Mapping[str, frozenset[str]],
    clauses: frozenset[str],
    *,
    keyed: frozenset[str] = frozenset(),
) -> Vocabulary:
    """Return all names that a process file may use on this platform; ``keyed`` messages are found by a business key."""
    return Vocabulary(
        acts={act.name: frozenset(act.facts) for act in bindings.acts.values()},
        forms=forms,
        roles=frozenset(ROLES),
        services={
            service.name: ServiceWords(parameters=frozenset(service.parameters), facts=frozenset(service.facts))
            for service in bindings.services.values()
        },
        clocks=clocks,
        caps={"correction_notice": Cap(5, "wd", "行政许可法第三十二条（四）")},
        messages=messages,
        keyed=keyed,
        facts=START_FACTS,
        clauses=clauses,
    )


def errors_in(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems that refuse a release; warnings do not."""
    return tuple(problem for problem in problems if problem.level == "error")


def misnamed_in(ids: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return a problem for each name under which a file with another process id was handed in.

    A release finds a called process by its name: under a wrong one the next case would stop in the middle.
    """
    return tuple(
        Problem(id, "process-name", "error", f"流程编号“{id}”与发布时的名称“{name}”不符，请按流程编号发布。")
        for name, id in ids.items()
        if name != id
    )
