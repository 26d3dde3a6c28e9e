"""What two instances have in common that stand alike: nodes, states and names of facts, not numbers, values and times.

Of thousands of running cases there are a few dozen shapes.  Where an instance stands and whether it may go on with
another release depends on nothing else, so it is asked once for each shape.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import msgspec

from engine.process.bpmn.errors import SnapshotMismatch
from engine.process.bpmn.snapshot import decoded


def shape_of(snapshot: bytes) -> Hashable:
    """Return the shape of the instance in ``snapshot``; raise :class:`SnapshotMismatch` for a damaged one."""
    try:
        digest, _, completed, data, workflows = decoded(snapshot)
        # Numbers of tasks are told by the order in which they stand: a case that went round a loop has higher ones.
        places = {row[0]: place for place, row in enumerate(row for _, _, rows in workflows for row in rows)}
        inner = tuple(
            (places.get(caller), process, tuple(_row(row, places) for row in rows))
            for caller, process, rows in workflows
        )
        return (digest, completed, tuple(sorted(data)), inner)
    except (msgspec.DecodeError, ValueError, TypeError, LookupError, AttributeError) as fault:
        raise SnapshotMismatch from fault


def _row(row: Any, places: dict[int, int]) -> Hashable:
    _, parent, node, state, triggered, internal, data, _ = row
    # An instance of a migrated multi-instance may call its item otherwise than the node does.
    item = internal.get("variable") if isinstance(internal, dict) else None
    return (places.get(parent), node, state, triggered, _names(internal), item, _names(data))


def _names(value: Any) -> Hashable:
    """Return the names in a difference of data; None, True and an index of an item have none."""
    if isinstance(value, dict):
        return tuple(sorted(value))
    if isinstance(value, list | tuple):
        changed, gone = value
        return tuple(sorted(changed)), tuple(sorted(gone))
    return value is None
