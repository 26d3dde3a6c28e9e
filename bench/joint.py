"""联审：五十个分支由八个线程同时出具意见与同样多的互不相干的办理之比；看板的语句数与分支数、办件数无关。

Opinions of one case wait for one another at its lock; steps of unrelated cases do not.  Both are the same act, on the
same house, in turns; what must come out (each opinion once, one task to conclude) is checked before it counts.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench._engine.houses import postgres_server
from engine.casework.joint.board import boards
from engine.oversight.publishing.commands import Deploy
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.support.counting import statements
from tests.support.house import House
from tests.support.joint import AGREE, asked, head_of, reviewed, rows
from tests.support.postgres import PostgresServer
from yichuang.settings import read_settings

THREADS = 8
DEPARTMENTS = ("market", "urban", "fire", "tobacco", "police", "tax", "hrss", "fund", "medical", "cdc")


def run(*, quick: bool) -> dict[str, Any]:
    """Return on both databases the share of the unrelated rate that the opinions of one case reach."""
    branches, rounds = (8, 1) if quick else (50, 3)
    found = {}
    with tempfile.TemporaryDirectory() as folder, postgres_server() as postgres:
        for dialect in ("sqlite", "postgresql"):
            found[dialect] = _measured(dialect, Path(folder), postgres, branches, rounds)
    return {
        "share_of_unrelated": min(one["share"] for one in found.values()),
        "board_statements_ratio": max(one["board"]["ratio"] for one in found.values()),
        "threads": THREADS,
        **found,
    }


def _measured(dialect: str, folder: Path, postgres: PostgresServer, count: int, rounds: int) -> dict[str, Any]:
    url = postgres.create(f"joint_{uuid.uuid4().hex[:8]}") if dialect == "postgresql" else None
    house = House(read_settings(folder / f"joint_{dialect}", url))
    try:
        house.wait(minutes=1)  # Of two versions of one instant nobody could say which is the newer.
        house.execute("P61", Deploy(processes={}, items={"I13": _item(count)}))
        small = _statements(house, asked(house, "I11"))
        rates: dict[str, list[float]] = {"related": [], "unrelated": []}
        large = 0
        for _ in range(rounds):
            rates["unrelated"].append(count / _at_once(house, _of_many_cases(house, count)))
            case_no = asked(house)
            tasks = [reviewed(house, case_no, f"b{number}") for number in range(count)]
            rates["related"].append(count / _at_once(house, tasks))
            _check(house, case_no, count)
            large = _statements(house, case_no)
        violations = house.violations()
        assert violations == [], violations
    finally:
        house.close()
    related, unrelated = (statistics.median(rates[name]) for name in ("related", "unrelated"))
    told = {"related_per_second": round(related, 1), "unrelated_per_second": round(unrelated, 1)}
    board = {"few_branches": small, f"{count}_branches": large, "ratio": round(large / small, 2)}
    return {"branches": count, **told, "share": round(related / unrelated, 2), "board": board}


def _statements(house: House, case_no: str) -> int:
    """Return by how many statements the board of a case is read, among the other cases there are by then."""
    with house.door.read(SYSTEM) as view, statements(view.connection) as sent:
        assert boards(view, [f"case:{case_no}"], {})
    return len(sent)


def _item(count: int) -> str:
    """Return the item with ``count`` branches that wait for nobody."""
    told = json.loads((Path(library.__file__).parent / "items" / "I13.json").read_text("utf-8"))
    told["joint_plan"]["branches"] = [
        {"key": f"b{number}", "department": DEPARTMENTS[number % len(DEPARTMENTS)], "name": f"分支{number}",
         "depends_on": [], "days": 5, "optional": False, "veto": "none"}
        for number in range(count)
    ]  # fmt: skip
    told["joint_plan"]["joint_site_visit"] = []
    return json.dumps(told, ensure_ascii=False)


def _of_many_cases(house: House, count: int) -> list[Task]:
    """Return the first branch's opinion of each of ``count`` cases."""
    return [reviewed(house, asked(house), "b0") for _ in range(count)]


def _at_once(house: House, tasks: Sequence[Task]) -> float:
    """Let eight threads give all opinions, each its share; return the seconds from the first to the last."""
    barrier, faults = threading.Barrier(THREADS + 1), list[Exception]()
    answer = {**AGREE, "branch_name": "", "branch_number": "", "findings": "", "conditions": ""}

    def work(mine: Sequence[Task]) -> None:
        actors = {one.department: house.actor(head_of(one.department)) for one in mine}
        barrier.wait()
        try:
            for one in mine:
                command = CompleteTask(task_id=one.id, answer=answer, partial=True)
                house.door.execute(command, actors[one.department], key=uuid.uuid4().hex)
        except Exception as fault:  # noqa: BLE001 - whatever it was, the bench tells it
            faults.append(fault)
        barrier.wait()

    people = [threading.Thread(target=work, args=(tasks[number::THREADS],)) for number in range(THREADS)]
    for one in people:
        one.start()
    barrier.wait()
    begin = time.perf_counter()
    barrier.wait()
    spent = time.perf_counter() - begin
    for one in people:
        one.join()
    if faults:
        raise faults[0]
    return spent


def _check(house: House, case_no: str, count: int) -> None:
    said = rows(house, case_no)
    assert len(said) == count
    assert all((one.state, one.account) == ("agreed", head_of(one.department)) for one in said.values())
    given = [one for one in house.journal(f"case:{case_no}") if one.type == "joint.opined"]
    assert len(given) == count, "each opinion once"
    assert [one.element for one in house.open_tasks(case_no)] == ["ut_lead_conclude"], "one task to conclude"
