"""A stranger's fuzz with a token of each role: no fault, no undocumented answer, no word of others' cases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from engine.casework.counselling.commands import AnswerConsultation, AskDepartment, CallDepartment
from engine.foundation.clock import FixedClock
from engine.foundation.vault import token_hash
from engine.registry.identity.commands import IssueToken
from engine.registry.identity.rules import ROLES
from tests.engine.casework.cases.barring.test_barring import HAND
from tests.support.house import COMPANY, PERSON, House
from tests.support.postgres import PostgresServer
from tests.support.server import Server, StartServer, starter
from tests.support.size import FULL, share
from yichuang.settings import read_settings

pytestmark = [pytest.mark.both_editions] if FULL else []
"""What a role may ask is decided at the door, above the database: the second edition is for the full size."""

HERE = Path(__file__).parent
FAR = "2099-01-01T00:00:00.000000Z"
ACCOUNTS = {
    "window_clerk": "W01", "issue_clerk": "W03", "dept_reviewer": "D11", "dept_head": "D12", "dept_archivist": "D13",
    "lead_coordinator": "L31", "complaint_clerk": "J41", "center_head": "C01", "supervisor": "S51",
    "evaluator": "K61", "designer": "P61", "auditor": "U81", "sys_admin": "A01", "sec_admin": "A02",
    "audit_admin": "A03", "integrator": "M71",
}  # fmt: skip
HIDDEN = ("补领旧卡注销", "旧卡未注销能否补领新卡？", "凭挂失回执可以补领。", "材料齐全，挂失已核对。")
"""What is written about another department's case: title, question and answer of a consultation, and an opinion."""
SEES_ALL = {"window_clerk", "issue_clerk", "center_head", "supervisor", "evaluator", "auditor"}
SEES_MARKET = {"dept_reviewer", "dept_head", "dept_archivist", "lead_coordinator"}

SEED = int(os.environ.get("YICHUANG_SEED", "20260302"))
WHOLE = frozenset(ROLES) if FULL else frozenset({"dept_reviewer", "window_clerk"})
"""Who asks through all phases: whoever sees all cases, and somebody from whom other departments' are hidden; the others
ask each operation a few times unless the size is full; of them the small size takes a share."""
ASKING = sorted(WHOLE | set(share(ROLES, 3)))

LEFT_OUT = {
    # A date that is past, an item asked for twice: what a schema cannot say is refused with 422, and that is told.
    "positive_data_acceptance",
}


@dataclass(frozen=True)
class Stranger:
    """A running server with three cases, and what each role must not hear of them."""

    server: Server
    tokens: dict[str, str]
    names: dict[str, list[str]]
    market: list[str]
    """Words of the case of the market department."""
    others: list[str]
    """Words of another department's case."""
    numbers: list[str]
    """Full numbers of persons, told to nobody but on the written reason of unmasking."""

    def secrets(self, role: str) -> list[str]:
        """Return what ``role`` must never be told."""
        if role in SEES_ALL:
            return []
        return [*self.others, *([] if role in SEES_MARKET else self.market)]


@pytest.fixture(scope="module")
def database(edition: str, request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The database of the house: None for a SQLite file in its folder."""
    if edition == "sqlite":
        yield None
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    name = f"s_{uuid.uuid4().hex}"
    yield postgres.create(name)
    postgres.drop(name)


@pytest.fixture(scope="module")
def start_stranger_server(database: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """Starts servers that end before their database goes."""
    with starter(tmp_path_factory.mktemp("server")) as start:
        yield partial(start, database=database)


@pytest.fixture(scope="module")
def stranger(
    start_stranger_server: StartServer, database: str | None, tmp_path_factory: pytest.TempPathFactory
) -> Stranger:
    """Seed a house over a data folder, then serve it."""
    data = tmp_path_factory.mktemp("stranger") / "data"
    house = House(read_settings(data, database), clock=FixedClock(datetime.now(UTC)))
    mine = house.accepted_commitment()
    theirs = house.receive("W01", "I06", PERSON)
    house.complete("W01", theirs, "ut_formal", {"formal_result": "accept", "opinion": HIDDEN[3]})
    house.complete("W01", theirs, "ut_accept", {})
    tasks = [task.id for case_no in (mine, theirs) for task in house.open_tasks(case_no)]
    documents = [one.id for case_no in (mine, theirs) for one in house.documents(case_no)]
    asked = house.execute("W01", AskDepartment(department="market", title="油烟净化", content="是否必须单独安装？"))
    hidden = AskDepartment(department="hrss", title=HIDDEN[0], content=HIDDEN[1], case_no=theirs)
    elsewhere = house.execute("W01", hidden)
    house.execute("D61", AnswerConsultation(number=str(elsewhere["number"]), answer=HIDDEN[2]))
    called = house.execute("W01", CallDepartment(item_code="I02", purpose="guidance"))
    barred = house.execute("D12", replace(HAND, until=str((datetime.now(UTC) + timedelta(days=180)).date())))
    tokens = {}
    for account in ACCOUNTS.values():
        tokens[account] = f"yc_{uuid.uuid4().hex}"
        house.execute("A02", IssueToken(account=account, token_hash=token_hash(tokens[account]), ends_at=FAR))
    house.close()
    names = {
        "case_no": [mine, theirs], "task_id": tasks, "document_id": documents,
        "clock_id": ["correction_notice.1", "commitment.1"], "code": ["I02", "I06"],
        "number": [str(one["number"]) for one in (asked, elsewhere, called, barred)],
    }  # fmt: skip
    return Stranger(
        start_stranger_server(data=data), tokens, names, [mine, COMPANY["applicant_name"]],
        [theirs, PERSON["applicant_name"], *HIDDEN], [PERSON["id_no"], PERSON["phone"], COMPANY["phone"]],
    )  # fmt: skip


def asked_by(stranger: Stranger, role: str, folder: Path) -> str:
    """Let the tool ask everything with the token of ``role``; return what it says when it found something."""
    known = folder / "known.json"
    known.write_text(
        json.dumps({"names": stranger.names, "secrets": stranger.secrets(role), "numbers": stranger.numbers}), "utf-8"
    )
    examples = 40 if FULL else 3
    phases = "examples,coverage,fuzzing,stateful" if role in WHOLE else "examples,fuzzing"
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{stranger.server.url}api/openapi.json",
        "--header", f"Authorization: Bearer {stranger.tokens[ACCOUNTS[role]]}", "--seed", str(SEED),
        "--max-examples", str(examples), "--phases", phases, "--continue-on-failure",
        "--exclude-checks", ",".join(sorted(LEFT_OUT)), "--no-shrink", "--warnings", "off",
    ]  # fmt: skip
    env = {**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "stranger_hooks.py"), "YICHUANG_STRANGER": str(known)}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"seed {SEED}\n{done.stdout[-20_000:]}{done.stderr[-4_000:]}"


def test_every_role_has_an_account() -> None:
    assert ACCOUNTS.keys() == ROLES.keys()


@pytest.mark.parametrize("role", ASKING)
def test_a_stranger_finds_no_fault_no_undocumented_answer_and_no_leak(
    stranger: Stranger, role: str, tmp_path: Path
) -> None:
    found = asked_by(stranger, role, tmp_path)
    if found:
        pytest.fail(found, pytrace=False)
    logged = stranger.server.output()
    if "Traceback" in logged:
        pytest.fail(logged[-20_000:], pytrace=False)
