"""Every page of the product stands in the inventory that the browser tests look at."""

from __future__ import annotations

from tests.support.filled.inventory import NO_PAGES, PAGES, PARTS
from tests.support.site import Site


def test_every_get_route_stands_in_the_inventory_or_says_what_it_answers_instead(site: Site):
    routes = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    pages = {endpoint for endpoint in routes if not endpoint.startswith("api.")}
    assert pages - PAGES.keys() - NO_PAGES.keys() == set(), "add a line to tests/support/filled/inventory.py"
    assert (PAGES.keys() | NO_PAGES.keys()) - pages == set(), "these routes are gone"
    assert not PAGES.keys() & NO_PAGES.keys()
    assert PAGES.keys() >= PARTS
