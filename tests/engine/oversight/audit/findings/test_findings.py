"""审计记录和审计发现: the own ones only, nothing deleted, and the case knows nothing of them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.cases.rules import CaseMissing
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.queries import private_values
from engine.foundation.vault import Vault
from engine.oversight.audit.findings.commands import ReviseFinding, SettleFinding, WithdrawFinding, WriteFinding
from engine.oversight.audit.findings.queries import Finding, noted_on, own_finding, own_findings, own_on_case
from engine.oversight.audit.findings.rules import FindingChanged, FindingMissing, FindingSettled
from engine.oversight.audit.replay import replay
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.accounts.commands import GrantRole
from engine.registry.identity.commands import CreateAccount
from engine.registry.identity.rules import SYSTEM, NotYourAction
from tests.support.house import COMPANY, PERSON, House

TEXT = "申请人王建国的材料在受理以后才补登。"


def auditor(house: House, account: str = "U82", place: str = "center") -> str:
    """Make another auditor, of the centre or of a department."""
    made = CreateAccount(
        account=account, person=f"P-{account}", name="另一审计员", password_hash="x", grants=(("auditor", place),)
    )
    house.door.execute(made, SYSTEM, key=f"make-{account}")
    return account


def write(house: House, case_no: str, account: str = "U81", **given: Any) -> int:
    wanted = {"kind": "finding", "severity": "major", "text": TEXT, "basis": "T026", "seq": 1, **given}
    return int(house.execute(account, WriteFinding(case_no=case_no, **wanted))["id"])


def one(house: House, id: int, account: str = "U81") -> Finding:
    with house.door.read(house.actor(account)) as view:
        return own_finding(view.connection, account, id)


def chain(house: House, account: str = "U81") -> list[str]:
    return [line.sentence for line in house.journal(f"findings:{account}")]


def test_a_finding_stands_at_its_line_with_what_it_says(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    kept = one(house, write(house, case_no, text=f"  {TEXT}  "))
    assert (kept.case_no, kept.seq, kept.kind, kept.severity, kept.basis) == (case_no, 1, "finding", "major", "T026")
    assert (kept.text, kept.state, kept.account, kept.created_at) == (TEXT, "open", "U81", house.clock.now())
    assert chain(house) == [f"写审计发现 {kept.id}：办件 {case_no} 过程记录第 1 条，较重"]
    note = one(house, write(house, case_no, kind="note", severity="grave", seq=None, basis=""))
    assert (note.severity, note.seq) == ("", None)
    assert chain(house)[-1] == f"写审计记录 {note.id}：办件 {case_no}"


def test_the_case_knows_nothing_of_it(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    root = f"case:{case_no}"
    before = house.journal(root)
    with house.door.database.reading() as connection:
        version = connection.exec_driver_sql("SELECT version, head FROM root WHERE id LIKE 'case:%%'").all()
    id = write(house, case_no)
    house.execute("U81", ReviseFinding(id=id, revision=0, text=f"{TEXT}已核对。", severity="grave"))
    house.execute("U81", SettleFinding(id=id, reason="已由部门更正"))
    assert house.journal(root) == before
    with house.door.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT version, head FROM root WHERE id LIKE 'case:%%'").all() == version
        again = replay(connection, house.door.part(Bundles), root)
    assert again.differs_at is None and house.violations() == []
    # Nor do the journals that administrators read.
    for account in ("U81", "A02", "A03"):
        for kind in ("access", "account"):
            assert not [line for line in house.journal(f"{kind}:{account}") if "finding" in line.type]


def test_the_text_is_a_personal_value_and_every_version_of_it_stays(house: House):
    id = write(house, house.receive("W01", "I06", PERSON))
    house.execute("U81", ReviseFinding(id=id, revision=0, text="改为：材料登记晚于受理。", severity="minor", basis=""))
    house.execute("U81", WithdrawFinding(id=id, reason="经核对，登记并无不当"))
    lines = house.journal("findings:U81")
    assert [line.type.partition(".")[2] for line in lines] == ["written", "revised", "withdrawn"]
    assert "王建国" not in repr([line.data for line in lines])
    digests = [line.data["text"]["digest"] for line in lines]
    with house.door.database.reading() as connection:
        texts = private_values(connection, house.door.part(Vault), "findings:U81", digests)
    assert [texts[digest] for digest in digests] == [TEXT, "改为：材料登记晚于受理。", "经核对，登记并无不当"]
    kept = one(house, id)
    assert (kept.state, kept.reason, kept.text) == ("withdrawn", "经核对，登记并无不当", "改为：材料登记晚于受理。")


def test_only_the_own_ones(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    other, id = auditor(house), write(house, case_no)
    for command in (
        ReviseFinding(id=id, revision=0, text=TEXT, severity="minor"), SettleFinding(id=id, reason="不是我的"),
        WithdrawFinding(id=id, reason="不是我的"),
    ):  # fmt: skip
        with pytest.raises(FindingMissing):
            house.execute(other, command)
    with house.door.read(house.actor(other)) as view:
        assert own_on_case(view.connection, other, f"case:{case_no}") == []
        assert own_findings(view.connection, other) == ([], 0)
        assert noted_on(view.connection, other, [f"case:{case_no}"]) == {}
    with pytest.raises(FindingMissing):
        one(house, id, other)
    assert one(house, id).revision == 0
    assert chain(house, other) == []


def test_what_is_settled_or_withdrawn_is_not_touched_again(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    for end in (SettleFinding, WithdrawFinding):
        id = write(house, case_no)
        house.execute("U81", end(id=id, reason="已核实，予以了结"))
        for command in (
            ReviseFinding(id=id, revision=1, text=TEXT, severity="minor"), SettleFinding(id=id, reason="再了结一次"),
            WithdrawFinding(id=id, reason="再撤回一次"),
        ):  # fmt: skip
            with pytest.raises(FindingSettled):
                house.execute("U81", command)
        assert one(house, id).reason == "已核实，予以了结"


def test_a_change_made_meanwhile_is_not_overwritten_and_the_same_again_changes_nothing(house: House):
    id = write(house, house.receive("W01", "I02", COMPANY))
    house.execute("U81", ReviseFinding(id=id, revision=0, text="在另一窗口改过。", severity="minor"))
    with pytest.raises(FindingChanged):
        house.execute("U81", ReviseFinding(id=id, revision=0, text="旧窗口里的内容。", severity="grave"))
    before = chain(house)
    house.execute("U81", ReviseFinding(id=id, revision=1, text="在另一窗口改过。", severity="minor"))
    assert (one(house, id).revision, chain(house)) == (1, before)


@pytest.mark.parametrize(
    "given, field",
    [
        ({"kind": "thought"}, "kind"), ({"severity": ""}, "severity"), ({"severity": "awful"}, "severity"),
        ({"text": "短"}, "text"), ({"text": "长" * 2001}, "text"), ({"basis": "条" * 201}, "basis"),
        ({"seq": 0}, "seq"), ({"seq": 9999}, "seq"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_finding_is_told_at_its_field(sqlite_house: House, given: dict[str, Any], field: str):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    with pytest.raises(InvalidFields) as refused:
        write(sqlite_house, case_no, **given)
    assert list(refused.value.errors) == [field]
    assert chain(sqlite_house) == []


def test_an_end_needs_a_reason(sqlite_house: House):
    id = write(sqlite_house, sqlite_house.receive("W01", "I02", COMPANY))
    for end in (SettleFinding, WithdrawFinding):
        with pytest.raises(InvalidFields, match="请填写理由"):
            sqlite_house.execute("U81", end(id=id, reason=" 无 "))
    assert one(sqlite_house, id).state == "open"


@pytest.mark.parametrize("account", ["W01", "D12", "S51", "C01", "A01", "A02", "A03", "P61"])
def test_nobody_but_an_auditor_writes(sqlite_house: House, account: str):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    with pytest.raises(NotYourAction):
        write(sqlite_house, case_no, account)


def test_an_auditor_of_a_department_writes_on_its_cases_only(house: House):
    market, police = auditor(house, "U83", "market"), auditor(house, "U84", "police")
    case_no = house.receive("W01", "I02", COMPANY)
    assert house.case(case_no).department == "market"
    assert one(house, write(house, case_no, market), market).case_no == case_no
    with pytest.raises(CaseMissing):
        write(house, case_no, police)
    with pytest.raises(CaseMissing):
        write(house, "11410500MB1A0000203000131002000202603029999")


def test_the_open_ones_come_first_and_the_list_is_narrowed_and_paged(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    ids = [write(house, case_no, kind=kind) for kind in ("finding", "note", "finding", "note")]
    house.execute("U81", SettleFinding(id=ids[3], reason="已核实完毕"))
    house.execute("U81", WithdrawFinding(id=ids[0], reason="写错办件了"))
    with house.door.read(SYSTEM) as view:

        def listed(**asked: Any) -> tuple[list[int], int]:
            rows, total = own_findings(view.connection, "U81", **asked)
            return [row.id for row in rows], total

        assert listed() == ([ids[2], ids[1], ids[3], ids[0]], 4)
        assert listed(offset=1, limit=2) == ([ids[1], ids[3]], 4)
        assert listed(kind="finding") == ([ids[2], ids[0]], 2)
        assert listed(state="settled") == ([ids[3]], 1)
        assert noted_on(view.connection, "U81", [f"case:{case_no}"]) == {f"case:{case_no}": (3, 2)}


def test_who_is_no_auditor_any_more_keeps_nothing_to_write_with(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    sqlite_house.execute("A02", GrantRole(account="U81", role="auditor", department="center", until_day="2026-03-03"))
    write(sqlite_house, case_no)
    sqlite_house.wait(days=3)
    with pytest.raises(NotYourAction):
        write(sqlite_house, case_no)
