"""Forgetting what is finished: history lives in the journal, an instance holds only what is open.

Fault cured: SpiffWorkflow keeps every task ever run.  An instance that is reworked a few hundred
times is slow, then blind to its own ready tasks, and no snapshot stays small.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState


def prune(top: Any) -> None:
    """Remove finished tasks and finished inner processes from the instance ``top``.

    Kept are open tasks, the task each directly comes from (a join knows an arrival by it), and the
    tasks where the lines of open tasks part (a join compares branches with what stood there).
    """
    for task_id, inner in list(top.subprocesses.items()):
        if inner.completed:
            del top.subprocesses[task_id]
    _prune_one(top)
    for inner in top.subprocesses.values():
        _prune_one(inner)


def _prune_one(workflow: Any) -> None:
    tasks = workflow.tasks
    kept = _kept(workflow)
    parents: dict[int, int | None] = {}
    for task_id in kept:
        above = tasks[task_id]._parent
        while above is not None and above not in kept:
            above = tasks[above]._parent
        parents[task_id] = above
    for task_id in [each for each in tasks if each not in kept]:
        del tasks[task_id]
    for task in tasks.values():
        task._children = []
        task._parent = parents[task.id]
        if task._parent is not None:
            tasks[task._parent]._children.append(task.id)


def _kept(workflow: Any) -> set[int]:
    root = workflow.task_tree
    kept, marked = {root.id}, {root.id}
    for task in workflow.tasks.values():
        if not task.has_state(TaskState.NOT_FINISHED_MASK):
            continue
        kept.add(task.id)
        if task._parent is not None:
            kept.add(task._parent)
        above = task
        while above.id not in marked:
            marked.add(above.id)
            above = above.parent
        kept.add(above.id)
    return kept
