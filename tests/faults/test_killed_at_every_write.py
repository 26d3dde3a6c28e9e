"""kill -9 at the n-th statement of an act, for n = 1, 2, 3 … until it succeeds: whole effect or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.support.house import House, NewHouse
from tests.support.server import ROOT

FULL = os.environ.get("YICHUANG_FULL") == "1"
STRIDE = 1 if FULL else 13
"""The small size kills at every thirteenth statement and at the last."""

PROGRAM = textwrap.dedent(
    """
    import os, signal, sys
    from datetime import datetime
    from pathlib import Path
    import sqlalchemy as sa
    import forms
    from engine.foundation.clock import CITY, FixedClock
    from engine.process.tasks.commands import CompleteTask
    from engine.process.tasks.desk import open_desk
    from engine.registry.identity.queries import actor_of
    from engine.registry.identity.rules import SYSTEM
    from yichuang.house import open_house
    from yichuang.settings import read_settings

    data, database, task_id, at = Path(sys.argv[1]), sys.argv[2] or None, sys.argv[3], int(sys.argv[4])
    monday = FixedClock(datetime(2026, 3, 2, 9, 5, tzinfo=CITY))
    door = open_house(read_settings(data, database), clock=monday)
    with door.read(SYSTEM) as view:
        clerk = actor_of(view.connection, "W01", view.now, channel="api")
    with door.read(clerk) as view:
        desk = open_desk(view, task_id)
        answer = forms.read_json(desk.schema, {}, desk.context)
    seen = 0

    def count(*_arguments):
        global seen
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    door.execute(CompleteTask(task_id=task_id, answer=answer), clerk, key="the-act")
    print("done", seen)
    """
)


def _run(house: House, task_id: str, at: int) -> subprocess.CompletedProcess[str]:
    url = house.settings.database_url
    database = "" if url.startswith("sqlite") else url
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(house.settings.data), database, task_id, str(at)],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def _statements(new_house: NewHouse, dialect: str, tmp: Path) -> int:
    """Return how many statements the act makes, by doing it once undisturbed."""
    house = new_house(dialect)
    task_id = _waiting(house)
    done = _run(house, task_id, 10**9)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def _waiting(house: House) -> str:
    from tests.support.house import PERSON

    case_no = house.receive("W01", "I06", PERSON)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    return house.task(case_no, "ut_accept").id


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_an_act_cut_off_at_any_statement_has_its_whole_effect_or_none(
    new_house: NewHouse, dialect: str, tmp_path: Path
):
    last = _statements(new_house, dialect, tmp_path)
    house = new_house(dialect)
    task_id = _waiting(house)
    case_no = task_id.rpartition("-")[0]
    lines = len(house.journal(f"case:{case_no}"))
    for at in [*range(1, last, STRIDE), last]:
        killed = _run(house, task_id, at)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert [task.id for task in house.open_tasks(case_no)] == [task_id], f"half an effect at statement {at}"
        assert len(house.journal(f"case:{case_no}")) == lines
        assert house.documents(case_no) == []
    done = _run(house, task_id, 10**9)
    assert done.returncode == 0, done.stderr
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_head_decide"]
    again = _run(house, task_id, 10**9)
    assert again.returncode != 0 or "done" in again.stdout
    assert len(house.documents(case_no)) == 1
    assert house.violations() == []
