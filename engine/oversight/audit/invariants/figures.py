"""I7: the figures of the centre are those that were confirmed, as the row, its versions and the chain tell it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from engine.foundation.journal.queries import lines_of
from engine.registry.policies.handlers import CONFIRMED, ROOT, TAKEN, told_of
from engine.registry.policies.queries import FIRST, policies, versions_in_force, versions_of

Told = tuple[str, str, str]


def policy_faults(connection: Connection) -> Iterator[Told]:
    """Yield rule, root and sentence for each figure that does not hold as the chain of the figures tells.

    The journal's line is the truth: a version is what was confirmed, and a row has the newest version that was taken.
    """
    lines = lines_of(connection, ROOT, limit=100_000)
    said = {(line.data["key"], line.data["version"]): dict(line.data) for line in lines if line.type == CONFIRMED}
    kept = {(one.key, one.version): one for one in versions_of(connection) if one.version > FIRST}
    for key, version in sorted(said.keys() | kept.keys()):
        line, row = said.get((key, version)), kept.get((key, version))
        if line is None or row is None or any(line.get(name) != value for name, value in told_of(row).items()):
            yield "I7.policy_version", ROOT, f"参数 {key} 第 {version} 版与其过程记录不符"
    taken = {line.data["key"]: line.data["version"] for line in lines if line.type == TAKEN}
    holds = versions_in_force(connection)
    for one in policies(connection):
        held = holds.get(one.key)
        number = taken.get(one.key, FIRST)
        if held is None or held.version != number or (one.value, one.source) != (held.value, held.source):
            yield "I7.policy", ROOT, f"参数 {one.key} 的现值与其第 {number} 版不符"
