"""The logical state of an instance and its hash, by which a re-execution is compared with the past.

What counts is where the tokens are, what they carry and which numbers open tasks have; not how it
is stored.  A hot instance, one read from its snapshot and one re-executed on a freshly parsed
definition have the same state and so the same hash.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from SpiffWorkflow.util.task import TaskState


def canonical(top: Any, next_id: int) -> dict[str, Any]:
    """Return the logical state of a pruned instance as plain data."""
    return {
        "completed": top.completed,
        "data": top.data,
        "next": next_id,
        "open": [
            [
                workflow.parent_task_id,
                workflow.spec.name,
                [_token(task) for task in workflow.tasks.values() if _is_open(task)],
            ]
            for workflow in (top, *top.subprocesses.values())
        ],
    }


def state_hash(top: Any, next_id: int) -> str:
    """Return the SHA-256 of the logical state, in hexadecimal."""
    text = json.dumps(canonical(top, next_id), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _is_open(task: Any) -> bool:
    return bool(task.has_state(TaskState.NOT_FINISHED_MASK))


def _token(task: Any) -> list[Any]:
    came_from = task.parent.task_spec.name if task.parent is not None else None
    return [task.id, task.task_spec.name, task.state, came_from, task.internal_data, task.data]
