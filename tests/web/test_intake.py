"""收件: choosing the item, the application form, its files, and sending it once."""

from __future__ import annotations

import pytest

from engine.foundation.blobs.rules import MAX_BYTES
from tests.support.house import PDF, PNG
from tests.support.site import Form, Page, Site, Visitor
from tests.support.staff import publish_unrouted

APPLICANT = {"applicant_name": "王建国", "id_no": "410502199003070010", "phone": "13800001234"}


def application(visitor: Visitor, item: str = "I06") -> Form:
    return visitor.open(f"/applications/new/{item}").form("/applications/new").set(**APPLICANT)


def errors(page: Page) -> list[str]:
    return page.each(".yc-errors__list li")


def cases(site: Site) -> int:
    return len(site.visitor("W01").open("/cases").all("tbody tr"))


def test_all_items_are_listed_and_those_that_cannot_be_received_say_why(site: Site):
    publish_unrouted(site.house)
    page = site.visitor("W01").open("/applications/new")
    offers = page.each(".yc-offer")
    assert len(offers) == 15
    unrouted = next(words for words in offers if "尚未发布的事项" in words)
    assert "不能在此收件：事项 I15 尚未发布办理流程" in unrouted
    linked = page.each("a.yc-offer__name")
    assert "社会保障卡补领" in linked
    assert not any("尚未发布的事项" in name for name in linked)


@pytest.mark.parametrize(
    "find, names",
    [
        ("社保", []),
        ("社会保障", ["社会保障卡补领"]),
        ("i06", ["社会保障卡补领"]),
        ("交通 运输", ["道路普通货物运输经营许可"]),
        ("%", []),
        ("11410500MB1A00007F", ["社会保障卡补领"]),
    ],
)
def test_an_item_is_found_by_name_code_or_department(site: Site, find: str, names: list[str]):
    page = site.visitor("W01").open("/applications/new", headers=None)
    page = page.visitor.open(f"/applications/new?q={find.replace('%', '%25')}")
    assert page.each(".yc-offer__name") == names
    if not names:
        assert "没有找到" in page.main


@pytest.mark.parametrize("code, status", [("I15", 409), ("I99", 404), ("'", 404)])
def test_an_item_that_cannot_be_received_has_no_form(site: Site, code: str, status: int):
    publish_unrouted(site.house)
    assert site.visitor("W01").open(f"/applications/new/{code}").status == status


def test_the_form_lists_the_items_own_materials(site: Site):
    page = site.visitor("W01").open("/applications/new/I02")
    assert [words.split()[-1] for words in page.each(".yc-row__legend")][:2] == ["食品经营许可申请书", "营业执照"]
    assert len(page.all(".yc-row")) == 6


def test_a_sent_application_leads_straight_to_its_first_task_in_ones_own_hands(site: Site):
    page = application(site.visitor("W01")).press("submit")
    assert page.heading == "形式审查"
    assert "退回待签收" in page.main
    assert cases(site) == 1


def test_what_is_missing_is_said_at_the_field_and_in_the_summary_and_nothing_typed_is_lost(site: Site):
    form = application(site.visitor("W01")).set(id_no="410502199003070011", note="加急")
    page = form.press("submit")
    assert page.status == 422
    assert errors(page) == ["居民身份证号码校验位不符，请对照证件核对每一位"]
    field = page.all("#f-id_no")[0]
    assert (field.get("aria-invalid"), field.get("value")) == ("true", "410502199003070011")
    assert page.all(f"#{field.get('aria-describedby')}")
    assert page.all("#f-note")[0].text.strip() == "加急"
    assert page.all(".yc-errors a")[0].get("href") == "#f-id_no"
    assert cases(site) == 0


def test_a_forbidden_file_is_told_at_its_field_and_the_good_one_is_not_asked_for_again(site: Site):
    form = application(site.visitor("W01"))
    form.attach("materials[0].files", "身份证.png", PNG).attach("materials[0].files", "病毒.exe", b"MZ\x90\x00")
    page = form.set(applicant_name="").press("submit")
    assert page.status == 422
    assert "请填写申请人姓名（名称）" in errors(page)
    assert any("“病毒.exe”不是可以接收的文件类型" in sentence for sentence in errors(page))
    assert page.each(".yc-kept li") == ["保留已上传的“身份证.png”"]
    sent = page.form("/applications/new").set(applicant_name="王建国").press("submit")
    assert sent.heading == "形式审查"
    assert "身份证.png" in sent.words("aside")


def test_a_file_that_is_too_large_is_told_at_its_field(site: Site):
    form = application(site.visitor("W01")).attach("materials[0].files", "扫描.pdf", b"%PDF-" + b"0" * MAX_BYTES)
    page = form.press("submit")
    assert page.status == 422
    assert errors(page) == ["“扫描.pdf”超过 20 MB。请降低扫描分辨率或拆分后再上传。"]


@pytest.mark.parametrize(
    "name, content, sentence",
    [
        ("a.pdf", b"", "是空文件"),
        ("a.pdf", PNG, "与文件名的后缀不符"),
        ("a.html", b"<html>", "不是可以接收的文件类型"),
        ("a.svg", b"<svg/>", "不是可以接收的文件类型"),
    ],
)
def test_a_file_is_judged_by_its_content(site: Site, name: str, content: bytes, sentence: str):
    page = application(site.visitor("W01")).attach("materials[0].files", name, content).press("submit")
    assert page.status == 422
    assert sentence in errors(page)[0]


def test_a_file_taken_off_the_list_stays_off(site: Site):
    form = application(site.visitor("W01")).attach("materials[0].files", "错的.pdf", PDF)
    page = form.set(applicant_name="").press("submit")
    sent = page.form("/applications/new").set(applicant_name="王建国").drop("materials[0].files.kept").press("submit")
    assert "错的.pdf" not in sent.words("aside")


def test_a_choice_without_javascript_shows_the_fields_that_follow_from_it(site: Site):
    page = application(site.visitor("W01")).set(applicant_kind="organisation").press("refresh")
    assert page.status == 200
    assert page.all("#f-legal_representative")
    assert page.all("#f-applicant_name")[0].get("value") == "王建国"


def test_with_htmx_the_fields_alone_are_answered(site: Site):
    form = application(site.visitor("W01")).set(applicant_kind="organisation")
    part = form.press("refresh", headers={"HX-Request": "true"})
    assert part.all("#f-legal_representative")
    assert not part.all("form")
    assert "<html" not in part.text


def test_an_application_sent_twice_is_one_case_and_has_one_answer(site: Site):
    form = application(site.visitor("W01")).attach("materials[0].files", "身份证.png", PNG)
    first = form.press("submit")
    second = form.press("submit")
    assert (first.heading, second.heading) == ("形式审查", "形式审查")
    assert first.path == second.path
    assert cases(site) == 1


def test_a_wrong_kind_of_applicant_is_refused_with_all_that_was_typed(site: Site):
    form = application(site.visitor("W01"))
    firm = {
        "applicant_kind": "organisation",
        "applicant_name": "安阳测试餐饮有限公司",
        "id_kind": "uscc",
        "id_no": "91410500MA9TEXT01Y",
    }
    page = form.set(**firm).press("submit")
    assert page.status == 422
    assert "“社会保障卡补领”不面向法人或其他组织办理" in page.words(".yc-errors")
    assert page.all("#f-applicant_name")[0].get("value") == "安阳测试餐饮有限公司"


def test_an_unknown_button_is_refused(site: Site):
    assert application(site.visitor("W01")).press("del:materials:0").status == 422


def test_also_with_a_file_kept_from_an_error_page_a_second_sending_has_the_same_answer(site: Site):
    form = application(site.visitor("W01")).attach("materials[0].files", "身份证.png", PNG)
    again = form.set(phone="1").press("submit").form("/applications/new").set(phone="13800001234")
    first, second = again.press("submit"), again.press("submit")
    assert (first.heading, first.path) == ("形式审查", second.path)
    assert cases(site) == 1


def test_a_form_that_came_back_with_errors_is_the_same_filling_and_makes_one_case(site: Site):
    wrong = application(site.visitor("W01")).set(id_no="123")
    page = wrong.press("submit")
    assert page.status == 422
    right = page.form("/applications/new").set(id_no=APPLICANT["id_no"])
    assert right.values["_key"] == wrong.values["_key"]
    page = right.press("lookup")
    assert page.form("/applications/new").values["_key"] == wrong.values["_key"]
    done = right.press("submit")
    assert done.heading == "形式审查"
    # What the back button leads to is the form with the errors, sent once more.
    for resent in (wrong.press("submit"), right.press("submit"), wrong.set(id_no=APPLICANT["id_no"]).press("submit")):
        assert resent.path == done.path
    assert cases(site) == 1
    another = application(site.visitor("W01"))
    assert another.values["_key"] != wrong.values["_key"]
    another.press("submit")
    assert cases(site) == 2
