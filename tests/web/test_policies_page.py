"""参数: every figure the standard leaves open, with title, value, unit and source (T117)."""

from __future__ import annotations

import pytest

from engine.registry.identity.rules import SYSTEM
from engine.registry.policies.queries import policies
from engine.registry.policies.rules import said
from engine.registry.policies.shipped import DEFAULTS
from tests.support.site import Site


def test_T117_each_figure_stands_on_the_page_with_its_value_and_source(site: Site):
    page = site.visitor("W01").open("/policies")
    with site.house.door.read(SYSTEM) as view:
        kept = policies(view.connection)
    rows = {row.get("id"): row.text_content() for row in page.all("main tbody tr")}
    assert set(rows) == {one.key for one in kept} >= {one.key for one in DEFAULTS}
    for one in kept:
        assert one.source
        for words in (one.title, said(one.value, one.unit), one.source):
            assert words in rows[one.key]


def test_T117_the_five_days_of_notice_come_from_the_law(site: Site):
    row = site.visitor("A01").open("/policies").words("#correction_notice")
    assert row == "一次告知补正的期限5个工作日行政许可法第三十二条（四）correction_notice"


@pytest.mark.parametrize(
    "account",
    ["W01", "W03", "D11", "D12", "D13", "L31", "J41", "C01", "S51", "K61", "P61", "U81", "A01", "A02", "A03", "M71"],
)
def test_everybody_who_is_signed_in_may_read_them_and_finds_them_from_the_about_page(site: Site, account: str):
    visitor = site.visitor(account)
    assert "/policies" in [link.get("href") for link in visitor.open("/about").all("main a")]
    assert visitor.open("/policies").status == 200


def test_the_public_has_no_such_page(site: Site):
    visitor = site.visitor()
    assert "/policies" not in [link.get("href") for link in visitor.open("/about").all("main a")]
    assert "/sign-in" in visitor.open("/policies", follow=False).headers.get("Location", "")
