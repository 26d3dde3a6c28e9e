"""``process check|deploy|status|export``: files that people edit, and the cases that run meanwhile."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.foundation.journal.queries import lines_of
from engine.oversight.publishing.commands import CATALOGUE_ROOT
from engine.process.bpmn.releases.queries import releases_of
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.support.decisions import TABLE, asking_route
from tests.support.house import COMPANY, PERSON, House
from tests.yichuang.shell import Shell, in_chinese, real

ROUTE = library.processes()["route_commitment"].xml.decode("utf-8")
LEGAL_CHECK = """<bpmn:userTask id="ut_legal_check" name="法制审核">
      <bpmn:extensionElements>
        <yc:task form="dept_opinion" role="dept_reviewer"/>
        <yc:clause ref="6.2.1"/>
      </bpmn:extensionElements>
      <bpmn:incoming>f_gw_merge_submitted__ut_head_decide</bpmn:incoming>
      <bpmn:outgoing>f_legal</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f_legal" sourceRef="ut_legal_check" targetRef="ut_head_decide"/>
    <bpmn:userTask id="ut_head_decide\""""
OPINION = {"opinion": "建议准予", "basis": "《食品经营许可和备案管理办法》"}


def with_legal_check() -> str:
    """Return the route with a 法制审核 between opinion and decision."""
    into = 'sourceRef="gw_merge_submitted" targetRef="ut_head_decide"'
    head, _, tail = ROUTE.partition('<bpmn:userTask id="ut_head_decide"')
    tail = tail.replace("<bpmn:incoming>f_gw_merge_submitted__ut_head_decide<", "<bpmn:incoming>f_legal<")
    edited = (head + LEGAL_CHECK + tail).replace(into, into.replace("ut_head_decide", "ut_legal_check"))
    lane = "<bpmn:flowNodeRef>ut_head_decide</bpmn:flowNodeRef>"
    return edited.replace(lane, f"{lane}<bpmn:flowNodeRef>ut_legal_check</bpmn:flowNodeRef>")


def renamed() -> str:
    """Return the route with another name on the opinion."""
    return ROUTE.replace('name="提出审查意见"', 'name="提出书面审查意见"')


def broken() -> str:
    """Return the route with an act that nobody offers."""
    return ROUTE.replace('act="cases.give_opinion"', 'act="cases.give_nothing"')


def catalogue(house: House) -> list[object]:
    """Return everything that a deployment could change."""
    with house.door.read(SYSTEM) as view:
        return [releases_of(view.connection), lines_of(view.connection, CATALOGUE_ROOT)]


def to_opinion(house: House, case_no: str) -> list[str]:
    """Carry a case with its papers through visit and opinion; return what is open then."""
    house.visit(case_no)
    house.complete("D11", case_no, "ut_dept_opinion", OPINION)
    return [task.element for task in house.open_tasks(case_no)]


# check -----------------------------------------------------------------------------------------------------------


def test_check_finds_nothing_wrong_with_the_shipped_files(shell: Shell, tmp_path: Path):
    files = []
    for id, file in library.processes().items():
        files.append(tmp_path / f"{id}.bpmn")
        files[-1].write_bytes(file.xml)
    ran = shell("process", "check", *files)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("可以执行") == len(files)


def test_an_item_file_is_checked_and_released_like_a_diagram(shell: Shell, sqlite_house: House, tmp_path: Path):
    text = (library.SHIPPED / "items" / "I06.json").read_text("utf-8")
    file = tmp_path / "I06.json"
    file.write_text(text.replace("社会保障卡补领", "社会保障卡补领（含换领）"), "utf-8")
    assert shell("process", "check", file).out == f"{file}: 可以发布\n"
    ran = shell("process", "deploy", file)
    assert (ran.code, ran.out.split()[0]) == (0, "I06")
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    assert sqlite_house.case(case_no).item_name == "社会保障卡补领（含换领）"


@pytest.mark.parametrize(
    "old, new, said",
    [('"department": "hrss"', '"department": "nowhere"', "不在部门名录中"), ('"code": "I06",', "", "code"),
     ("{", "[", "JSON")],
)  # fmt: skip
def test_an_item_that_is_not_fit_is_told_and_nothing_is_released(
    shell: Shell, sqlite_house: House, tmp_path: Path, old: str, new: str, said: str
):
    before = catalogue(sqlite_house)
    file = tmp_path / "I06.json"
    file.write_text((library.SHIPPED / "items" / "I06.json").read_text("utf-8").replace(old, new, 1), "utf-8")
    for verb in ("check", "deploy"):
        ran = shell("process", verb, file)
        assert ran.code == 1
        assert said in ran.out
    assert catalogue(sqlite_house) == before


def test_check_names_the_element_the_rule_and_what_is_wrong(shell: Shell, route: Path):
    route.write_text(broken(), "utf-8")
    ran = shell("process", "check", route)
    assert ran.code == 1
    [line] = ran.out.splitlines()
    assert line.startswith(f"{route}: 错误 ut_dept_opinion [")
    assert "cases.give_nothing" in line


def test_check_gives_the_same_as_json(shell: Shell, route: Path, tmp_path: Path):
    route.write_text(broken(), "utf-8")
    good = tmp_path / "archive.bpmn"
    good.write_bytes(library.processes()["archive"].xml)
    ran = shell("process", "check", route, good, "--json")
    assert ran.code == 1
    assert ran.json["refused"] is True
    assert ran.json["files"][str(good)] == []
    [problem] = ran.json["files"][str(route)]
    assert set(problem) == {"element_id", "rule", "level", "sentence"}
    assert (problem["element_id"], problem["level"]) == ("ut_dept_opinion", "error")
    assert in_chinese(problem["sentence"])
    assert shell("process", "check", good, "--json").json == {"refused": False, "files": {str(good): []}}


def test_check_sees_the_files_given_together_whatever_they_are_called(shell: Shell, tmp_path: Path):
    caller, called = tmp_path / "first.bpmn", tmp_path / "second.bpmn"
    caller.write_text(ROUTE.replace('calledElement="site_visit"', 'calledElement="long_visit"'), "utf-8")
    text = library.processes()["site_visit"].xml.decode("utf-8")
    called.write_text(text.replace('"site_visit"', '"long_visit"'), "utf-8")
    assert shell("process", "check", caller).code == 1
    assert shell("process", "check", caller, called).code == 0


@pytest.mark.parametrize("content", [b"", b"not xml", b"\xff\xfe\x00", '<?xml version="1.0"?><a/>'.encode("utf-16")])
def test_what_is_no_process_at_all_is_refused_with_a_sentence(shell: Shell, route: Path, content: bytes):
    route.write_bytes(content)
    ran = shell("process", "check", route)
    assert ran.code == 1
    assert in_chinese(ran.out)
    deployed = shell("process", "deploy", route)
    assert deployed.code == 1
    assert in_chinese(deployed.err)


@pytest.mark.parametrize("verb", ["check", "deploy"])
def test_a_file_that_is_not_there_is_misuse(shell: Shell, tmp_path: Path, verb: str, capsys):
    with pytest.raises(SystemExit) as ended:
        shell("process", verb, tmp_path / "nowhere.bpmn")
    assert ended.value.code == 2
    assert "读不到文件" in capsys.readouterr().err


def test_the_real_program_checks_without_any_data_folder(tmp_path: Path, route: Path):
    route.write_text(broken(), "utf-8")
    ran = real(tmp_path, "process", "check", str(route), "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["refused"] is True
    assert [path.name for path in tmp_path.iterdir()] == [route.name]


# deploy ----------------------------------------------------------------------------------------------------------


def test_T016_T045_a_task_put_in_is_in_the_next_case_and_not_in_the_running_one(
    shell: Shell, sqlite_house: House, route: Path
):
    running = sqlite_house.accepted_commitment()
    sqlite_house.wait(minutes=1)
    route.write_text(with_legal_check(), "utf-8")
    ran = shell("process", "deploy", route)
    assert (ran.code, ran.err) == (0, "")
    assert "I02 已发布" in ran.out
    following = sqlite_house.accepted_commitment()
    assert to_opinion(sqlite_house, running) == ["ut_head_decide"]
    assert to_opinion(sqlite_house, following) == ["ut_legal_check"]
    sqlite_house.complete("D11", following, "ut_legal_check", OPINION)
    assert [task.element for task in sqlite_house.open_tasks(following)] == ["ut_head_decide"]
    sqlite_house.reopen()
    assert sqlite_house.violations() == []


def test_T045_a_renamed_task_has_its_new_name_in_the_next_case_only(shell: Shell, sqlite_house: House, route: Path):
    running = sqlite_house.accepted_commitment()
    route.write_text(renamed(), "utf-8")
    assert shell("process", "deploy", route).code == 0
    following = sqlite_house.accepted_commitment()
    names = []
    for case_no in (running, following):
        sqlite_house.visit(case_no)
        names.append(sqlite_house.task(case_no, "ut_dept_opinion").name)
    assert names == ["提出审查意见", "提出书面审查意见"]
    assert sqlite_house.case(running).release_id != sqlite_house.case(following).release_id


def test_a_file_may_have_any_name(shell: Shell, sqlite_house: House, tmp_path: Path):
    file = tmp_path / "承诺件（新）.bpmn"
    file.write_text(renamed(), "utf-8")
    assert shell("process", "deploy", file).code == 0
    case_no = sqlite_house.accepted_commitment()
    sqlite_house.visit(case_no)
    assert sqlite_house.task(case_no, "ut_dept_opinion").name == "提出书面审查意见"


def test_a_refused_file_changes_nothing(shell: Shell, sqlite_house: House, route: Path, tmp_path: Path):
    before = catalogue(sqlite_house)
    good = tmp_path / "archive.bpmn"
    good.write_text(library.processes()["archive"].xml.decode().replace("归纳相关材料", "归纳材料"), "utf-8")
    route.write_text(broken(), "utf-8")
    ran = shell("process", "deploy", good, route)
    assert ran.code == 1
    assert "ut_dept_opinion" in ran.out
    assert ran.err.startswith("PROCESS_REFUSED：")
    assert catalogue(sqlite_house) == before


def test_two_files_of_one_process_are_refused(shell: Shell, sqlite_house: House, route: Path, tmp_path: Path):
    before = catalogue(sqlite_house)
    route.write_text(renamed(), "utf-8")
    other = tmp_path / "other.bpmn"
    other.write_text(ROUTE, "utf-8")
    ran = shell("process", "deploy", route, other)
    assert ran.code == 1
    assert ran.err.startswith("PROCESS_TWICE：")
    assert "route_commitment" in ran.err
    assert catalogue(sqlite_house) == before


def test_the_same_content_again_makes_no_new_release(shell: Shell, sqlite_house: House, route: Path):
    before = catalogue(sqlite_house)[0]
    route.write_text(ROUTE, "utf-8")
    ran = shell("process", "deploy", route)
    assert ran.code == 0
    assert "没有新的发布" in ran.out
    assert catalogue(sqlite_house)[0] == before


def test_each_deployment_is_a_release_of_its_own_and_the_old_content_can_come_back(
    shell: Shell, sqlite_house: House, route: Path
):
    def release_after(text: str) -> tuple[int, str]:
        route.write_text(text, "utf-8")
        assert shell("process", "deploy", route).code == 0
        [row] = [row for row in shell("process", "status", "--json").json if row["item"] == "I02"]
        return row["number"], row["release"]

    assert release_after(renamed())[0] == 2
    number, release = release_after(ROUTE)
    assert number == 3
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    assert sqlite_house.case(case_no).release_id == release


# status and export -----------------------------------------------------------------------------------------------


def test_status_lists_the_release_of_every_item_that_can_be_received(shell: Shell):
    rows = shell("process", "status", "--json").json
    runnable = sorted(item.code for item in library.items().values() if item.main_process)
    assert [row["item"] for row in rows] == runnable
    digests = {id: file.digest for id, file in library.processes().items()}
    assert all((row["number"], row["main"], row["processes"]) == (1, "one_window_main", digests) for row in rows)
    plain = shell("process", "status")
    assert all(re.search(r"自 \d{4}-\d\d-\d\d \d\d:\d\d$", line) for line in plain.out.splitlines())
    assert (plain.code, len(plain.out.splitlines())) == (0, len(rows))
    assert all(f"第 {row['number']} 版  {row['release'][:12]}" in plain.out for row in rows)


def test_export_gives_back_every_file_byte_for_byte(shell: Shell, route: Path, tmp_path: Path):
    route.write_text(renamed(), "utf-8")
    shell("process", "deploy", route)
    folder = tmp_path / "out" / "processes"
    ran = shell("process", "export", folder)
    assert ran.code == 0
    expected = {f"{id}.bpmn": file.xml for id, file in library.processes().items()}
    expected["route_commitment.bpmn"] = renamed().encode()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == expected
    assert ran.out.splitlines() == [str(folder / name) for name in sorted(expected)]
    again = shell("process", "deploy", *sorted(folder.iterdir()))
    assert "没有新的发布" in again.out


# decision tables -------------------------------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "审查深度.dmn"
    file.write_text(TABLE, "utf-8")
    return file


def test_a_table_is_checked_alone_and_its_cell_is_named(shell: Shell, table: Path):
    assert shell("process", "check", table).out == f"{table}: 可以执行\n"
    table.write_text(TABLE.replace('UnaryTests_51"><text>not("high")', 'UnaryTests_51"><text>not high'), "utf-8")
    ran = shell("process", "check", table)
    assert ran.code == 1
    says = "决策“审查深度”的规则 2 输入“风险”“not high”不能使用：不支持 FEEL 的“not”"
    assert ran.out.startswith(f"{table}: 错误 UnaryTests_51 [cell] {says}")
    table.write_text("<a/>", "utf-8")
    assert "[not-dmn]" in shell("process", "check", table).out


def test_a_warning_of_a_gap_is_told_and_does_not_refuse(shell: Shell, table: Path):
    table.write_text(TABLE.replace('<text>not("high")</text>', '<text>"middle"</text>'), "utf-8")
    ran = shell("process", "check", table, "--json")
    assert ran.code == 0
    assert {each["rule"] for each in ran.json["files"][str(table)]} == {"rules-gap", "rule-never"}
    assert "风险=“low”" in str(ran.json)


def test_a_process_is_checked_together_with_its_table(shell: Shell, route: Path, table: Path):
    route.write_text(asking_route(), "utf-8")
    ran = shell("process", "check", route)
    assert ran.code == 1
    assert "br_depth [decision-unknown]" in ran.out
    assert shell("process", "check", table, route).code == 0


def test_a_table_and_its_process_are_deployed_together_exported_and_changed_alone(
    shell: Shell, sqlite_house: House, route: Path, table: Path, tmp_path: Path
):
    route.write_text(asking_route(), "utf-8")
    alone = shell("process", "deploy", table)
    assert alone.code == 1
    assert "review_depth [decisions-unused]" in alone.out
    ran = shell("process", "deploy", route, table)
    assert (ran.code, ran.err) == (0, "")
    assert "I02 已发布" in ran.out
    folder = tmp_path / "out"
    exported = shell("process", "export", folder)
    assert (folder / "review_depth.dmn").read_text("utf-8") == TABLE
    assert exported.out.splitlines() == sorted(exported.out.splitlines())
    assert "没有新的发布" in shell("process", "deploy", *sorted(folder.iterdir())).out
    running = sqlite_house.accepted_commitment()
    table.write_text(TABLE.replace('<text>"full"</text>', '<text>"simple"</text>'), "utf-8")
    assert "I02 已发布" in shell("process", "deploy", table).out
    following = sqlite_house.accepted_commitment()
    assert to_opinion(sqlite_house, running) == ["ut_legal_check"]
    assert to_opinion(sqlite_house, following) == ["ut_head_decide"]
    rows = {row["item"]: row for row in shell("process", "status", "--json").json}
    assert list(rows["I02"]["decisions"]) == ["review_depth"]
    sqlite_house.reopen()
    assert sqlite_house.violations() == []


def test_two_files_of_one_table_are_refused(shell: Shell, route: Path, table: Path, tmp_path: Path):
    route.write_text(asking_route(), "utf-8")
    (tmp_path / "copy.dmn").write_text(TABLE, "utf-8")
    ran = shell("process", "deploy", route, table, tmp_path / "copy.dmn")
    assert ran.code == 1
    assert ran.err.startswith("PROCESS_TWICE：")
    assert "review_depth" in ran.err


def test_a_table_that_is_not_utf8_is_refused_with_a_sentence(shell: Shell, table: Path):
    table.write_bytes(b"\xff\xfe")
    assert shell("process", "check", table).code == 1
    deployed = shell("process", "deploy", table)
    assert deployed.code == 1
    assert in_chinese(deployed.err)
