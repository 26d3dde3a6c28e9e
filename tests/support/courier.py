"""A courier to speak with: the demonstration's own peer over real HTTP, moved by the test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.casework.issuance.shipping.queries import Shipment, shipments_of
from engine.registry.identity.rules import SYSTEM
from tests.support.house import INSURANCE, House
from yichuang.demo.courier import DemoCourier
from yichuang.outside import ask_couriers
from yichuang.worker import work_once

SECRET = "a secret that only the two of us know"


@pytest.fixture
def courier() -> Iterator[DemoCourier]:
    """A courier that moves its parcels only when told."""
    peer = DemoCourier(SECRET.encode())
    peer.start()
    yield peer
    peer.stop()


def connect(house: House, courier: DemoCourier) -> House:
    """Open the house again with the courier connected."""
    house.settings = replace(
        house.settings, courier_url=courier.url, courier_secret=SECRET, courier_name="测试物流", courier_poll_seconds=60
    )
    house.reopen()
    return house


def ready_to_ship(house: House, mode: str = "mail") -> str:
    """Return an I06 case whose result the window has signed for and chosen to send."""
    case_no = house.accepted_instant()
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    house.hand_over(case_no, INSURANCE)
    house.complete("W03", case_no, "ut_result_receipt", {"signature": house.signature("W03"), "delivery_mode": mode})
    return case_no


def shipped(house: House) -> str:
    """Return a case whose parcel the courier has taken on."""
    case_no = ready_to_ship(house)
    house.complete("W03", case_no, "ut_ship", {})
    work_once(house.door)
    return case_no


def parcel(house: House, case_no: str) -> Shipment:
    """Return the case's newest shipment."""
    with house.door.read(SYSTEM) as view:
        return shipments_of(view.connection, f"case:{case_no}")[-1]


def ask(house: House) -> int:
    """Let a minute pass and ask the courier about every parcel."""
    house.wait(minutes=1)
    return ask_couriers(house.door)
