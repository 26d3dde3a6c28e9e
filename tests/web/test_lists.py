"""Lists: filters in an address, chips that take them away, saved views, many at once, and the list as a file."""

from __future__ import annotations

import io
import re
import zipfile

import pikepdf
import pytest

from engine.process.tasks.commands import ClaimTask
from tests.support.house import PERSON
from tests.support.site import Page, Site, Visitor
from web.spreadsheet import sheet


def numbers(page: Page) -> list[str]:
    return [number.replace(" ", "") for number in page.each("tbody .yc-no")]


def tasks(page: Page) -> list[str]:
    return page.each("#inbox tbody tr")


def save_view(visitor: Visitor, address: str, name: str, **more: str) -> Page:
    return visitor.open(address).form("/views").set(view_name=name, **more).press()


@pytest.fixture
def two(site: Site) -> tuple[str, str]:
    """A card of the insurance department, and an older licence of market supervision that waits for review."""
    licence = site.house.accepted_commitment()
    site.house.wait(days=1)
    return site.house.receive("W01", "I06", PERSON), licence


# 办件 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question, which",
    [
        ("status=under_review", "licence"), ("status=received", "card"), ("item=I06", "card"), ("item=I02", "licence"),
        ("department=market", "licence"), ("case_type=instant", "card"), ("channel=1", "both"), ("channel=4", "none"),
        ("received_from=2026-03-03", "card"), ("received_to=2026-03-02", "licence"),
        ("received_from=2026-03-02&received_to=2026-03-03", "both"), ("due_before=2026-03-09", "licence"),
        ("due_from=2026-03-10", "card"), ("overdue=1", "none"), ("responder=W01", "both"),
        ("responder=受理员一", "both"),
        ("responder=W02", "none"), ("holder=W01", "none"), ("q=餐饮&status=under_review", "licence"),
        ("q=餐饮&status=received", "none"), ("q=安阳&sort=due", "licence-first"), ("sort=due", "licence-first"),
    ],
)  # fmt: skip
def test_each_filter_keeps_what_it_says(site: Site, two: tuple[str, str], question: str, which: str):
    card, licence = two
    expected = {
        "card": [card], "licence": [licence], "both": [card, licence], "none": [], "licence-first": [licence, card]
    }  # fmt: skip
    page = site.visitor("W01").open(f"/cases?{question}")
    assert numbers(page) == expected[which]
    if which == "none":
        assert "没有符合条件的办件" in page.main


def test_the_holder_is_who_holds_an_open_task(site: Site, two: tuple[str, str]):
    site.house.execute("W02", ClaimTask(task_id=site.house.task(two[0], "ut_formal").id))
    for called in ("W02", "受理员二"):
        assert numbers(site.visitor("W01").open(f"/cases?holder={called}")) == [two[0]]
    assert numbers(site.visitor("W01").open("/cases?holder=W02&q=王")) == [two[0]]
    assert numbers(site.visitor("W01").open("/cases?holder=W02&q=餐饮")) == []


def test_what_is_past_its_date_is_found_as_overdue(site: Site, two: tuple[str, str]):
    site.house.wait(days=8)
    page = site.visitor("W01").open("/cases?overdue=1")
    assert numbers(page) == list(reversed(two))
    assert "超期" in page.main
    day = [one.split() for one in page.each(".yc-day li")]
    assert day == [["今日收件", "0"], ["今日到期", "0"], ["已超期", "2"]]


def test_a_stopped_clock_leaves_the_list_by_due_date(site: Site):
    case_no = site.house.decided_commitment()
    visitor = site.visitor("W01")
    assert numbers(visitor.open("/cases?sort=due")) == [case_no]
    site.house.make_and_sign(case_no, ("D11", "D12", "D13"))
    assert numbers(visitor.open("/cases?sort=due")) == []


def test_chips_name_each_filter_and_take_it_away(site: Site, two: tuple[str, str]):
    page = site.visitor("W01").open("/cases?q=王&status=received&overdue=1")
    assert [one.partition("×")[0] for one in page.each(".yc-chips .yc-chip")] == [
        "关键词：王",
        "状态：已收件",
        "只看超期",
    ]
    assert numbers(page) == []
    assert numbers(page.visitor.open(page.all(".yc-chips .yc-chip")[2].get("href"))) == [two[0]]


def test_a_department_is_offered_only_its_own_and_finds_no_other(site: Site, two: tuple[str, str]):
    page = site.visitor("D11").open("/cases")
    assert [one.get("value") for one in page.all("select[name='department'] option")] == ["", "market"]
    assert numbers(page) == [two[1]]
    for question in ("department=hrss", "item=I06", "status=received", "sort=due&department=hrss", "q=王"):
        assert numbers(page.visitor.open(f"/cases?{question}")) == []
    assert page.each(".yc-day b") == ["0", "0", "0"]


def test_an_applicants_id_from_elsewhere_names_nobody(site: Site, two: tuple[str, str]):
    person = site.house.case(two[0]).applicant_id
    page = site.visitor("D11").open(f"/cases?applicant={person}")
    assert numbers(page) == []
    assert "王" not in page.words(".yc-chip")


# 待办 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question, found",
    [("item=I06", 1), ("item=I02", 0), ("q=王", 1), ("q=餐饮", 0), ("overdue=1", 0), ("due_before=2026-03-31", 1),
     ("case_type=commitment", 0), ("department=hrss", 1), ("sort=due", 1)],
)  # fmt: skip
def test_the_inbox_is_filtered_by_the_case(site: Site, two: tuple[str, str], question: str, found: int):
    page = site.visitor("W01").open(f"/?box=role&{question}")
    assert len(tasks(page)) == found
    assert bool(page.all(".yc-chips")) == (question != "sort=due")
    if not found:
        assert "没有符合条件的待办" in page.main


def test_the_refresh_keeps_the_filter(site: Site, two: tuple[str, str]):
    page = site.visitor("W01").open("/?box=role&item=I06")
    again = page.all("#inbox")[0].get("hx-get")
    assert "item=I06" in again and "poll=1" in again
    assert len(tasks(page.visitor.open(again, headers={"HX-Request": "true"}))) == 1


# 常用视图 -----------------------------------------------------------------------------------------------------------


def test_a_view_is_kept_opened_and_dropped(site: Site, two: tuple[str, str]):
    visitor = site.visitor("W01")
    page = save_view(visitor, "/cases?status=received", "今天要审")
    assert page.words(".yc-chip--view") == "今天要审"
    assert page.all(".yc-chip--view")[0].get("aria-current") == "page"
    assert numbers(visitor.open(visitor.open("/cases").all(".yc-chip--view")[0].get("href"))) == [two[0]]
    dropped = visitor.open("/cases").form("/views/").press()
    assert dropped.all(".yc-chip--view") == []
    assert [line.sentence for line in site.house.journal("access:W01")][-2:] == [
        "保存常用视图“今天要审”", "删除常用视图“今天要审”"
    ]  # fmt: skip


def test_the_default_view_is_what_the_bare_address_opens(site: Site, two: tuple[str, str]):
    visitor = site.visitor("W01")
    save_view(visitor, "/cases?status=received", "待审", is_default="1")
    assert numbers(visitor.open("/cases")) == [two[0]]
    assert len(numbers(visitor.open("/cases?all=1"))) == 2
    save_view(visitor, "/cases?status=under_review", "审查中", is_default="1")
    assert numbers(visitor.open("/cases")) == [two[1]]
    assert len(numbers(site.visitor("W02").open("/cases"))) == 2


def test_a_shared_view_is_seen_by_the_role_and_changed_by_its_owner_alone(site: Site, two: tuple[str, str]):
    save_view(site.visitor("W01"), "/cases?status=received", "本窗待审", share="window_clerk|center")
    page = site.visitor("W02").open("/cases")
    assert "本窗待审" in page.words(".yc-chip--view")
    assert "删除“本窗待审”" not in page.main
    id = site.visitor("W01").open("/cases").form("/views/").element.get("action").split("/")[2]
    token = page.all("input[name='_csrf']")[0].get("value")
    assert page.visitor.send(f"/views/{id}/drop", {"_csrf": token, "_key": "k1"}).status == 404
    assert site.visitor("D11").open("/cases").all(".yc-chip--view") == []


def test_an_inbox_view_says_how_many_tasks_lie_in_it(site: Site, two: tuple[str, str]):
    visitor = site.visitor("W01")
    save_view(visitor, "/?box=role&item=I06", "社保卡")
    save_view(visitor, "/?box=role&item=I02", "食品")
    assert visitor.open("/?box=mine").each(".yc-chip--view") == ["社保卡 1", "食品 0"]
    assert len(tasks(visitor.open(visitor.page.all(".yc-chip--view")[0].get("href")))) == 1


@pytest.mark.parametrize(
    "form, words",
    [
        ({"view_name": "  "}, "请给常用视图起一个名称"),
        ({"view_name": "字" * 31}, "请给常用视图起一个名称"),
        ({"view_name": "有了"}, "您已有名为“有了”的常用视图"),
        ({"view_name": "给别人", "share": "dept_head|market"}, "只能与自己的岗位共享"),
    ],
)
def test_a_view_that_cannot_be_kept_is_refused_with_the_reason(site: Site, form: dict[str, str], words: str):
    visitor = site.visitor("W01")
    save_view(visitor, "/cases?status=received", "有了")
    page = visitor.open("/cases?status=accepted").form("/views").set(**form).press()
    assert page.status in (403, 409, 422)
    assert words in page.main
    assert visitor.open("/cases?all=1").each(".yc-chip--view") == ["有了"]


def test_twenty_views_are_the_most(site: Site):
    visitor = site.visitor("W01")
    for number in range(20):
        save_view(visitor, "/cases?status=received", f"第{number}个")
    assert "常用视图最多 20 个" in save_view(visitor, "/cases?status=received", "再一个").main


# 成批签收 -----------------------------------------------------------------------------------------------------------


def test_many_tasks_are_claimed_and_each_outcome_is_told(site: Site):
    house = site.house
    cases = [house.receive("W01", "I06", PERSON) for _ in range(3)]
    ids = [house.task(case_no, "ut_formal").id for case_no in cases]
    visitor = site.visitor("W01")
    form = visitor.open("/?box=role").form("/inbox/claim", css="#inbox form")
    assert [one.get("value") for one in visitor.page.all("input[name='task']")] == ids
    house.execute("W02", ClaimTask(task_id=ids[1]))
    form.values.setlist("task", [*ids, "0000-1"])
    page = form.press()
    assert "已签收 2 件，2 件没有签收" in page.main
    rows = page.each("tbody tr")
    assert "✓ 已签收" in rows[0] and "✓ 已签收" in rows[2]
    assert "正由 受理员二 办理" in rows[1]
    assert "没有找到" in rows[3] and "不在您的查看范围内" in rows[3]
    assert [house.task(case_no, "ut_formal").holder for case_no in cases] == ["W01", "W02", "W01"]
    for case_no in (cases[0], cases[2]):
        assert [line.sentence for line in house.journal(f"case:{case_no}")][-1] == "签收“形式审查”"


def test_the_same_form_sent_twice_claims_once(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    form = site.visitor("W01").open("/?box=role").form("/inbox/claim", css="#inbox form")
    form.values.setlist("task", [site.house.task(case_no, "ut_formal").id])
    assert "已签收 1 件" in form.press().main
    before = len(site.house.journal(f"case:{case_no}"))
    assert "已签收 1 件" in form.press().main
    assert len(site.house.journal(f"case:{case_no}")) == before


def test_nothing_chosen_is_said(site: Site):
    site.house.receive("W01", "I06", PERSON)
    visitor = site.visitor("W01")
    page = visitor.open("/?box=role").form("/inbox/claim", css="#inbox form").press()
    assert "没有选择任何一项" in page.main
    page = visitor.open("/cases").form("/cases/print").press()
    assert (page.status, "没有选择任何一项" in page.main) == (422, True)


def test_who_may_not_work_tasks_claims_none(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    visitor = site.visitor("S51")
    token = visitor.open("/").all("input[name='_csrf']")[0].get("value")
    data = {"_csrf": token, "task": site.house.task(case_no, "ut_formal").id}
    assert visitor.send("/inbox/claim", data).status == 403
    assert site.house.task(case_no, "ut_formal").holder is None


# 成批打印 -----------------------------------------------------------------------------------------------------------


def test_the_documents_of_chosen_cases_are_one_file_and_each_look_is_journalled(site: Site):
    cases = [site.house.accepted_instant(), site.house.accepted_commitment(), site.house.receive("W01", "I06", PERSON)]
    form = site.visitor("W01").open("/cases").form("/cases/print")
    form.values.setlist("case", cases)
    page = form.press()
    assert page.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(page.response.data)) as book:
        assert len(book.pages) >= 2
    looked = [line.sentence for line in site.house.journal("access:W01")]
    for case_no in cases[:2]:
        count = len(site.house.documents(case_no))
        assert looked.count(f"查看 办件 {case_no} 的文书（成批打印 {count} 份）") == 1
    assert not any(cases[2] in one for one in looked)


def test_another_departments_case_is_not_printed(site: Site):
    case_no = site.house.accepted_instant()
    visitor = site.visitor("D11")
    site.house.accepted_commitment()
    form = visitor.open("/cases").form("/cases/print")
    form.values.setlist("case", [case_no])
    assert form.press().status == 404


def test_cases_without_documents_have_nothing_to_print(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    form = site.visitor("W01").open("/cases").form("/cases/print")
    form.values.setlist("case", [case_no])
    page = form.press()
    assert (page.status, "还没有出具文书" in page.main) == (409, True)


# 导出 ---------------------------------------------------------------------------------------------------------------


def texts(content: bytes) -> tuple[str, str]:
    """Return (all shared strings, the sheet) of an XLSX file."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/sharedStrings.xml").decode(), book.read("xl/worksheets/sheet1.xml").decode()


def export(visitor: Visitor, question: str, purpose: str = "月度统计") -> Page:
    return visitor.open(f"/cases/export{question}").form("/cases/export").set(purpose=purpose).press()


def test_the_exported_list_is_masked_and_says_who_took_it_when_and_for_what(site: Site, two: tuple[str, str]):
    page = export(site.visitor("W01"), "?status=received")
    assert page.headers["Content-Type"].endswith("spreadsheetml.sheet")
    strings, rows = texts(page.response.data)
    for words in (
        two[0],
        "王*国",
        "已收件",
        "办件列表：状态：已收件",
        "用途：月度统计",
        "受理员一（W01）2026-03-03 09:05 导出",
    ):
        assert words in strings
    assert two[1] not in strings
    assert "王建国" not in strings and "410502" not in strings.replace(two[0], "")
    assert "<f>" not in rows and 't="n"' not in rows
    line = site.house.journal("access:W01")[-1]
    assert line.sentence == "导出办件列表 1 件，用途：月度统计"
    assert line.data["filters"] == {"status": "received"}
    assert line.data["digest"] in strings, "the sheet that turns up finds the line of who took it"


def test_two_lists_have_two_digests_and_the_same_list_the_same(site: Site, two: tuple[str, str]):
    for question in ("?status=received", "?all=1", "?status=received"):
        export(site.visitor("W01"), question)
    lines = [line for line in site.house.journal("access:W01") if line.type == "access.exported"]
    first, other, again = (line.data["digest"] for line in lines)
    assert first == again != other


def test_an_export_asks_for_its_purpose_at_the_field_and_takes_nothing_without(site: Site, two: tuple[str, str]):
    page = export(site.visitor("W01"), "", purpose="看")
    assert page.status == 422
    assert "请填写导出办件列表的用途" in page.words(".yc-field__error")
    assert page.all("input[name='purpose']")[0].get("value") == "看"
    assert not any("导出" in line.sentence for line in site.house.journal("access:W01"))


def test_words_looked_for_may_be_a_name_and_are_not_journalled(site: Site, two: tuple[str, str]):
    export(site.visitor("W01"), "?q=王建国")
    line = site.house.journal("access:W01")[-1]
    assert line.data["words"] is True
    assert "王建国" not in repr(line.data)


def test_a_department_exports_only_its_own(site: Site, two: tuple[str, str]):
    strings, _ = texts(export(site.visitor("D11"), "?all=1").response.data)
    assert two[1] in strings and two[0] not in strings


def test_who_sees_no_cases_exports_none(site: Site):
    assert site.visitor("A01").open("/cases/export").status == 403


def test_nothing_to_export_is_said(site: Site):
    assert "没有可以导出的办件" in site.visitor("W01").open("/cases/export?status=lapsed").main


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "{=1}", "12345"]
)
def test_no_cell_is_ever_a_formula_a_link_or_a_number(text: str):
    strings, rows = texts(sheet("表", ["说明", text], ["列"], [[text], ["安阳"]]))
    assert "<f>" not in rows and "hyperlink" not in rows
    cells = re.findall(r"<c r=\"\w+\"[^>]*>", rows)
    assert cells and all('t="s"' in cell for cell in cells)
    assert strings.count("<si>") == len({"说明", text, "列", "安阳"})
