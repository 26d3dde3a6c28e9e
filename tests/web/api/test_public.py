"""What everybody may read without a token: service guides and the compliance statement."""

from __future__ import annotations

from pathlib import Path

from processes import library
from tests.web.api.client import Api
from web.api.routes.public import tests_by_number as numbered


def test_T001_the_statement_names_the_standard_and_its_dates(sqlite_api: Api) -> None:
    told = sqlite_api.get(None, "/compliance").body
    assert told["standard"] == {
        "number": "DB4105/T 229-2024",
        "title": "政务服务“一窗通办”工作规范",
        "issued_on": "2024-06-24",
        "effective_on": "2024-07-01",
    }
    assert [row["id"] for row in told["rows"]] == [row.id for row in library.clauses()]
    assert len(told["rows"]) == told["total"] == 117


def test_a_row_names_the_tests_that_carry_its_number(sqlite_api: Api) -> None:
    rows = {row["id"]: row for row in sqlite_api.get(None, "/compliance").body["rows"]}
    assert "test_T001_the_statement_names_the_standard_and_its_dates" in rows["T001"]["tests"]
    assert all(row["id"] in name for row in rows.values() for name in row["tests"])


def test_names_are_found_in_the_files_alone(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    lines = ["def test_T065_T066_two():", "    def test_T065_in_a_class(self):", "# test_T067_no", "def t_T068():"]
    (folder / "test_some.py").write_text("\n".join(lines), "utf-8")
    (folder / "helper.py").write_text("def test_T069_not_here():", "utf-8")
    found = numbered(tmp_path)
    assert found == {"T065": ("test_T065_T066_two", "test_T065_in_a_class"), "T066": ("test_T065_T066_two",)}
    assert numbered(tmp_path / "absent") == {}


def test_T057_a_guide_tells_every_element_and_where_its_figures_come_from(sqlite_api: Api) -> None:
    guide = sqlite_api.get(None, "/guides/I02").body
    assert guide["name"] == "食品经营许可新办（餐饮）"
    assert guide["promise"]["text"] == "5个工作日"
    assert guide["statutory"]["source"] == "《食品经营许可和备案管理办法》"
    assert guide["marks"]["statutory.days"] == "忆"
    assert guide["fee"]["text"] == "不收费"
    assert guide["place"]["address"]
    for element in ("conditions", "materials", "basis", "delivery", "stages", "service_objects", "remedy"):
        assert guide[element]


def test_guides_are_found_by_words_that_all_occur(sqlite_api: Api) -> None:
    def codes(words: str) -> list[str]:
        return [one["code"] for one in sqlite_api.get(None, f"/guides?q={words}").body["guides"]]

    assert len(codes("")) == 14
    assert "I02" in codes("食品经营许可新办 餐饮")
    assert codes("补领 社会保障卡") == codes("社会保障卡 补领") == ["I06"]
    assert "I06" in codes("社会保障卡")
    assert "I02" in codes("i02")
    assert codes("食品 社会保障卡") == []
    assert sqlite_api.get(None, "/guides?q=食品").body["mark_names"]["忆"]


def test_an_unknown_guide_is_a_problem_and_leaves_no_trace(sqlite_api: Api) -> None:
    assert sqlite_api.get(None, "/guides/I99").code == "ITEM_UNKNOWN"
    assert sqlite_api.house.journal("access:visitor") == []


def test_a_visitor_reads_no_case(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_instant()
    for path in (f"/cases/{case_no}", f"/cases/{case_no}/documents", "/cases", "/tasks", "/items"):
        assert sqlite_api.get(None, path).status == 401
