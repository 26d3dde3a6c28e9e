"""A whole I02 walk as a list of acts over HTTP: each act is one request of one account."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.house import COMPANY, PDF, PNG

Answer = Mapping[str, Any]
ACTS: tuple[tuple[str, str, Answer], ...] = (
    ("W01", "ut_formal", {"formal_result": "correct",
                          "materials": [{"no": "1", "verdict": "bad_form", "advice": "请签字"}]}),
    ("D12", "ut_confirm_correction", {"confirmed": "agree"}),
    ("W01", "ut_issue_correction", {"checked": True}),
    ("W01", "ut_receive_correction", {}),
    ("W01", "ut_formal", {"formal_result": "accept", "materials": [{"no": "1", "verdict": "complete"}]}),
    ("W01", "ut_accept", {}),
    ("D11", "ut_receive_paper", {"signature": "PNG"}),
    ("D11", "ut_substantive", {"findings": "真实", "site_visit": "yes"}),
    ("D11", "ut_plan_visit", {"visit_date": "TODAY", "place": "测试路2号"}),
    ("D11", "ut_record_visit", {"findings": "符合", "conclusion": "pass"}),
    ("D11", "ut_dept_opinion", {"opinion": "建议准予", "basis": "办法"}),
    ("D12", "ut_head_decide", {"decision": "grant"}),
    ("D11", "ut_make_result", {"result_no": "1", "long_term": True, "files": "PDF"}),
    ("D12", "ut_result_handover", {}),
    ("W03", "ut_result_receipt", {"signature": "PNG"}),
    ("W03", "ut_pickup", {"receiver_name": "李秀兰", "receiver_id_no": "41050219850612002X",
                          "identity_checked": True, "signature": "PNG"}),
    ("W01", "ut_collate", {"application_pages": 1, "process_pages": 1, "result_pages": 1,
                           "collation_checks": ["ordered", "named", "complete"]}),
    ("D13", "ut_archive", {"retention_period": "10", "archive_no": "AY-1", "conclusion": "齐全"}),
)  # fmt: skip
"""Account, element and answer; PNG, PDF and TODAY stand for a signature, an uploaded file and the day."""


HANGS = 60.0
"""Seconds after which a request without an answer hangs (I9); a slow machine answers in less, a lost request never."""


class Refused(Exception):
    """The server answered with a problem."""

    def __init__(self, status: int, code: str) -> None:
        """Keep the status and the stable code."""
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


@dataclass
class Walker:
    """Drives one case through the API of the server at ``url`` (which may change when it is restarted)."""

    url: str
    tokens: Mapping[str, str]
    case_no: str = ""
    acknowledged: list[str] = field(default_factory=list)
    """The elements whose completion the server has acknowledged, in order."""

    def call(self, account: str, method: str, path: str, body: Any = None, *, key: str = "", raw: Any = None) -> Any:
        """Make one request; raise Refused, or an OSError when no answer came."""
        headers = {"Authorization": f"Bearer {self.tokens[account]}"}
        data = None
        if raw is not None:
            data, headers["Content-Type"] = raw
        elif body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        if key:
            headers["Idempotency-Key"] = key
        request = urllib.request.Request(f"{self.url}api/v1{path}", data, headers, method=method)  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=HANGS) as answer:  # noqa: S310 - loopback
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.loads(error.read())["code"]) from error

    def receive(self, key: str) -> None:
        """Hand the application in."""
        answer = self.call("W01", "POST", "/applications", {"item": "I02", "answer": dict(COMPANY)}, key=key)
        self.case_no = answer["case_no"]

    def act(self, number: int, key: str) -> None:
        """Do act ``number`` under the idempotency ``key``."""
        account, element, answer = ACTS[number]
        task = self.waiting(account, element)
        self.call(account, "POST", f"/tasks/{task}/complete", {"answer": self.whole(account, answer)}, key=key)
        self.acknowledged.append(element)

    def waiting(self, account: str, element: str) -> str:
        """Return the id of the open task at ``element``."""
        found = [task["id"] for task in self.open_tasks(account) if task["element"] == element]
        assert found, f"{element} is not open"
        return str(found[0])

    def open_tasks(self, account: str) -> list[dict[str, Any]]:
        """Return the case's open tasks."""
        return list(self.call(account, "GET", f"/tasks?case={self.case_no}&state=open")["tasks"])

    def whole(self, account: str, answer: Answer) -> dict[str, Any]:
        """Return the answer with what its words stand for: a signature, an uploaded file, the day."""
        day = self.call(account, "GET", f"/cases/{self.case_no}")["received_at"][:10]
        png = "data:image/png;base64," + base64.b64encode(PNG).decode()
        found: dict[str, Any] = {}
        for name, value in answer.items():
            if value == "PNG":
                found[name] = png
            elif value == "TODAY":
                found[name] = day
            elif value == "PDF":
                found[name] = [{"digest": self.upload(account)}]
            else:
                found[name] = value
        return found

    def upload(self, account: str, content: bytes = PDF) -> str:
        """Upload a file; return its digest."""
        boundary = uuid.uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        answer = self.call(account, "POST", "/uploads", raw=(body, f"multipart/form-data; boundary={boundary}"))
        return str(answer["digest"])
