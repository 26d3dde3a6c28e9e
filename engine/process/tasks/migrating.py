"""Moving the open runs of a root to another release, all of them or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.foundation.errors import Conflict
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.bpmn import Instance, Obstacle, Runtime, Vocabulary, plan_migration
from engine.process.bpmn.migrated import Ids
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import Release, release_at
from engine.process.tasks import queries
from engine.process.tasks.advancing.queries import put_instance
from engine.process.tasks.awaited.rules import with_outside
from engine.process.tasks.progress import key_of
from engine.process.tasks.registry import View
from engine.process.tasks.rules import InstanceRow
from engine.process.tasks.stages import settle
from engine.process.tasks.timers.queries import keep_timers

MIGRATED = tag("process.migrated", "改按第 {to_number} 版办理流程继续办理（原为第 {from_number} 版）。理由：{reason}")


class NotMovable(Conflict):
    """本件不能改用这一版流程，共 {count} 处，没有做任何改动。请按提示处理后再迁移。第一处：{first}"""

    code = "CASE_NOT_MOVABLE"

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        """``obstacles`` holds at least one; they are kept in ``self.obstacles``."""
        self.obstacles = obstacles
        super().__init__(count=len(obstacles), first=obstacles[0].sentence)


def obstacles(view: View, root_id: str, release: Release, ids: Ids) -> tuple[Obstacle, ...]:
    """Return everything that keeps the open runs of a root from going on with ``release``; empty when nothing does."""
    return tuple(each for row in _open_runs(view, root_id) for each in obstacles_of_run(view, row, release, ids))


def migrate(unit: Unit, root_id: str, release: Release, ids: Ids, reason: str) -> Mapping[str, Any]:
    """Let every open run go on with ``release``, its elements renamed by ``ids``.

    Tasks keep their numbers, holders and drafts, and show the new release's forms; clocks run on.  A run that has ended
    stays with what it was run by.  One line of the journal tells it, with the state of each run for a re-execution.
    Raises :class:`NotMovable` with every obstacle.
    """
    in_the_way = obstacles(unit, root_id, release, ids)
    if in_the_way:
        raise NotMovable(in_the_way)
    moved = [_moved(unit, row, release, ids) for row in _open_runs(unit, root_id)]
    before = release_at(unit.connection, moved[0][0].release_id)
    told: dict[str, Any] = {
        "from_release": before.id, "from_number": before.number, "to_release": release.id, "to_number": release.number,
        "map": {process: dict(names) for process, names in ids.items()}, "reason": reason,
        "runs": [{"run": row.run, "state_hash": state_hash} for row, state_hash in moved],
    }  # fmt: skip
    unit.record(MIGRATED, root_id, **told)
    return told


def _open_runs(view: View, root_id: str) -> list[InstanceRow]:
    return [row for row in queries.instances_of(view.connection, root_id) if not row.completed]


def obstacles_of_run(view: View, row: InstanceRow, release: Release, ids: Ids) -> Iterator[Obstacle]:
    """Yield everything that keeps one run from going on with ``release``; raise SnapshotMismatch for a spoiled one."""
    if row.process not in release.processes:
        sentence = f"新版没有“{row.process}”这一流程，而它正在进行。请先办完它。"
        yield Obstacle(row.process, "", row.process, sentence)
        return
    bundles = view.part(Bundles)
    old = bundles.of(view.connection, bundles.release(view.connection, row.release_id), row.process)
    new = bundles.of(view.connection, release, row.process)
    words = with_outside(view.part(Vocabulary), bundles.messages(view.connection, release).values())
    yield from plan_migration(old, row.snapshot, new, ids, vocabulary=words).obstacles


def _moved(unit: Unit, row: InstanceRow, release: Release, ids: Ids) -> tuple[InstanceRow, str]:
    """Move one run; return its row as it was and the state it is in now."""
    bundles, runtime = unit.part(Bundles), unit.part(Runtime)
    old = bundles.of(unit.connection, release_at(unit.connection, row.release_id), row.process)
    new = bundles.of(unit.connection, release, row.process)
    instance = Instance(key=key_of(row), version=row.version, snapshot=row.snapshot)
    advance = runtime.migrate(old, new, instance, ids, now=unit.now)
    version = row.version + 1
    moved = InstanceRow(
        row.root_id, row.run, row.process, release.id, row.department, version,
        advance.snapshot, advance.state_hash, advance.completed,
    )  # fmt: skip
    put_instance(unit, moved)
    queries.renew_tasks(unit, moved, advance.open_tasks)
    # Their instants stay as they are, but an element may have another id now; of a message that is waited for the
    # row has the number, the name and the key, and none of them can be another.
    keep_timers(unit, row.root_id, row.run, [one.task_no for one in advance.timers], advance.timers)
    settle(unit, moved, new, release.item, advance)
    unit.after_commit.append(lambda: runtime.remember(key_of(moved), version, advance))
    return row, advance.state_hash
