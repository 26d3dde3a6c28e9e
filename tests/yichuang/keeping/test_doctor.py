"""The doctor names what is wrong and what to do; whatever is well gets a tick; it changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.foundation.clock import SystemClock
from engine.foundation.hosts.queries import beat
from tests.deadlines.runner.timed import timed_case
from tests.engine.process.test_tasks_incidents import given_up
from tests.support.house import House
from tests.yichuang.shell import Shell
from yichuang.keeping import backup, doctor
from yichuang.keeping.doctor import Finding, examine
from yichuang.sealing import seal_all


def examined(house: House) -> dict[str, Finding]:
    return {one.name: one for one in examine(house.settings.data, house.settings.database_url)}


def make_well(house: House) -> None:
    house.settings.data.chmod(0o700)
    house.settings.keys.chmod(0o600)
    backup.create(house.settings)
    with house.door.housekeeping() as connection:
        for part in ("scheduler", "worker"):
            beat(connection, "a:1", part, SystemClock().now())


def test_a_house_that_is_well_gets_ticks(house: House):
    make_well(house)
    # What depends on this machine's own state is looked at by its name only.
    wrong = {name for name, one in examined(house).items() if not one.well} - {"磁盘空间", "页面脚本"}
    assert wrong == set()


def closed_keys(house: House) -> None:
    house.settings.keys.chmod(0o644)


def closed_seal_key(house: House) -> None:
    seal_all(house.door)
    house.settings.outside.key_file.chmod(0o644)


def damaged_seal_key(house: House) -> None:
    house.settings.outside.key_file.write_text("{}")


def open_folder(house: House) -> None:
    house.settings.data.chmod(0o755)


def lost_keys(house: House) -> None:
    house.settings.keys.unlink()


def old_schema(house: House) -> None:
    with house.door.housekeeping() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")


def silent_work(house: House) -> None:
    with house.door.housekeeping() as connection:
        connection.exec_driver_sql("DELETE FROM heartbeat")


def no_backup(house: House) -> None:
    with house.door.housekeeping() as connection:
        connection.exec_driver_sql("DELETE FROM installation")


def bad_settings(house: House) -> None:
    (house.settings.data / "settings.json").write_text('{"trusted_proxy": ["nonsense"]}')


def late_timer(house: House) -> None:
    timed_case(house, "R/P10Y")
    with house.door.housekeeping() as connection:
        connection.exec_driver_sql("UPDATE timer SET due_at = '2020-03-02T01:00:00.000000Z'")


def failed_work(house: House) -> None:
    given_up(house)


@pytest.mark.parametrize(
    "harm, name",
    [
        (closed_keys, "密钥"), (lost_keys, "密钥"), (closed_seal_key, "封存密钥"),
        (damaged_seal_key, "封存密钥"), (open_folder, "目录权限"), (old_schema, "数据库版本"),
        (silent_work, "后台"), (no_backup, "备份"), (bad_settings, "设置"),
        (late_timer, "流程定时"), (failed_work, "异常"),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_what_to_do(sqlite_house: House, harm: Callable[[House], None], name: str):
    make_well(sqlite_house)
    harm(sqlite_house)
    found = examined(sqlite_house)[name]
    assert not found.well
    assert found.advice


@pytest.mark.parametrize(
    "there, found, advice",
    [
        ((), "没有 Node.js、npm", "安装 Node.js 和 npm 后运行 ./run setup"),
        (("node",), "没有 npm", "安装 npm 后运行 ./run setup"),
        (("node", "npm"), "有 Node.js 和 npm", "运行 ./run setup"),
    ],
)
def test_the_pages_scripts_lack_what_is_named_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: tuple[str, ...], found: str, advice: str
):
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    monkeypatch.setattr("shutil.which", lambda program: program if program in there else None)
    told = doctor._assets()
    assert not told.well
    assert told.found == f"没有生成（{found}）"
    assert told.advice.startswith(advice)


def test_the_verb_says_it_and_its_exit_code_too(shell: Shell, sqlite_house: House, tmp_path: Path):
    ran = shell("doctor")
    assert ran.code == 1
    assert "✗ 备份：从未备份。处理：运行 ./run yichuang backup create" in ran.out
    assert "✗ 后台：没有动静：时限扫描、后台工作。处理：" in ran.out
    assert "。。" not in ran.out
    assert "✓ 数据库" in ran.out
    assert {one["name"] for one in shell("doctor", "--json").json} >= {"Python", "数据库", "后台"}
    sqlite_house.settings.keys.write_text("{")
    assert "。。" not in shell("doctor").out
    assert shell("--database", "postgresql://127.0.0.1:1/nowhere", "doctor").code == 1
