"""Finding, reading and digesting the files; a data folder stands in for what is shipped."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from processes import library, uscc
from processes.items import ItemRefused
from processes.library import LibraryRefused

SHIPPED = library.SHIPPED
DEFINITIONS = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'


def write(folder: Path, name: str, content: object) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")


def shipped_json(name: str):
    return json.loads((SHIPPED / name).read_bytes())


def test_processes_are_found_by_id_with_their_bytes_and_digest() -> None:
    found = library.processes()

    assert list(found) == sorted(found)
    for identity, file in found.items():
        assert (file.id, file.path) == (identity, SHIPPED / f"{identity}.bpmn")
        assert file.xml == file.path.read_bytes()
        assert file.digest == hashlib.sha256(file.xml).hexdigest()


def test_a_data_folder_stands_in_for_a_shipped_process_and_may_add_one(tmp_path) -> None:
    xml = library.processes()["archive"].xml
    (tmp_path / "archive.bpmn").write_bytes(xml.replace("资料归档".encode(), "归档资料".encode()))
    (tmp_path / "beside.bpmn").write_bytes(xml.replace(b'<bpmn:process id="archive"', b'<bpmn:process id="beside"'))

    found = library.processes(tmp_path)

    assert found["archive"].path == tmp_path / "archive.bpmn"
    assert found["archive"].digest != library.processes()["archive"].digest
    assert set(found) == {*library.processes(), "beside"}
    assert found["intake"].path == SHIPPED / "intake.bpmn"


@pytest.mark.parametrize(
    "content, reason",
    [
        ("not xml", "XML"),
        ("<a/>", "BPMN 2.0"),
        (f'<!DOCTYPE a [<!ENTITY x "y">]>{DEFINITIONS}</definitions>', "DOCTYPE"),
        (f"{DEFINITIONS}</definitions>", "可执行流程，现有 0 个"),
        (
            f'{DEFINITIONS}<process id="other" isExecutable="true"/></definitions>',
            "流程编号是“other”",
        ),
        (
            f'{DEFINITIONS}<process id="a" isExecutable="true"/><process id="b" isExecutable="true"/></definitions>',
            "现有 2 个",
        ),
        ("<a>" + "x" * 2_000_001 + "</a>", "超过 2 MB"),
    ],
)
def test_a_file_that_is_not_the_process_its_name_says_is_refused_in_chinese(tmp_path, content, reason) -> None:
    write(tmp_path, "wrong.bpmn", content)

    with pytest.raises(LibraryRefused) as refused:
        library.processes(tmp_path)

    assert "wrong.bpmn" in refused.value.sentence
    assert reason in refused.value.sentence
    assert refused.value.sentence.endswith("请改正后重新载入。")
    assert refused.value.code == "LIBRARY_REFUSED"


def test_items_are_found_by_code() -> None:
    assert list(library.items()) == [f"I{number:02d}" for number in range(1, 15)]


def test_a_data_folder_may_change_one_item_and_add_another(tmp_path) -> None:
    changed = shipped_json("items/I02.json") | {"name": "食品经营许可"}
    added = shipped_json("items/I08.json")
    added |= {"code": "I99", "implement_code": added["implement_code"][:-3] + "001"}
    write(tmp_path, "items/I02.json", changed)
    write(tmp_path, "items/I99.json", added)

    found = library.items(tmp_path)

    assert found["I02"].name == "食品经营许可"
    assert len(found) == 15


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"department": "nobody"}, "部门“nobody”不在部门名录中"),
        ({"department": "health"}, "实施部门的统一社会信用代码"),
        ({"main_process": "no_such_process"}, "流程“no_such_process”不存在"),
        ({"implement_code": "11410500MB1A0000203000131001000"}, "与另一事项相同"),
    ],
)
def test_an_item_that_refers_to_what_is_not_there_is_refused(tmp_path, change, reason) -> None:
    write(tmp_path, "items/I02.json", shipped_json("items/I02.json") | change)

    with pytest.raises(ItemRefused, match=reason):
        library.items(tmp_path)


def test_a_branch_of_an_unknown_department_is_refused(tmp_path) -> None:
    item = shipped_json("items/I12.json")
    item["joint_plan"]["branches"][1]["department"] = "nobody"
    write(tmp_path, "items/I12.json", item)

    with pytest.raises(ItemRefused, match="部门“nobody”不在部门名录中"):
        library.items(tmp_path)


def test_an_item_under_another_items_file_name_is_refused(tmp_path) -> None:
    write(tmp_path, "items/I03.json", shipped_json("items/I02.json"))

    with pytest.raises(LibraryRefused, match="事项代码是“I02”"):
        library.items(tmp_path)


def test_T002_there_is_one_centre_and_one_regulator() -> None:
    kinds = [row.kind for row in library.departments().values()]

    assert (kinds.count("center"), kinds.count("regulator")) == (1, 1)
    assert library.departments()["regulator"].name == "安阳市行政审批和政务信息管理局"


def test_every_department_has_a_correct_code_and_its_own_account_number() -> None:
    rows = library.departments()

    assert all(uscc.is_uscc(row.uscc) for row in rows.values())
    assert len({row.uscc for row in rows.values()}) == len(rows)
    numbered = sorted((row.account_number, row.short_name) for row in rows.values() if row.account_number)
    names = (
        *("市监", "卫健", "城管", "消防", "公安", "人社", "医保", "交通", "住建"),
        *("残联", "文旅", "税务", "公积金", "民政", "烟草", "疾控", "银行"),
    )
    assert numbered == list(enumerate(names, 1))


@pytest.mark.parametrize(
    "change, reason",
    [
        (lambda rows: rows.pop(), "归口单位应有且只有一个"),
        (lambda rows: rows.append(rows[-1]), "部门键“regulator”重复"),
        (lambda rows: rows[0].update(uscc="11410500MB1A000021"), "校验位不对"),
        (lambda rows: rows[0].update(account_number=2), "账号编号 2 重复"),
        (lambda rows: rows[0].update(kind="club"), "不在可选范围内"),
        (lambda rows: rows[0].update(colour="red"), "不认识该项"),
    ],
)
def test_a_faulty_department_list_is_refused(tmp_path, change, reason) -> None:
    content = shipped_json("departments.json")
    change(content["departments"])
    write(tmp_path, "departments.json", content)

    with pytest.raises(LibraryRefused, match=reason):
        library.departments(tmp_path)


def test_T048_the_six_window_categories_are_shipped_and_each_has_a_window() -> None:
    found = library.windows()

    assert found.categories == ("法人事务", "社会事务", "社保医保", "纳税服务", "公安服务", "公共服务")
    assert {window.category for window in found.windows} == set(found.categories)
    assert found.address[1] == found.office_hours[1] == "拟"


def test_T052_T053_there_are_windows_for_bundles_and_across_regions() -> None:
    assert {"theme", "cross_region", "issuance", "grievance"} <= {window.kind for window in library.windows().windows}


@pytest.mark.parametrize(
    "change, reason",
    [
        (lambda content: content["categories"].append("第七类"), "不应超过6类"),
        (lambda content: content["windows"][0].update(abilities=["intake"]), "须具备受理、转办、出件三项能力"),
        (lambda content: content["windows"][0].update(category="其他"), "不在可选范围内"),
        (lambda content: content["windows"].append(content["windows"][0]), "窗口代码“FR01”重复"),
        (lambda content: content["address"].update(mark="真"), "不在可选范围内"),
    ],
)
def test_T010_T049_a_faulty_window_list_is_refused(tmp_path, change, reason) -> None:
    content = shipped_json("windows.json")
    change(content)
    write(tmp_path, "windows.json", content)

    with pytest.raises(LibraryRefused, match=reason):
        library.windows(tmp_path)


def test_a_list_that_is_not_json_is_refused(tmp_path) -> None:
    write(tmp_path, "windows.json", "{")

    with pytest.raises(LibraryRefused, match="不是合格的 JSON 文件"):
        library.windows(tmp_path)


def test_an_empty_data_folder_changes_nothing(tmp_path) -> None:
    assert library.processes(tmp_path) == library.processes()
    assert library.items(tmp_path) == library.items()
    assert library.departments(tmp_path) == library.departments()
    assert library.windows(tmp_path) == library.windows()
    assert library.clauses(tmp_path) == library.clauses()


# Decision tables --------------------------------------------------------------------------------------------------

DMN = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="fees" name="收费" namespace="t"/>'


def test_tables_are_found_by_the_id_of_their_file(tmp_path: Path) -> None:
    assert set(library.decisions()) == {path.stem for path in SHIPPED.glob("*.dmn")}
    write(tmp_path, "fees.dmn", DMN)
    found = library.decisions(tmp_path)["fees"]
    assert (found.xml, found.digest) == (DMN.encode(), hashlib.sha256(DMN.encode()).hexdigest())


@pytest.mark.parametrize(
    "name, content, says",
    [
        ("other.dmn", DMN, "决策表文件编号是“fees”，应与文件名一致"),
        ("fees.dmn", DEFINITIONS + "</definitions>", "不是 DMN 1.3 文件"),
        ("fees.dmn", "<a", "不是合格的 XML"),
        ("fees.dmn", "<!DOCTYPE a><a/>", "DOCTYPE"),
    ],
)
def test_a_table_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, content: str, says: str
) -> None:
    write(tmp_path, name, content)
    with pytest.raises(LibraryRefused, match=says):
        library.decisions(tmp_path)
