"""Migrations: the schema they make is the rooms' own on both databases, and they can be cut off and repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from engine.foundation.store.database import Database
from engine.foundation.store.migrations import SchemaUnknown, head, refuse_unknown, upgrade
from engine.foundation.store.migrations.making import import_all_tables
from engine.foundation.store.types import METADATA
from tests.support.databases import NewDatabase
from tests.support.processes import in_process, in_processes, kill_me
from tests.support.size import FULL

Schema = dict[str, set[Any]]


@pytest.fixture(scope="module", autouse=True)
def _all_tables() -> None:
    import_all_tables()


# The schema as the database itself tells it -----------------------------------------------------------------------


def schema_of(connection: Connection) -> Schema:
    """Return columns, constraints and indexes by table, in the words of the database's own catalogue."""
    read = _postgresql_schema if connection.dialect.name == "postgresql" else _sqlite_schema
    found: Schema = {}
    for table, fact in read(connection):
        if table.startswith("search_index"):
            # The word index is made by hand, in each database's own way, and belongs to the entries beside it.
            found.setdefault("search_entry", set()).add((table, *fact))
        elif table != "alembic_version":
            found.setdefault(table, set()).add(fact)
    return found


def _sqlite_schema(connection: Connection) -> Iterator[tuple[str, Any]]:
    ask = connection.exec_driver_sql
    for table, statement in ask("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL").all():
        yield table, ("rows lie in the key", "WITHOUT ROWID" in statement)
        for column in ask(f"PRAGMA table_info('{table}')"):
            yield table, ("column", *column[1:])
        for key in ask(f"PRAGMA foreign_key_list('{table}')"):
            yield table, ("foreign key", *key[2:])
        for constraint in re.findall(r"CONSTRAINT \w+ (?:PRIMARY KEY|UNIQUE|FOREIGN KEY|CHECK)[^\n]*", statement):
            yield table, ("constraint", re.sub(r"\s+", " ", constraint.rstrip(", ")))
        for check in re.findall(r"CHECK\s*\(.*", statement):
            yield table, ("check", re.sub(r"\s+", " ", check.rstrip(", ")))
        for index in ask(f"PRAGMA index_list('{table}')").all():
            columns = tuple(row[2] for row in ask(f"PRAGMA index_info('{index[1]}')"))
            # The primary key of one of FTS5's own tables stands in no row of the catalogue.
            where = ask("SELECT sql FROM sqlite_master WHERE name = ?", (index[1],)).scalar_one_or_none()
            condition = re.search(r"WHERE .*", where or "")
            name = index[1] if where else "made for a constraint"
            yield table, ("index", name, bool(index[2]), columns, condition and condition[0])


def _postgresql_schema(connection: Connection) -> Iterator[tuple[str, Any]]:
    def ask(query: str) -> Iterator[tuple[str, Any]]:
        for row in connection.exec_driver_sql(query):
            yield row[0], tuple(row[1:])

    yield from ask(
        "SELECT c.relname, 'column', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
        " a.attidentity::text, pg_get_expr(d.adbin, d.adrelid)"
        " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
        " WHERE c.relkind = 'r' AND a.attnum > 0 AND c.relnamespace = 'public'::regnamespace"
    )
    yield from ask(
        "SELECT conrelid::regclass::text, 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
    )
    yield from ask("SELECT tablename, 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")


def _schema_at(url: str) -> Schema:
    database = Database(url)
    try:
        with database.reading() as connection:
            return schema_of(connection)
    finally:
        database.close()


def _made_from_metadata(url: str) -> None:
    database = Database(url)
    with database.writing() as connection:
        METADATA.create_all(connection)
    database.close()


def test_the_migrated_schema_is_the_rooms_own(new_database: NewDatabase):
    for dialect in ("sqlite", "postgresql"):
        migrated, made = new_database(dialect, migrated=True), new_database(dialect)
        _made_from_metadata(made)
        found, wanted = _schema_at(migrated), _schema_at(made)
        assert found.keys() == wanted.keys() == METADATA.tables.keys()
        for table in wanted:
            assert found[table] == wanted[table], f"{dialect}: {table}"


def test_the_comparison_sees_what_is_missing_or_different(new_database: NewDatabase):
    changes = (
        "CREATE INDEX ix_more ON task (name)",
        "DROP INDEX ix_task_place",
        "ALTER TABLE task ADD COLUMN more VARCHAR(10)",
        "CREATE TABLE more (id INTEGER PRIMARY KEY)",
    )
    for dialect in ("sqlite", "postgresql"):
        for change in changes:
            url = new_database(dialect, migrated=True)
            before = _schema_at(url)
            database = Database(url)
            with database.writing() as connection:
                connection.exec_driver_sql(change)
            database.close()
            assert _schema_at(url) != before, change


def test_the_partial_indexes_stand_in_both_databases(migrated_url: str):
    told = repr(_schema_at(migrated_url))
    for name in (
        "ix_outbox_wake_at", "ix_deadline_wake_at", "ix_clock_due_on", "ix_task_mine", "ix_task_waiting",
        "ix_task_place",
    ):  # fmt: skip
        [index] = re.findall(rf"{name}'.*?(?:\)|$)[^)]*?WHERE[^)]*", told)[:1]
        assert "state" in index


def test_every_row_of_a_case_names_its_root():
    # The root id is the lock and the shard key: a table about a case that lacks it could not be moved with the case.
    no_case = {
        "root", "idempotency", "epoch", "alembic_version", "upload", "person", "account", "account_role", "session",
        "api_token", "department", "service_window", "policy", "item_version", "artifact", "release", "calendar_day",
        "applicant", "application", "case_counter", "document_number", "task_draft", "notification_read", "window_seat",
        "search_entry", "saved_view", "file_check", "tried", "password_past", "account_address", "second_factor",
        "recovery_code", "heartbeat", "installation", "machine", "calendar_version", "calendar_change",
        "calendar_draft", "ladder_rule", "ladder_draft", "policy_version", "policy_draft", "standstill", "absence",
        "rehearsal_test", "rehearsal_verdict", "rehearsal_run", "own_form", "log_head", "log_tile", "log_checkpoint",
        "verification", "audit_sample", "rollup_head", "rollup_way", "rollup_element",
        "rollup_handover", "rollup_variant", "rollup_deviation", "reexecution_run", "held_head",
    }  # fmt: skip
    import_all_tables()
    without = {name for name, table in METADATA.tables.items() if "root_id" not in table.c}
    assert without == no_case - {"alembic_version"} - {"upload"}


# Running them -----------------------------------------------------------------------------------------------------


def _versions(connection: Connection) -> list[str]:
    return list(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())


def test_a_second_upgrade_changes_nothing_and_keeps_the_rows(migrated_url: str):
    database = Database(migrated_url)
    with database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO epoch (name, value) VALUES ('kept', 7)")
    before = _schema_at(migrated_url)
    upgrade(migrated_url)
    assert _schema_at(migrated_url) == before
    with database.reading() as connection:
        assert _versions(connection) == [head()]
        assert connection.exec_driver_sql("SELECT value FROM epoch").scalar_one() == 7
    database.close()


def test_an_empty_database_is_not_one_to_serve_from(database_url: str):
    database = Database(database_url)
    with database.reading() as connection, pytest.raises(SchemaUnknown) as refused:
        refuse_unknown(connection)
    assert head() in refused.value.sentence
    database.close()


def test_a_database_of_a_newer_program_is_refused_and_left_alone(migrated_url: str):
    database = Database(migrated_url)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = _schema_at(migrated_url)
    with pytest.raises(SchemaUnknown) as refused:
        upgrade(migrated_url)
    assert "9999" in refused.value.sentence
    with database.reading() as connection:
        with pytest.raises(SchemaUnknown):
            refuse_unknown(connection)
        assert _versions(connection) == ["9999"]
    assert _schema_at(migrated_url) == before
    database.close()


def test_hosts_that_start_together_on_an_empty_database_all_find_the_schema(database_url: str):
    assert [one.code for one in in_processes(3, upgrade, database_url)] == [0, 0, 0]
    assert _schema_at(database_url).keys() == METADATA.tables.keys()


def upgrade_killed_at(url: str, wanted: int) -> int:
    """Upgrade, and die before statement ``wanted``; return how many statements there were."""
    seen = 0

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == wanted:
            kill_me()

    sa.event.listen(Engine, "before_cursor_execute", count)
    upgrade(url)
    return seen


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_killed_at_any_statement_it_can_be_run_again(dialect: str, new_database: NewDatabase):
    last = in_process(upgrade_killed_at, new_database(dialect), 0).value
    chosen = range(1, last + 1) if FULL else (2, last // 3, last // 2, last - 1, last)
    for statement in chosen:
        url = new_database(dialect)
        assert in_process(upgrade_killed_at, url, statement).killed
        assert _schema_at(url).keys() in (set(), METADATA.tables.keys()), f"half a schema after statement {statement}"
        upgrade(url)
        assert _schema_at(url).keys() == METADATA.tables.keys()
