"""``audit verify``: exit 0 when all holds, 1 with the first line that does not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.foundation.journal.sealing.notes import SigningKey
from engine.foundation.journal.tables import journal_line
from engine.oversight.audit.queries import verifications
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House
from tests.yichuang.shell import Shell


def tamper(house: House, root_id: str, seq: int, **values: object) -> None:
    """Change a journal line behind the house's back."""
    with house.door.database.writing() as connection:
        mine = (journal_line.c.root_id == root_id) & (journal_line.c.seq == seq)
        assert connection.execute(journal_line.update().where(mine).values(**values)).rowcount == 1


def body_of(house: House, root_id: str, seq: int) -> str:
    """Return the text of a journal line."""
    with house.door.database.reading() as connection:
        mine = (journal_line.c.root_id == root_id) & (journal_line.c.seq == seq)
        return str(connection.execute(sa.select(journal_line.c.body).where(mine)).scalar_one())


def test_a_house_in_order_is_told_so(shell: Shell, sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    for which in (("--all",), ("--case", case_no)):
        ran = shell("audit", "verify", *which)
        assert (ran.code, ran.err) == (0, "")
        assert re.fullmatch(r"核对无误：[1-9]\d* 条过程记录链，[1-9]\d* 条记录，1 件办件", ran.out.strip())
        assert shell("audit", "verify", *which, "--json").json == []


@pytest.mark.parametrize("which", ["case", "all"])
def test_the_first_changed_line_is_named(shell: Shell, sqlite_house: House, which: str):
    case_no = sqlite_house.accepted_instant()
    root = f"case:{case_no}"
    for seq in (3, 2):
        tamper(sqlite_house, root, seq, body=body_of(sqlite_house, root, seq).replace("W01", "W02"))
    words = ("--case", case_no) if which == "case" else ("--all",)
    ran = shell("audit", "verify", *words)
    assert ran.code == 1
    broken = [line for line in ran.out.splitlines() if line.startswith("I3 ")]
    assert broken == [f"I3 {root}：第 2 条记录：内容与摘要不符"]
    assert {"invariant": "I3", "root": root, "sentence": "第 2 条记录：内容与摘要不符"} in shell(
        "audit", "verify", *words, "--json"
    ).json


def test_a_case_in_order_is_in_order_beside_one_that_is_not(shell: Shell, sqlite_house: House):
    good, bad = sqlite_house.accepted_instant(), sqlite_house.accepted_instant()
    tamper(sqlite_house, f"case:{bad}", 1, hash="0" * 64)
    assert shell("audit", "verify", "--case", good).code == 0
    assert shell("audit", "verify", "--case", bad).code == 1
    assert shell("audit", "verify", "--all").code == 1


def test_a_changed_line_of_the_catalogue_is_found_too(shell: Shell, sqlite_house: House):
    tamper(sqlite_house, "release:catalogue", 1, hash="0" * 64)
    ran = shell("audit", "verify", "--all")
    assert ran.code == 1
    assert "I3 release:catalogue：第 1 条记录" in ran.out


def test_a_case_that_does_not_exist_is_not_called_in_order(shell: Shell, sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    for slip in (case_no[:-1], case_no + "0", "", "%"):
        ran = shell("audit", "verify", "--case", slip)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("CASE_MISSING：")


def test_one_must_say_what_is_to_be_verified(shell: Shell):
    with pytest.raises(SystemExit) as ended:
        shell("audit", "verify")
    assert ended.value.code == 2


# Sealing -----------------------------------------------------------------------------------------------------------


def test_what_waits_is_sealed_at_once_and_verified(shell: Shell, sqlite_house: House):
    sqlite_house.accepted_instant()
    ran = shell("audit", "seal")
    assert ran.code == 0
    assert re.fullmatch(r"新封存 [1-9]\d* 个链头，日志共 [1-9]\d* 个，根摘要 [0-9a-f]{64}", ran.out.strip())
    assert shell("audit", "verify", "--all").code == 0
    ran = shell("audit", "verify", "--chains")
    assert (ran.code, ran.out.startswith("核对无误：")) == (0, True)


def test_verify_names_a_line_that_was_made_to_fit_and_a_log_that_was_changed(shell: Shell, sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    shell("audit", "seal")
    tamper(sqlite_house, f"case:{case_no}", 2, body=body_of(sqlite_house, f"case:{case_no}", 2).replace("W01", "W02"))
    with sqlite_house.door.database.writing() as connection:
        connection.execute(sa.text("UPDATE log_leaf SET seq = seq + 100 WHERE position = 1"))
    for which in (("--all",), ("--chains",)):
        ran = shell("audit", "verify", *which)
        assert ran.code == 1
        assert f"case:{case_no}" in ran.out
        assert "日志登记有" in ran.out
    ran = shell("audit", "verify", "--case", case_no)
    assert (ran.code, "第 2 条记录：内容与摘要不符" in ran.out) == (1, True)


def test_seal_refuses_to_sign_over_what_was_changed(shell: Shell, sqlite_house: House):
    shell("audit", "seal")
    sqlite_house.accepted_instant()
    with sqlite_house.door.database.writing() as connection:
        connection.execute(sa.text("DELETE FROM log_tile"))
    ran = shell("audit", "seal")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("SEAL_REFUSED：没有封存：日志的树残缺")
    assert "seal:log  待处理  封存日志" in shell("process", "incidents").out


def test_a_checkpoint_that_was_exported_witnesses_what_comes_after_it(
    shell: Shell, sqlite_house: House, tmp_path: Path
):
    nothing = shell("audit", "checkpoint")
    assert (nothing.code, nothing.err.startswith("NOTHING_SEALED")) == (1, True)
    shell("audit", "seal")
    file = tmp_path / "kept.txt"
    assert shell("audit", "checkpoint", "--to", file).out.split() == [str(file), f"{file}.pub"]
    assert shell("audit", "checkpoint").out == file.read_text("utf-8")
    sqlite_house.accepted_instant()
    shell("audit", "seal")
    ran = shell("audit", "consistency", "--checkpoint", file)
    assert (ran.code, ran.out.startswith("一致：")) == (0, True)
    told = shell("audit", "consistency", "--checkpoint", file, "--json").json
    assert (told["faults"], told["second"] > told["first"] > 0) == ([], True)
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in told["proof"])
    with sqlite_house.door.database.writing() as connection:
        connection.execute(sa.text(f"UPDATE log_leaf SET head = '{'b' * 64}' WHERE position = 0"))
    ran = shell("audit", "consistency", "--checkpoint", file)
    assert ran.code == 1
    assert "根摘要不同：有已封存的记录被改动" in ran.out


def test_a_checkpoint_needs_a_key_that_signed_it(shell: Shell, sqlite_house: House, tmp_path: Path):
    shell("audit", "seal")
    file, other = tmp_path / "kept.txt", tmp_path / "other.pub"
    shell("audit", "checkpoint", "--to", file)
    other.write_text(SigningKey.new("another").public.text, "utf-8")
    ran = shell("audit", "consistency", "--checkpoint", file, "--key", other)
    assert (ran.code, "没有可信的签名" in ran.out) == (1, True)
    file.with_name("kept.txt.pub").unlink()
    assert shell("audit", "consistency", "--checkpoint", file).code == 0, "by the keys of this host"
    file.write_text("一窗通", "utf-8")
    assert "CHECKPOINT_UNREADABLE" in shell("audit", "consistency", "--checkpoint", file).err
    file.write_bytes(b"\xff\xfe")
    assert "CHECKPOINT_UNREADABLE" in shell("audit", "consistency", "--checkpoint", file).err
    other.write_text("x", "utf-8")
    shell("audit", "checkpoint", "--to", file)
    assert "PUBLIC_KEY_UNREADABLE" in shell("audit", "consistency", "--checkpoint", file, "--key", other).err


def test_a_lost_key_is_replaced_and_everything_goes_on(shell: Shell, sqlite_house: House):
    shell("audit", "seal")
    key = sqlite_house.settings.outside.key_file
    key.unlink()
    sqlite_house.accepted_instant()
    assert "SEAL_KEY_MISSING" in shell("audit", "seal").err
    ran = shell("audit", "seal", "--new-key")
    assert (ran.code, "已换新的封存密钥，公钥 yichuang/" in ran.out) == (0, True)
    assert key.exists()
    assert shell("audit", "verify", "--all").code == 0


def test_a_check_of_the_whole_is_kept_with_who_made_it(shell: Shell, sqlite_house: House):
    shell("audit", "verify", "--all")
    with sqlite_house.door.read(SYSTEM) as view:
        [check] = verifications(view.connection)
    assert (check.account, check.extent, check.found) == ("operator", "all", 0)


def test_key_and_checkpoints_lie_where_the_settings_say(sqlite_house: House, shell: Shell, tmp_path: Path):
    file = sqlite_house.settings.file
    file.write_text(json.dumps({"checkpoints": str(tmp_path / "elsewhere"), "seal_key": "secret.json"}), "utf-8")
    assert shell("audit", "seal").code == 0
    assert (tmp_path / "elsewhere" / "checkpoints.txt").exists()
    assert (sqlite_house.settings.data / "secret.json").exists()
    file.unlink()
