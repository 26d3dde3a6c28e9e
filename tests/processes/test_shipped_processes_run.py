"""The shipped files on the real runtime: the ways a case can take, from the window to the archive."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from engine.process.bpmn import Bundle, Runtime, parse_definition
from engine.process.bpmn.advance import Advance, Instance, OpenTask
from processes import library

NOW = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
CASE_NO = "11410500MB1A0000203000131002000202603020001"


class Case:
    """One case on the runtime: what waits, what was called, and the answers given so far."""

    def __init__(self, case_type: str, has_paper: bool, *, remote: bool = False, promised: bool = False) -> None:
        files = {identity: parse_definition(file.xml) for identity, file in library.processes().items()}
        self.bundle = Bundle.of(files.pop("one_window_main"), files)
        self.runtime = Runtime()
        self.case_type, self.has_paper, self.remote, self.promised = case_type, has_paper, remote, promised
        self.called: list[tuple[str, dict[str, object]]] = []
        facts = {"case_no": CASE_NO, "case_type": case_type, "site_visit_required": False}
        self.state: Advance = self.runtime.start(self.bundle, facts, now=NOW, call_service=self._service)

    def _service(self, call) -> dict[str, object] | None:
        self.called.append((call.name, call.parameters))
        facts: dict[str, dict[str, object]] = {
            "cases.register": {"remote": self.remote},
            "cases.deem_accepted": {"intake_outcome": "accepted"},
            "cases.tell_ending": {"ending": "rejected"},
            "cases.dispatch": {
                "has_paper": self.has_paper,
                "case_type": self.case_type,
                "notice_commitment": self.promised,
            },
        }
        return facts.get(call.name)

    def waiting(self) -> OpenTask:
        assert len(self.state.open_tasks) == 1, self.state.open_tasks
        return self.state.open_tasks[0]

    def answer(self, element: str, **facts: object) -> None:
        task = self.waiting()
        assert task.element_id == element
        instance = Instance("case", 1, self.state.snapshot)
        self.state = self.runtime.complete(
            self.bundle, instance, task.task_no, facts, now=NOW, call_service=self._service
        )

    def fire(self, clock: str) -> None:
        instance = Instance("case", 1, self.state.snapshot)
        self.state = self.runtime.fire_clock(self.bundle, instance, clock, now=NOW, call_service=self._service)

    def accept(self) -> None:
        self.answer("ut_formal", formal_result="accept")
        self.answer("ut_accept", intake_outcome="accepted")

    def hand_over(self, mode: str) -> None:
        for element in ("ut_make_result", "ut_result_handover"):
            self.answer(element)
        self.answer("ut_result_receipt", delivery_mode=mode)

    def issue_and_archive(self) -> None:
        self.hand_over("pickup")
        self.answer("ut_pickup", delivery_result="delivered")
        for element in ("ut_collate", "ut_archive"):
            self.answer(element)

    def services(self) -> list[str]:
        return [name for name, _ in self.called]


def test_an_instant_case_goes_from_the_window_to_the_archive() -> None:
    case = Case("instant", has_paper=False)

    case.accept()
    case.answer("ut_head_decide", decision="grant")
    case.issue_and_archive()

    assert (case.state.completed, case.state.ends) == (True, ("end_closed",))
    assert case.services() == [
        *("cases.register", "cases.dispatch", "issuance.tell_department", "archive.record_decision"),
    ]
    assert case.called[-1][1] == {"outcome": "closed"}


def test_T075_a_case_with_paper_waits_for_the_handover_before_it_is_routed() -> None:
    case = Case("commitment", has_paper=True)

    case.accept()
    assert case.waiting().lane == "L_dept"
    case.answer("ut_receive_paper", paper_accepted=True)

    assert case.waiting().element_id == "ut_substantive"


def test_T075_refused_paper_goes_back_to_the_window_and_comes_again() -> None:
    case = Case("commitment", has_paper=True)
    case.accept()

    for _ in range(2):
        case.answer("ut_receive_paper", paper_accepted=False)
        assert (case.waiting().lane, case.waiting().role) == ("L_window", "window_clerk")
        case.answer("ut_hand_over_again")
    case.answer("ut_receive_paper", paper_accepted=True)

    assert case.waiting().element_id == "ut_substantive"


def test_a_commitment_case_may_be_visited_and_returned_more_than_once() -> None:
    case = Case("commitment", has_paper=False)
    case.accept()

    for visit in (True, True, False):
        case.answer("ut_substantive", site_visit=visit, special_procedure=False)
        if visit:
            case.answer("ut_plan_visit")
            case.answer("ut_record_visit")
        case.answer("ut_dept_opinion", further_review=False)
        case.answer("ut_head_decide", decision="return" if visit else "grant")

    assert case.waiting().element_id == "ut_make_result"
    assert case.state.facts["decision"] == "grant"


def test_T030_a_signed_promise_is_decided_at_once_without_review_or_site_visit() -> None:
    case = Case("commitment", has_paper=True, promised=True)
    case.accept()
    case.answer("ut_receive_paper", paper_accepted=True)

    case.answer("ut_head_decide", decision="grant", notice_commitment=True)

    assert case.waiting().element_id == "ut_make_result"


def test_T030_the_head_may_send_a_promise_to_the_ordinary_review() -> None:
    case = Case("commitment", has_paper=False, promised=True)
    case.accept()

    case.answer("ut_head_decide", decision="return")
    case.answer("ut_substantive", site_visit=True, special_procedure=False)
    case.answer("ut_plan_visit")
    case.answer("ut_record_visit")
    case.answer("ut_dept_opinion", further_review=False)

    assert case.waiting().element_id == "ut_head_decide"


def test_T030_an_instant_case_on_a_promise_that_cannot_be_decided_at_once_is_reviewed() -> None:
    case = Case("instant", has_paper=False, promised=True)
    case.accept()

    case.answer("ut_head_decide", decision="downgrade", notice_commitment=False)

    assert case.waiting().element_id == "ut_substantive"


def test_T071_a_correction_goes_through_the_department_and_back_to_the_window() -> None:
    case = Case("commitment", has_paper=False)

    case.answer("ut_formal", formal_result="correct")
    assert case.waiting().role == "dept_head"
    case.answer("ut_confirm_correction", correction_confirmed=True, intake_outcome="reviewing")
    case.answer("ut_issue_correction")
    case.answer("ut_receive_correction", intake_outcome="reviewing")

    assert case.waiting().element_id == "ut_formal"


def test_a_correction_the_department_does_not_want_returns_to_the_formal_review() -> None:
    case = Case("commitment", has_paper=False)

    case.answer("ut_formal", formal_result="correct")
    case.answer("ut_confirm_correction", correction_confirmed=False, intake_outcome="reviewing")

    assert case.waiting().element_id == "ut_formal"
    case.accept()
    assert case.waiting().element_id == "ut_substantive"


def test_T066_a_rejected_case_ends_with_an_archive_decision_and_never_reaches_a_department() -> None:
    case = Case("commitment", has_paper=True)

    case.answer("ut_formal", formal_result="reject")
    case.answer("ut_reject", intake_outcome="rejected")

    assert (case.state.completed, case.state.ends) == (True, ("end_unfinished",))
    assert case.called == [
        ("cases.register", {}), ("cases.tell_ending", {}), ("archive.record_decision", {"outcome": "rejected"}),
    ]  # fmt: skip


@pytest.mark.parametrize("answers_given", range(4))
def test_the_notice_clock_interrupts_the_intake_wherever_it_stands(answers_given) -> None:
    case = Case("instant", has_paper=False)
    answers: tuple[tuple[str, dict[str, object]], ...] = (
        ("ut_formal", {"formal_result": "correct"}),
        ("ut_confirm_correction", {"correction_confirmed": True, "intake_outcome": "reviewing"}),
        ("ut_issue_correction", {}),
    )
    for element, facts in answers[:answers_given]:
        case.answer(element, **facts)

    assert "correction_notice" in {clock.name for clock in case.state.armed}
    case.fire("correction_notice")

    assert case.waiting().element_id == "ut_head_decide"
    assert case.services() == ["cases.register", "cases.deem_accepted", "cases.dispatch"]


def test_the_notice_clock_is_not_armed_any_more_once_the_case_is_accepted() -> None:
    case = Case("instant", has_paper=False)

    case.accept()

    assert case.state.armed == ()


def test_routing_facts_stay_small_to_the_end() -> None:
    case = Case("commitment", has_paper=True)
    case.accept()
    case.answer("ut_receive_paper", paper_accepted=True)
    case.answer("ut_substantive", site_visit=False, special_procedure=False)
    case.answer("ut_dept_opinion", further_review=False)
    case.answer("ut_head_decide", decision="grant")
    case.issue_and_archive()

    assert set(case.state.facts) == {
        *("case_no", "case_type", "site_visit_required", "intake_outcome", "decision", "delivery_mode", "remote"),
    }
    assert len(msgspec.msgpack.encode(case.state.facts)) < 256


def granted(mode: str) -> Case:
    case = Case("instant", has_paper=False)
    case.accept()
    case.answer("ut_head_decide", decision="grant")
    case.hand_over(mode)
    return case


def test_T091_a_posted_result_is_shipped_followed_and_told_of_when_it_was_signed_for() -> None:
    case = granted("mail")

    case.answer("ut_ship", delivery_result="in_transit")
    assert case.waiting().element_id == "ut_track"
    case.answer("ut_track", delivery_result="delivered")

    assert case.waiting().element_id == "ut_collate"
    assert case.services()[-1] == "issuance.tell_department"


AGAIN = [("mail", "ut_ship"), ("pickup", "ut_pickup"), ("electronic", "ut_await_reading")]


@pytest.mark.parametrize("mode, first", AGAIN)
def test_T091_a_parcel_that_came_back_may_go_any_way_again(mode: str, first: str) -> None:
    case = granted("mail")
    case.answer("ut_ship", delivery_result="in_transit")
    case.answer("ut_track", delivery_result="failed")

    case.answer("ut_redeliver", delivery_mode=mode)

    assert case.waiting().element_id == first


@pytest.mark.parametrize("outcome", ["failed", "", "delivered ", "in-transit"])
def test_T089_a_result_is_delivered_only_when_the_act_says_so(outcome: str) -> None:
    case = granted("pickup")

    case.answer("ut_pickup", delivery_result=outcome)

    assert case.waiting().element_id == "ut_redeliver"
    assert "issuance.tell_department" not in case.services()


def test_an_electronic_result_is_published_and_waits_for_its_reader() -> None:
    case = granted("electronic")

    assert case.services()[-1] == "issuance.publish_electronic"
    case.answer("ut_await_reading", delivery_result="delivered")

    assert case.waiting().element_id == "ut_collate"
