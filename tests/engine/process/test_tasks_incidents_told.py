"""An incident in words: what failed, in what, and when it is tried again; and the list of them in order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.process.bpmn.releases.tables import artifact
from engine.process.clocks.queries import MAX_ATTEMPTS
from engine.process.clocks.rules import KINDS
from engine.process.documents.issuing import RENDER_TOPIC
from engine.process.tasks.incidents.queries import Incident, heal, listed, raise_incident, settle
from engine.process.tasks.incidents.rules import SEALING, WORK, limit_title
from engine.process.tasks.incidents.telling import Told, told_of
from engine.registry.identity.rules import SYSTEM
from tests.deadlines.runner.due import deadline_of
from tests.engine.process.test_tasks_incidents import failed_for_good, never_rings, retry, waiting
from tests.support.failing import give_up
from tests.support.house import PERSON, House
from yichuang import outside


def told(house: House, **asked: Any) -> list[Told]:
    with house.door.read(SYSTEM) as view:
        return told_of(view, listed(view.connection, **asked)[0])


def found(house: House, **asked: Any) -> list[str]:
    return [one.incident.id for one in told(house, **asked)]


def test_a_deadline_is_told_by_its_clock_and_tried_again_at_its_next_look(sqlite_house: House):
    cases, _ = failed_for_good(sqlite_house, 1)
    [one] = told(sqlite_house)
    assert (one.kind, one.title, one.root, one.number) == ("到期事项", "一次告知期限届满", "办件", cases[0])
    assert one.next_try == deadline_of(sqlite_house, cases[0]).wake_at
    assert one.incident.sentence.startswith(f"办件 {cases[0]} 的一次告知期限届满多次未能触发：SnapshotMismatch")
    assert one.of_case


def test_a_timer_is_told_by_the_name_of_its_element(house: House):
    case_no, _ = never_rings(house)
    [one] = told(house)
    assert (one.kind, one.title, one.number) == ("流程定时", "久未审查", case_no)
    assert one.next_try == waiting(house, case_no)[0].wake_at


def test_a_spoiled_file_does_not_hide_what_failed(sqlite_house: House):
    never_rings(sqlite_house)
    with sqlite_house.door.database.writing() as connection:
        connection.execute(artifact.update().values(content=b"spoiled"))
    sqlite_house.reopen()
    assert [one.title for one in told(sqlite_house)] == ["bt_look"]


def test_work_is_told_in_words_and_not_tried_again_by_itself_until_somebody_wants_it(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    give_up(sqlite_house, case_no)
    [one] = told(sqlite_house)
    assert (one.kind, one.title, one.next_try, one.why_not) == ("待发事项", "生成文书的文件", None, "")
    retry(sqlite_house, one.incident)
    assert [again.next_try for again in told(sqlite_house)] == [sqlite_house.clock.now()]


def test_what_must_not_be_done_twice_says_why(sqlite_house: House):
    root_id = f"case:{sqlite_house.receive('W01', 'I06', PERSON)}"
    with sqlite_house.unit(root_id) as unit:
        raise_incident(unit, "outbox:77", root_id, "courier.order", "物流机构未接单", MAX_ATTEMPTS)
    [one] = told(sqlite_house)
    assert (one.title, "另选送达方式" in one.why_not) == ("向物流机构下单", True)


def test_every_topic_and_every_clock_has_words():
    assert set(WORK) == {RENDER_TOPIC, SEALING, *outside.WORK}
    for kind in KINDS:
        for effect in ("boundary", "ladder", "overdue"):
            title = limit_title(f"case:1:{kind}:2:{effect}")
            assert title.isprintable() and not title.isascii() and kind not in title and effect not in title


# The list ---------------------------------------------------------------------------------------------------------


def four(house: House) -> str:
    """Make incidents of each state, a minute apart, and two open ones; return their root."""
    root_id = f"case:{house.receive('W01', 'I06', PERSON)}"
    for number, state in enumerate(("resolved", "open", "retried", "healed", "open")):
        with house.unit(root_id) as unit:
            raise_incident(unit, f"outbox:{number}", root_id, RENDER_TOPIC, "未能完成", MAX_ATTEMPTS)
        house.clock.advance(timedelta(minutes=1))
        with house.unit(root_id) as unit:
            if state == "healed":
                heal(unit, f"outbox:{number}")
            elif state != "open":
                settle(unit, f"outbox:{number}", state)
    return root_id


def test_the_open_ones_come_first_then_the_last_settled(house: House):
    four(house)
    assert found(house) == ["outbox:1", "outbox:4", "outbox:3", "outbox:2", "outbox:0"]


@pytest.mark.parametrize(
    "asked, ids",
    [
        ({"state": "open"}, ["outbox:1", "outbox:4"]),
        ({"state": "retried"}, ["outbox:2"]),
        ({"state": "healed"}, ["outbox:3"]),
        ({"state": "resolved"}, ["outbox:0"]),
        ({"find": "99999999"}, []),
        ({"find": "%"}, []),
    ],
)
def test_the_list_is_narrowed_by_state_and_number(sqlite_house: House, asked: dict[str, str], ids: list[str]):
    root_id = four(sqlite_house)
    assert found(sqlite_house, **asked) == ids
    assert len(found(sqlite_house, find=root_id[-8:])) == 5


def test_a_page_of_the_list_says_how_many_there_are(sqlite_house: House):
    four(sqlite_house)
    with sqlite_house.door.read(SYSTEM) as view:
        page, total = listed(view.connection, offset=1, limit=2)
    assert ([one.id for one in page], total) == (["outbox:4", "outbox:3"], 5)
    assert all(isinstance(one, Incident) for one in page)
