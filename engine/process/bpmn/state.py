"""The logical state of an instance and its hash, by which a re-execution is compared with the past.

What counts is where the tokens are, what they carry and which numbers open tasks have; not since
when.  A hot instance, one read from its snapshot and one re-executed on a freshly parsed definition
have the same state and so the same hash.

A hash says by its form how it was made, because the journal keeps the hashes of all times:
``2:…`` is the SHA-256 of the state as the snapshot writes it, in base64 without filling; one without
a colon, of the first form, is that of a JSON text of every open token with all its data, in
hexadecimal.  It took a multi-instance of many children too long to write at every step.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any, Final

from SpiffWorkflow.util.task import TaskState

from engine.process.bpmn.definition import Bundle
from engine.process.bpmn.snapshot import Live, state_bytes

_SECOND: Final = "2:"


def hash_of(state: bytes) -> str:
    """Return the hash of the logical state ``state``, as :func:`state_bytes` gives it."""
    return _SECOND + base64.urlsafe_b64encode(hashlib.sha256(state).digest()).rstrip(b"=").decode()


def is_state(live: Live, bundle: Bundle, told: str) -> bool:
    """Whether ``told``, a hash of either form, is that of the pruned instance ``live``."""
    if told.startswith(_SECOND):
        return hash_of(state_bytes(live, bundle)) == told
    return first_hash(live.top, live.next_id) == told


def canonical(top: Any, next_id: int) -> dict[str, Any]:
    """Return the logical state of a pruned instance as plain data: what the first form of the hash is made of."""
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


def first_hash(top: Any, next_id: int) -> str:
    """Return the hash of the first form, in hexadecimal."""
    text = json.dumps(canonical(top, next_id), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _is_open(task: Any) -> bool:
    return bool(task.has_state(TaskState.NOT_FINISHED_MASK))


def _token(task: Any) -> list[Any]:
    came_from = task.parent.task_spec.name if task.parent is not None else None
    return [task.id, task.task_spec.name, task.state, came_from, task.internal_data, task.data]
