"""信息共享 (4.1.6): another department sees what was verified, the sharing and each look leave their line."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.cases.rules import CaseMissing
from engine.casework.cases.sharing.commands import ShareMaterials
from engine.casework.cases.sharing.queries import Shared, shared_file, shared_with
from engine.casework.cases.sharing.rules import SharedMissing
from engine.foundation.errors import InvalidFields
from engine.registry.identity.rules import NotYourAction
from tests.support.house import COMPANY, PDF, House
from tests.support.site import Site

LICENCE = 2
"""The number of 营业执照 in I02's list."""


def share(house: House, case_no: str, account: str = "D11", **more: Any) -> list[str]:
    given: dict[str, Any] = {"department": "fire", "numbers": (LICENCE,), "purpose": "营业前消防安全检查", **more}
    return list(house.execute(account, ShareMaterials(case_no=case_no, **given))["shared"])


def seen_by(house: House, account: str) -> list[Shared]:
    with house.door.read(house.actor(account)) as view:
        return shared_with(view.connection, view.scope)


def test_T027_fire_sees_the_licence_that_market_verified_and_the_journal_tells(house: House):
    case_no = house.accepted_commitment()
    assert seen_by(house, "D41") == []
    assert share(house, case_no) == ["营业执照"]
    (found,) = seen_by(house, "D41")
    assert (found.case_no, found.name, found.owner) == (case_no, "营业执照", "market")
    assert seen_by(house, "D51") == []
    line = house.journal(f"case:{case_no}")[-1]
    assert line.sentence == "向安阳市消防救援支队共享已核验的材料：营业执照（用途：营业前消防安全检查）"
    assert house.violations() == []


def test_T027_the_case_itself_stays_out_of_the_other_departments_sight(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    share(sqlite_house, case_no)
    with pytest.raises(CaseMissing):
        share(sqlite_house, case_no, "D41", department="police")


def test_T027_what_was_not_verified_is_not_shared(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    with pytest.raises(InvalidFields) as refused:
        share(sqlite_house, case_no, "W01", numbers=(1,))
    assert "还没有核验" in refused.value.errors["no"]
    assert seen_by(sqlite_house, "D41") == []


@pytest.mark.parametrize(
    "wrong, field",
    [({"department": "market"}, "department"), ({"department": "nobody"}, "department"), ({"purpose": " "}, "purpose"),
     ({"numbers": ()}, "no"), ({"numbers": (99,)}, "no")],
)  # fmt: skip
def test_what_is_shared_with_whom_and_why_is_told(sqlite_house: House, wrong: dict[str, Any], field: str):
    case_no = sqlite_house.accepted_commitment()
    with pytest.raises(InvalidFields) as refused:
        share(sqlite_house, case_no, **wrong)
    assert set(refused.value.errors) == {field}


def test_sharing_twice_says_nothing_twice_and_not_everybody_may(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    share(sqlite_house, case_no)
    before = len(sqlite_house.journal(f"case:{case_no}"))
    assert share(sqlite_house, case_no) == []
    assert len(sqlite_house.journal(f"case:{case_no}")) == before
    for account in ("D13", "S51", "W03"):
        with pytest.raises(NotYourAction):
            share(sqlite_house, case_no, account)


def test_a_file_is_found_only_through_what_was_shared(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    share(sqlite_house, case_no)
    with sqlite_house.door.read(sqlite_house.actor("D41")) as view, pytest.raises(SharedMissing):
        shared_file(view.connection, view.scope, case_no, "0" * 64)


def test_T027_the_page_shows_it_sends_its_file_and_each_look_is_journalled(site: Site):
    house = site.house
    scan = house.upload("W01", "申请书.pdf", PDF)
    case_no = house.receive("W01", "I02", {**COMPANY, "materials": [{"no": "1", "files": [scan]}]})
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    form = site.visitor("W01").open(f"/cases/{case_no}/share").form(f"/cases/{case_no}/share")
    assert form.press().status == 422
    form.set(department="fire", purpose="营业前检查", no="1").press()
    reader = site.visitor("D41")
    page = reader.open("/shared")
    assert "营业前检查" in page.main
    link = next(one.get("href") for one in page.all("tbody a"))
    assert reader.open(link).response.status_code == 200
    assert site.visitor("D51").open(link).status == 404
    looks = [line.data.get("target", "") for line in house.journal("access:D41")]
    assert any("共享材料“" in one and "申请书.pdf" in one for one in looks)
