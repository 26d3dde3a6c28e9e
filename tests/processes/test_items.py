"""The fourteen shipped items say what the plan of the catalogue says."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal

import pytest

from processes import items, joint_plan, library, words
from processes.items import Item, ItemRefused

CATALOGUE = library.items()
PLAN = {
    # code: (type, case type, statutory, promise, department, special procedures, site visit)
    "I01": ("01", "instant", 3, 0, "market", (), False),
    "I02": ("01", "commitment", 10, 5, "market", (), True),
    "I03": ("01", "commitment", 20, 5, "health", (), False),
    "I04": ("01", "commitment", 7, 3, "housing", (), False),
    "I05": ("01", "commitment", 20, 5, "transport", (), False),
    "I06": ("20", "instant", None, 0, "hrss", (), False),
    "I07": ("07", "commitment", None, 7, "disabled", ("鉴定",), False),
    "I08": ("20", "instant", None, 0, "civil", (), False),
    "I09": ("01", "commitment", 20, 10, "culture", (), False),
    "I10": ("01", "commitment", 20, 8, "urban", ("专家评审",), True),
    "I11": ("20", "joint", None, 5, "health", (), False),
    "I12": ("10", "joint", None, 2, "market", (), False),
    "I13": ("10", "joint", 45, 12, "market", (), False),
    "I14": ("01", "report_up", 20, 8, "culture", (), False),
}


def material(code: str, part: str) -> items.Material:
    return next(each for each in CATALOGUE[code].materials if part in each.name)


@pytest.mark.parametrize("code", sorted(PLAN))
def test_an_item_has_the_type_the_limits_and_the_procedures_of_the_plan(code) -> None:
    item = CATALOGUE[code]

    assert PLAN[code] == (
        item.item_type,
        item.case_type,
        item.statutory.days if item.statutory else None,
        item.promise.days,
        item.department,
        item.special_procedures,
        item.site_visit,
    )


@pytest.mark.parametrize("code", sorted(PLAN))
def test_every_figure_shown_as_a_fact_carries_a_mark(code) -> None:
    item = CATALOGUE[code]

    assert set(item.value_sources.values()) <= set(words.VALUE_MARKS)
    assert item.value_sources["implement_code"] == "拟"
    assert "promise.days" in item.value_sources
    assert (item.statutory is None) == ("statutory.days" not in item.value_sources)


@pytest.mark.parametrize("code", sorted(PLAN))
def test_a_case_number_made_from_the_implementation_code_has_43_characters(code) -> None:
    assert len(CATALOGUE[code].implement_code + "20260302" + "0001") == 43


def test_every_item_has_a_published_route() -> None:
    for item in CATALOGUE.values():
        assert item.main_process == "one_window_main", item.code


def test_the_catalogue_covers_every_case_type_and_both_anchors() -> None:
    assert {item.case_type for item in CATALOGUE.values()} == set(words.CASE_TYPES)
    assert [item.code for item in CATALOGUE.values() if item.clock_anchor == "received"] == ["I04"]
    assert {item.intake_mode for item in CATALOGUE.values()} == set(words.INTAKE_MODES)


def test_T029_only_the_item_that_may_be_missing_may_be_missing() -> None:
    assert material("I02", "规章制度").deficiency_allowed
    assert not material("I02", "申请书").deficiency_allowed


def test_T086_shared_materials_are_not_asked_for_again() -> None:
    licence = material("I02", "营业执照")

    assert (licence.form, licence.copies, licence.source) == ("electronic", 0, "共享")


def test_T030_notice_and_commitment_of_I03_is_checked_after_two_months() -> None:
    assert [item.code for item in CATALOGUE.values() if item.notice_commitment] == ["I03"]
    assert CATALOGUE["I03"].post_check_months == 2


def test_T032_T053_items_that_cross_levels_and_counties() -> None:
    assert (CATALOGUE["I09"].cross_region, CATALOGUE["I09"].handle_region) == ("跨层级", "410502")
    assert CATALOGUE["I09"].use_level == "4"
    assert CATALOGUE["I06"].cross_region == "跨县"


def test_T043_a_site_visit_counts_and_T106_an_appraisal_does_not() -> None:
    visits = [stage for item in CATALOGUE.values() for stage in item.stages if stage.kind == "site_visit"]
    specials = [stage for item in CATALOGUE.values() for stage in item.stages if stage.kind == "special_procedure"]

    assert len(visits) == 2
    assert all(stage.counted for stage in visits)
    assert {stage.procedure for stage in specials} == {"鉴定", "专家评审"}
    assert not any(stage.counted for stage in specials)


def test_T056_public_services_name_their_domain() -> None:
    assert CATALOGUE["I06"].domain == "社会保险"
    assert CATALOGUE["I07"].domain == "残疾人服务"


@pytest.mark.parametrize("code", sorted(PLAN))
def test_the_counted_stages_make_up_the_promise(code) -> None:
    item = CATALOGUE[code]
    counted = sum((stage.days for stage in item.stages if stage.counted), Decimal(0))

    assert counted == (0 if item.case_type == "joint" else item.promise.days)


@pytest.mark.parametrize(
    "code, length, chain",
    [
        ("I11", "4", ("birth_cert", "household", "ss_card")),
        ("I12", "1.5", ("license", "seal")),
        ("I13", "10", ("verify", "fire")),
    ],
)
def test_I10_the_critical_path_of_a_joint_plan_fits_into_the_promise(code, length, chain) -> None:
    plan = CATALOGUE[code].joint_plan
    assert plan is not None

    assert joint_plan.critical_path(plan) == (Decimal(length), chain)
    assert joint_plan.critical_path(plan)[0] <= CATALOGUE[code].promise.days
    assert len(joint_plan.start_order(plan)) == len(plan.branches)


def test_I13_a_refused_branch_lets_the_granted_ones_stand_and_one_visit_serves_three() -> None:
    plan = CATALOGUE["I13"].joint_plan
    assert plan is not None

    assert {branch.key: branch.veto for branch in plan.branches} == {
        "verify": "terminate_all",
        "food": "partial_grant",
        "sign": "partial_grant",
        "fire": "warn_no_opening",
        "tobacco": "none",
    }
    assert [branch.key for branch in plan.branches if branch.optional] == ["tobacco"]
    assert plan.joint_site_visit == ("food", "sign", "fire")


def test_an_item_cannot_be_changed_by_whoever_holds_it() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        CATALOGUE["I01"].name = "另一事项"  # type: ignore[misc]  # That it cannot be assigned is what is tested.


def test_halves_of_days_are_exact() -> None:
    assert CATALOGUE["I02"].stages[0].days == Decimal("0.5")


@pytest.mark.parametrize("text", ["", "{", "[]", '"I01"', b"\xff\xfe{}", "null", "{}"])
def test_anything_but_an_item_is_refused_in_chinese(text) -> None:
    with pytest.raises(ItemRefused) as refused:
        items.load(text)

    assert refused.value.code == "ITEM_REFUSED"
    assert refused.value.sentence.startswith("事项“")
    assert refused.value.problems


def test_all_that_is_wrong_is_told_at_once() -> None:
    raw = json.loads((library.SHIPPED / "items/I02.json").read_bytes())
    del raw["name"]
    raw["promise"]["days"] = -1
    raw["materials"][0]["form"] = "微缩胶片"
    raw["materials"][1]["copies"] = 1.5
    raw["colour"] = "red"

    with pytest.raises(ItemRefused) as refused:
        items.load(json.dumps(raw))

    assert refused.value.problems == (
        "name：缺少该项",
        "promise.days：应为不小于 0 的整数",
        "materials[0].form：“微缩胶片”不在可选范围内：copy、electronic、original",
        "materials[1].copies：应为不小于 0 的整数",
        "colour：不认识该项，请核对拼写",
    )
    assert "有 5 处不符合要求" in refused.value.sentence


def test_reading_an_item_twice_gives_equal_items() -> None:
    text = (library.SHIPPED / "items/I13.json").read_bytes()

    assert items.load(text) == items.load(text)
    assert isinstance(items.load(text), Item)
