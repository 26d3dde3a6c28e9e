"""A case with very much in it asks no more statements than a new one, and its journal is told in parts."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.journal.tables import journal_line
from engine.foundation.journal.tags import tag
from engine.process.documents.tables import document
from engine.process.tasks.tables import step, task
from tests.support.house import House
from tests.support.site import Site
from tests.web.test_scale import Watched

NOTED = tag("test.noted", "第 {number} 条记录")
LINES = 450


def crowd(house: House, root: str) -> None:
    """Give the case many documents, tasks, steps and journal lines."""
    with house.unit(root) as unit:
        for number in range(LINES):
            unit.record(NOTED, root, number=number)
        for table, key in ((document, "id"), (task, "id"), (step, "number")):
            row = dict(unit.connection.execute(sa.select(table).where(table.c.root_id == root).limit(1)).one()._mapping)
            for number in range(1000, 1060):
                unique: dict[str, object] = {key: f"{table.name}-{number}"}
                if table is document:
                    unique |= {"position": number, "number": f"测〔2026〕{number}号", "verify_code": f"{number:032x}"}
                elif table is task:
                    unique |= {"task_no": number}
                else:
                    unique = {"number": number}
                unit.connection.execute(table.insert().values({**row, **unique}))


def test_a_crowded_case_asks_no_more_and_its_story_has_pages(house: House):
    case_no = house.accepted_instant()
    visitor, watched = Site(house).visitor("W01"), Watched()
    before = len(watched.of(visitor, f"/cases/{case_no}"))
    own = len(house.journal(f"case:{case_no}"))
    crowd(house, f"case:{case_no}")
    assert len(watched.of(visitor, f"/cases/{case_no}")) == before
    last = visitor.open(f"/cases/{case_no}")
    said = " ".join(last.each(".yc-story__said li"))
    assert f"第 {LINES - 1} 条记录" in said and "第 0 条记录" not in said
    first = visitor.open(f"/cases/{case_no}?page=1")
    assert "收到“社会保障卡补领”的申请材料" in " ".join(first.each(".yc-story__said li"))
    total = own + LINES
    assert f"第 1–200 条，共 {total} 条" in first.words(".yc-pager__count")
    with house.door.database.reading() as connection:
        count = sa.select(sa.func.count()).select_from(journal_line).where(journal_line.c.root_id == f"case:{case_no}")
        assert connection.execute(count).scalar_one() == total
