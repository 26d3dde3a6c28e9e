"""手机拍照 on the telephone: what its page says, what it takes and refuses, and links that open nothing."""

from __future__ import annotations

import hashlib
import logging

import pytest

from engine.foundation.blobs.storage import Blobs
from engine.process.tasks.phone.rules import PhoneLinkGone
from engine.registry.policies.tables import policy
from tests.engine.foundation.test_blobs_rules import DOCX, EXE, PDF, PNG
from tests.support.house import PERSON
from tests.support.site import Site
from tests.support.telephone import (
    FIELD,
    KEPT,
    OTHER,
    PHONE,
    PHOTO,
    again,
    gone,
    opened,
    send,
    telephone,
    token,
)
from web import phone
from web.app import PHONE_SENDINGS

# The telephone ------------------------------------------------------------------------------------------------------


def test_the_telephone_is_told_the_material_and_the_item_and_nothing_personal(site: Site):
    page = telephone(site, opened(site))
    assert page.status == 200
    assert page.heading == "拍照：居民身份证"
    assert page.words(".yc-lead") == "社会保障卡补领"
    for personal in ("王建国", "410502", "13800001234", "W01", "受理员"):
        assert personal not in page.text


def test_the_telephone_takes_photographs_or_chooses_files(site: Site):
    camera, album = telephone(site, opened(site)).all("input[type='file']")
    assert (camera.get("accept"), camera.get("capture")) == ("image/*", "environment")
    assert (album.get("accept"), album.get("capture")) == ("image/jpeg,image/png,application/pdf", None)
    assert "multiple" in camera.attrib and "multiple" in album.attrib


def test_the_telephone_needs_no_cookie_and_gets_none_and_its_address_is_told_to_nobody(site: Site, caplog):
    caplog.set_level(logging.DEBUG)
    page = telephone(site, opened(site))
    sent = send(page, ("image.jpg", PHOTO))
    for answer in (page, sent, site.visitor(base=PHONE).open("/p/unknown")):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
    assert token(opened(site)) not in caplog.text


def test_an_old_telephone_that_says_no_origin_may_send(site: Site):
    form = telephone(site, opened(site)).form("/p/", css="form.yc-form").attach("photo", "image.jpg", PHOTO)
    assert form.press("send", headers={"Origin": "null"}).status == 200


def test_a_sent_photograph_is_listed_and_not_shown(site: Site):
    page = send(telephone(site, opened(site)), ("image.jpg", PHOTO), ("扫描.pdf", PDF))
    assert page.words(".yc-done") == "已发送 2 个文件"
    assert [one.split()[:3] for one in page.each(".yc-sent__one")] == [["第", "1", "个"], ["第", "2", "个（PDF）"]]
    assert not page.all("main img")


def test_what_the_camera_adds_is_not_stored(site: Site):
    page = opened(site)
    send(telephone(site, page), ("image.jpg", PHOTO))
    assert b"GPS" not in site.house.door.part(Blobs).get(KEPT)
    (line,) = [one for one in site.house.journal("access:W01") if one.type == "phone.received"]
    assert (line.data["sha256"], line.data["sent_sha256"]) == (KEPT, hashlib.sha256(PHOTO).hexdigest())
    assert line.data["address"] == "127.0.*.*"


BAD = [
    ("说明.txt", b"hello", 422, "“说明.txt”不是照片或 PDF"),
    ("申请.docx", DOCX, 422, "“申请.docx”不是照片或 PDF"),
    ("程序.jpg", EXE, 422, "“程序.jpg”不是照片或 PDF"),
    ("空.jpg", b"", 422, "“空.jpg”是空文件"),
    ("断.jpg", PHOTO[: len(PHOTO) // 2], 422, "“断.jpg”不能接收：文件不完整"),
    ("断.png", PNG[:-20], 422, "“断.png”不能接收：文件不完整"),
    ("大.jpg", PHOTO + b"\0" * (20 * 1024 * 1024), 413, "“大.jpg”超过 20 MB"),
    ("两种.jpg", PHOTO + b"%PDF-1.4", 422, "“两种.jpg”不能接收"),
]


@pytest.mark.parametrize("name, content, status, sentence", BAD)
def test_what_cannot_be_taken_is_told_by_name_and_the_others_are_taken(
    site: Site, name: str, content: bytes, status: int, sentence: str
):
    desk = opened(site)
    page = send(telephone(site, desk), (name, content), ("好.jpg", OTHER))
    assert page.status == status
    assert sentence in page.words(".yc-errors")
    assert len(page.all(".yc-sent__one")) == 1


def test_a_photograph_whose_name_lies_about_its_kind_is_taken_for_what_it_is(site: Site):
    page = send(telephone(site, opened(site)), ("IMG_0001.HEIC", PHOTO))
    assert page.words(".yc-done") == "已发送 1 个文件"


def test_nothing_chosen_or_a_torn_sending_says_so(site: Site):
    page = telephone(site, opened(site))
    assert send(page).status == 422
    assert "没有收到照片" in page.visitor.page.words(".yc-errors")
    head = b'--x\r\nContent-Disposition: form-data; name="photo"; filen'
    torn = page.visitor.client.post(
        page.path, data=head, content_type="multipart/form-data; boundary=x", base_url=PHONE
    )
    assert torn.status_code == 422
    assert "没有收到照片" in torn.get_data(as_text=True)


def test_more_than_one_sending_may_hold_is_refused_whole(site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(phone, "MOST_BYTES", 1000)
    page = send(telephone(site, opened(site)), ("大.jpg", PHOTO * 10))
    assert page.status == 413
    assert "合计超过 100 MB" in page.words(".yc-errors")
    assert not page.all(".yc-sent__one")


def test_the_same_photograph_twice_is_kept_once(site: Site):
    page = telephone(site, opened(site))
    page = send(page, ("image.jpg", PHOTO), ("image.jpg", PHOTO))
    assert len(send(page, ("another.jpg", PHOTO)).all(".yc-sent__one")) == 1


def test_a_sending_repeated_by_the_network_is_carried_out_once(site: Site):
    form = telephone(site, opened(site)).form("/p/", css="form.yc-form").attach("photo", "image.jpg", PHOTO)
    first, second = form.press("send"), form.press("send")
    assert (first.status, second.status) == (200, 200)
    assert len(second.all(".yc-sent__one")) == 1


def test_a_photograph_can_be_taken_back_and_sent_again(site: Site):
    page = send(telephone(site, opened(site)), ("image.jpg", PHOTO))
    page = page.form("/p/", css=".yc-sent form").press("remove:1")
    assert page.words(".yc-done") == "已删除"
    assert not page.all(".yc-sent__one")
    assert len(send(page, ("image.jpg", PHOTO)).all(".yc-sent__one")) == 1


@pytest.mark.parametrize("number", ["9", "x", "", "１", "99999999999"])
def test_taking_back_what_is_not_there_changes_nothing(site: Site, number: str):
    page = send(telephone(site, opened(site)), ("image.jpg", PHOTO))
    page = page.form("/p/", css=".yc-sent form").press(f"remove:{number}")
    assert len(page.all(".yc-sent__one")) == 1


def test_two_telephones_at_once_fill_one_list(site: Site):
    desk = opened(site)
    one, two = telephone(site, desk), telephone(site, desk)
    send(one, ("image.jpg", PHOTO))
    assert len(send(two, ("image.jpg", OTHER)).all(".yc-sent__one")) == 2
    assert one.visitor.open(one.path).each(".yc-sent__one")[1].startswith("第 2 个")


def test_a_full_link_takes_nothing_more_and_says_so(site: Site):
    with site.house.door.database.writing() as connection:
        connection.execute(policy.update().where(policy.c.key == "phone_link_files").values(value=1))
    desk = opened(site)
    early = telephone(site, desk)
    page = send(telephone(site, desk), ("image.jpg", PHOTO), ("image.jpg", OTHER))
    assert page.status == 409
    assert "已收满 1 个文件" in page.words(".yc-errors")
    assert not page.all("input[type='file']")
    assert send(early, ("image.jpg", OTHER)).status == 409


# Links that open nothing --------------------------------------------------------------------------------------------


def test_unknown_expired_ended_and_foreign_links_get_one_and_the_same_page(site: Site):
    visitor = site.visitor(base=PHONE)
    unknown = gone(visitor.open("/p/" + "x" * 32))
    assert "请在窗口重新扫码" in PhoneLinkGone().sentence
    ended = opened(site)
    known = token(ended)
    link_id = ended.all(".yc-phone")[0].get("id").removeprefix("phone-")
    again(ended).press(f"phone-end:{link_id}")
    replaced = opened(site)
    again(replaced).press(f"phone:{FIELD}")
    expired = opened(site)
    site.house.wait(minutes=10)
    for one in (known, token(replaced), token(expired), "短", "x" * 500, link_id):
        assert gone(visitor.open(f"/p/{one}")) == unknown
        assert gone(visitor.send(f"/p/{one}", {"_act": "send"})) == unknown


def test_a_link_that_ends_while_the_photograph_is_on_its_way_takes_nothing(site: Site):
    desk = opened(site)
    page = telephone(site, desk)
    site.house.wait(minutes=11)
    gone(send(page, ("image.jpg", PHOTO)))
    assert not again(desk).press("phone-look").all(".yc-phone .yc-file")


def test_a_link_whose_task_another_completed_opens_nothing(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    task_id = site.house.task(case_no, "ut_formal").id
    desk = site.visitor("W01").open(f"/tasks/{task_id}").form(f"/tasks/{task_id}", css="form.yc-form")
    page = telephone(site, desk.press("phone:materials[0].files"))
    site.house.complete("W02", case_no, "ut_formal", {"formal_result": "accept"})
    gone(send(page, ("image.jpg", PHOTO)))


def test_wrong_links_are_counted_by_address_and_do_not_stop_good_ones(site: Site):
    site.app.config["PHONE_WRONG"]._most = 3
    visitor = site.visitor(base=PHONE)
    assert [visitor.open(f"/p/{number}").status for number in range(5)] == [404, 404, 404, 429, 429]
    assert telephone(site, opened(site)).status == 200


def test_one_link_is_opened_and_sent_to_so_often_and_no_more(site: Site):
    site.app.config["PHONE_TRIES"]._most = 2
    assert PHONE_SENDINGS > 20
    desk, other = opened(site), opened(site)
    assert [telephone(site, desk).status for _ in range(3)] == [200, 200, 429]
    assert telephone(site, other).status == 200
