"""Message files: what a designer may write, what is said of mistakes, and what may then come from outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from processes import library
from processes.library import LibraryRefused
from processes.messages import MAX_BYTES, MAX_FACTS, MessageRefused, is_message, load

WHOLE: dict[str, Any] = {
    "message": "paid", "title": "缴费完成", "key": "缴款码", "clause": "5.3.2", "basis": "系统对接", "mark": "拟",
    "facts": [
        {"name": "paid_in_full", "title": "已缴清", "type": "boolean"},
        {"name": "amount", "title": "金额（分）", "type": "integer", "least": -5, "most": 5},
        {"name": "receipt", "title": "票据号码", "type": "text", "most": 4},
        {"name": "way", "title": "方式", "type": "choice", "choices": {"cash": "现金", "card": "银行卡"}},
    ],
}  # fmt: skip
GOOD: dict[str, Any] = {"paid_in_full": True, "amount": 5, "receipt": "票１ 号", "way": "cash"}


def text(**changes: Any) -> bytes:
    return json.dumps({**WHOLE, **changes}, ensure_ascii=False).encode()


def fact(**changes: Any) -> bytes:
    """The file with one fact, a text, changed."""
    return text(facts=[{"name": "receipt", "title": "票据号码", "type": "text", "most": 4, **changes}])


def test_a_whole_file_says_what_comes_under_which_key():
    message = load(text())
    assert (message.name, message.title, message.key, message.clause) == ("paid", "缴费完成", "缴款码", "5.3.2")
    assert message.brings == set(GOOD)
    assert message.faults(GOOD) == {}
    assert message.told("4105", GOOD) == "缴款码 4105；已缴清：是；金额（分）：5；票据号码：票１ 号；方式：现金"
    assert load(text(facts=[])).told("4105", {}) == "缴款码 4105"


@pytest.mark.parametrize(
    "name, bad",
    [
        ("paid_in_full", 1), ("paid_in_full", "true"), ("paid_in_full", None), ("amount", 6), ("amount", -6),
        ("amount", True), ("amount", "5"), ("amount", 1.0), ("receipt", ""), ("receipt", "  "), ("receipt", "12345"),
        ("receipt", 1), ("receipt", "a\nb"), ("receipt", "\x00"), ("receipt", "\u202e"), ("way", "Cash"),
        ("way", "现金"), ("way", ["cash"]), ("way", {"cash": 1}),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_said_at_its_name(name: str, bad: Any):
    faults = load(text()).faults({**GOOD, name: bad})
    assert faults.keys() == {name}
    assert faults[name].startswith("应为")


def test_everything_has_to_come_and_nothing_else():
    message = load(text())
    assert message.faults({}).keys() == set(GOOD)
    assert message.faults({**GOOD, "decision": "grant"}).keys() == {"decision"}


@pytest.mark.parametrize(
    "content, said",
    [
        (b"{", "不是合格的 JSON"),
        (b"[" * 100_000, "文件超过"),
        (b"[" * (MAX_BYTES - 1), "不是合格的 JSON"),
        (b"[]", "应为一组字段"),
        (text(message="Paid"), "小写字母开头"),
        (text(message="class"), "小写字母开头"),
        (text(message="缴费"), "小写字母开头"),
        (text(title=" "), "不得留空"),
        (text(title="长" * 41), "不应超过 40 个字"),
        (text(key="a\nb"), "不应超过 40 个字"),
        (text(mark="真"), "不在可选范围内"),
        (text(amount=1), "不认识该项"),
        (text(facts={}), "JSON 数组"),
        (fact(name="_secret"), "小写字母开头"),
        (fact(type="number"), "不在可选范围内"),
        (fact(most=0), "不小于 1"),
        (fact(most=101), "不应超过 100"),
        (fact(least=1), "不认识该项"),
        (fact(type="choice"), "choices：缺少该项"),
        (fact(type="integer", least=5, most=4), "不应小于 least"),
        (fact(type="integer", least=0, most=10**16), "应在"),
        (fact(type="integer", least=0.5, most=4), "应为整数"),
        (text(facts=[WHOLE["facts"][0]] * 2), "有重复的名字"),
        (text(facts=[{**WHOLE["facts"][0], "name": f"n{n}"} for n in range(10, 11 + MAX_FACTS)]), "不应超过 8 项"),
        (text(facts=[{**WHOLE["facts"][3], "choices": {}}]), "至少应有 1 项"),
        (text(facts=[{**WHOLE["facts"][3], "choices": {"A": "甲"}}]), "由小写字母"),
        (text(facts=[{**WHOLE["facts"][3], "choices": {"a1": 1}}]), "应为一组文字"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_fit_says_so_in_chinese(content: bytes, said: str):
    with pytest.raises(MessageRefused) as refused:
        load(content)
    assert any(said in one for one in refused.value.problems), refused.value.problems
    assert refused.value.code == "MESSAGE_FILE_REFUSED"
    assert refused.value.sentence.endswith("请按所列逐项改正后重新载入。")


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(MessageRefused) as refused:
        load(text(title="", mark="真", facts=[{"name": "x1", "title": "", "type": "text"}]))
    assert [one.partition("：")[0] for one in refused.value.problems] == [
        "title", "facts[0].title", "facts[0].most", "mark",
    ]  # fmt: skip


def test_a_message_is_told_from_an_item():
    assert is_message(text())
    assert not any(map(is_message, (b"[]", b"{", b"{}", (library.SHIPPED / "items" / "I06.json").read_bytes())))


def test_the_shipped_ones_are_there_each_under_its_name_and_by_a_clause_of_the_standard():
    found = library.messages()
    assert set(found) == {"appraisal_concluded", "payment_made"}
    for name, file in found.items():
        assert (file.message.name, file.digest) == (name, library.digest(file.text))
        assert file.text == (library.SHIPPED / "messages" / f"{name}.json").read_bytes()
    assert (found["appraisal_concluded"].message.key, found["payment_made"].message.key) == ("委托编号", "缴款码")


def test_a_data_folder_stands_in_for_a_shipped_file_and_may_add_one(tmp_path: Path):
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "paid.json").write_bytes(text())
    assert set(library.messages(tmp_path)) == {"appraisal_concluded", "paid", "payment_made"}
    (tmp_path / "messages" / "paid.json").rename(tmp_path / "messages" / "other.json")
    with pytest.raises(LibraryRefused, match="消息名称是“paid”"):
        library.messages(tmp_path)


def test_a_clause_that_the_standard_has_not_is_refused():
    with pytest.raises(MessageRefused, match=r"没有条款“9\.9”"):
        library.message_of(text(clause="9.9"))
