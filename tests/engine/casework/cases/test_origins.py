"""Where applications come from: windows, agents, other regions, mail, and paper taken while the system was down."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.casework.cases.commands import DecideBackRecord, ReceiveApplication, ReceiveTogether, RecordVisit
from engine.casework.cases.origin.queries import agent_of, origin_of, visits_of, waiting_roots
from engine.casework.cases.origin.rules import (
    NotAwaitingApproval,
    OwnBackRecord,
    VerdictReasonMissing,
    VisitReasonMissing,
    counts_as_one_go,
    mail_short,
    offline_errors,
    origin_errors,
)
from engine.foundation.errors import InvalidFields
from engine.foundation.store.unit import Actor, RootMissing
from engine.foundation.vault import Vault
from engine.registry.identity.rules import SYSTEM, NotYourAction
from engine.registry.organisation.commands import TakeSeat
from engine.registry.organisation.queries import WindowUnknown
from tests.support.house import COMPANY, PERSON, House

AGENT = {
    "by_agent": True, "agent_kind": "agent", "agent_name": "李秀兰", "agent_id_no": "41050219850612002X",
    "agent_phone": "13900001111",
}  # fmt: skip
OFFLINE = {
    "offline": True, "received_at": "2026-03-02T09:30", "offline_register_no": "纸-2026-017",
    "offline_reason": "停电，系统停用",
}  # fmt: skip


def hand_in(house: House, item: str, answer: dict[str, Any], account: str = "W01") -> str:
    command = ReceiveApplication(item_code=item, answer=answer, partial=True)
    return str(house.execute(account, command)["case_no"])


def refused_fields(house: House, item: str, answer: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidFields) as refused:
        hand_in(house, item, answer)
    return refused.value.errors


# 无差别受理 T024 --------------------------------------------------------------------------------------------------


def test_T024_W01_of_the_social_window_receives_I02_and_the_audit_says_undifferentiated(house: House):
    house.execute("W01", TakeSeat(window="SH01"))
    case_no = house.receive("W01", "I02", COMPANY)
    line = next(one for one in house.journal(f"case:{case_no}") if one.type == "case.received")
    assert line.data["undifferentiated"] is True
    assert "社会事务综合窗口1无差别收到“食品经营许可" in line.sentence
    with house.door.read(SYSTEM) as view:
        origin = origin_of(view.connection, f"case:{case_no}")
    assert origin is not None and origin.window == "SH01"


def test_a_clerk_without_a_window_receives_as_the_integrated_window(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    assert sqlite_house.journal(f"case:{case_no}")[0].sentence.startswith("综合窗口无差别收到")


def test_nobody_sits_at_a_window_that_does_not_exist_and_the_back_office_at_none(sqlite_house: House):
    with pytest.raises(WindowUnknown):
        sqlite_house.execute("W01", TakeSeat(window="XX99"))
    with pytest.raises(NotYourAction):
        sqlite_house.execute("D11", TakeSeat(window="SH01"))


# 帮办代办 T031 ----------------------------------------------------------------------------------------------------


def test_T031_an_application_for_A1_without_a_letter_is_blocked_and_with_it_the_case_shows_the_agent(house: House):
    errors = refused_fields(house, "I06", {**PERSON, **AGENT})
    assert errors == {"agent_letter": "请上传授权委托书"}
    letter = house.upload("W01", "授权委托书.pdf")
    case_no = hand_in(house, "I06", {**PERSON, **AGENT, "agent_letter": [letter]})
    with house.door.read(SYSTEM) as view:
        agent = agent_of(view.connection, house.door.part(Vault), f"case:{case_no}")
    assert agent is not None
    assert (agent.name, agent.id_no, agent.letter) == ("李秀兰", "41050219850612002X", (letter["digest"],))
    assert house.case(case_no).applicant_name == "王建国"
    assert house.violations() == []


def test_T031_the_agents_number_lies_sealed(sqlite_house: House):
    letter = sqlite_house.upload("W01", "授权委托书.pdf")
    hand_in(sqlite_house, "I06", {**PERSON, **AGENT, "agent_letter": [letter]})
    with sqlite_house.door.database.reading() as connection:
        row = str(connection.exec_driver_sql("SELECT * FROM case_agent").one())
    assert "41050219850612002X" not in row
    assert "13900001111" not in row


def test_T031_the_applicant_is_not_the_own_agent(sqlite_house: House):
    letter = sqlite_house.upload("W01", "授权委托书.pdf")
    own = {**PERSON, **AGENT, "agent_id_no": PERSON["id_no"], "agent_letter": [letter]}
    assert "不能是申请人本人" in refused_fields(sqlite_house, "I06", own)["agent_id_no"]


def test_T031_with_several_items_each_case_has_the_agent_and_the_letter(sqlite_house: House):
    letter = sqlite_house.upload("W01", "授权委托书.pdf")
    answer = {**PERSON, **AGENT, "agent_letter": [letter]}
    done = sqlite_house.execute("W01", ReceiveTogether(answer=answer, materials={"I01": [], "I06": []}, partial=True))
    with sqlite_house.door.read(SYSTEM) as view:
        for one in done["cases"]:
            agent = agent_of(view.connection, sqlite_house.door.part(Vault), f"case:{one['case_no']}")
            assert agent is not None and agent.letter == (letter["digest"],)
    assert sqlite_house.violations() == []


# 跨区域 T032 ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["collect", "online", "joint"])
def test_T032_received_in_410581_for_the_city_the_regions_differ_and_the_slip_says_so(sqlite_house: House, mode: str):
    answer = {**COMPANY, "remote_mode": mode, "receive_region": "410581"}
    case_no = hand_in(sqlite_house, "I02", answer)
    case = sqlite_house.case(case_no)
    assert (case.receive_region, case.handle_region) == ("410581", "410500")
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    sqlite_house.complete("W01", case_no, "ut_accept", {})
    sqlite_house.complete("D11", case_no, "ut_receive_paper", {"signature": sqlite_house.signature("D11")})
    slip = next(one for one in sqlite_house.documents(case_no) if one.kind == "handover_slip")
    assert slip.data["note"] == "跨区域移交：林州市收件，安阳市本级办理"


def test_T032_another_region_is_named_when_a_mode_is_chosen_and_the_local_case_is_the_centres(sqlite_house: House):
    assert "receive_region" in refused_fields(sqlite_house, "I02", {**COMPANY, "remote_mode": "collect"})
    case = sqlite_house.case(hand_in(sqlite_house, "I02", COMPANY))
    assert (case.receive_region, case.handle_region) == ("410500", "410500")


# 邮寄 T072、T073 --------------------------------------------------------------------------------------------------


MAIL = {"channel": "4", "mail_no": "1234567890123", "mail_witness": "W02", "mail_listed": 4, "mail_found": 3}


def test_T072_the_tracking_number_and_the_count_of_two_people_are_kept_and_one_missing_is_told(house: House):
    case_no = hand_in(house, "I02", {**COMPANY, **MAIL})
    with house.door.read(SYSTEM) as view:
        origin = origin_of(view.connection, f"case:{case_no}")
    assert origin is not None
    assert (origin.mail_no, origin.mail_witness) == ("1234567890123", "W02")
    assert (origin.mail_listed, origin.mail_found) == (4, 3)
    told = next(one.sentence for one in house.journal(f"case:{case_no}") if one.type == "mail.counted")
    assert told == "邮件 1234567890123 由两人拆封清点：清单 4 份，实收 3 份，缺 1 份，待补"


def test_T072_mail_is_not_opened_by_one_person(sqlite_house: House):
    alone = {**COMPANY, **MAIL, "mail_witness": None}
    assert "两人拆封清点" in refused_fields(sqlite_house, "I02", alone)["mail_witness"]
    own = {**COMPANY, **MAIL, "mail_witness": "W01"}
    assert "mail_witness" in refused_fields(sqlite_house, "I02", own)


def test_T073_signed_for_on_3_2_and_entered_on_3_4_it_was_received_on_3_2(house: House):
    house.at(2026, 3, 4, 10)
    case_no = hand_in(house, "I02", {**COMPANY, **MAIL, "mail_found": 4, "received_at": "2026-03-02T16:00"})
    case = house.case(case_no)
    assert case.received_at == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert case.created_at == datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    clock = house.clocks(case_no)["correction_notice"]
    assert (clock.reckoning.start.on, clock.row.due_on) == (date(2026, 3, 2), date(2026, 3, 9))
    assert case.channel == "4" and case.visits == 0


# 停机期间的补录 T023 ----------------------------------------------------------------------------------------------


def test_T023_a_back_record_has_an_earlier_receipt_and_stands_until_the_supervisor_approves(house: House):
    house.at(2026, 3, 4, 10)
    case_no = hand_in(house, "I02", {**COMPANY, **OFFLINE})
    case = house.case(case_no)
    assert case.status == "awaiting_approval"
    assert case.received_at < case.created_at
    assert house.open_tasks(case_no) == [] and house.clocks(case_no) == {}
    assert house.violations() == []
    with house.door.read(SYSTEM) as view:
        assert waiting_roots(view.connection) == [f"case:{case_no}"]
    done = house.execute("S51", DecideBackRecord(case_no=case_no, approve=True, note=""))
    assert [task.id for task in house.open_tasks(case_no)] == done["opened"]
    assert house.case(case_no).status == "received"
    assert house.clocks(case_no)["correction_notice"].row.due_on == date(2026, 3, 9)
    assert house.violations() == []


def test_T023_when_the_five_days_have_passed_meanwhile_it_is_deemed_accepted_as_of_the_true_receipt(house: House):
    house.at(2026, 3, 6, 10)
    case_no = hand_in(house, "I02", {**COMPANY, **OFFLINE})
    house.at(2026, 3, 11, 10)
    house.sweep()
    assert house.case(case_no).status == "awaiting_approval"
    house.execute("S51", DecideBackRecord(case_no=case_no, approve=True, note="核对登记簿无误"))
    house.sweep()
    case = house.case(case_no)
    assert case.deemed
    assert case.accepted_on == date(2026, 3, 2)
    assert house.clocks(case_no)["commitment"].row.due_on == date(2026, 3, 9)
    assert house.violations() == []


def test_T023_a_refused_back_record_never_starts_and_says_why(house: House):
    house.at(2026, 3, 4, 10)
    case_no = hand_in(house, "I06", {**PERSON, **OFFLINE})
    with pytest.raises(VerdictReasonMissing):
        house.execute("S51", DecideBackRecord(case_no=case_no, approve=False, note=" "))
    house.execute("S51", DecideBackRecord(case_no=case_no, approve=False, note="登记簿上没有这一件"))
    assert house.case(case_no).status == "registration_refused"
    assert house.open_tasks(case_no) == []
    with pytest.raises(NotAwaitingApproval):
        house.execute("S51", DecideBackRecord(case_no=case_no, approve=True, note=""))
    assert house.violations() == []


def test_T023_only_another_person_with_the_supervisors_post_approves(sqlite_house: House):
    sqlite_house.at(2026, 3, 4, 10)
    case_no = hand_in(sqlite_house, "I06", {**PERSON, **OFFLINE})
    command = DecideBackRecord(case_no=case_no, approve=True, note="")
    for account in ("W01", "W02", "D11", "A01"):
        with pytest.raises(NotYourAction):
            sqlite_house.execute(account, command)
    double = Actor(account="S99", person="person-W01", name="同一人", grants=(("supervisor", "center"),))
    with pytest.raises(OwnBackRecord):
        sqlite_house.door.execute(command, double, key="own")
    assert sqlite_house.case(case_no).status == "awaiting_approval"


def test_T023_what_was_just_received_or_lies_too_far_back_is_no_back_record(sqlite_house: House):
    sqlite_house.at(2026, 3, 2, 9, 30)
    assert "应早于现在" in refused_fields(sqlite_house, "I06", {**PERSON, **OFFLINE})["received_at"]
    sqlite_house.at(2026, 3, 16, 10)
    hand_in(sqlite_house, "I06", {**PERSON, **OFFLINE})
    sqlite_house.at(2026, 3, 17, 10)
    assert "超过10个工作日" in refused_fields(sqlite_house, "I06", {**PERSON, **OFFLINE})["received_at"]


def test_T023_register_number_and_reason_belong_to_it(sqlite_house: House):
    sqlite_house.at(2026, 3, 4, 10)
    bare = {**PERSON, "offline": True, "received_at": "2026-03-02T09:30"}
    assert set(refused_fields(sqlite_house, "I06", bare)) == {"offline_register_no", "offline_reason"}


def test_an_ordinary_case_has_nothing_to_approve_and_an_unknown_one_is_missing(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    with pytest.raises(NotAwaitingApproval):
        sqlite_house.execute("S51", DecideBackRecord(case_no=case_no, approve=True, note=""))
    with pytest.raises(RootMissing):
        sqlite_house.execute("S51", DecideBackRecord(case_no="9" * 43, approve=True, note=""))


# 到场次数 T028 ----------------------------------------------------------------------------------------------------


def test_T028_a_case_with_two_visits_is_not_counted_as_done_in_one_go(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    assert counts_as_one_go(house.case(case_no).visits)
    house.execute("W01", RecordVisit(case_no=case_no, reason="补交照片"))
    assert house.case(case_no).visits == 2
    assert not counts_as_one_go(house.case(case_no).visits)
    with house.door.read(SYSTEM) as view:
        assert [(one.number, one.reason) for one in visits_of(view.connection, f"case:{case_no}")] == [(1, "补交照片")]
    assert house.journal(f"case:{case_no}")[-1].sentence == "申请对象到场（第 2 次）：补交照片"


def test_T028_a_visit_has_a_reason_and_a_case(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    with pytest.raises(VisitReasonMissing):
        sqlite_house.execute("W01", RecordVisit(case_no=case_no, reason="  "))
    assert sqlite_house.case(case_no).visits == 1


# Rules, as tables --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "listed, found, short", [(4, 3, 1), (4, 4, 0), (3, 4, 0), (None, 3, 0), (4, None, 0), (0, 0, 0)]
)
def test_what_is_missing_in_the_envelope(listed: int | None, found: int | None, short: int):
    assert mail_short(listed, found) == short


@given(minutes=st.integers(-600, 600), passed=st.integers(0, 30), limit=st.integers(1, 20))
def test_paper_is_recorded_afterwards_only_when_it_came_earlier_and_within_the_limit(minutes, passed, limit):
    now = datetime(2026, 3, 4, 2, 0, 30, tzinfo=UTC)
    errors = offline_errors(now + timedelta(minutes=minutes), now, passed, limit)
    assert (errors == {}) == (minutes < 0 and passed <= limit)


@given(st.dictionaries(st.sampled_from(["agent_id_no", "id_no", "mail_no", "mail_witness"]), st.text(max_size=3)))
def test_an_application_by_the_applicant_over_the_counter_contradicts_nothing(answer):
    plain = {key: value for key, value in answer.items() if key in ("id_no", "agent_id_no")}
    assert origin_errors(plain, "W01") == {}
