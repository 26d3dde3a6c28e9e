"""import-linter's contracts hold, and each of them catches a bad import that is planted in a copy of the tree."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import PRODUCT, ROOT

VERDICT = re.compile(r"^(.*) (KEPT|BROKEN)$", re.MULTILINE)
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

# The word a contract's name begins with, a module of the tree, and the import that it must not have.
BAD_IMPORTS = [
    ("floors", "engine/foundation/clock.py", "import web"),
    ("floors", "deadlines/law/planted.py", "import engine.foundation.clock"),
    ("floors", "forms/planted.py", "import processes"),
    ("floors", "web/planted.py", "import yichuang"),
    ("wings", "engine/foundation/clock.py", "import engine.registry"),
    ("wings", "engine/registry/items/__init__.py", "import engine.process"),
    ("wings", "engine/casework/planted/__init__.py", "import engine.oversight"),
    ("oversight", "engine/oversight/audit/planted.py", "import engine.oversight.publishing"),
    ("oversight", "engine/oversight/orders/planted.py", "import engine.oversight.audit"),
    ("casework", "engine/casework/cases/planted.py", "import engine.casework.issuance"),
    ("casework", "engine/casework/issuance/planted.py", "import engine.casework.archive"),
    ("process", "engine/process/clocks/planted.py", "import engine.process.tasks"),
    ("registry", "engine/registry/organisation/planted.py", "import engine.registry.identity"),
    ("foundation", "engine/foundation/store/planted.py", "import engine.foundation.journal"),
]
# A module that nobody gave a floor breaks the contract of its container.
HOMELESS = [
    ("wings", "engine/planted.py"),
    ("oversight", "engine/oversight/planted.py"),
    ("casework", "engine/casework/planted.py"),
    ("process", "engine/process/planted.py"),
    ("registry", "engine/registry/planted.py"),
    ("foundation", "engine/foundation/planted.py"),
]


def verdicts(root: Path) -> dict[str, str]:
    """Return what import-linter says of each contract, by the first word of its name."""
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--no-logo"], check=False, cwd=root, capture_output=True, text=True
    )
    found = {name.partition(":")[0]: verdict for name, verdict in VERDICT.findall(done.stdout)}
    assert found, done.stdout + done.stderr
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The Python files of the product and the contracts, in a folder of their own."""
    for package in PRODUCT:
        shutil.copytree(
            ROOT / package, tmp_path / package,
            ignore=lambda folder, names: [n for n in names if not n.endswith(".py") and not Path(folder, n).is_dir()],
        )  # fmt: skip
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(root: Path, path: str, line: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    if not (file.parent / "__init__.py").exists():
        (file.parent / "__init__.py").touch()
    with file.open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")


def test_the_imports_of_the_tree_only_go_down() -> None:
    assert set(verdicts(ROOT).values()) == {"KEPT"}


@pytest.mark.parametrize("contract, path, line", BAD_IMPORTS, ids=lambda value: value.replace("/", "."))
def test_a_contract_catches_an_import_that_goes_up(contract: str, path: str, line: str, copy: Path) -> None:
    plant(copy, path, line)

    assert verdicts(copy)[contract] == "BROKEN"


@pytest.mark.parametrize("contract, path", HOMELESS, ids=lambda value: value.replace("/", "."))
def test_a_module_without_a_floor_is_caught(contract: str, path: str, copy: Path) -> None:
    plant(copy, path, "")

    assert verdicts(copy)[contract] == "BROKEN"


def test_each_contract_was_shown_a_bad_import() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

    assert {one["name"].partition(":")[0] for one in contracts} == {name for name, *_ in BAD_IMPORTS}
    assert all(one.get("exhaustive") for one in contracts if one["name"].partition(":")[0] != "floors")
