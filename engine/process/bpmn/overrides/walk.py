"""Walking the tree of tasks.

Fault cured: SpiffWorkflow's iterator rebuilds its work list at every step (about two thirds of all
time goes there) and stops at a depth of a thousand, below which ready tasks cannot be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.util.task import BpmnTaskFilter


def walk(
    first: Any,
    *,
    task_filter: Any = None,
    end_at_spec: str | None = None,
    skip_subprocesses: bool = False,
    **kwargs: Any,
) -> Iterator[Any]:
    """Yield ``first`` and everything below it that matches the filter, parents before children.

    Takes what SpiffWorkflow's own iterator takes; ``end_at_spec`` names a node below which not to
    go, ``skip_subprocesses`` stays in one process.
    """
    kwargs.pop("max_depth", None)
    kwargs.pop("depth_first", None)
    wanted = task_filter or BpmnTaskFilter(**kwargs)
    stack = [first]
    while stack:
        task = stack.pop()
        if task.task_spec.name != end_at_spec:
            stack.extend(reversed(task.children))
            inner = None if skip_subprocesses else task.workflow.top_workflow.subprocesses.get(task.id)
            if inner is not None:
                stack.append(inner.task_tree)
        if wanted.matches(task):
            yield task
