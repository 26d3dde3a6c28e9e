"""Reading a checkout: its files, its modules, what a module imports and calls.  The rules stand on it."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("yichuang", "web", "deadlines", "engine", "forms", "processes")
OURS = (*PRODUCT, "tools", "bench", "tests")
# What a checkout holds beside its sources; the same names stand in .gitignore.
NOT_SOURCE = {
    ".git", ".venv", "node_modules", "data", "var", "build", "__pycache__", ".pytest_cache", ".hypothesis",
    ".mypy_cache", ".ruff_cache", ".import_linter_cache",
}  # fmt: skip
TEXT = {
    "", ".bpmn", ".cfg", ".css", ".csv", ".dmn", ".html", ".ini", ".j2", ".js", ".json", ".lock", ".mako", ".md",
    ".py", ".sh", ".svg", ".toml", ".txt", ".typ", ".xml", ".yaml", ".yml",
}  # fmt: skip


@dataclass(frozen=True)
class Module:
    """One Python file of the tree."""

    path: str
    source: str

    @cached_property
    def syntax(self) -> ast.Module:
        """The parsed source."""
        return _parse(self.source)

    @property
    def name(self) -> str:
        """The dotted name it is imported by."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield line and dotted name of everything it imports: ``from a.b import c`` yields ``a.b.c``."""
        for node in ast.walk(self.syntax):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)

    def uses(self) -> Iterator[tuple[int, str]]:
        """Yield line and dotted text of every name that is read or called: ``datetime.now``, ``pytest.mark.slow``."""
        for node in ast.walk(self.syntax):
            if isinstance(node, ast.Attribute | ast.Name):
                text = dotted(node)
                if text:
                    yield node.lineno, text


@lru_cache(maxsize=2048)
def _parse(source: str) -> ast.Module:
    return ast.parse(source)


def dotted(node: ast.expr) -> str:
    """Return ``a.b.c`` for such an expression, else the empty string."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def files(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield (path below ``root`` with slashes, file) of all sources, sorted."""
    for place, folders, names in os.walk(root):
        folder = Path(place)
        folders[:] = sorted(name for name in folders if not _is_generated(folder / name, root))
        # In a linked worktree ``.git`` is a file, and ``.venv`` may be a link to one place for all.
        for name in sorted(set(names) - NOT_SOURCE):
            yield (folder / name).relative_to(root).as_posix(), folder / name


def _is_generated(folder: Path, root: Path) -> bool:
    return folder.name in NOT_SOURCE or folder.name.endswith(".egg-info") or folder == root / "web" / "static" / "dist"


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """Yield (path, content) of all text files."""
    for path, file in files(root):
        if file.suffix in TEXT:
            yield path, file.read_text(encoding="utf-8")


def modules(root: Path, packages: tuple[str, ...] = OURS) -> Iterator[Module]:
    """Yield the Python modules of the given top-level packages, where they exist."""
    for path, file in files(root):
        if file.suffix == ".py" and path.partition("/")[0] in packages:
            yield Module(path, file.read_text(encoding="utf-8"))
