"""Who speaks for a branch: colleagues countersign before the head agrees, and a substitute speaks in both names."""

from __future__ import annotations

import pytest

from engine.casework.joint.board import boards
from engine.casework.joint.rules import CountersigningRefused
from engine.process.tasks.commands import ClaimTask, CompleteTask
from engine.process.tasks.countersigning.commands import AskCountersigning, SignTask
from engine.registry.identity.leave.commands import RegisterLeave
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House
from tests.support.joint import AGREE, DENY, account_of, asked, head_of, reviewed, rows, states

ORDER = ("first", "middle", "last")


@pytest.mark.parametrize("denying", ORDER)
def test_the_head_cannot_agree_against_a_refused_countersigning_whoever_denied(
    sqlite_house: House, denying: str
) -> None:
    house = sqlite_house
    case_no = asked(house)
    task, head = reviewed(house, case_no, "fire"), head_of("fire")
    house.execute(head, ClaimTask(task_id=task.id))
    signers = (account_of("fire", 1), account_of("fire", 3), "D11")
    house.execute(head, AskCountersigning(task_id=task.id, mode="all", signers=signers))
    for place, signer in zip(ORDER, signers, strict=True):
        verdict = "disagree" if place == denying else "agree"
        house.execute(signer, SignTask(task_id=task.id, verdict=verdict, opinion="见现场情况", basis="有关规定"))
    agree = CompleteTask(task_id=task.id, answer={**AGREE, "conditions": ""}, partial=True)
    with pytest.raises(CountersigningRefused):
        house.execute(head, agree)
    assert states(house, case_no)["fire"] == "open"
    house.execute(head, CompleteTask(task_id=task.id, answer=DENY, partial=True))
    assert states(house, case_no)["fire"] == "denied"
    assert house.violations() == []


def test_a_substitute_speaks_for_the_absent_head_and_the_board_says_who_is_away(house: House) -> None:
    case_no = asked(house)
    task, head, other = reviewed(house, case_no, "fire"), head_of("fire"), account_of("fire", 3)
    day = house.clock.now().date().isoformat()
    house.execute(
        head, RegisterLeave(account=head, substitute=other, from_day=day, until_day=day, reason="外出培训")
    )
    with house.door.read(SYSTEM) as view:
        board = boards(view, [f"case:{case_no}"], {})[f"case:{case_no}"]
    away = {one.row.key: one.absent for one in board.lines}
    names = house.actor(head).name, house.actor(other).name
    assert away["fire"] == f"请假：{names[0]}（由{names[1]}代理）"
    assert away["sign"] is None

    house.execute(other, CompleteTask(task_id=task.id, answer={**AGREE, "conditions": ""}, partial=True))
    said = rows(house, case_no)["fire"]
    assert (said.state, said.representative) == ("agreed", f"{names[1]} 代 {names[0]}")
    assert house.violations() == []
