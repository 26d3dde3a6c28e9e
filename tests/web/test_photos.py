"""手机拍照 at the desk: the code beside an upload field, and the photographs in the form and in the case."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from PIL import Image

from engine.foundation.blobs.checks import checks_of
from engine.foundation.blobs.scanner import Scanner
from engine.process.documents.issuing import Centre
from engine.registry.identity.rules import SYSTEM
from tests.engine.foundation.test_blobs_rules import PDF
from tests.support.clamd import EICAR, Clamd
from tests.support.house import PERSON, House
from tests.support.site import Site
from tests.support.telephone import (
    FIELD,
    KEPT,
    OTHER,
    PHOTO,
    again,
    application,
    gone,
    opened,
    send,
    task_page,
    telephone,
    token,
)
from tests.web.test_intake_acts import owing
from web import photos
from yichuang.worker import check_files

# The desk opens a link ----------------------------------------------------------------------------------------------


def test_the_button_shows_a_code_and_loses_nothing_that_was_typed(site: Site):
    form = application(site).set(note="请电话联系").put("materials[0].copies", "2")
    page = form.attach("materials[0].files", "扫描件.pdf", PDF).press(f"phone:{FIELD}")
    assert page.status == 200
    assert page.all(".yc-phone svg")
    assert "请用手机扫码，拍“居民身份证”" in page.main
    assert "不用登录，09:15 前有效，最多 20 个文件" in page.main
    kept = again(page).values
    for name in ("applicant_name", "id_no", "phone", "address"):
        assert kept[name] == PERSON[name]
    assert (kept["note"].strip(), kept["materials[0].copies"]) == ("请电话联系", "2")
    assert kept["materials[0].files.kept"] == hashlib.sha256(PDF).hexdigest()


def test_a_code_that_no_telephone_can_open_says_so_and_what_to_do(site: Site):
    page = application(site).press(f"phone:{FIELD}")
    assert "是本机地址，手机打不开" in page.words(".yc-phone")
    assert "public_url" in page.words(".yc-phone")
    centre = site.house.door.part(Centre)
    site.house.door._parts = {**site.house.door._parts, Centre: Centre(
        centre.name, "https://ayzwfw.example", centre.complaint_phone)}  # fmt: skip
    assert "手机打不开" not in application(site).press(f"phone:{FIELD}").main


def test_the_title_says_that_nothing_was_sent_only_when_sending_was_refused(site: Site):
    page = application(site).press(f"phone:{FIELD}")
    assert page.words("title").startswith("收件：")
    assert application(site).set(id_no="1").press("submit").words("title").startswith("未提交：收件：")


def test_the_code_leads_to_the_configured_address_or_else_to_the_one_the_desk_uses(site: Site):
    with site.app.test_request_context("/", base_url="http://10.0.0.5:8000"):
        assert photos.public_root() == "http://10.0.0.5:8000"
    centre = site.house.door.part(Centre)
    site.house.door._parts = {**site.house.door._parts, Centre: Centre(
        centre.name, "https://ayzwfw.example", centre.complaint_phone)}  # fmt: skip
    with site.app.test_request_context("/", base_url="http://10.0.0.5:8000"):
        assert photos.public_root() == "https://ayzwfw.example"


def test_the_code_passes_the_pages_own_policy(site: Site):
    page = opened(site)
    code = page.all(".yc-phone__code svg")[0]
    assert code.get("style") is None
    assert "style-src 'self'" in page.headers["Content-Security-Policy"]
    assert token(page) not in page.words(".yc-phone")


def test_an_unknown_field_opens_nothing(site: Site):
    page = application(site).press("phone:materials[9].files")
    assert page.status == 404
    assert "表单中没有这一上传栏" in page.main
    assert not page.all(".yc-phone")


def test_who_may_not_work_the_task_is_offered_no_telephone(site: Site):
    _, task_id = task_page(site)
    assert "用手机拍照" in site.visitor("W01").open(f"/tasks/{task_id}").main
    assert "用手机拍照" not in site.visitor("W02").open(f"/tasks/{task_id}").main


# The desk takes over ------------------------------------------------------------------------------------------------


def test_without_javascript_what_arrived_is_looked_at_and_then_taken(site: Site):
    desk = opened(site)
    page = telephone(site, desk)
    send(page, ("image.jpg", PHOTO))
    seen = again(desk).press("phone-look")
    assert seen.words(".yc-phone__count") == "手机传来 1 个文件，核对后随表单一起收下："
    assert "居民身份证 手机1.jpg" in seen.words(".yc-phone")
    assert token(seen) == token(desk)
    assert seen.all(".yc-phone svg")
    assert "删除" in page.visitor.open(page.path).words(".yc-sent")
    took = again(seen).press("phone-take")
    assert again(took).values["materials[0].files.kept"] == KEPT
    assert took.words(".yc-phone__count") == "已收下手机传来的 1 个文件。"
    assert "窗口已收下" in page.visitor.open(page.path).words(".yc-sent")
    assert not page.visitor.page.all(".yc-sent button")


def test_with_javascript_the_list_refreshes_itself_and_no_address_carries_the_token(site: Site):
    desk = opened(site)
    part = desk.all(".yc-phone__arrived")[0]
    assert (part.get("hx-trigger"), part.get("hx-swap")) == ("every 3s", "outerMorph")
    assert token(desk) not in part.get("hx-get")
    send(telephone(site, desk), ("image.jpg", PHOTO))
    answer = desk.visitor.open(part.get("hx-get"), headers={"HX-Request": "true"})
    assert "居民身份证 手机1.jpg" in answer.text
    assert answer.all("input[name='_phone_seen']")
    site.house.wait(minutes=10)
    assert "hx-get" not in desk.visitor.open(part.get("hx-get")).text


def test_a_colleague_does_not_see_what_arrived(site: Site):
    desk = opened(site)
    address = desk.all(".yc-phone__arrived")[0].get("hx-get")
    assert site.visitor("W02").open(address).status == 404
    assert site.visitor("S51").open(address).status == 403
    assert site.visitor().open(address, follow=False).status == 302


def test_what_was_seen_goes_along_with_the_form_and_the_link_ends(site: Site):
    desk = opened(site)
    page = telephone(site, desk)
    send(page, ("image.jpg", PHOTO))
    done = again(again(desk).press("phone-look")).press("submit")
    assert done.path.startswith("/tasks/")
    assert "居民身份证 手机1.jpg" in done.words("aside .yc-papers")
    gone(page.visitor.open(page.path))
    assert site.house.violations() == []


def test_what_arrived_unseen_is_shown_before_the_form_is_sent_and_nothing_is_lost(site: Site):
    desk = opened(site)
    send(telephone(site, desk), ("image.jpg", PHOTO))
    held = again(desk).press("submit")
    assert held.status == 409
    assert "手机又传来 1 个文件，已列在“居民身份证”栏下，还没有提交" in held.main
    assert again(held).values["applicant_name"] == "王建国"
    assert "居民身份证 手机1.jpg" in again(held).press("submit").words("aside .yc-papers")


def test_what_is_unticked_is_left_out_and_does_not_come_back(site: Site):
    desk = opened(site)
    send(telephone(site, desk), ("image.jpg", PHOTO), ("image.jpg", OTHER))
    took = again(again(desk).press("phone-look")).press("phone-take")
    form = again(took)
    form.values.poplist("materials[0].files.kept")
    done = form.put("materials[0].files.kept", KEPT).press("submit")
    papers = done.words("aside .yc-papers")
    assert "手机1.jpg" in papers
    assert "手机2.jpg" not in papers


def test_what_the_telephone_took_back_meanwhile_is_not_sent(site: Site):
    desk = opened(site)
    page = send(telephone(site, desk), ("image.jpg", PHOTO))
    seen = again(desk).press("phone-look")
    page.form("/p/", css=".yc-sent form").press("remove:1")
    done = again(seen).press("submit")
    assert done.path.startswith("/tasks/")
    assert "手机1.jpg" not in done.words("aside .yc-papers")


def test_a_form_sent_twice_brings_the_photograph_once(site: Site):
    desk = opened(site)
    send(telephone(site, desk), ("image.jpg", PHOTO))
    form = again(again(desk).press("phone-look"))
    first, second = form.press("submit"), form.press("submit")
    assert first.address == second.address
    assert first.words("aside .yc-papers").count("手机1.jpg") == 1


def test_what_comes_in_later_is_taken_into_the_same_form_and_what_is_taken_twice_is_there_once(site: Site):
    desk = opened(site)
    page = send(telephone(site, desk), ("image.jpg", PHOTO))
    took = again(again(desk).press("phone-look")).press("phone-take")
    send(page, ("image.jpg", OTHER))
    look = again(again(took).press("phone-look"))
    assert look.values["_key"] == again(desk).values["_key"]
    look.press("phone-take")
    done = again(look.press("phone-take")).press("submit")
    papers = done.words("aside .yc-papers")
    assert (papers.count("手机1.jpg"), papers.count("手机2.jpg")) == (1, 1)


def test_two_forms_in_two_windows_do_not_mix_their_photographs(site: Site):
    mine, other = opened(site), opened(site)
    send(telephone(site, mine), ("image.jpg", PHOTO))
    assert not again(other).press("phone-look").all(".yc-phone .yc-file")
    assert again(mine).press("phone-look").all(".yc-phone .yc-file")


def test_a_token_of_another_form_or_person_is_passed_over(site: Site):
    desk = opened(site, "W02")
    send(telephone(site, desk), ("image.jpg", PHOTO))
    page = application(site).put("_phone", token(desk)).press("phone-look")
    assert not page.all(".yc-phone")
    _, task_id = task_page(site)
    mine = opened(site)
    form = site.visitor("W01").open(f"/tasks/{task_id}").form(f"/tasks/{task_id}", css="form.yc-form")
    assert not form.put("_phone", token(mine)).press("phone-look").all(".yc-phone")


def test_a_refresh_of_the_fields_keeps_the_code_and_takes_nothing(site: Site):
    desk = opened(site)
    page = telephone(site, desk)
    send(page, ("image.jpg", PHOTO))
    part = again(desk).press("refresh", headers={"HX-Request": "true"})
    assert part.all(".yc-phone svg")
    assert part.all("input[name='_phone_seen']")
    assert "删除" in page.visitor.open(page.path).words(".yc-sent")


# Tasks, acts, several items -----------------------------------------------------------------------------------------


def test_a_tasks_draft_keeps_the_photographs_and_what_arrives_later_is_still_shown(site: Site):
    clerk, task_id = task_page(site)
    form = clerk.open(f"/tasks/{task_id}").form(f"/tasks/{task_id}", css="form.yc-form")
    desk = form.put("materials[0].copies", "3").press("phone:materials[0].files")
    page = telephone(site, desk)
    send(page, ("image.jpg", PHOTO))
    saved = again(again(desk).press("phone-look")).press("draft")
    assert "已暂存" in saved.main
    assert again(saved).values["materials[0].files.kept"] == KEPT
    assert again(saved).values["materials[0].copies"] == "3"
    assert "手机拍照进行中" in saved.words(".yc-phone")
    assert not saved.all(".yc-phone svg")
    send(page.visitor.open(page.path), ("image.jpg", OTHER))
    back = clerk.open(f"/tasks/{task_id}")
    assert "居民身份证 手机2.jpg" in back.words(".yc-phone")
    done = again(back).set(formal_result="accept").press("submit")
    assert {"手机1.jpg", "手机2.jpg"} <= set(done.words("aside .yc-papers").split())


def test_a_site_visit_record_takes_its_photographs_from_the_telephone(site: Site):
    house = site.house
    case_no = house.accepted_commitment()
    house.complete("D11", case_no, "ut_substantive", {"findings": "材料真实有效", "site_visit": "yes"})
    house.complete("D11", case_no, "ut_plan_visit", {"visit_date": "2026-03-02", "place": "测试路2号"})
    task_id = house.task(case_no, "ut_record_visit").id
    form = site.visitor("D11").open(f"/tasks/{task_id}").form(f"/tasks/{task_id}", css="form.yc-form")
    desk = form.set(findings="符合要求", conclusion="pass").press("phone:files")
    page = telephone(site, desk)
    assert (page.heading, page.words(".yc-lead")) == ("拍照：现场照片和记录", "食品经营许可新办（餐饮）")
    send(page, ("image.jpg", PHOTO))
    done = again(again(desk).press("phone-look")).press("submit")
    assert done.status == 200
    assert "现场照片和记录 手机1.jpg" in site.visitor("D11").open(f"/cases/{case_no}").main
    assert house.violations() == []


def test_several_items_in_one_application_have_their_own_photographs(site: Site):
    visitor = site.visitor("W01")
    form = again(visitor.open("/applications/several?item=I01&item=I06"))
    form.set(**{name: value for name, value in PERSON.items() if name != "applicant_kind"})
    desk = form.press("phone:materials_i06[0].files")
    assert "请用手机扫码，拍“居民身份证”" in desk.main
    page = telephone(site, desk)
    assert "社会保障卡补领" in page.words(".yc-lead")
    send(page, ("image.jpg", PHOTO))
    took = again(again(desk).press("phone-look")).press("phone-take")
    assert again(took).values["materials_i06[0].files.kept"] == KEPT


def test_materials_supplied_later_come_from_the_telephone_too(site: Site):
    case_no = owing(site)
    address = f"/cases/{case_no}/acts/supply"
    desk = again(site.visitor("W01").open(address)).press("phone:materials[0].files")
    page = telephone(site, desk)
    send(page, ("image.jpg", PHOTO))
    (line,) = [one for one in site.house.journal(f"case:{case_no}") if one.type == "phone.received"]
    assert line.data["title"] == page.heading.removeprefix("拍照：")
    form = again(again(desk).press("phone-look"))
    done = form.put("materials[0].provided_form", "electronic").press("submit")
    assert done.path == f"/cases/{case_no}"
    assert f"{line.data['title']} 手机1.jpg" in done.main
    gone(page.visitor.open(page.path))


# The scanner and the preview ----------------------------------------------------------------------------------------


@pytest.fixture
def scanned(sqlite_house: House, clamd: Clamd) -> Site:
    """A site whose files are scanned."""
    parts = dict(sqlite_house.door._parts)
    parts[Scanner] = Scanner(clamd.address, seconds=1)
    sqlite_house.door._parts = parts
    return Site(sqlite_house)


def test_a_virus_is_told_on_both_sides_and_the_file_goes_into_no_case(scanned: Site):
    desk = opened(scanned)
    page = telephone(scanned, desk)
    virus = b"%PDF-1.4\n1 0 obj<<>>endobj\n" + EICAR + b"\n%%EOF\n"
    send(page, ("材料.pdf", virus))
    assert "正在查毒" in again(desk).press("phone-look").words(".yc-phone")
    check_files(scanned.house.door)
    seen = again(desk).press("phone-look")
    assert "发现病毒" in seen.words(".yc-phone")
    assert "发现病毒，不能使用" in page.visitor.open(page.path).words(".yc-sent")
    refused = again(seen).press("submit")
    assert refused.status == 409
    assert "发现病毒" in refused.words(".yc-errors")


def test_the_preview_stands_upright_and_is_the_desks_alone(site: Site):
    desk = opened(site)
    send(telephone(site, desk), ("image.jpg", PHOTO))
    check_files(site.house.door)
    with site.house.door.read(SYSTEM) as view:
        assert checks_of(view.connection, [KEPT])[KEPT].preview
    address = again(desk).press("phone-look").all(".yc-phone img")[0].get("src")
    shown = Image.open(BytesIO(desk.visitor.client.get(address).get_data()))
    assert shown.width > shown.height
    assert dict(shown.getexif()) == {}
    assert site.visitor("W02").open(address).status == 404
