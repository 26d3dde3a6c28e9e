"""Pages of delivery and papers: the courier's signed calls, the one-time link, the list to chase, the custody."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from engine.casework.issuance.collecting.commands import NoteChase
from engine.casework.issuance.shipping.queries import events_of
from engine.casework.issuance.sms.queries import recent_messages
from engine.foundation.clock import SystemClock
from engine.foundation.vault import Vault
from engine.registry.identity.rules import SYSTEM
from tests.engine.casework.cases.custody.test_custody import on_paper, take
from tests.support.courier import SECRET, connect, parcel, ready_to_ship, shipped
from tests.support.house import House
from tests.support.site import Site
from yichuang.borders.signing import SIGNATURE, TIMESTAMP, sign
from yichuang.demo.courier import DemoCourier


def call(site: Site, body: Any, *, secret: str = SECRET, **headers: str) -> tuple[int, dict[str, Any]]:
    """Call us as the courier does; return status and answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = {**sign(secret.encode(), content, site.machine.now()), **headers}
    response = site.app.test_client().post("/courier/events", data=content, headers=signed)
    return response.status_code, response.get_json()


@pytest.fixture
def shipping_site(sqlite_house: House, courier: DemoCourier) -> Site:
    """The pages of a house with a courier connected."""
    return Site(connect(sqlite_house, courier))


def signed_for(house: House, case_no: str, id: str = "9") -> dict[str, Any]:
    event = {"id": id, "kind": "delivered", "at": house.clock.now().isoformat(), "signed_by": "王建国"}
    return {"order_id": f"{case_no}-S1", "events": [event]}


def test_T091_a_signed_call_delivers_and_its_repetition_changes_nothing(shipping_site: Site):
    house = shipping_site.house
    case_no = shipped(house)
    body = signed_for(house, case_no)
    assert call(shipping_site, body) == (200, {"new": 1, "state": "delivered"})
    version = len(house.journal(f"case:{case_no}"))
    assert call(shipping_site, body) == (200, {"new": 1, "state": "delivered"})
    assert house.case(case_no).status == "delivered"
    assert len(house.journal(f"case:{case_no}")) == version
    assert house.violations() == []


def test_a_call_nobody_signed_or_signed_long_ago_is_refused(shipping_site: Site):
    case_no = shipped(shipping_site.house)
    body = signed_for(shipping_site.house, case_no)
    old = sign(SECRET.encode(), json.dumps(body).encode(), SystemClock().now().replace(year=2020))
    for status, answer in (
        call(shipping_site, body, secret="another secret"),
        call(shipping_site, body, **{SIGNATURE: ""}),
        call(shipping_site, body, **{TIMESTAMP: "0"}),
        call(shipping_site, body, **old),
    ):
        assert (status, answer["code"]) == (401, "COURIER_CALL_UNSIGNED")
    assert parcel(shipping_site.house, case_no).state == "ordered"


@pytest.mark.parametrize("body, status", [
    (b"", 422), (b"[]", 422), (b"{", 422), ({"order_id": "x", "events": []}, 404), ({"order_id": 5}, 422),
    (b"x" * (65 * 1024), 413), ({"order_id": "x", "events": [{"kind": "lost"}]}, 422),
])  # fmt: skip
def test_a_call_that_says_nothing_proper_is_refused(shipping_site: Site, body: Any, status: int):
    assert call(shipping_site, body)[0] == status


def test_without_a_courier_there_is_nobody_to_call(site: Site):
    assert call(site, {"order_id": "x", "events": []})[0] == 404


def test_a_person_who_is_signed_in_is_no_courier(shipping_site: Site):
    case_no = shipped(shipping_site.house)
    answer = shipping_site.visitor("W03").send("/courier/events", {"order_id": f"{case_no}-S1"})
    assert answer.status == 401
    with shipping_site.house.door.read(SYSTEM) as view:
        assert events_of(view.connection, [f"{case_no}-S1"]) == {}


def link_and_code(house: House) -> tuple[str, str]:
    with house.door.read(SYSTEM) as view:
        text = recent_messages(view.connection, view.part(Vault))[0].text
    link, code = re.search(r"/e/\S+", text), re.search(r"查询码 (\d{6})", text)
    assert link is not None
    assert code is not None
    return link[0], code[1]


def test_an_applicant_opens_the_link_once_and_takes_the_file(site: Site):
    case_no = ready_to_ship(site.house, "electronic")
    link, code = link_and_code(site.house)
    visitor = site.visitor()
    page = visitor.open(link)
    assert "社会保障卡补领" in page.main
    assert "王建国" not in page.text
    wrong = page.form().set(code=code, tail="9999").press()
    assert (wrong.status, "还可以再试 4 次" in wrong.main) == (422, True)
    opened = wrong.form().set(code=code, tail="0010").press()
    assert "已查收" in opened.main
    assert site.house.case(case_no).status == "delivered"
    file = opened.all(".yc-files a")[0].get("href")
    assert visitor.open(file).response.data.startswith(b"%PDF")
    assert visitor.open(file[:-3] + "abc").status == 404
    assert "链接只能使用一次" in visitor.open(link).main
    assert visitor.open("/e/nothing-like-it").status == 404


def test_the_list_to_chase_is_the_issuing_clerks_and_keeps_the_note(site: Site):
    case_no = ready_to_ship(site.house, "pickup")
    clerk = site.visitor("W03")
    page = clerk.open("/uncollected")
    assert "还没有催领" in page.main
    refused = page.form("/uncollected").set(note="好").press()
    assert (refused.status, "至少 4 个字" in refused.main) == (422, True)
    done = refused.form("/uncollected").set(note="已电话通知，明天来领").press()
    assert "已电话通知，明天来领" in done.main
    assert site.visitor("D62").open("/uncollected").status == 403
    assert "催领（第 1 次）" in clerk.open(f"/cases/{case_no}").main


def test_the_way_of_delivery_is_changed_on_a_page_of_its_own(site: Site):
    case_no = ready_to_ship(site.house, "pickup")
    clerk = site.visitor("W03")
    page = clerk.open(f"/cases/{case_no}/delivery")
    refused = page.form(f"/cases/{case_no}/delivery").set(mode="mail", reason="").press()
    assert (refused.status, "请写明变更送达方式的理由" in refused.main) == (422, True)
    page = refused.form(f"/cases/{case_no}/delivery").set(mode="mail", reason="申请对象电话提出").press()
    assert "申请对象电话提出" in page.main
    assert site.house.case(case_no).status == "awaiting_shipment"
    again = refused.form(f"/cases/{case_no}/delivery").set(mode="pickup", reason="又改了主意").press()
    assert (again.status, "已经提交过" in again.main) == (409, True), "the same filling is not a second change"
    assert site.visitor("D62").open(f"/cases/{case_no}/delivery").status == 403


def test_T075_window_and_department_settle_a_difference_on_the_page_of_papers(site: Site):
    case_no = on_paper(site.house, 5)
    take(site.house, case_no, 4, "difference")
    window, address = site.visitor("W01"), f"/cases/{case_no}/papers"
    page = window.open(address)
    assert "交接差异待查明" in page.main
    page = page.form(address).set(resolution="found", explanation="柜台抽屉里找到").press("propose")
    assert "待接收方确认" in page.main
    page = site.visitor("D11").open(address).form(address).press("agree")
    assert "已解决" in page.main
    assert "交接差异待查明" not in page.main


def test_the_demonstrations_messages_are_for_its_staff(site: Site):
    ready_to_ship(site.house, "electronic")
    assert "查询码" in site.visitor("W01").open("/demo/messages").main
    assert site.visitor().open("/demo/messages", follow=False).status == 302
    assert Site(site.house, demo=False).visitor("W01").open("/demo/messages").status == 404


def test_a_result_chased_three_times_may_go_back_to_the_department(site: Site):
    case_no = ready_to_ship(site.house, "pickup")
    clerk = site.visitor("W03")
    for times in range(3):
        assert "退回业务主管部门保管</button>" not in clerk.open("/uncollected").main, times
        site.house.execute("W03", NoteChase(case_no=case_no, note="电话无人接听"))
    page = clerk.open("/uncollected")
    refused = page.form("/uncollected/return").press()
    assert refused.status == 422
    assert "请写明退回保管的理由" in refused.main
    done = refused.form("/uncollected/return").set(reason="三次电话均无人接听").press()
    assert "等业务负责人决定并签收" in done.main
    assert [one.element for one in site.house.open_tasks(case_no)] == ["ut_keep_result"]
    assert site.visitor("D62").open("/uncollected").status == 403
