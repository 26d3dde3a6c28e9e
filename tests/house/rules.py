"""The rules that hold for the whole tree.  Each is a function of a root folder that returns what breaks it.

An exception stands in the table beside its rule, with the reason.  An exception that nothing needs any more is a
finding too, so that the tables stay true.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.house.tree import OURS, PRODUCT, Module, files, modules, texts

# The present time -------------------------------------------------------------------------------------------------

CLOCK_READINGS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow",
    "datetime.datetime.today", "date.today", "datetime.date.today", "time.time", "time.time_ns", "time.localtime",
    "time.gmtime",
}  # fmt: skip
MAY_READ_THE_CLOCK = {
    "engine/foundation/clock.py": "It is the clock; everybody else takes time as an argument.",
    "engine/process/bpmn/overrides": "Replaces the engine's own readings of the clock by the unit's.",
}


def present_time(root: Path) -> list[str]:
    """Time is an argument: nobody but the clock asks the machine what time it is."""
    found = [
        f"{module.path}:{line}: {use}"
        for module in modules(root, PRODUCT)
        for line, use in module.uses()
        if use in CLOCK_READINGS and not _excepted(module.path, MAY_READ_THE_CLOCK)
    ]
    found += [
        f"{module.path}:{line}: {name}"
        for module in modules(root, PRODUCT)
        for line, name in module.imports()
        if name in {"time.time", "time.time_ns", "time.localtime", "time.gmtime"}
    ]
    return found


# XML --------------------------------------------------------------------------------------------------------------

XML_READERS = re.compile(
    r"^(lxml\.)?(etree|ET|ElementTree|objectify|html)\.(fromstring|fromstringlist|parse|iterparse|XML|HTML|XMLID"
    r"|XMLParser|XMLPullParser|HTMLParser|XMLSchema|RelaxNG)$"
)
OTHER_XML = ("xml.etree", "xml.dom", "xml.sax", "xml.parsers")
MAY_READ_XML = {
    "engine/process/bpmn/xml.py": "The hardened factory: no DOCTYPE, no entities, no network, caps on size and depth.",
    "processes": "Reads the files of the house, which came with the program and not from a person.",
}


def xml_reading(root: Path) -> list[str]:
    """A file from outside is parsed by the one hardened factory."""
    found = [
        f"{module.path}:{line}: {use}"
        for module in modules(root, PRODUCT)
        for line, use in module.uses()
        if XML_READERS.match(use) and not _excepted(module.path, MAY_READ_XML)
    ]
    return found + [
        f"{module.path}:{line}: import {name}"
        for module in modules(root, PRODUCT)
        for line, name in module.imports()
        if name.startswith(OTHER_XML) and not _excepted(module.path, MAY_READ_XML)
    ]


# Libraries in their rooms -----------------------------------------------------------------------------------------

ROOMS_OF: Mapping[str, tuple[str, ...]] = {
    "flask": ("web",),
    "werkzeug": ("web",),
    "apscheduler": ("deadlines/runner",),
    "SpiffWorkflow": ("engine/process/bpmn",),
    "alembic": ("engine/foundation/store",),
    "typst": ("forms/notices",),
    "duckdb": ("engine/oversight/audit/mining",),
    "gmssl_pyx": ("engine/foundation/journal",),
    "waitress": ("yichuang",),
    "gunicorn": ("yichuang",),
}
# A unit's connection is handed on from the door to the queries; whoever only hands it on may name its type.
HANDED_ON = {"sqlalchemy.engine.Connection"}
SPEAKS_SQL = {
    "engine/foundation": "Makes the engines, the journal, the outbox.",
    "engine/door.py": "Begins and ends the transaction, and knows a lost race when it sees one.",
}


def libraries(root: Path) -> list[str]:
    """A library is imported in the rooms that know it, and nowhere else."""
    return [
        f"{module.path}:{line}: {name} belongs to {' or '.join(ROOMS_OF[library])}"
        for module in modules(root, PRODUCT)
        for line, name in module.imports()
        for library in [name.partition(".")[0]]
        if library in ROOMS_OF and not module.path.startswith(tuple(f"{room}/" for room in ROOMS_OF[library]))
    ]


def sql(root: Path) -> list[str]:
    """A room has SQLAlchemy in its tables.py and queries.py only."""
    return [
        f"{module.path}:{line}: {name}"
        for module in modules(root, PRODUCT)
        for line, name in module.imports()
        if name.partition(".")[0] == "sqlalchemy"
        and name not in HANDED_ON
        and not (module.path.startswith("engine/") and module.path.endswith(("/tables.py", "/queries.py")))
        and not _excepted(module.path, SPEAKS_SQL)
    ]


# What must not be in the tree -------------------------------------------------------------------------------------

# Written with one letter in brackets, so that this file does not break its own rules.
MACHINE_PATHS = re.compile(r"/(?:wor[k]/|roo[t]/|hom[e]/[a-z]|User[s]/[A-Za-z]|far[m]/|tmp/bas[h]_jobs)")
REGISTRIES = re.compile(
    r"(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|npmmirror\.com|debian\.org|tuna\.tsinghua"
    r"|mirrors\.(?:aliyun|ustc|cloud|huawei)|taobao\.org)"
)


def machine_paths(root: Path) -> list[str]:
    """No path of a developer's machine stands in the tree."""
    return _lines_with(root, MACHINE_PATHS)


def registry_hosts(root: Path) -> list[str]:
    """No host of a package registry stands in the tree: whoever installs has a registry of their own."""
    return _lines_with(root, REGISTRIES)


def _lines_with(root: Path, pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in texts(root)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


OPEN_ENDS = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X]|NotImplemented[E]rror|暂未实[现]|敬请期[待])\b")


def open_ends(root: Path) -> list[str]:
    """Nothing is left for later: what is in the tree works."""
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in texts(root)
        if path.endswith((".py", ".js", ".html", ".j2", ".bpmn", ".css", ".typ"))
        for number, line in enumerate(text.splitlines(), 1)
        if OPEN_ENDS.search(line)
    ]


# Tests are run, and mean it ---------------------------------------------------------------------------------------

NOT_RUN = {
    "pytest.skip", "pytest.xfail", "pytest.importorskip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail",
    "unittest.skip", "unittest.skipIf", "unittest.skipUnless", "unittest.expectedFailure", "unittest.mock",
    "mocker.patch", "monkeypatch.syspath_prepend",
}  # fmt: skip


def skipped_tests(root: Path) -> list[str]:
    """No test is skipped, expected to fail, or runs against a mock."""
    found = [
        f"{module.path}:{line}: {use}" for module in modules(root) for line, use in module.uses() if use in NOT_RUN
    ]
    return found + [
        f"{module.path}:{line}: import {name}"
        for module in modules(root)
        for line, name in module.imports()
        if name in NOT_RUN or name.startswith("unittest.mock")
    ]


SUPPRESSION = re.compile(r"#\s*(?:type:\s*ignore|noqa)")
NAMED = r"#\s*(?:type:\s*ignore\[[\w-]+(?:,\s*[\w-]+)*\]|noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)"
NAMES_THE_CHECK = re.compile(NAMED)
GIVES_THE_REASON = re.compile(NAMED + r"\s*(?:#|-|—|–|:)\s*\S")


def unexplained_suppressions(root: Path) -> list[str]:
    """Whoever switches a check off for a line names the check and says why, behind it or in a comment above."""
    return [
        f"{module.path}:{line}: {comment}"
        for module in modules(root)
        for line, comment in _comments(module)
        if SUPPRESSION.search(comment) and not _is_explained(module, line, comment)
    ]


def _comments(module: Module) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(module.source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _is_explained(module: Module, line: int, comment: str) -> bool:
    above = module.source.splitlines()[line - 2].strip() if line > 1 else ""
    return bool(GIVES_THE_REASON.search(comment) or (NAMES_THE_CHECK.search(comment) and above.startswith("#")))


# Size and shape ---------------------------------------------------------------------------------------------------

MOST_LINES = 400
MAY_BE_LONG = {
    "engine/foundation/store/migrations/versions": "A revision is history: written once, whole, and never edited.",
    "engine/oversight/audit/bundling/verify.py": "Carried away and run by itself: one file, that imports none of ours.",
    "tests/forms/samples.py": "One good answer for each form, side by side: a table.",
    "tests/engine/process/bpmn/oracle.py": "One token game, to be read against the BPMN standard in one piece.",
    "tests/engine/process/bpmn/eventful.py": "One maker for every block a random process is made of: a table.",
    "tests/engine/process/bpmn/broken_files.py": "One broken drawing for every rule of check, side by side: a table.",
}


def long_files(root: Path) -> list[str]:
    """A file of more than 400 lines wants a reason."""
    return [
        f"{path}: {lines} lines"
        for path, text in texts(root)
        if path.endswith((".py", ".js", ".css", ".html", ".j2", ".typ")) and not _excepted(path, MAY_BE_LONG)
        for lines in [len(text.splitlines())]
        if lines > MOST_LINES
    ]


def packages_without_readme(root: Path) -> list[str]:
    """Each package says in its README.md what it is for."""
    return [
        f"{Path(path).parent.as_posix()}/README.md is missing"
        for path, file in files(root)
        if path.endswith("/__init__.py")
        and path.partition("/")[0] in OURS
        and path != "tests/__init__.py"
        and "/versions/" not in path
        and not (file.parent / "README.md").exists()
    ]


# Folders of tests that follow no floor, and why.
NO_FLOOR = {
    "tests/house": "The whole tree.",
    "tests/support": "What tests stand on.",
    "tests/browser": "Pages across all floors, through a real browser.",
    "tests/acceptance": "What the standard and the issues promise, from the front door.",
    "tests/faults": "Power cuts, lost connections, full disks.",
}


def unmirrored_tests(root: Path) -> list[str]:
    """tests/ has the floors of the house, and each room with rules in it has its tests."""
    test_folders = {
        folder.as_posix()
        for path, _ in files(root)
        if path.startswith("tests/") and path.endswith(".py")
        for folder in [Path(path).parent]
        if folder.as_posix() != "tests"
    }
    found = [
        f"{folder}: there is no {folder.removeprefix('tests/')}"
        for folder in sorted(test_folders)
        if not _excepted(folder, NO_FLOOR) and not (root / folder.removeprefix("tests/")).is_dir()
    ]
    rooms = {Path(module.path).parent.as_posix() for module in modules(root, PRODUCT) if _has_code(module)}
    # A package inside a room (process/bpmn/overrides) is tested where the room is.
    inner = {room for room in rooms if Path(room).parent.as_posix() in rooms}
    return found + [f"{room}: has no tests" for room in sorted(rooms - inner) if not _has_tests(room, root)]


def _has_code(module: Module) -> bool:
    return "/migrations/" not in module.path and any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(module.syntax)
    )


def _has_tests(room: str, root: Path) -> bool:
    """A room's tests are a folder of its name, or files of its name in its parent's folder."""
    folder = root / "tests" / room
    beside = folder.parent.glob(f"test_{folder.name}*.py") if folder.parent.is_dir() else iter(())
    return any(folder.rglob("test_*.py")) or any(beside)


def _excepted(path: str, exceptions: Mapping[str, str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in exceptions)


def stale_exceptions(root: Path) -> Iterator[str]:
    """Yield the exceptions that name no file or folder of the tree."""
    for table in (MAY_READ_THE_CLOCK, MAY_READ_XML, SPEAKS_SQL, MAY_BE_LONG):
        yield from (path for path in table if not (root / path).exists())
