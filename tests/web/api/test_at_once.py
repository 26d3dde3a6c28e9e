"""Two requests at the same moment, and faults of the house itself."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa

from tests.web.api.client import Answer, Api
from tests.web.api.walks import COMPANY, MARKET_CREW, PERSON, Walk


def together(*requests: Callable[[], Answer]) -> list[Answer]:
    """Send the requests from threads that start at the same moment; return their answers in order."""
    start = Barrier(len(requests))

    def run(request: Callable[[], Answer]) -> Answer:
        start.wait()
        return request()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(run, requests))


def test_one_application_from_an_impatient_program_is_one_case(api: Api) -> None:
    api.token("W01")
    body = {"item": "I06", "applicant": PERSON}
    answers = together(*[lambda: api.post("W01", "/applications", body, key="once")] * 4)
    assert {one.status for one in answers} == {201}
    assert len({one.body["case_no"] for one in answers}) == 1
    assert api.get("W01", "/cases").body["page"]["total"] == 1


def test_of_two_clerks_who_claim_at_once_one_is_told_who_was_first(api: Api) -> None:
    walk = Walk(api, MARKET_CREW, {"item": "I02", "applicant": COMPANY})
    claim = walk.task("ut_formal")["links"]["claim"]
    api.token("W02")
    answers = together(lambda: api.post("W01", claim), lambda: api.post("W02", claim))
    assert sorted(one.status for one in answers) == [200, 409]
    loser = next(one for one in answers if one.status == 409)
    assert loser.code == "TASK_HELD"
    holder = walk.task("ut_formal")["holder_name"]
    assert loser.body["params"]["who"] == holder


def test_of_two_answers_to_one_task_one_counts(api: Api) -> None:
    walk = Walk(api, MARKET_CREW, {"item": "I02", "applicant": COMPANY})
    complete = walk.task("ut_formal")["links"]["complete"]
    api.token("W02")
    body = {"answer": {"formal_result": "accept"}}
    answers = together(lambda: api.post("W01", complete, body), lambda: api.post("W02", complete, body))
    assert sorted(one.status for one in answers) == [200, 409]
    assert [one["element"] for one in walk.waiting()] == ["ut_accept"]
    assert api.house.violations() == []


def test_applications_of_many_clerks_get_numbers_without_gap_or_double(api: Api) -> None:
    for clerk in ("W01", "W02"):
        api.token(clerk)
    body = {"item": "I06", "applicant": PERSON}
    answers = together(*[lambda clerk=clerk: api.post(clerk, "/applications", body) for clerk in ("W01", "W02") * 4])
    assert sorted(int(one.body["case_no"][-4:]) for one in answers) == list(range(1, 9))


def _break(api: Api, table: str) -> None:
    with api.house.door.database.writing() as connection:
        connection.execute(sa.text(f"ALTER TABLE {table} RENAME TO {table}_gone"))


def test_a_fault_of_ours_is_told_without_its_details(sqlite_api: Api) -> None:
    sqlite_api.token("W01")
    _break(sqlite_api, "notification")
    told = sqlite_api.get("W01", "/notifications")
    assert (told.status, told.code) == (503, "STORE_UNAVAILABLE")
    assert "notification" not in told.content.decode()


def test_a_store_that_cannot_write_is_told_as_such_and_nothing_has_happened(sqlite_api: Api) -> None:
    walk = Walk(sqlite_api, MARKET_CREW, {"item": "I02", "applicant": COMPANY})
    task = walk.task("ut_formal")
    _break(sqlite_api, "step")
    told = sqlite_api.post("W01", task["links"]["complete"], {"answer": {"formal_result": "accept"}})
    assert (told.status, told.code) == (503, "STORE_UNAVAILABLE")
    assert walk.task("ut_formal")["revision"] == task["revision"]


def test_a_document_whose_file_is_not_what_was_journalled_is_not_shown(sqlite_api: Api) -> None:
    case_no = sqlite_api.house.accepted_instant()
    document = sqlite_api.get("W01", f"/cases/{case_no}/documents").body["documents"][0]
    with sqlite_api.house.door.database.writing() as connection:
        connection.execute(sa.text("UPDATE document SET sha256 = :other"), {"other": "0" * 64})
    told = sqlite_api.get("W01", document["links"]["pdf"])
    assert (told.status, told.code) == (409, "RENDERING_CHANGED")
