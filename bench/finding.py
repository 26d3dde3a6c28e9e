"""查找与列表：办件多了，一页要多用多少时间。

Every page is asked in a small and in a large house of the same run, so that the ratio says what more cases cost and
the machine's load cancels out.  The figures are of whole answers, from the request to the last byte.
"""

from __future__ import annotations

import os
import re
import statistics
import time
from collections.abc import Callable
from typing import Any

from bench.cases import houses
from engine.door import Door
from web.app import create_app
from yichuang.provision import DEMO_PASSWORD

PAGES = {
    "inbox": "/?box=role",
    "inbox_filtered": "/?box=role&item=I06&overdue=1",
    "cases": "/cases?all=1",
    "cases_last_page": "/cases?all=1&page=500",
    "cases_status": "/cases?status=under_review",
    "cases_by_due": "/cases?sort=due",
    "cases_overdue": "/cases?overdue=1",
    "search_one_character": "/search?q=王&tab=cases",
    "search_two_characters": "/search?q=餐饮&tab=cases",
    "search_many_characters": "/search?q=食品经营许可新办&tab=cases",
    "search_digits": "/search?q=202601&tab=cases",
    "search_nothing": "/search?q=没有这样的词&tab=cases",
}


def run(*, quick: bool) -> dict[str, Any]:
    """Return for each page the milliseconds in the small and in the large house, and their ratio."""
    large = 200_000 if os.environ.get("YICHUANG_FULL") == "1" else 20_000
    small, large, rounds = (200, 2_000, 3) if quick else (large // 100, large, 15)
    times: dict[int, dict[str, float]] = {}
    for size, door in houses((small, large)):
        ask = _signed_in(door)
        times[size] = {name: _median(ask, address, rounds) for name, address in PAGES.items()}
    return {
        "cases_small": small,
        "cases_large": large,
        **{
            name: {
                "small_ms": round(times[small][name], 1),
                "large_ms": round(times[large][name], 1),
                "ratio": round(times[large][name] / times[small][name], 2),
            }
            for name in PAGES
        },
    }


def _signed_in(door: Door) -> Callable[[str], None]:
    """Return how a clerk at the window asks for a page."""
    client = create_app(door, demo=True, health=dict, demo_password=DEMO_PASSWORD).test_client()
    token = re.search(r'name="_door" value="([^"]*)"', client.get("/sign-in").get_data(as_text=True))
    assert token is not None
    answer = client.post("/sign-in", data={"account": "W01", "password": DEMO_PASSWORD, "_door": token[1]})
    assert answer.status_code in (302, 303), answer.status_code

    def ask(address: str) -> None:
        page = client.get(address)
        assert page.status_code == 200, (address, page.status_code)
        page.close()

    return ask


def _median(ask: Callable[[str], None], address: str, rounds: int) -> float:
    ask(address)
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        ask(address)
        taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)
