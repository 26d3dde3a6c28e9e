"""Random legal and illegal acts on real cases against the small model of a case.

What the model allows must be done and lead there; what it does not allow, or is tried by the wrong hand, must be
refused and change nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from engine.casework.cases.endings.commands import AskReview, MoveToItem, WithdrawCase
from engine.casework.cases.outcomes.commands import SupplyDeficient
from engine.casework.cases.procedures.commands import RequestExtension
from engine.casework.issuance.reopening import ReopenCase
from engine.foundation.clock import CITY
from engine.foundation.errors import Refusal
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.queries import tasks_of
from engine.registry.identity.rules import SYSTEM
from tests.engine.casework.model_of_a_case import Standing, onward, opened, status
from tests.support.house import COMPANY, MONDAY, House
from tests.support.size import by_size

RUNS = by_size(200, 500, 20_000)
"""How many cases are driven; each takes some acts."""
PARTS = RUNS // 50
LONGEST = 26
"""Acts tried on one case."""

Answer = Callable[[House, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Act:
    """An act by task: who may do it, at which element, with what answer."""

    element: str
    by: str
    answer: Answer


def plain(**answer: Any) -> Answer:
    return lambda house, case_no: answer


def signed(by: str, **answer: Any) -> Answer:
    return lambda house, case_no: {**answer, "signature": house.signature(by)}


def corrected(house: House, case_no: str) -> Mapping[str, Any]:
    """Formal review that finds the rules of food safety missing; after a correction it names a new fact."""
    row = {"no": "4", "verdict": "missing", "advice": "请补交食品安全规章制度"}
    return {"formal_result": "correct", "materials": [row], "new_fact": "补交的制度缺页"}


def lacking(house: House, case_no: str) -> Mapping[str, Any]:
    """Formal review that lets the rules of food safety be brought later."""
    row = {"no": "4", "verdict": "missing", "advice": "请提交食品安全规章制度", "copies": 0}
    return {"formal_result": "accept_deficient", "materials": [row]}


def complete_again(house: House, case_no: str) -> Mapping[str, Any]:
    return {"formal_result": "accept", "materials": [{"no": "4", "verdict": "complete", "copies": 1}]}


AGAINST = {"reasons": "不符合条件", "legal_basis": "《食品安全法》", "remedies": "可以依法申请行政复议"}
ACTS: Mapping[str, Act] = {
    "accept": Act("ut_formal", "W01", complete_again),
    "correct": Act("ut_formal", "W01", corrected),
    "refuse": Act("ut_formal", "W01", plain(formal_result="reject")),
    "do_accept": Act("ut_accept", "W01", plain()),
    "do_refuse": Act("ut_reject", "W01", plain(ground="conditions", reasons="不符合条件", legal_basis="有关规定")),
    "agree": Act("ut_confirm_correction", "D12", plain(confirmed="agree")),
    "issue": Act("ut_issue_correction", "W01", plain(checked=True)),
    "receive": Act("ut_receive_correction", "W01", plain()),
    "take_papers": Act("ut_receive_paper", "D11", signed("D11")),
    "review": Act("ut_substantive", "D11", plain(findings="材料真实", site_visit="no")),
    "opine": Act("ut_dept_opinion", "D11", plain(opinion="建议准予", basis="有关规定")),
    "grant": Act("ut_head_decide", "D12", plain(decision="grant")),
    "return": Act("ut_head_decide", "D12", plain(decision="return", reason="依据不全")),
    "terminate": Act("ut_head_decide", "D12", plain(decision="terminate", **AGAINST)),
    "make": Act(
        "ut_make_result", "D11",
        lambda house, case_no: {"result_no": "AY-1", "long_term": True, "files": [house.upload("D11", "证.pdf")]},
    ),
    "hand_over": Act("ut_result_handover", "D12", plain()),
    "sign": Act("ut_result_receipt", "W03", signed("W03")),
    "pick_up": Act(
        "ut_pickup", "W03",
        signed("W03", receiver_name="李秀兰", receiver_id_no="41050219850612002X", identity_checked=True),
    ),
    "collate": Act(
        "ut_collate", "W01",
        plain(application_pages=3, process_pages=4, result_pages=1, collation_checks=["ordered", "named", "complete"]),
    ),
    "file": Act("ut_archive", "D13", plain(retention_period="10", archive_no="AY-1", conclusion="齐全完整")),
    "accept_lacking": Act("ut_formal", "W01", lacking),
    "promise": Act("ut_deficient_promise", "W01", signed("W01", consequence_told=True)),
    "close": Act("ut_close_uncorrected", "W01", plain(lapse_decision="end", reason="申请对象没有补正")),
    "give_more_days": Act(
        "ut_close_uncorrected", "W01", plain(lapse_decision="extend", more_days=5, reason="申请对象正在外地")
    ),
    "review_special": Act("ut_substantive", "D11", plain(findings="须检验", site_visit="no", special_procedure="yes")),
    "ask_procedure": Act(
        "ut_sp_apply", "D11",
        plain(kind="检验", reason="须检验", legal_basis="《食品安全法》第三十五条", expected_days=5, told_anew=True),
    ),
    "approve_procedure": Act("ut_sp_approve", "D12", plain(approved="yes")),
    "refuse_procedure": Act("ut_sp_approve", "D12", plain(approved="no", opinion="不必")),
    "tell_procedure": Act("ut_sp_notice", "D11", plain(checked=True)),
    "work": Act("ut_sp_work", "D11", plain(entrusted="检验机构", place="安阳市")),
    "result": Act("ut_sp_result", "D11", plain(outcome="done", result="合格", conclusion="合格")),
    "longer": Act("ut_sp_result", "D11", plain(outcome="longer", more_days=3, longer_reason="样品须复检")),
    "opine_again": Act("ut_dept_opinion", "D11", plain(opinion="须再查", basis="有关规定", further_review="yes")),
    "deny": Act("ut_head_decide", "D12", plain(decision="deny", **AGAINST)),
    "sign_to_send": Act("ut_result_receipt", "W03", signed("W03", delivery_mode="mail")),
    "send": Act("ut_ship", "W03", plain(way="by_hand", courier_name="测试物流", tracking_no="YZ1")),
    "arrived": Act("ut_track", "W03", plain(outcome="delivered", signed_by="李秀兰", evidence="物流网站查询")),
    "not_arrived": Act("ut_track", "W03", plain(outcome="returned", evidence="物流网站查询")),
    "send_again": Act("ut_redeliver", "W03", plain(delivery_mode="mail", reason="再寄一次")),
    "keep": Act("ut_redeliver", "W03", plain(delivery_mode="pickup", reason="申请对象要求自取")),
    "take_supply": Act("ut_receive_supply", "D11", signed("D11")),
    "give_time": Act("ut_ext_approve", "D12", plain(approved="yes")),
    "refuse_time": Act("ut_ext_approve", "D12", plain(approved="no", opinion="不必")),
    "tell_time": Act("ut_ext_notice", "D11", plain(checked=True)),
    "uphold": Act("ut_review_rejection", "D12", plain(conclusion="uphold", reasons="维持", legal_basis="有关规定")),
    "overturn": Act("ut_review_rejection", "D12", plain(conclusion="overturn", reasons="撤销", legal_basis="有关规定")),
}  # fmt: skip
COMMANDS: Mapping[str, str] = {
    "withdraw": "W01", "move": "W01", "ask_review": "W01", "reopen": "D12", "supply": "W01", "ask_time": "D11"
}  # fmt: skip
DAYS_PASS = "days_pass"


def attempt(house: House, case_no: str, act: str, by: str) -> None:
    """Do an act as ``by``; raise what the house answers."""
    if act == DAYS_PASS:
        let_days_pass(house, case_no)
        return
    if act in COMMANDS:
        house.execute(by, command(house, case_no, act))
        return
    wanted = ACTS[act]
    with house.door.read(SYSTEM) as view:
        known = [one.id for one in tasks_of(view.connection, f"case:{case_no}") if one.element == wanted.element]
    id = known[-1] if known else f"{case_no}-999"
    answer = wanted.answer(house, case_no)
    house.execute(by, CompleteTask(task_id=id, answer=answer, partial=True))


def command(house: House, case_no: str, act: str) -> Any:
    if act == "withdraw":
        told = {"reason": "改变计划", "withdrawn_on": "2026-03-02", "materials_returned": "退还"}
        return WithdrawCase(case_no=case_no, answer={**told, "signature": house.signature("W01")})
    if act == "move":
        return MoveToItem(case_no=case_no, answer={"item": "I09", "reason": "登记有误"})
    if act == "ask_review":
        return AskReview(case_no=case_no, answer={"reason": "不服", "signature": house.signature("W01")})
    if act == "supply":
        row = {"no": "4", "provided_form": "original", "copies": 1, "original_checked": True}
        return SupplyDeficient(case_no=case_no, answer={"materials": [row]}, partial=True)
    if act == "ask_time":
        return RequestExtension(case_no=case_no, days=5, reason="案情复杂，需要核实")
    return ReopenCase(case_no=case_no, answer={"reason": "有误"})


def rightful(act: str) -> str:
    """Return who may do an act; "" when it needs nobody."""
    if act == DAYS_PASS:
        return ""
    return COMMANDS[act] if act in COMMANDS else ACTS[act].by


def let_days_pass(house: House, case_no: str) -> None:
    """Go to the day after the limit of the correction and let the sweeper do its work."""
    due = house.clocks(case_no)["correction_limit"].row.due_on
    assert due is not None
    house.clock.set(datetime.combine(due + timedelta(days=1), time(9), CITY))
    house.sweep()


WEIGHTS: Mapping[str, float] = {
    # What ends a case early, or leads round and round, is seldom; what few ways lead to is often.
    **dict.fromkeys(("withdraw", "move"), 0.04), "terminate": 0.15,
    **dict.fromkeys(("refuse", "correct", "review_special", "refuse_procedure", "longer", "return"), 0.35),
    **dict.fromkeys(("opine_again", "refuse_time", "reopen", "ask_time", "supply"), 0.35),
    "sign_to_send": 2, "not_arrived": 3, "send_again": 4,
}  # fmt: skip


@dataclass(frozen=True)
class Try:
    """One act that somebody tries, and where the case stands afterwards."""

    act: str
    by: str
    legal: bool
    to: Standing


def choose(rng: random.Random, allowed: Mapping[str, Standing], done: list[str]) -> str:
    """Return an act to try: mostly an allowed one, and rather one that was not done yet."""
    if not allowed or rng.random() < 0.1:
        return rng.choice(sorted({*ACTS, *COMMANDS}))
    acts = sorted(allowed)
    return rng.choices(acts, [WEIGHTS.get(act, 1) / (1 + 3 * done.count(act)) for act in acts])[0]


def story(seed: int) -> list[Try]:
    """Return what is tried on one case, as the model alone sees it."""
    rng, at = random.Random(seed), Standing()
    tries: list[Try] = []
    for _ in range(rng.randint(8, LONGEST)):
        allowed = onward(at)
        act = choose(rng, allowed, [one.act for one in tries if one.legal])
        by = rightful(act)
        if by and rng.random() < 0.1:
            by = rng.choice(["W01", "W03", "D11", "D12", "D13", "D21", "S51"])
        legal = act in allowed and by == rightful(act)
        at = allowed[act] if legal else at
        tries.append(Try(act, by, legal, at))
    return tries


def drive(house: House, tries: list[Try]) -> None:
    """Try the acts on a new case and compare it with the model after each."""
    house.clock.set(MONDAY)
    case_no = house.receive("W01", "I02", COMPANY)
    done: list[str] = []
    for one in tries:
        before = (house.case(case_no), [task.id for task in house.open_tasks(case_no)])
        refusal = refused(house, case_no, one.act, one.by)
        assert (refusal is None) == one.legal, f"{one}: {refusal and refusal.code} {refusal}; after {done}"
        if refusal is not None:
            assert (house.case(case_no), [task.id for task in house.open_tasks(case_no)]) == before, (one, done)
            continue
        done.append(one.act)
        assert stands(house, case_no) == (opened(one.to), status(one.to)), (one, done)


def stands(house: House, case_no: str) -> tuple[list[str], str]:
    return sorted(one.element for one in house.open_tasks(case_no)), house.case(case_no).status


def refused(house: House, case_no: str, act: str, by: str) -> Refusal | None:
    try:
        attempt(house, case_no, act, by)
    except Refusal as refusal:
        return refusal
    return None


def test_every_act_of_the_model_is_done_in_some_story():
    done = {one.act for seed in range(500) for one in story(seed) if one.legal}
    assert done == {*ACTS, *COMMANDS, DAYS_PASS}


@pytest.mark.parametrize("part", range(PARTS))
def test_a_case_does_what_the_model_allows_and_nothing_else(sqlite_house: House, part: int) -> None:
    """A part of the runs on a house of its own; the seed of a run that fails is in the message."""
    for seed in range(part, RUNS, PARTS):
        try:
            drive(sqlite_house, story(seed))
        except AssertionError as wrong:
            raise AssertionError(f"seed {seed}: {wrong}") from wrong
    assert sqlite_house.violations() == []
