"""会商: called, answered, moved, cancelled, held; the absent stand in the minutes and consent to nothing (T081)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.cases.rules import CaseMissing
from engine.casework.joint.changing.rules import NoReview
from engine.casework.joint.meeting import rules
from engine.casework.joint.meeting.commands import AnswerMeeting, CallMeeting, CancelMeeting, MoveMeeting
from engine.casework.joint.meeting.preparing import meetings_of, minutes_paper
from engine.casework.joint.meeting.queries import Party
from engine.casework.joint.seats import NotLeading, ReviewOver, table_at
from engine.foundation.errors import InvalidFields
from engine.process.documents.commands import VoidDocument
from engine.registry.identity.queries import Staff
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.counting import statements
from tests.support.gathering import AGENDA, PLACE, call, comes, lines, meeting, minutes, stays_away, told
from tests.support.house import House
from tests.support.joint import SUMMARY, account_of, asked, opine, states

FIRE, URBAN = account_of("fire", 2), account_of("urban", 2)


def move(house: House, case_no: str, number: int = 1, by: str = "D11", **changes: Any) -> None:
    answer = {"at": "2026-03-05T10:00", "reason": "消防部门当日无法到会", **changes}
    house.execute(by, MoveMeeting(case_no=case_no, number=number, answer=answer, partial=True))


def cancel(house: House, case_no: str, number: int = 1, by: str = "D11", reason: str = "各部门意见已经一致") -> None:
    house.execute(by, CancelMeeting(case_no=case_no, number=number, answer={"reason": reason}, partial=True))


def errors_of(house: House, case_no: str, **changes: Any) -> dict[str, str]:
    before = house.journal(f"case:{case_no}")
    with pytest.raises(InvalidFields) as refused:
        minutes(house, case_no, **changes)
    assert house.journal(f"case:{case_no}") == before
    return refused.value.errors


def test_T081_an_absence_is_shown_and_is_no_consent(house: House) -> None:
    case_no = asked(house)
    assert call(house, case_no) == 1
    assert "请答复是否参加" in told(house, FIRE)[0]
    assert PLACE in told(house, account_of("urban", 1))[0]
    comes(house, case_no, "urban")
    stays_away(house, case_no, "fire")
    assert "不能参加（当日有火场勘验）" in told(house, "D11")[0]
    assert "不能参加（当日有火场勘验）" in told(house, "L31")[0], "the lead's coordinator is told as well"
    found = meeting(house, case_no)
    assert [(one.department, one.lead, one.answer, one.attendee) for one in found.parties] == [
        ("market", True, "attend", "D11"), ("urban", False, "attend", account_of("urban", 1)),
        ("fire", False, "absent", None),
    ]  # fmt: skip
    assert (found.agenda, found.invited, found.state) == (AGENDA, ("urban", "fire"), "called")

    house.at(2026, 3, 4, 14, 30)
    made = minutes(house, case_no)
    [document] = [one for one in house.documents(case_no) if one.kind == "joint_minutes"]
    assert (made["document_id"], document.title) == (document.id, "会商纪要")
    absent = document.data["rows"][2]
    assert (absent["person"], absent["attendance"], absent["note"]) == ("—", "缺席（请假）", "当日有火场勘验")
    assert document.data["points"] == "1. 招牌位置不变"
    assert "议题1：招牌与疏散通道的关系" in document.data["discussion"]
    kept = meeting(house, case_no)
    assert (kept.state, kept.minutes[0].document_number) == ("held", document.number)
    assert rules.absent_departments(kept.minutes[0].attendance) == ["fire"]
    assert states(house, case_no)["fire"] == "open", "who was absent has consented to nothing"
    assert rules.NO_CONSENT in told(house, FIRE)[0]
    assert lines(house, case_no) == [
        "joint.meeting_called", "joint.meeting_answered", "joint.meeting_answered", "joint.meeting_minuted"
    ]  # fmt: skip
    assert "缺席：" in house.journal(f"case:{case_no}")[-1].sentence
    assert house.violations() == []


def test_moved_everybody_answers_anew_and_cancelled_nobody_does(house: House) -> None:
    case_no = asked(house)
    call(house, case_no)
    comes(house, case_no, "urban")
    with pytest.raises(InvalidFields, match="没有改变"):
        move(house, case_no, at="2026-03-04T14:30")
    move(house, case_no)
    found = meeting(house, case_no)
    assert (found.moved, found.reason, [one.answer for one in found.parties]) == (
        True, "消防部门当日无法到会", ["attend", None, None],
    )  # fmt: skip
    assert "2026-03-05 10:00" in told(house, URBAN)[0]
    assert "消防部门当日无法到会" in told(house, URBAN)[0]
    with pytest.raises(rules.MeetingInPast):
        move(house, case_no, at="2026-03-01T10:00")
    cancel(house, case_no)
    assert "已取消：各部门意见已经一致" in told(house, FIRE)[0]
    for refused in (
        lambda: comes(house, case_no, "urban"), lambda: move(house, case_no), lambda: cancel(house, case_no),
        lambda: minutes(house, case_no),
    ):  # fmt: skip
        with pytest.raises(rules.MeetingSettled, match="已取消"):
            refused()
    assert lines(house, case_no)[-2:] == ["joint.meeting_moved", "joint.meeting_cancelled"]
    assert house.violations() == []


def test_who_may_not_and_when_not(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    before = house.journal(f"case:{case_no}")
    with pytest.raises(NotLeading):
        call(house, case_no, by=FIRE)
    with pytest.raises(NotYourAction):
        call(house, case_no, by="W01")
    with pytest.raises(CaseMissing):
        call(house, case_no, by=account_of("tax", 2))
    with pytest.raises(rules.MeetingInPast):
        call(house, case_no, at="2026-03-02T09:05")
    with pytest.raises(InvalidFields, match="departments"):
        call(house, case_no, departments=["tax"])
    for changes, field in (
        ({"agenda": []}, "agenda"), ({"agenda": [{"item": ""}]}, "agenda[0].item"), ({"lasts": 5}, "lasts"),
        ({"departments": []}, "departments"), ({"place": ""}, "place"), ({"at": "明天"}, "at"),
    ):  # fmt: skip
        with pytest.raises(InvalidFields) as wrong:
            call(house, case_no, **changes)
        assert field in wrong.value.errors
    assert house.journal(f"case:{case_no}") == before


def test_a_meeting_has_its_time_for_itself_and_its_own_people(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    call(house, case_no, by="L31")
    with pytest.raises(rules.MeetingsOverlap):
        call(house, case_no, at="2026-03-04T15:15")
    with pytest.raises(rules.MeetingsOverlap):
        call(house, case_no, at="2026-03-04T13:45")
    assert call(house, case_no, at="2026-03-04T15:30", departments=["urban"]) == 2
    with pytest.raises(rules.MeetingsOverlap):
        move(house, case_no, 2, at="2026-03-04T14:00")
    move(house, case_no, 2, at="2026-03-04T15:45")
    with pytest.raises(rules.NotInvited):
        comes(house, case_no, "fire", 2)
    with pytest.raises(rules.MeetingMissing):
        comes(house, case_no, "fire", 3)
    with pytest.raises(rules.MeetingNotYet):
        minutes(house, case_no)
    stranger = {"answer": "attend", "attendee": account_of("urban", 1)}
    with pytest.raises(InvalidFields, match="attendee"):
        house.execute(FIRE, AnswerMeeting(case_no=case_no, number=1, answer=stranger, partial=True))
    house.at(2026, 3, 4, 14, 30)
    with pytest.raises(rules.AnswerLate):
        comes(house, case_no, "fire")
    with pytest.raises(NotLeading):
        minutes(house, case_no, by=FIRE)
    assert house.violations() == []


def test_a_review_that_has_not_begun_or_is_over_has_no_meetings(sqlite_house: House) -> None:
    house = sqlite_house
    other = house.accepted_commitment()
    with pytest.raises(NoReview):
        house.execute("D11", CallMeeting(case_no=other, answer={}, partial=True))
    case_no = asked(house)
    call(house, case_no)
    for branch in ("food", "sign", "fire"):
        opine(house, case_no, branch)
    call(house, case_no, at="2026-03-04T16:00")  # every opinion is there and the lead has not concluded: still possible
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    for refused in (
        lambda: call(house, case_no), lambda: comes(house, case_no, "fire"), lambda: cancel(house, case_no),
    ):  # fmt: skip
        with pytest.raises(ReviewOver):
            refused()


def test_the_attendance_names_everybody_invited_once_and_nobody_else(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    call(house, case_no)
    house.at(2026, 3, 4, 15, 0)
    lead = {"department": "market", "account": "D11", "attendance": "present", "note": ""}
    urban = {"department": "urban", "account": account_of("urban", 1), "attendance": "present", "note": ""}
    fire = {"department": "fire", "account": None, "attendance": "absent", "note": ""}
    assert "消防" in errors_of(house, case_no, attendance=[lead, urban])["attendance"]
    strange = errors_of(house, case_no, attendance=[lead, urban, fire, {**urban, "account": account_of("tax", 1)}])
    assert "attendance[3].account" in strange, "somebody of a department that was not invited"
    assert "attendance[3].department" in errors_of(
        house, case_no, attendance=[lead, urban, fire, {**fire, "department": "tax"}]
    )
    wrong = errors_of(house, case_no, attendance=[lead, {**urban, "account": FIRE}, fire])
    assert "没有被邀请" in wrong["attendance[1].account"]
    assert "同一人" in errors_of(house, case_no, attendance=[lead, urban, fire, urban])["attendance[3].account"]
    assert (
        "选择人员"
        in errors_of(house, case_no, attendance=[lead, urban, {**fire, "attendance": "present"}])[
            "attendance[2].account"
        ]
    )
    assert "不止一次" in errors_of(house, case_no, attendance=[lead, urban, fire, fire])["attendance"]
    same = [lead, urban, fire, {**lead, "account": "X91"}, {**lead, "account": "X92"}]
    assert "同一人" in errors_of(house, case_no, attendance=same)["attendance[4].account"], "X91 and X92 are one person"
    assert "discussion[0].said" in errors_of(house, case_no, discussion=[{"no": "1", "agenda": AGENDA[0], "said": ""}])
    minutes(house, case_no, attendance=[lead, urban, fire, {**urban, "account": URBAN}], points=[])
    [document] = [one for one in house.documents(case_no) if one.kind == "joint_minutes"]
    assert len(document.data["rows"]) == 4
    assert document.data["points"] == ""
    assert [one["person"] for one in meeting(house, case_no).minutes[0].attendance][2] == ""


def test_minutes_are_put_right_by_a_document_made_void_and_written_anew(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    call(house, case_no)
    house.at(2026, 3, 4, 15, 0)
    first = minutes(house, case_no)["document_id"]
    with pytest.raises(rules.MinutesStand):
        minutes(house, case_no)
    root = f"case:{case_no}"
    again = house.execute("D12", VoidDocument(root_id=root, document_id=first, reason="印章模糊", reissue=True))
    with house.door.read(SYSTEM) as view:
        paper = minutes_paper(view, root, meeting(house, case_no))
    assert paper == (again["new_document_id"], again["new_number"]), "the paper that took the place is the minutes now"
    with pytest.raises(rules.MinutesStand):
        minutes(house, case_no)
    command = VoidDocument(root_id=root, document_id=again["new_document_id"], reason="议定事项记录有误", reissue=False)
    house.execute("D12", command)
    second = minutes(house, case_no, points=[{"point": "招牌缩小"}])["document_id"]
    kept = meeting(house, case_no).minutes
    assert [(one.version, one.points) for one in kept] == [(1, ("招牌位置不变",)), (2, ("招牌缩小",))]
    assert kept[1].document_id == second
    assert house.violations() == []


def test_a_department_that_still_waits_is_at_the_table_though_it_does_not_see_the_case(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house, "I11")
    waits = account_of("hrss", 2)
    call(house, case_no, by=account_of("health", 1))
    comes(house, case_no, "hrss")
    with house.door.read(house.actor(waits)) as view:
        table = table_at(view, case_no)
    assert (table.seen, "hrss" in table.asked) == (False, True)
    with house.door.read(house.actor("D12")) as view, pytest.raises(CaseMissing):
        table_at(view, case_no)


def test_however_many_meetings_they_are_read_by_three_statements(sqlite_house: House) -> None:
    house = sqlite_house
    case_no = asked(house)
    counted = []
    for hour in ("08:00", "10:00", "12:00"):
        call(house, case_no, at=f"2026-03-05T{hour}")
        with house.door.read(SYSTEM) as view, statements(view.connection) as asked_of:
            meetings_of(view, f"case:{case_no}")
        counted.append(len(asked_of))
    assert counted == [3, 3, 3]


def test_somebody_who_left_is_no_attendee_any_more() -> None:
    """The rule by itself: whoever is not among the people is nobody's."""
    parties = (Party("fire", False, "attend", "", "D1"),)
    rows = [{"department": "fire", "account": "D1", "attendance": "present", "note": ""}]
    assert rules.attendance_errors(rows, parties, [Staff("D1", "p1", "某", "fire")], {"fire": "消防"}) == {}
    assert "attendance[0].account" in rules.attendance_errors(rows, parties, [], {"fire": "消防"})
