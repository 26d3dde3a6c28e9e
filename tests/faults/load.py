"""A day at the counter, in a hurry: clerks, a lead and an auditor drive real cases over HTTP, and keep a log of it.

Each request is noted on disk before it is sent and when its answer came, each note with an fsync: what the log says
was acknowledged must be in the journal exactly once, whatever was killed meanwhile.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.steps import Refused, Walker
from tests.support.house import COMPANY, PERSON

CLERKS = ("W01", "W02", "W03", "D11", "D12", "D13", "D61", "D62", "D63")
READERS = ("L31", "U81")
ACCOUNTS = (*CLERKS, *READERS)
PATIENCE = 60.0
MOST_CASES = 40
"""So many cases are begun; then the clerks finish what lies there."""

SIGNED = {"signature": "PNG"}
WANG = {"receiver_name": "王建国", "receiver_id_no": PERSON["id_no"], "identity_checked": True, **SIGNED}
PAGES = {"application_pages": 1, "process_pages": 1, "result_pages": 1}
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "ut_formal": {"formal_result": "accept"},
    "ut_accept": {},
    "ut_receive_paper": SIGNED,
    "ut_substantive": {"findings": "真实", "site_visit": "no"},
    "ut_dept_opinion": {"opinion": "建议准予", "basis": "办法"},
    "ut_head_decide": {"decision": "grant"},
    "ut_make_result": {"result_no": "1", "long_term": True, "files": "PDF"},
    "ut_result_handover": {},
    "ut_result_receipt": SIGNED,
    "ut_pickup": WANG,
    "ut_collate": {**PAGES, "collation_checks": ["ordered", "named", "complete"]},
    "ut_archive": {"retention_period": "10", "archive_no": "AY-1", "conclusion": "齐全"},
}
"""What is answered at each element; the words stand for what Walker puts in."""


@dataclass
class Asked:
    """One writing request, and what became of it: ``asked``, ``acked``, ``refused`` or ``unknown``."""

    number: int
    account: str
    key: str
    path: str
    body: Any
    became: str = "asked"
    status: int = 0
    answer: Any = None


@dataclass
class Log:
    """The notes of all clerks, in memory and, before anything is believed, on disk."""

    file: Path
    asked: list[Asked] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, one: Asked) -> None:
        """Write the request as it stands, durably."""
        line = json.dumps({**asdict(one), "body": None}, ensure_ascii=False) + "\n"
        with self._lock, self.file.open("a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def ask(self, account: str, path: str, body: Any) -> Asked:
        """Note a request that is about to be sent, under a key of its own."""
        with self._lock:
            one = Asked(len(self.asked), account, uuid.uuid4().hex, path, body)
            self.asked.append(one)
        self.note(one)
        return one

    def counts(self) -> dict[str, int]:
        """Return how many became what."""
        return dict(Counter(one.became for one in self.asked))


class Office:
    """All clerks at work against one address."""

    def __init__(self, url: str, tokens: Mapping[str, str], log: Log, seed: int) -> None:
        self.url = url
        self.log = log
        self._tokens = tokens
        self._seed = seed
        self._cases: list[str] = []
        self.hanging: list[str] = []
        """Whose request got no answer at all in the time after which one hangs (I9)."""
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._sit, args=(account,), name=account) for account in ACCOUNTS]

    def open(self) -> None:
        """Let everybody begin."""
        for one in self._threads:
            one.start()

    def close(self) -> None:
        """Let everybody finish what is in hand."""
        self._closing.set()
        for one in self._threads:
            one.join()

    def send(self, one: Asked) -> None:
        """Send a request (again) and note what became of it: no answer, or a fault of the house, is *unknown*.

        As long as nobody listens nothing was sent, and a person waits.
        """
        patience = time.monotonic() + PATIENCE
        while True:
            try:
                one.answer = self._walker().call(one.account, "POST", one.path, one.body, key=one.key)
                one.became, one.status = "acked", 200
            except Refused as refused:
                one.became, one.status = "refused" if refused.status < 500 else "unknown", refused.status
            except (OSError, http.client.HTTPException, ValueError) as error:
                if isinstance(getattr(error, "reason", None), ConnectionRefusedError) and time.monotonic() < patience:
                    time.sleep(0.1)
                    continue
                one.became, one.status = "unknown", 0
                self._note_hanging(one.account, error)
            self.log.note(one)
            return

    def _note_hanging(self, account: str, error: Exception) -> None:
        # urllib wraps what happens before the first byte of the answer in an error of its own.
        if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
            self.hanging.append(f"{account} {error}")

    def _walker(self, case_no: str = "") -> Walker:
        return Walker(self.url, self._tokens, case_no)

    def _sit(self, account: str) -> None:
        chance = random.Random(f"{self._seed}-{account}")
        while not self._closing.is_set():
            try:
                self._read(account, chance) if account in READERS else self._work(account, chance)
            except (OSError, http.client.HTTPException, ValueError, Refused) as error:
                self._note_hanging(account, error)
                time.sleep(chance.uniform(0.05, 0.2))

    def _read(self, account: str, chance: random.Random) -> None:
        self._walker().call(account, "GET", "/cases")
        if self._cases:
            self._walker().call(account, "GET", f"/cases/{chance.choice(self._cases)}/history")
        time.sleep(chance.uniform(0.1, 0.3))

    def _work(self, account: str, chance: random.Random) -> None:
        if account in {"W01", "W02"} and len(self._cases) < MOST_CASES and chance.random() < 0.3:
            item, answer = chance.choice((("I02", COMPANY), ("I06", PERSON)))
            one = self.log.ask(account, "/applications", {"item": item, "answer": dict(answer)})
            self.send(one)
            if one.became == "acked":
                self._cases.append(one.answer["case_no"])
            return
        box = chance.choice(("role", "role", "mine"))
        tasks = self._walker().call(account, "GET", f"/tasks?box={box}&limit=20")["tasks"]
        tasks = [one for one in tasks if one["element"] in ANSWERS]
        if not tasks:
            time.sleep(chance.uniform(0.02, 0.1))
            return
        self._do(account, chance.choice(tasks), chance)

    def _do(self, account: str, task: Mapping[str, Any], chance: random.Random) -> None:
        if chance.random() < 0.2:
            self.send(self.log.ask(account, f"/tasks/{task['id']}/claim", {}))
        walker = self._walker(task["case_no"])
        answer = walker.whole(account, ANSWERS[task["element"]])
        if task["element"] == "ut_pickup" and self._item(walker, account, task["case_no"]) == "I02":
            answer |= {"receiver_name": COMPANY["legal_representative"], "receiver_id_no": "41050219850612002X"}
        self.send(self.log.ask(account, f"/tasks/{task['id']}/complete", {"answer": answer}))

    @staticmethod
    def _item(walker: Walker, account: str, case_no: str) -> str:
        return str(walker.call(account, "GET", f"/cases/{case_no}")["item_code"])


def settled(office: Office, patience: Callable[[], bool]) -> list[str]:
    """Ask every unknown request again under its key, twice; return a sentence for each that is answered unevenly."""
    faults = []
    for one in [one for one in office.log.asked if one.became in {"unknown", "asked"}]:
        while patience():
            office.send(one)
            if one.became != "unknown":
                break
        first, became = one.answer, one.became
        office.send(one)
        if (one.answer, one.became) != (first, became):
            faults.append(f"{one.path} was answered {became} {first} and then {one.became} {one.answer}")
    return faults
