"""The letters of a case: the common part comes from its rows, the rest from the act."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from engine.casework.cases.letters import letter
from engine.casework.cases.queries import case_by_root
from engine.foundation.clock import CITY
from engine.process.documents.issuing import issue, render
from engine.process.documents.rules import KINDS, Document, DocumentIncomplete, GlyphMissing
from forms import notices
from forms.notices.letters import LETTERS
from tests.support.house import House

COMMON = {
    "number", "case_no", "qr_url", "issued_at", "replaces", "side", "signatory", "handler", "phone", "complaint_phone",
    "applicant", "item",
}  # fmt: skip


def issued(house: House, case_no: str, kind: str, **fields: Any) -> Document:
    root = f"case:{case_no}"
    with house.unit(root) as unit:
        return issue(unit, root, kind, letter(unit, case_by_root(unit.connection, root), kind, **fields))


def test_every_letter_has_a_series_and_a_title_in_the_register():
    assert all((KINDS[kind].series, KINDS[kind].title) == (one.series, one.title) for kind, one in LETTERS.items())
    assert len({kind.series for kind in KINDS.values()}) == len(KINDS)


def test_a_refusal_takes_its_common_part_from_the_case_and_its_number_from_its_own_series(house: House):
    case_no = house.accepted_commitment()
    made = issued(house, case_no, "denial_decision", reasons="场所不符", legal_basis="办法第十三条")
    assert made.number == "安审批（不予）〔2026〕000001号"
    assert {key: made.data[key] for key in ("case_no", "side", "signatory", "applicant", "item")} == {
        "case_no": case_no,
        "side": "department",
        "signatory": "安阳市市场监督管理局",
        "applicant": "安阳测试餐饮有限公司",
        "item": house.case(case_no).item_name,
    }
    assert "行政复议" in made.data["remedies"], "the item's guide names the remedies"
    assert set(made.data) == COMMON | {"reasons", "legal_basis", "remedies"}
    assert house.documents(case_no)[-1] == made
    assert house.journal(f"case:{case_no}")[-1].sentence.endswith(
        "出具《不予许可（办理）决定书》安审批（不予）〔2026〕000001号"
    )
    assert render(made).startswith(b"%PDF-1.7")
    assert house.violations() == []


@pytest.mark.parametrize("gone", ["reasons", "legal_basis", "remedies"])
def test_T080_a_refusal_without_reasons_basis_or_remedies_takes_no_number(sqlite_house: House, gone: str):
    case_no = sqlite_house.accepted_commitment()
    before = sqlite_house.journal(f"case:{case_no}"), sqlite_house.documents(case_no)
    values = {"reasons": "场所不符", "legal_basis": "办法第十三条", "remedies": "可以依法申请行政复议。", gone: "　"}
    with pytest.raises(DocumentIncomplete, match="行政许可法第三十八条"):
        issued(sqlite_house, case_no, "denial_decision", **values)
    assert (sqlite_house.journal(f"case:{case_no}"), sqlite_house.documents(case_no)) == before
    values[gone] = "已补充。"
    assert issued(sqlite_house, case_no, "denial_decision", **values).number.endswith("000001号"), "no number was lost"


def test_a_character_without_a_glyph_is_refused_before_a_number_is_taken(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    with pytest.raises(GlyphMissing):
        issued(
            sqlite_house,
            case_no,
            "next_steps",
            status="\U00029f79",
            next_step="等",
            originals="无",
            window_address="一楼",
        )


def test_days_and_moments_may_be_given_as_they_are(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    held = datetime(2026, 3, 12, 9, 30, tzinfo=CITY)
    hearing = issued(
        sqlite_house, case_no, "hearing_notice", held_on=held, place="听证室", host="李主持", matter="距离"
    )
    assert hearing.data["held_on"] == "2026-03-12T09:30:00+08:00"
    due = date(2026, 3, 30)
    late = issued(sqlite_house, case_no, "extension_notice", days=10, reason="复杂", new_due=due, approved_by="负责人")
    assert late.data["new_due"] == "2026-03-30"
    assert "延长后的期限届满日为2026年3月30日" in "".join(notices.body_text("extension_notice", late.data))


@pytest.mark.parametrize(
    "side, name", [("window", "安阳市政务服务中心综合窗口"), ("department", "安阳市市场监督管理局")]
)
def test_the_act_may_say_which_side_signs(sqlite_house: House, side: str, name: str):
    case_no = sqlite_house.accepted_commitment()
    values = {"voided_title": "收件（受理）通知书", "voided_number": "安审批（受理）〔2026〕000001号", "reason": "有误"}
    made = issued(sqlite_house, case_no, "void_notice", side=side, **values)
    assert (made.data["side"], made.data["signatory"]) == (side, name)


def test_a_misspelt_field_does_not_vanish(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    with pytest.raises(DocumentIncomplete, match="多余的内容“reson”"):
        issued(sqlite_house, case_no, "denial_decision", reson="x", reasons="x", legal_basis="x")


def test_an_unknown_kind_is_a_mistake_of_the_program(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    with pytest.raises(KeyError):
        issued(sqlite_house, case_no, "love_letter")
