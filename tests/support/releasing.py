"""A second release of every item, and cases chosen for it."""

from __future__ import annotations

from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.migrating.commands import ChooseCases
from processes import library
from tests.support.house import House

REASON = "按修订的办法调整上报件的环节名称"


def second_release(house: House) -> None:
    """Publish another name of a step of 上报件: a file that every item's processes call, directly or not."""
    text = library.processes()["route_report_up"].xml.decode("utf-8")
    assert 'name="本级初审"' in text
    house.execute("P61", Deploy(processes={"route_report_up": text.replace('name="本级初审"', 'name="本级书面初审"')}))


def moving_batch(house: House, *case_nos: str) -> str:
    """Publish a second release and choose cases of I02 for it; return the batch as an address names it."""
    second_release(house)
    command = ChooseCases(item_code="I02", number=2, case_nos=case_nos, reason=REASON)
    return str(house.execute("P61", command)["batch"]).partition(":")[2]
