"""What a rule may say: everything else is refused with the rule and its clause, and nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from engine.process.clocks.ladder.rules import SEED, body_of, problems, rule_from, rule_text, sees_cases
from engine.process.clocks.rules import KINDS, LADDERED
from engine.registry.identity.rules import ACTIONS, ROLES

GOOD: dict[str, Any] = {
    "rule_no": "EM-NEAR", "level": "yellow", "when": {"kind": "before", "n": 1}, "who": ["holder", "supervisor"],
    "actions": ["remind", "card"], "card_party": "department", "source": "电子监察通行做法",
}  # fmt: skip


def test_the_rules_a_house_starts_with_are_rules() -> None:
    kinds = {rule.clock_kind for rule in SEED}
    for kind in kinds:
        bodies = [body_of(rule) for rule in SEED if rule.clock_kind == kind]
        assert problems(kind, bodies) == []
        assert [rule_from(kind, body) for body in bodies] == [rule for rule in SEED if rule.clock_kind == kind]
    assert kinds <= LADDERED


def test_what_the_house_has_made_up_says_so() -> None:
    assert all("拟" in rule.source for rule in SEED if rule.level in ("red", "black") or rule.late)


@pytest.mark.parametrize(
    "changed, words, clause",
    [
        ({"who": []}, "没有写明告知哪个岗位", "4.1.8"),
        ({"who": ["janitor"]}, "“janitor”不是岗位", "4.2"),
        ({"who": ["sys_admin"]}, "“系统管理员”无权查看办件", "4.1.6"),
        ({"who": ["integrator"]}, "无权查看办件", "4.1.6"),
        ({"who": "supervisor"}, "应是岗位的列表", "4.1.8"),
        ({"level": "pink"}, "预警级别应为", "GB/T 39046"),
        ({"actions": []}, "动作应为", "4.1.8"),
        ({"actions": ["shout"]}, "动作应为", "4.1.8"),
        ({"actions": ["remind", "copy"], "card_party": None}, "不能既告知又抄送", "4.1.8"),
        ({"card_party": None}, "要发牌而没有写明对象", "4.1.8"),
        ({"card_party": "mars"}, "要发牌而没有写明对象", "4.1.8"),
        ({"level": "blue"}, "蓝色提示，不发牌", "GB/T 39046"),
        ({"actions": ["remind"]}, "不发牌，不应写发牌对象", "4.1.8"),
        ({"when": None}, "没有写明时间", "4.1.8"),
        ({"when": {"kind": "sometime"}}, "没有写明时间", "4.1.8"),
        ({"when": {"kind": "before", "n": 0}}, "时间不可能", "4.1.8"),
        ({"when": {"kind": "before", "n": 61}}, "时间不可能", "4.1.8"),
        ({"when": {"kind": "before", "n": True}}, "时间不可能", "4.1.8"),
        ({"when": {"kind": "before", "n": "1"}}, "时间不可能", "4.1.8"),
        ({"when": {"kind": "before", "n": 5}}, "期限只有 5 日", "6.2.1"),
        ({"when": {"kind": "used", "n": 101}}, "时间不可能", "4.1.8"),
        ({"when": {"kind": "due", "n": 1}}, "时间不可能", "4.1.8"),
        ({"when": {"kind": "after", "n": -1}}, "时间不可能", "4.1.8"),
        ({"rule_no": "near"}, "监察规则编号应为", "GB/T 39046"),
        ({"rule_no": 7}, "监察规则编号应为", "GB/T 39046"),
        ({"source": " "}, "没有写明依据", "4.1.8"),
        ({"source": None}, "没有写明依据", "4.1.8"),
        ({"colour": "red"}, "不认识的字段：colour", "4.1.8"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_name_and_clause(
    changed: Mapping[str, Any], words: str, clause: str
) -> None:
    [sentence] = problems("commitment", [{**GOOD, **changed}], limit=5)
    assert words in sentence and clause in sentence
    assert str(changed.get("rule_no", "EM-NEAR")) in sentence
    assert problems("commitment", [GOOD], limit=5) == []


@pytest.mark.parametrize("kind, when", [("hand_over", {"kind": "before", "n": 1}), ("hand_over", {"kind": "due"}),
                                        ("correction_notice", {"kind": "after", "n": 0})])  # fmt: skip
def test_a_time_that_a_kind_of_clock_does_not_have_is_refused(kind: str, when: Mapping[str, Any]) -> None:
    [sentence] = problems(kind, [{**GOOD, "when": when}])
    assert "时间不可能" in sentence


def test_kinds_numbers_and_lengths_are_checked() -> None:
    assert "不是可以设升级规则的时限" in problems("consult", [GOOD])[0]
    assert "不是可以设升级规则的时限" in problems("nothing", [GOOD])[0]
    assert "用了两次" in problems("commitment", [GOOD, GOOD])[0]
    assert "最多 12 条" in problems("commitment", [GOOD] * 13)[0]
    assert "应是一个列表" in problems("commitment", {"a": 1})[0]
    assert "应是一组字段" in problems("commitment", ["x"])[0]
    assert {kind for kind, one in KINDS.items() if one.room} == set(KINDS) - LADDERED


def test_a_rule_reads_in_words() -> None:
    near = rule_from("commitment", GOOD)
    assert rule_text(near) == "到期前1个工作日 · 黄牌 · 告知办理人、监察员 · 向办理部门发牌"
    black = next(rule for rule in SEED if rule.level == "black")
    assert rule_text(black) == "超期3个工作日 · 督办 · 抄送中心负责人 · 督办，告知监察员"
    again = replace(near, when=rule_from("commitment", {**GOOD, "when": {"kind": "used", "n": 80}}).when)
    assert rule_text(again).startswith("已用满期限的80% · ")


def test_only_posts_that_see_cases_are_told() -> None:
    assert {role for role in ROLES if sees_cases(role)} == set(ACTIONS["case.see"])
