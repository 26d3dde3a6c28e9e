"""Whole cases driven by what the API itself tells: list the tasks, open one, answer from its initial data."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.support.house import PDF, PNG
from tests.web.api.client import Answer, Api

DRAWN = "data:image/png;base64," + base64.b64encode(PNG).decode()
"""A signature as a browser's pad gives it."""

PERSON = {
    "kind": "person", "name": "王建国", "id_kind": "resident_id", "id_no": "410502199003070010",
    "phone": "13800001234", "address": "安阳市文峰区测试路1号",
}  # fmt: skip
COMPANY = {
    "kind": "organisation", "name": "安阳测试餐饮有限公司", "id_kind": "uscc", "id_no": "91410500MA9TEXT01Y",
    "legal_representative": "李秀兰", "phone": "13800005678", "address": "安阳市北关区测试路2号",
}  # fmt: skip

Given = Mapping[str, Any] | Callable[["Walk", Mapping[str, Any]], Mapping[str, Any]]
"""What is answered besides a form's initial data: keys, or a function of the walk and the opened task."""


def a_file(walk: Walk, account: str, name: str = "扫描件.pdf", content: bytes = PDF) -> dict[str, str]:
    """Upload a file and return the reference that a form takes: its digest alone."""
    answer = walk.api.upload(account, name, content)
    assert answer.status == 201, answer.body
    return {"digest": answer.body["digest"]}


class Walk:
    """One case, worked by the people named in ``crew``."""

    def __init__(self, api: Api, crew: Sequence[str], application: Mapping[str, Any], clerk: str = "W01") -> None:
        """Hand in ``application``; every later step is found by asking."""
        self.api = api
        self.crew = crew
        answer = api.post(clerk, "/applications", application)
        assert answer.status == 201, answer.body
        self.case_no = str(answer.body["case_no"])
        self.links = answer.body["links"]
        self.passed: list[str] = []

    def waiting(self) -> list[dict[str, Any]]:
        """Return the case's open tasks as the first of the crew sees them."""
        found: list[dict[str, Any]] = self.api.get(self.crew[0], self.links["tasks"]).body["tasks"]
        return found

    def task(self, element: str) -> dict[str, Any]:
        """Return the open task at ``element``."""
        found = [one for one in self.waiting() if one["element"] == element]
        assert found, f"{element} does not wait, but {[one['element'] for one in self.waiting()]}"
        return found[0]

    def somebody_for(self, task: Mapping[str, Any]) -> str:
        """Return one of the crew in whose box the task lies and who may complete it."""
        for account in self.crew:
            box = self.api.get(account, "/tasks?box=role&limit=200").body["tasks"]
            if task["id"] in [one["id"] for one in box] and self.open(account, task)["may_complete"]:
                return account
        raise AssertionError(f"nobody of {self.crew} may do {task['element']}")

    def open(self, account: str, task: Mapping[str, Any]) -> dict[str, Any]:
        """Open a task as ``account``."""
        opened = self.api.get(account, task["links"]["self"])
        assert opened.status == 200, opened.body
        body: dict[str, Any] = opened.body
        return body

    def do(self, element: str, given: Given = {}, *, by: str | None = None) -> str:  # noqa: B006 - never changed
        """Work the open task at ``element``: claim it, answer it; return who did it."""
        task = self.task(element)
        account = by or self.somebody_for(task)
        claimed = self.api.post(account, task["links"]["claim"])
        assert claimed.status == 200, claimed.body
        desk = self.open(account, task)
        more = given(self, desk) if callable(given) else given
        answer = {**editable(desk), **more}
        done = self.api.post(
            account, task["links"]["complete"], {"answer": answer, "revision": claimed.body["revision"]}
        )
        assert done.status == 200, done.body
        self.passed.append(element)
        return account

    def answer(self, account: str, element: str, answer: Mapping[str, Any], **more: Any) -> Answer:
        """Complete the open task at ``element`` with ``answer`` alone; return whatever came back."""
        return self.api.post(account, self.task(element)["links"]["complete"], {"answer": answer}, **more)

    def case(self, account: str | None = None) -> dict[str, Any]:
        """Return the case."""
        answer = self.api.get(account or self.crew[0], self.links["self"])
        assert answer.status == 200, answer.body
        body: dict[str, Any] = answer.body
        return body

    def sign(self, account: str) -> dict[str, Any]:
        """Return a signature on paper with its scan."""
        return {"mode": "paper", "files": [a_file(self, account, "签字页.pdf")]}

    # Stretches that many tests need --------------------------------------------------------------------------------

    def accept(self) -> None:
        """Review formally, find everything in order, and accept."""
        self.do("ut_formal", {"formal_result": "accept"})
        self.do("ut_accept")

    def result(self, receiver: Mapping[str, str]) -> None:
        """Make the result, hand it over, sign for it, give it out and file the case."""
        self.do(
            "ut_make_result",
            lambda walk, desk: {
                "result_no": "AY-0001", "long_term": True, "files": [a_file(walk, desk["task"]["holder"], "证照.pdf")]
            },
        )  # fmt: skip
        self.do("ut_result_handover")
        self.do("ut_result_receipt", {"signature": DRAWN})
        self.do(
            "ut_pickup",
            lambda walk, desk: {
                **receiver, "identity_checked": True, "signature": walk.sign(desk["task"]["holder"])
            },
        )  # fmt: skip
        pages = {"application_pages": 3, "process_pages": 4, "result_pages": 1}
        self.do("ut_collate", {**pages, "collation_checks": ["ordered", "named", "complete"]})
        self.do("ut_archive", {"retention_period": "10", "archive_no": "AY-2026-0001", "conclusion": "齐全完整"})


def editable(desk: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first values of an opened task's form: what a program sends back when it changes nothing."""
    return dict(desk["initial"])


INSTANT_CREW = ("W01", "W03", "D61", "D62", "D63")
MARKET_CREW = ("W01", "W03", "D11", "D12", "D13")


def instant_walk(api: Api) -> Walk:
    """Carry I06 (即办件) from application to closed file."""
    walk = Walk(api, INSTANT_CREW, {"item": "I06", "applicant": PERSON})
    walk.accept()
    walk.do("ut_head_decide", {"decision": "grant"})
    walk.result({"receiver_name": "王建国", "receiver_id_no": "410502199003070010"})
    return walk


def corrected_walk(api: Api) -> Walk:
    """Carry I02 (承诺件) to its closed file by a correction round and a site visit."""
    walk = Walk(
        api,
        MARKET_CREW,
        {"item": "I02", "applicant": COMPANY, "materials": [{"no": 3, "provided_form": "none"}], "channel": "1"},
    )
    walk.do("ut_formal", _missing_plan)
    walk.do("ut_confirm_correction", {"confirmed": "agree"})
    issued = api.post("W01", walk.links["documents"], {"kind": "correction_notice", "answer": {"checked": True}})
    assert issued.status == 201, issued.body
    walk.do("ut_receive_correction", {"materials": [{"no": "3", "provided_form": "original", "copies": 1}]})
    walk.accept()
    walk.do("ut_receive_paper", {"signature": DRAWN})
    walk.do("ut_substantive", {"findings": "材料真实有效"})
    walk.do("ut_plan_visit", {"visit_date": "2026-03-03", "place": "测试路2号"})
    api.house.at(2026, 3, 3, 15)
    walk.do("ut_record_visit", {"findings": "符合要求", "conclusion": "pass"})
    walk.do("ut_dept_opinion", {"opinion": "建议准予", "basis": "《食品经营许可和备案管理办法》"})
    walk.do("ut_head_decide", {"decision": "grant"})
    walk.result({"receiver_name": "李秀兰", "receiver_id_no": "41050219850612002X"})
    return walk


def _missing_plan(walk: Walk, desk: Mapping[str, Any]) -> dict[str, Any]:
    """The third material is missing; everything else stays as proposed."""
    rows = [dict(row) for row in desk["initial"]["materials"]]
    rows[2] |= {"verdict": "missing", "advice": "请补交设备布局与操作流程图1份"}
    return {"materials": rows, "formal_result": "correct"}
