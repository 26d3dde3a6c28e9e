"""审计：核对全部过程记录链与只读出并计算一次摘要之比，重新执行，封存的速度，过程记录占一步办理的份额，一年的统计。

*verify.ratio* is the check of all chains and of the log over them (``audit verify --chains``) against reading the same
lines by the same kind of connection and hashing each once.  *journal.share* is what lines, sealed values, chain heads
and the queue of what waits to be sealed add to a whole step at the door; the kinds of step take turns, task by task.
*reexecute.ratio* is told where it is measured (``_audit.reexecution``).
*figures.ratio* is what the page of figures reads of a year against the same rows read as they are (``_audit.rollups``).
"""

from __future__ import annotations

import hashlib
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench._audit import reexecution, rollups
from bench._engine import drawings
from bench._engine.houses import MORNING, Place, place, postgres_server
from engine import door as door_module
from engine.door import Door
from engine.foundation.journal import writing
from engine.foundation.journal.rules import chain_hash, envelope
from engine.foundation.journal.sealing import queries
from engine.foundation.journal.sealing.proving import Tally, broken_chains, log_faults
from engine.foundation.journal.sealing.tables import seal_queue
from engine.foundation.journal.tables import journal_line
from engine.foundation.store.behind import put
from engine.foundation.store.tables import root
from engine.foundation.store.unit import GENESIS, Unit
from yichuang.sealing import seal_all

LINES = 10
"""So many lines has a chain."""
BATCH = 500
DATA = {
    "case_no": "11410500MB1A00007F3002031006000202601010001", "outcome": "通过", "task": "formal_review",
    "facts": {"formal_result": "accept", "site_visit_required": True}, "note": "材料齐全，符合法定形式",
}  # fmt: skip
ACTOR = {"account": "D11", "person": "person-D11", "channel": "web"}


def run(*, quick: bool) -> dict[str, Any]:
    """Return the figures by part and database; every ratio was taken side by side in this run."""
    events, cases, rounds = (20_000, 6, 3) if quick else (1_000_000, 90, 3)
    of_a_year, turns = (50_000, 3) if quick else (5_000_000, 9)
    figures: dict[str, Any] = {"reexecute": {}, "verify": {}, "seal": {}, "journal": {}, "figures": {}}
    with tempfile.TemporaryDirectory() as folder, postgres_server() as postgres:
        for dialect in ("sqlite", "postgresql"):
            with place(dialect, Path(folder), postgres) as made:
                figures["reexecute"][dialect] = reexecution.measured(made, cases, 5 if quick else 15)
                figures["figures"][dialect] = rollups.fill(made.door, of_a_year) | rollups.measured(made.door, turns)
                _fill(made.door, events // LINES)
                figures["seal"][dialect] = _sealed(made.door)
                figures["verify"][dialect] = _verified(made.door, rounds)
                # Last, for steps without a journal leave chains that hold no more.
                figures["journal"][dialect] = _share(made, cases)
    for part, name in (("reexecute", "ratio"), ("verify", "ratio"), ("journal", "share"), ("figures", "ratio")):
        figures[part][name] = max(each[name] for each in figures[part].values())
    return figures


# Checking --------------------------------------------------------------------------------------------------------


def _fill(door: Door, chains: int) -> None:
    """Write ``chains`` chains of :data:`LINES` lines, which wait to be sealed."""
    for begin in range(0, chains, BATCH):
        roots, lines = [], []
        for number in range(begin, min(begin + BATCH, chains)):
            id, head = f"case:V{number:08d}", GENESIS
            for seq in range(1, LINES + 1):
                text = envelope(
                    root=id, seq=seq, previous=head, type="task.completed", at=MORNING, actor=ACTOR,
                    command="CompleteTask", key=f"{id}:{seq}", data=DATA,
                )  # fmt: skip
                head = chain_hash(text)
                lines.append(
                    {"root_id": id, "seq": seq, "type": "task.completed", "at": MORNING, "account": "D11",
                     "command_key": f"{id}:{seq}", "body": text, "hash": head}
                )  # fmt: skip
            roots.append({"id": id, "kind": "case", "version": LINES, "seq": LINES, "head": head})
        with door.database.writing() as connection:
            connection.execute(root.insert(), roots)
            connection.execute(journal_line.insert(), lines)
            connection.execute(seal_queue.insert(), [{"root_id": one["id"], "seq": LINES} for one in roots])
    if door.database.dialect == "postgresql":
        with door.database.writing() as connection:
            connection.exec_driver_sql("ANALYZE")


def _sealed(door: Door) -> dict[str, Any]:
    """Seal what waits, and one head alone some times; return what one head takes."""
    begin = time.perf_counter()
    leaves = seal_all(door)
    spent = time.perf_counter() - begin
    assert leaves > 0
    alone = []
    for number in range(5):
        with door.database.writing() as connection:
            queries.let_wait(connection, [(f"case:V{number:08d}", LINES - 1)])
        begin = time.perf_counter()
        seal_all(door)
        alone.append(time.perf_counter() - begin)
    return {
        "heads": leaves,
        "microseconds_each": round(spent / leaves * 1e6, 1),
        "round_ms": round(statistics.median(alone) * 1e3, 1),
    }


def _verified(door: Door, rounds: int) -> dict[str, Any]:
    """Check and read in turns; a ratio is of this process's own time, which the machine's load moves least."""
    spent, tally = defaultdict[str, list[tuple[float, float]]](list), Tally()
    for _ in range(rounds):
        tally = Tally()
        with door.database.reading() as connection:
            marks = [_now()]
            assert list(broken_chains(connection, tally=tally)) == []
            marks.append(_now())
            assert list(log_faults(connection, None)) == []
            marks.append(_now())
            assert sum(1 for _ in _hashed(connection)) == tally.lines
            marks.append(_now())
        for name, (before, after) in zip(("chains", "log", "read"), pairwise(marks), strict=True):
            spent[name].append((after[0] - before[0], after[1] - before[1]))
    own = {name: min(one for one, _ in each) for name, each in spent.items()}
    wall = {name: min(one for _, one in each) for name, each in spent.items()}
    return {
        "lines": tally.lines,
        "chains": tally.chains,
        **{f"{name}_cpu_s": round(value, 3) for name, value in own.items()},
        **{f"{name}_s": round(value, 3) for name, value in wall.items()},
        "chains_ratio": round(own["chains"] / own["read"], 2),
        "wall_ratio": round((wall["chains"] + wall["log"]) / wall["read"], 2),
        "ratio": round((own["chains"] + own["log"]) / own["read"], 2),
    }


def _now() -> tuple[float, float]:
    return time.process_time(), time.perf_counter()


def _hashed(connection: Any) -> Iterator[bytes]:
    """Read every line as the check does, and hash each once."""
    for row in queries.lines_between(connection, "", "\U0010ffff"):
        yield hashlib.sha256(row[6].encode()).digest()


# A step ----------------------------------------------------------------------------------------------------------


def _no_journal(unit: Unit, *, command: str, key: str) -> None:
    for id in dict.fromkeys(event.root for event in unit.events):
        writing._move(unit, unit.roots[id])


def _no_queue(connection: Any, statement: Any, rows: Any) -> None:
    if statement is not writing._WAIT:
        _PUT(connection, statement, rows)


_PUT = put
KINDS: Mapping[str, tuple[Callable[..., None], Callable[..., None]]] = {
    "whole": (writing.write_journal, _PUT),
    "unsealed": (writing.write_journal, _no_queue),
    "bare": (_no_journal, _PUT),
}
"""How a step ends: with the journal and the queue, without the queue, without both."""


def _share(made: Place, cases: int) -> dict[str, Any]:
    spent = defaultdict[str, list[float]](list)
    roots = made.begin("fifteen", drawings.FACTS, cases * len(KINDS))
    turns = [(kind, roots[number :: len(KINDS)]) for number, kind in enumerate(KINDS)]
    for number in range(cases):
        for step in range(drawings.STEPS):
            for kind, mine in turns:
                task = made.first_open(mine[number])
                taken = _stepped(made, task, *KINDS[kind])
                if number or step:  # Everything is warm from the second step on.
                    spent[kind].append(taken)
    median = {kind: statistics.median(each) for kind, each in spent.items()}
    return {
        "steps": len(spent["whole"]),
        **{f"{kind}_ms": round(value * 1e3, 3) for kind, value in median.items()},
        "queue_share": round(median["whole"] / median["unsealed"] - 1, 3),
        "share": round(median["whole"] / median["bare"] - 1, 3),
    }


def _stepped(made: Place, task: str, write: Callable[..., None], wait: Callable[..., None]) -> float:
    setattr(door_module, "write_journal", write)  # noqa: B010 - its name is no part of the module's face
    setattr(writing, "put", wait)  # noqa: B010 - nor is this
    try:
        begin = time.perf_counter()
        made.step(task)
        return time.perf_counter() - begin
    finally:
        setattr(door_module, "write_journal", KINDS["whole"][0])  # noqa: B010 - as above
        setattr(writing, "put", _PUT)  # noqa: B010 - as above
