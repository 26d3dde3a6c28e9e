"""Whatever a verb is given: a code and a sentence, exit code 1 or 2, no trace of the program, nothing left on disk."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.first_release import FirstRelease
from tests.support.house import PERSON, House
from tests.yichuang.shell import ROOT, Ran, Shell, in_chinese
from yichuang.cli import main
from yichuang.cli.parsing import in_chinese as said_in_chinese
from yichuang.hosting.alone import alone
from yichuang.house import open_house
from yichuang.settings import read_settings

SAID = re.compile(r"^[A-Z_]+：.+", re.MULTILINE)
READING = [
    ("audit", "verify", "--all"), ("audit", "conformance"), ("audit", "events", "--format", "csv", "--to", "out"),
    ("account", "list"), ("account", "show", "--account", "W01"),
    ("account", "disable", "--account", "W01"), ("process", "status"), ("process", "export", "out"),
    ("search", "rebuild"), ("clock", "advance", "1d"), ("backup", "create"), ("backup", "list"), ("db", "current"),
    ("db", "check"), ("db", "upgrade"),
]  # fmt: skip
MAKING = [("serve", "--port", "0"), ("token", "issue", "--account", "W01"), ("calendar", "show", "--year", "2026")]
EVERY = [*READING, *MAKING]


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(place: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """A function that runs the command line as it stands."""

    def go(*words: object) -> Ran:
        capsys.readouterr()
        try:
            code = main([*map(str, words)])
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ran(code, *capsys.readouterr())

    return go


def refused(ran: Ran, code: str) -> None:
    assert ran.code in {1, 2}
    assert ran.err.startswith(f"{code}："), ran.err
    assert SAID.match(ran.err) and in_chinese(ran.err)
    assert "Traceback" not in ran.err + ran.out
    assert "核对无误" not in ran.out


# A folder that is none ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", READING, ids=" ".join)
def test_a_mistyped_folder_is_no_all_clear_and_nothing_is_made_there(
    run: Callable[..., Ran], place: Path, verb: tuple[str, ...]
):
    refused(run("--data", place / "typo", *verb), "DATA_MISSING")
    (place / "empty").mkdir()
    if verb != ("backup", "list"):
        refused(run("--data", place / "empty", *verb), "DATA_MISSING")
    assert tree(place) == ["empty"]


def test_only_a_verb_that_sets_up_makes_a_house_and_says_so(run: Callable[..., Ran], place: Path):
    ran = run("--data", place / "new", "token", "issue", "--account", "W01")
    assert ran.code == 0
    assert str(place / "new") in ran.err
    assert "已新建" in ran.err
    assert run("--data", place / "new", "token", "issue", "--account", "W01").err == ""


@pytest.mark.parametrize("verb", EVERY, ids=" ".join)
def test_a_data_folder_that_is_a_file_is_refused(run: Callable[..., Ran], place: Path, verb: tuple[str, ...]):
    (place / "file").write_text("x")
    refused(run("--data", place / "file", *verb), "DATA_UNUSABLE")
    assert tree(place) == ["file"]


@pytest.mark.parametrize("verb", MAKING, ids=" ".join)
def test_a_data_folder_that_cannot_be_made_is_refused(run: Callable[..., Ran], place: Path, verb: tuple[str, ...]):
    refused(run("--data", "/proc/nope", *verb), "DATA_UNUSABLE")


# A database or settings that are none ----------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["nonsense", "mysql://u:topsecret@h/d", "postgres://h/d", "sqlite://", ""])
@pytest.mark.parametrize("verb", [*EVERY, ("doctor",)], ids=" ".join)
def test_an_address_of_no_database_is_refused(run: Callable[..., Ran], place: Path, verb: tuple[str, ...], url: str):
    ran = run("--data", place / "new", "--database", url, *verb)
    if verb == ("doctor",):
        assert ran.code == 1
        assert "✗ 设置：不能使用" in ran.out
    else:
        refused(ran, "DATABASE_UNKNOWN")
    assert "topsecret" not in ran.err + ran.out
    assert tree(place) == []


@pytest.mark.parametrize(
    "content",
    ["{bad", "[]", '{"public_url": []}', '{"production": "yes"}', '{"trusted_proxy_count": "x"}',
     '{"courier_poll_seconds": null}', "\xff\xfe"],
)  # fmt: skip
@pytest.mark.parametrize("verb", [("audit", "verify", "--all"), ("serve", "--port", "0"), ("backup", "create")])
def test_broken_settings_are_named(run: Callable[..., Ran], place: Path, verb: tuple[str, ...], content: str):
    (place / "settings.json").write_text(content, "latin-1")
    ran = run("--data", place, *verb)
    refused(ran, "SETTINGS_UNREADABLE")
    assert str(place / "settings.json") in ran.err
    assert tree(place) == ["settings.json"]


@pytest.mark.parametrize("verb", [one for one in READING if one != ("backup", "list")], ids=" ".join)
def test_a_file_that_is_no_database_is_refused(run: Callable[..., Ran], place: Path, verb: tuple[str, ...]):
    (place / "yichuang.db").write_text("this is no database at all, whatever its name says" * 40)
    refused(run("--data", place, *verb), "DATABASE_AWAY")
    assert tree(place) == ["yichuang.db"]


# Files that are none ---------------------------------------------------------------------------------------------


def test_places_that_cannot_be_written_are_named(shell: Shell):
    refused(shell("backup", "create", "--to", "/proc/x/y.zip"), "PATH_UNUSABLE")
    refused(shell("process", "export", "/proc/nope"), "PATH_UNUSABLE")


@pytest.mark.parametrize("verb", ["verify", "restore"])
def test_a_backup_that_is_not_there_is_said_to_be_not_there(run: Callable[..., Ran], place: Path, verb: str):
    ran = run("--data", place / "new", "backup", verb, place / "no.zip")
    refused(ran, "BACKUP_MISSING")
    assert tree(place) == []


def test_a_backup_with_keys_of_a_house_without_any_is_refused(shell: Shell, sqlite_house: House):
    sqlite_house.settings.keys.unlink()
    refused(shell("backup", "create", "--with-keys"), "KEYS_MISSING")
    assert not (sqlite_house.settings.data / "backups").exists()


# Copying ---------------------------------------------------------------------------------------------------------


def test_the_documented_line_copies_without_a_data_folder_being_named(
    shell: Shell, run: Callable[..., Ran], sqlite_house: House, place: Path, postgresql_url: str
):
    sqlite_house.accepted_instant()
    sqlite_house.door.database.close()
    manual = (ROOT / "docs/operations.md").read_text("utf-8")
    documented = re.search(r"^\./run yichuang (db copy .*)$", manual, re.MULTILINE)
    assert documented is not None
    own = {"sqlite:////srv/yichuang/yichuang.db": sqlite_house.settings.database_url, "postgresql://…": postgresql_url}
    ran = run(*(own.get(word, word) for word in documented[1].split()))
    assert (ran.code, ran.err) == (0, "")
    assert "复制完成并核对无误" in ran.out
    assert tree(place) == []
    refused(run("db", "copy", "--from", sqlite_house.settings.database_url, "--to", postgresql_url), "TARGET_NOT_EMPTY")
    refused(run("db", "copy", "--from", postgresql_url, "--to", f"sqlite:///{place}/x.db"), "COPY_NEEDS_DATA")
    assert tree(place) == []


def lost_keys(house: House) -> None:
    house.settings.keys.unlink()


def lost_files(house: House) -> None:
    shutil.rmtree(house.settings.blobs)


@pytest.mark.parametrize("harm, code", [(lost_keys, "KEYS_MISSING"), (lost_files, "FILES_MISSING")])
def test_without_keys_or_files_nothing_is_copied(
    run: Callable[..., Ran], sqlite_house: House, place: Path, harm: Callable[[House], None], code: str
):
    sqlite_house.receive("W01", "I06", PERSON)
    sqlite_house.upload("W01")
    sqlite_house.door.database.close()
    harm(sqlite_house)
    refused(run("db", "copy", "--from", sqlite_house.settings.database_url, "--to", f"sqlite:///{place}/x.db"), code)
    assert tree(place) == []


def test_while_the_server_runs_nothing_is_copied(run: Callable[..., Ran], sqlite_house: House, place: Path):
    with alone(sqlite_house.settings.data):
        ran = run("db", "copy", "--from", sqlite_house.settings.database_url, "--to", f"sqlite:///{place}/x.db")
    refused(ran, "ALREADY_SERVING")
    assert tree(place) == []


@pytest.mark.parametrize(
    "source, target, code",
    [
        ("mysql://h/d", "sqlite:///x.db", "DATABASE_UNKNOWN"),
        ("HOUSE", "nonsense", "DATABASE_UNKNOWN"),
        ("HOUSE", "HOUSE", "COPY_ONTO_ITSELF"),
        ("HOUSE", "sqlite:///nowhere/x.db", "TARGET_UNREACHABLE"),
        ("HOUSE", "postgresql://127.0.0.1:1/nowhere", "DATABASE_AWAY"),
        ("sqlite:///gone.db", "sqlite:///x.db", "DATA_MISSING"),
        ("sqlite:///nowhere/gone.db", "sqlite:///x.db", "DATA_MISSING"),
        ("sqlite:///text.db", "sqlite:///x.db", "DATABASE_AWAY"),
        ("postgresql://127.0.0.1:1/nowhere", "sqlite:///x.db", "COPY_NEEDS_DATA"),
    ],
)
def test_a_copy_that_cannot_be_is_refused_before_anything_is_written(
    run: Callable[..., Ran], sqlite_house: House, place: Path, source: str, target: str, code: str
):
    (place / "text.db").write_text("no database" * 100)
    own = sqlite_house.settings.database_url
    refused(run("db", "copy", "--from", source.replace("HOUSE", own), "--to", target.replace("HOUSE", own)), code)
    assert tree(place) == ["text.db"]


# Values and words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--port", "99999"), ("serve", "--port", "-1"), ("token", "issue", "--account", "W01", "--days", "0"),
        ("token", "issue", "--account", "W01", "--days", "-5"), ("account", "list", "--department", "nonsense"),
        ("token", "issue", "--account", "W01", "--days", "99999999999"), ("audit", "verify"), ("nonsense",), (),
        ("token", "issue", "--nonsense"), ("calendar", "show", "--year", "x"),
        ("audit", "verify", "--all", "--case", "1"), ("audit", "events", "--format", "x", "--to", "out"),
        ("audit", "figures", "--from", "x"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_wrong_value_is_refused_in_chinese(run: Callable[..., Ran], place: Path, words: tuple[str, ...]):
    ran = run("--data", place / "new", *words)
    refused(ran, "ARGUMENTS_WRONG")
    assert ran.code == 2
    for english in ("usage", "error", "argument", "invalid", "required", "expected", "choose"):
        assert english not in ran.err
    assert tree(place) == []


def test_the_help_has_no_english_headings(run: Callable[..., Ran]):
    for words in (("--help",), ("token", "issue", "--help"), ("backup", "--help")):
        said = run(*words).out
        assert "用法：" in said
        for english in ("usage", "options:", "positional", "show this"):
            assert english not in said


def test_what_argparse_may_say_otherwise_stays_as_it_is():
    assert said_in_chinese("something new") == "something new"
    assert said_in_chinese("argument --x: 须为 1 至 2 的整数") == "--x：须为 1 至 2 的整数"


def test_each_wrong_field_is_named_with_its_sentence(shell: Shell):
    words = ("account", "create", "--account", "W 77", "--name", "新", "--role", "nonsense")
    ran = shell(*words, stdin="Wenfeng-Ta-618\n")
    assert ran.err.startswith("INVALID_FIELDS：")
    assert [line for line in ran.err.splitlines()[1:] if re.fullmatch(r"  \S+：.+", line)]


# A house of an older program -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_house_that_waits_for_its_upgrade_is_backed_up_checked_and_restored(
    first_release: Callable[[str], FirstRelease], run: Callable[..., Ran], place: Path, dialect: str,
    new_database: Callable[[str], str],
):  # fmt: skip
    old = first_release(dialect)
    words = ["--data", old.data, *(["--database", old.url] if old.url else [])]
    assert run(*words, "db", "check").code == 1
    made = run(*words, "backup", "create", "--with-keys", "--to", place / "old.zip")
    assert (made.code, made.err) == (0, "")
    assert run(*words, "db", "current").out.strip() == "0001"
    scratch = ["--scratch", new_database(dialect)] if old.url else []
    if old.url:
        assert "核对无误" not in run("backup", "verify", place / "old.zip").out
        refused(run("backup", "verify", place / "old.zip", "--scratch", "sqlite:///x.db"), "SCRATCH_UNFIT")
    checked = run("backup", "verify", place / "old.zip", *scratch)
    assert (checked.code, checked.err) == (0, "")
    assert "核对无误" in checked.out
    there = new_database("postgresql") if old.url else None
    target = ["--data", place / "new", *(["--database", there] if there else [])]
    restored = run(*target, "backup", "restore", place / "old.zip")
    assert restored.code == 0
    assert ("核对无误" in restored.out) is (there is None)
    assert ("尚未核对" in restored.out) is (there is not None)
    assert run(*target, "db", "current").out.strip() == "0001"
    open_house(read_settings(place / "new", there)).database.close()
    kept = run(*target, "backup", "list").out
    assert "before-upgrade-0001-" in kept
    assert "升级前" in kept
