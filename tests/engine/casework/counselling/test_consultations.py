"""咨询部门 (4.2.4): asked by the window, answered by the department, days overdue counted, shown to both."""

from __future__ import annotations

import pytest

from engine.casework.counselling.commands import AnswerConsultation, AskDepartment
from engine.casework.counselling.consultations import days_overdue
from engine.casework.counselling.queries import Consultation, consultation_by_root, consultations_for
from engine.casework.counselling.rules import (
    ConsultationAnswered,
    ConsultationMissing,
    NotYourDepartment,
)
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.store.unit import RootMissing
from engine.process.clocks.queries import clocks_of
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.engine.casework.counselling.test_contacts import messages
from tests.support.house import COMPANY, House

ASKED = {"department": "market", "title": "油烟净化设备的要求", "content": "商场内小餐饮是否必须单独安装油烟净化设备？"}


def asked(house: House, account: str = "W01", **more: str) -> str:
    return str(house.execute(account, AskDepartment(**{**ASKED, **more}))["number"])


def consultation(house: House, number: str) -> Consultation:
    with house.door.read(SYSTEM) as view:
        found = consultation_by_root(view.connection, f"consultation:{number}")
    assert found is not None
    return found


def overdue(house: House, number: str) -> int:
    with house.door.read(SYSTEM) as view:
        return days_overdue(view, consultation(house, number))


def seen_by(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        return [one.number for one in consultations_for(view.connection, view.scope)]


def test_T046_not_answered_within_one_working_day_it_is_one_day_overdue(house: House):
    number = asked(house)
    house.at(2026, 3, 3, 17)
    assert overdue(house, number) == 0
    house.at(2026, 3, 4, 9)
    house.sweep()
    assert overdue(house, number) == 1
    with house.door.read(house.actor("D12")) as view:
        assert any("已超期" in one.sentence for one in notifications_for(view.connection, view.actor))
    assert any("已催办" in one for one in messages(house, "W01"))
    done = house.execute("D11", AnswerConsultation(number=number, answer="依照油烟排放标准执行"))
    assert done["overdue_days"] == 1
    house.at(2026, 3, 10, 9)
    assert overdue(house, number) == 1
    assert house.violations() == []


def test_T046_an_answer_in_time_is_not_overdue_and_reaches_who_asked(house: House):
    number = asked(house)
    house.wait(hours=3)
    house.execute("D12", AnswerConsultation(number=number, answer="须安装，商场统一排放的除外"))
    found = consultation(house, number)
    assert (found.answered_by, found.overdue_days) == ("D12", 0)
    assert messages(house, "W01")[0].endswith("须安装，商场统一排放的除外")
    house.at(2026, 3, 10, 9)
    assert house.sweep().fired == 0
    with house.door.read(SYSTEM) as view:
        assert [one.state for one in clocks_of(view.connection, found.root_id)] == ["stopped"]


def test_both_sides_see_it_and_another_department_does_not(sqlite_house: House):
    number = asked(sqlite_house)
    assert seen_by(sqlite_house, "W01") == seen_by(sqlite_house, "D11") == seen_by(sqlite_house, "S51") == [number]
    assert seen_by(sqlite_house, "D21") == []


def test_hung_on_a_case_it_stands_in_the_cases_history(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    number = asked(house, case_no=case_no)
    house.execute("D11", AnswerConsultation(number=number, answer="按一般要求办理"))
    lines = [line.sentence for line in house.journal(f"case:{case_no}")]
    assert f"就本件咨询安阳市市场监督管理局：油烟净化设备的要求（{number}）" in lines
    assert f"安阳市市场监督管理局答复本件的咨询（{number}）" in lines
    assert house.violations() == []


@pytest.mark.parametrize(
    "account, refusal", [("D21", ConsultationMissing), ("D22", ConsultationMissing), ("D13", NotYourAction),
                         ("W01", NotYourAction), ("S51", NotYourAction)],
)  # fmt: skip
def test_only_reviewer_or_head_of_the_department_answers(sqlite_house: House, account: str, refusal: type[Refusal]):
    number = asked(sqlite_house)
    with pytest.raises(refusal):
        sqlite_house.execute(account, AnswerConsultation(number=number, answer="代为答复"))
    assert consultation(sqlite_house, number).answer is None


@pytest.mark.parametrize(
    "wrong, refusal",
    [({"department": "nobody"}, InvalidFields), ({"department": "center"}, InvalidFields),
     ({"title": ""}, InvalidFields), ({"content": "x" * 1001}, InvalidFields), ({"case_no": "9" * 43}, RootMissing)],
)  # fmt: skip
def test_a_consultation_names_department_title_and_content(sqlite_house: House, wrong, refusal):
    with pytest.raises(refusal):
        asked(sqlite_house, **wrong)
    assert seen_by(sqlite_house, "W01") == []


def test_it_is_answered_once(sqlite_house: House):
    number = asked(sqlite_house)
    sqlite_house.execute("D11", AnswerConsultation(number=number, answer="第一次答复"))
    with pytest.raises(ConsultationAnswered, match="市监审查员"):
        sqlite_house.execute("D12", AnswerConsultation(number=number, answer="第二次答复"))
    assert consultation(sqlite_house, number).answer == "第一次答复"
    with pytest.raises(RootMissing):
        sqlite_house.execute("D12", AnswerConsultation(number="ZX1", answer="没有这一件"))


def test_a_clerk_who_also_reviews_for_one_department_does_not_answer_for_another(sqlite_house: House):
    number = asked(sqlite_house, department="health")
    with pytest.raises(NotYourDepartment):
        sqlite_house.execute("X91", AnswerConsultation(number=number, answer="代为答复"))
    assert consultation(sqlite_house, number).answer is None
