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
    finished = [task for task in workflow.tasks.values() if not task._state & TaskState.NOT_FINISHED_MASK]
    # A task has a higher number than the one it comes from: what is below has been settled before.
    for task in sorted(finished, key=lambda task: task.id, reverse=True):
        if task._parent is not None:
            _settle(workflow.tasks, task)


def _settle(tasks: dict[int, Any], task: Any) -> None:
    """Remove a finished task, unless an open one comes from it or lines part at it."""
    below = task._children
    if len(below) > 1 or (below and tasks[below[0]]._state & TaskState.NOT_FINISHED_MASK):
        return
    siblings = tasks[task._parent]._children
    siblings.remove(task.id)
    if below:
        tasks[below[0]]._parent = task._parent
        siblings.append(below[0])
        siblings.sort()
    del tasks[task.id]
