"""The tree keeps the house's rules; and each rule catches who breaks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.house import rules
from tests.house.tree import ROOT

Rule = Callable[[Path], list[str]]
RULES: list[Rule] = [
    rules.present_time,
    rules.xml_reading,
    rules.libraries,
    rules.sql,
    rules.machine_paths,
    rules.registry_hosts,
    rules.open_ends,
    rules.skipped_tests,
    rules.unexplained_suppressions,
    rules.long_files,
    rules.packages_without_readme,
    rules.unmirrored_tests,
]
# A rule, a small tree that breaks it, and what the finding must name.
SEEDS: list[tuple[Rule, str, str, str]] = [
    (rules.present_time, "engine/registry/rules.py", "from datetime import datetime\nx = datetime.now()", "rules.py:2"),
    (rules.present_time, "deadlines/law/meter.py", "import datetime\nx = datetime.date.today()", "date.today"),
    (rules.present_time, "web/app.py", "from time import time\nx = time()", "web/app.py:1: time.time"),
    (rules.xml_reading, "web/upload.py", "from lxml import etree\nx = etree.fromstring(b'')", "upload.py:2"),
    (rules.xml_reading, "engine/door.py", "import lxml\nx = lxml.etree.parse('f')", "lxml.etree.parse"),
    (rules.xml_reading, "forms/model.py", "import xml.etree.ElementTree", "forms/model.py:1"),
    (rules.libraries, "engine/door.py", "import flask", "flask belongs to web"),
    (rules.libraries, "engine/process/tasks/rules.py", "from SpiffWorkflow.bpmn import x", "SpiffWorkflow"),
    (rules.libraries, "deadlines/law/meter.py", "from apscheduler.events import x", "belongs to deadlines/runner"),
    (rules.sql, "engine/registry/items/handlers.py", "import sqlalchemy as sa", "handlers.py:1: sqlalchemy"),
    (rules.sql, "web/queries.py", "from sqlalchemy import select", "web/queries.py"),
    (rules.machine_paths, "tools/run.py", "x = '/wo" + "rk/main'", "tools/run.py:1"),
    (rules.machine_paths, "README.md", "cd /ho" + "me/somebody", "README.md:1"),
    (rules.registry_hosts, "requirements.lock", "x @ https://files.pythonho" + "sted.org/x.whl", "requirements.lock:1"),
    (rules.open_ends, "web/ui/clerk.js", "// TO" + "DO later", "clerk.js:1"),
    (rules.open_ends, "engine/door.py", "raise NotImplemented" + "Error", "door.py:1"),
    (rules.skipped_tests, "tests/test_x.py", "import pytest\n@pytest.mark.skip\ndef test_x(): pass", "mark.skip"),
    (rules.skipped_tests, "tests/test_x.py", "import pytest\ndef test_x():\n    pytest.skip()", "test_x.py:3"),
    (rules.skipped_tests, "tests/test_x.py", "from unittest.mock import Mock", "unittest.mock.Mock"),
    (rules.unexplained_suppressions, "engine/door.py", "x = 1  # type: " + "ignore", "door.py:1"),
    (rules.unexplained_suppressions, "engine/door.py", "x = 1  # no" + "qa: S101", "door.py:1"),
    (rules.long_files, "engine/door.py", "x = 1\n" * 401, "engine/door.py: 401 lines"),
    (rules.packages_without_readme, "engine/surprise/__init__.py", "", "engine/surprise/README.md"),
    (rules.unmirrored_tests, "tests/nowhere/test_x.py", "def test_x(): pass", "there is no nowhere"),
    (rules.unmirrored_tests, "engine/surprise/rules.py", "def rule(): pass", "engine/surprise: has no tests"),
]
ALLOWED: list[tuple[Rule, Mapping[str, str]]] = [
    (rules.present_time, {"engine/foundation/clock.py": "from datetime import datetime\nx = datetime.now()"}),
    (rules.xml_reading, {"engine/process/bpmn/xml.py": "from lxml import etree\nx = etree.fromstring(b'')"}),
    (rules.libraries, {"web/app.py": "import flask", "engine/process/bpmn/x.py": "import SpiffWorkflow"}),
    (rules.sql, {"engine/registry/items/tables.py": "import sqlalchemy"}),
    (rules.sql, {"engine/foundation/store/database.py": "import sqlalchemy"}),
    (rules.sql, {"engine/registry/items/handlers.py": "from sqlalchemy.engine import Connection"}),
    (rules.unexplained_suppressions, {"engine/door.py": "x = 1  # type: " + "ignore[arg-type]  # the library lies"}),
    (rules.unexplained_suppressions, {"engine/door.py": "# No shell is meant.\nx = 1  # no" + "qa: S606"}),
    (rules.long_files, {"engine/door.py": "x = 1\n" * 400}),
    (rules.unmirrored_tests, {"engine/rooms/rules.py": "def rule(): pass", "tests/engine/test_rooms.py": ""}),
    (rules.unmirrored_tests, {"engine/rooms/rules.py": "def rule(): pass", "tests/engine/rooms/test_rules.py": ""}),
    (
        rules.unmirrored_tests,
        {"forms/a.py": "def f(): pass", "forms/inner/b.py": "def g(): pass", "tests/forms/test_a.py": ""},
    ),
]


def plant(root: Path, path: str, content: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(content, encoding="utf-8")


def named(rule: object) -> str | None:
    return getattr(rule, "__name__", None)


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_tree_keeps_the_rule(rule: Rule) -> None:
    found = rule(ROOT)

    assert not found, f"{(rule.__doc__ or '').strip()}\n" + "\n".join(found)


@pytest.mark.parametrize("rule, path, content, finding", SEEDS, ids=named)
def test_the_rule_catches_who_breaks_it(rule: Rule, path: str, content: str, finding: str, tmp_path: Path) -> None:
    plant(tmp_path, path, content)

    assert any(finding in one for one in rule(tmp_path)), rule(tmp_path)


@pytest.mark.parametrize("rule, tree", ALLOWED, ids=named)
def test_the_rule_lets_pass_what_it_allows(rule: Rule, tree: Mapping[str, str], tmp_path: Path) -> None:
    for path, content in tree.items():
        plant(tmp_path, path, content)

    assert rule(tmp_path) == []


def test_every_rule_is_shown_a_tree_that_breaks_it() -> None:
    assert {named(rule) for rule, *_ in SEEDS} == {named(rule) for rule in RULES}


def test_no_exception_outlives_what_it_was_made_for(tmp_path: Path) -> None:
    assert list(rules.stale_exceptions(ROOT)) == []
    assert "engine/foundation/clock.py" in list(rules.stale_exceptions(tmp_path))


def test_what_git_does_not_keep_is_no_part_of_the_tree(tmp_path: Path) -> None:
    plant(tmp_path, ".venv/lib/x.py", "import flask")
    plant(tmp_path, "web/static/dist/x.js", "// TO" + "DO")

    assert all(rule(tmp_path) == [] for rule in RULES)
