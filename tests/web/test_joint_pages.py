"""联审 in the browser: the board, the desk, chasing, adding and leaving out a branch; what a department sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bench.cases import fill
from engine.casework.joint.changing.commands import ProposeBranch
from engine.casework.tracking.queries import code_of
from engine.foundation.vault import Vault
from engine.registry.identity.rules import SYSTEM
from tests.engine.casework.joint.test_joint_board import crowd
from tests.support.joint import DENY, SUMMARY, account_of, asked, head_of, make_results, opine, reviewed, rows
from tests.support.site import Page, Site
from tests.web.test_scale import Watched
from web.progress_story import shares

MORE = {"department": "cdc", "name": "油烟排放核查", "days": "2", "reason": "临近居民楼"}


def board(site: Site, account: str, case_no: str) -> Page:
    page = site.visitor(account).open(f"/cases/{case_no}/joint")
    assert page.status == 200, page.main
    return page


def cells(page: Page, name: str) -> dict[str, str]:
    """Return the words of each cell of the line of a branch, by what stands above it."""
    [line] = [row for row in page.all(".yc-board tbody tr") if name in row.text_content()]
    return {cell.get("data-label"): " ".join(cell.text_content().split()) for cell in line}


def propose(site: Site, case_no: str, by: str, **changes: Any) -> str:
    made = site.house.execute(by, ProposeBranch(case_no=case_no, answer={**MORE, **changes}, partial=True))
    return str(made["key"])


def test_T081_the_board_says_who_has_what_and_a_chase_is_one_press(site: Site):
    house = site.house
    case_no = asked(house, days={"sign": "1"})
    opine(house, case_no, "food", {"conclusion": "agree", "opinion": "布局合理", "basis": "食品安全法"})
    house.at(2026, 3, 4)
    house.sweep()
    page = board(site, "L31", case_no)
    verdict = page.words("#verdict")
    assert "关键路径 公众聚集场所投入使用、营业前消防安全检查，最长还需8个工作日" in verdict
    assert "承诺时限还剩10个工作日：够，余2个工作日。1 个分支已超期" in verdict
    assert page.each(".yc-blocking__one")[0].startswith("● 户外招牌设置：等待城管签收，超期1个工作日")
    food, sign = cells(page, "食品经营许可"), cells(page, "户外招牌设置")
    assert (food["状态"], "布局合理" in food["意见"], "市监业务负责人" in food["意见"]) == ("✓ 同意", True, True)
    assert "审查员待签收，2026-03-02 09:05 到达" in sign["状态"]
    assert ("超期1个工作日" in sign["时限"], sign["等谁，谁等它"]) == (True, "等待城管签收谁等它：汇总")
    assert [one.get("role") for one in page.all(".yc-plan svg")] == ["img"]

    [form] = [one for one in page.all(".yc-board form") if "户外招牌设置" in one.text_content()]
    page = page.form(form.get("action")).press()
    assert page.words(".yc-done") == "已催办“户外招牌设置”（第 1 次），已通知经办人，并记入过程记录。"
    assert cells(page, "户外招牌设置")["催办"].startswith("1 次最近 2026-03-04 09:00")
    assert "请在时限内出具意见" in page.words("section[aria-labelledby='chased-title']")
    assert not [one for one in page.all(".yc-board form") if "户外招牌设置" in one.text_content()]
    told = site.visitor(account_of("urban", 1)).open("/messages").main
    assert "牵头协调员催办“户外招牌设置”：请在时限内出具意见。" in told
    assert house.violations() == []


def test_a_branch_is_proposed_approved_and_left_out_and_what_is_refused_is_said(site: Site):
    house = site.house
    case_no = asked(house)
    reviewer = site.visitor("D11")
    link = [one.get("href") for one in board(site, "D11", case_no).all("a") if one.text_content() == "提出加入分支"]
    form = reviewer.open(link[0]).form(f"/cases/{case_no}/acts/branch")
    page = form.set(**{**MORE, "days": "13"}).press("submit")
    assert (page.status, "关键路径" in page.words(".yc-errors")) == (409, True)
    page = page.form(f"/cases/{case_no}/acts/branch").set(days="2").press("submit")
    assert (page.status, page.path) == (200, f"/cases/{case_no}/joint")
    assert cells(page, "油烟排放核查")["状态"].startswith("？ 待批准加入")
    assert page.all(f"form[action='/cases/{case_no}/joint/added5/decide']") == []

    where = f"/cases/{case_no}/joint/added5"
    page = board(site, "D12", case_no)
    assert "临近居民楼（市监审查员提出）" in page.main
    page = page.form(f"{where}/decide").set(reason="", approved="0").press()
    assert (page.status, bool(page.all("#f-decide-added5-reason-error"))) == (422, True)
    page = page.form(f"{where}/decide").set(approved="1").press()
    assert page.words(".yc-done") == "已批准加入“油烟排放核查”。"
    assert rows(house, case_no)["added5"].state == "open"
    page = page.form(f"{where}/drop").set(reason="急").press()
    assert (page.status, bool(page.all("#f-drop-added5-reason-error"))) == (422, True)
    form = page.form(f"{where}/drop").set(reason="已由消防一并核查")
    page = form.press()
    assert page.words(".yc-done") == "不再征求“油烟排放核查”。"
    assert "已由消防一并核查" in cells(page, "油烟排放核查")["状态"]
    again = form.set(_key="another").press()
    assert (again.status, "已经有结果" in again.words(".yc-errors")) == (409, True)
    own = propose(site, case_no, "D12")
    assert board(site, "D12", case_no).all(f"form[action='/cases/{case_no}/joint/{own}/decide']") == []
    assert house.violations() == []


def test_T077_a_department_that_was_only_asked_sees_its_own_part(site: Site):
    house = site.house
    case_no = asked(house)
    reviewed(house, case_no, "fire")
    theirs = reviewed(house, case_no, "food")
    opine(house, case_no, "sign", {**DENY, "opinion": "招牌遮挡疏散窗口"})
    fire = site.visitor(head_of("fire"))
    page = board(site, head_of("fire"), case_no)
    sign = cells(page, "户外招牌设置")
    assert (sign["状态"], sign["意见"]) == ("× 不同意", "其他部门的意见不向本部门显示")
    assert "审查意见：材料齐全，符合要求" in cells(page, "公众聚集场所")["意见"]
    assert page.all("main form") == []
    case = fire.open(f"/cases/{case_no}")
    for told in (case, page):
        assert "招牌遮挡疏散窗口" not in told.text
    assert [one for one in case.each("section[aria-labelledby='materials-title'] tbody th") if one] == [
        "1. 开餐饮店“一件事”申请表", "6. 场所平面布置图、消防安全制度", "7. 场地使用权证明",
    ]  # fmt: skip
    assert theirs.id not in case.text
    assert fire.open(f"/tasks/{theirs.id}").status == 404
    lines = house.journal(f"access:{head_of('fire')}")
    assert (lines[-1].type, lines[-1].data["code"]) == ("access.missed", "TASK_MISSING")

    for branch in ("fire", "food"):
        opine(house, case_no, branch)
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    table = house.documents(case_no)[-1]
    assert table.kind == "joint_opinions"
    assert fire.open(f"/documents/{table.id}.pdf").status == 404
    assert house.journal(f"access:{head_of('fire')}")[-1].data["code"] == "DOCUMENT_MISSING"
    assert site.visitor("D12").open(f"/documents/{table.id}.pdf").status == 200
    assert site.visitor(head_of("tax")).open(f"/cases/{case_no}/joint").status == 404
    assert house.journal(f"access:{head_of('tax')}")[-1].data["code"] == "CASE_MISSING"


def test_the_desk_shows_strips_filters_and_says_what_is_empty(site: Site):
    house = site.house
    assert "没有进行中的联审" in site.visitor("L31").open("/joint").main
    late = asked(house, days={"sign": "1"})
    asked(house, "I11")
    house.at(2026, 3, 5)
    house.sweep()
    page = site.visitor("L31").open("/joint")
    assert page.words(".yc-nav a[aria-current='page']") == "联审"
    assert len(page.all("tbody tr")) == 1
    assert "● 城管" in " ".join(page.each(".yc-strip li"))
    assert "户外招牌设置（城管）超期" in page.words(".yc-late")
    assert late[-4:] in page.main
    assert len(site.visitor("S51").open("/joint").all("tbody tr")) == 2
    assert len(site.visitor("S51").open("/joint?late=1").all("tbody tr")) == 2
    assert "没有符合条件的联办件" in site.visitor("L31").open("/joint?state=concluded").main
    asked_page = site.visitor(head_of("urban")).open("/joint?part=asked")
    assert (len(asked_page.all("tbody tr")), "市监牵头" in asked_page.main) == (1, True)
    part = site.visitor("L31").open("/joint", headers={"HX-Request": "true"})
    assert (part.all("html > body > main"), bool(part.all("#joint"))) == ([], True)
    assert site.visitor("W01").open("/joint").status == 403


def test_the_board_and_the_desk_ask_as_much_for_many_as_for_few(site: Site):
    house = site.house
    case_no = asked(house)
    visitor, watched = site.visitor("D12"), Watched()
    pages = (f"/cases/{case_no}/joint", "/joint", f"/cases/{case_no}")
    before = {page: len(watched.of(visitor, page)) for page in pages}
    with house.unit(f"case:{case_no}") as unit:
        crowd(unit, f"case:{case_no}", 46)
    for _ in range(2):
        asked(house)
    fill(house.door, 100)
    propose(site, case_no, "D11")
    propose(site, case_no, "X92", name="噪声核查")
    assert len(board(site, "D12", case_no).all(".yc-board tbody tr")) == 52
    assert len(visitor.open("/joint").all("tbody tr")) == 3
    after = {page: len(watched.of(visitor, page)) for page in pages}
    # A clock's page of the case reads each ledger by itself; the board and the desk do not.
    for page in pages[:2]:
        assert after[page] == before[page], page


def test_the_applicant_follows_the_parts_in_plain_words(site: Site):
    house = site.house
    case_no = asked(house)
    opine(house, case_no, "sign", DENY)
    with house.door.read(SYSTEM) as view:
        code = code_of(view.connection, view.part(Vault), f"case:{case_no}").code

    def told() -> Mapping[str, str]:
        page = site.visitor().open("/progress").form("/progress").set(case=case_no, code=code).press()
        found = page.all("section[aria-labelledby='parts-title'] li")
        return {one[1].text_content(): one[2].text_content() for one in found}

    assert told() == {
        "营业执照核验（系统自动）": "已审查完", "食品经营许可": "正在办理", "户外招牌设置": "已审查完",
        "公众聚集场所投入使用、营业前消防安全检查": "正在办理",
    }  # fmt: skip
    for branch in ("food", "fire"):
        opine(house, case_no, branch)
    house.complete("D12", case_no, "ut_lead_conclude", SUMMARY)
    make_results(house, case_no)
    assert told()["户外招牌设置"] == "没有通过，理由见送达您的文书"
    assert told()["食品经营许可"] == "已通过"
    guide = site.visitor().open("/guides/I13")
    assert "合计10个工作日；承诺时限12个工作日：够" in guide.words("section[aria-labelledby='plan-title']")
    assert site.visitor().open("/guides/I02").all(".yc-plan") == []


@pytest.mark.parametrize("decided, words", [
    (False, {"a": "已审查完", "b": "已审查完", "c": "还没有结果", "d": "正在办理", "e": "还没开始"}),
    (True, {"a": "已通过", "b": "没有通过，理由见送达您的文书", "c": "没有办理，理由见送达您的文书"}),
])  # fmt: skip
def test_no_applicant_hears_what_one_department_thinks_before_all_is_decided(decided: bool, words: dict[str, str]):
    parts = [("a", "agreed"), ("b", "denied"), ("c", "stopped"), ("d", "open"), ("e", "waiting"), ("f", "proposed"),
             ("g", "dropped")]  # fmt: skip
    found = shares(parts, decided=decided)
    assert {one.title: one.word for one in found} == words
    assert [one.title for one in found if one.done] == (["a", "b", "c"] if decided else ["a", "b"])
