"""The files of a house laid out in a folder, to be changed with any tool: which of them differ from what is in force.

``<data>/processes`` is such a folder.  Nothing is taken from it by itself: a designer takes what differs into a draft,
or an operator deploys it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.oversight.publishing.comparing.changes import REMOVED
from engine.oversight.publishing.comparing.drafts import FileChange, compare_drafts, read_drafts
from engine.process.tasks.registry import View

SUFFIXES = frozenset({".bpmn", ".dmn", ".json"})
MOST_BYTES = 2 * 1024 * 1024
"""A larger file is none of ours."""


@dataclass(frozen=True)
class Checkout:
    """The folder of a house; it need not be there."""

    folder: Path

    @property
    def there(self) -> bool:
        """Whether anybody has laid the files out."""
        return self.folder.is_dir()

    def files(self) -> Mapping[str, bytes]:
        """Return the files that may be drafts by their paths in the folder; raise OSError when one cannot be read."""
        return files_below(self.folder) if self.there else {}


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the files below ``folder`` that may be drafts, by their paths in it; raise OSError."""
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES and path.is_file()]
    small = [path for path in found if path.stat().st_size <= MOST_BYTES]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in small}


def drift(view: View, files: Mapping[str, bytes]) -> list[FileChange]:
    """Return which files are new or other than in force; what is not laid out is not told.

    Raises DraftUnreadable and DraftTwice.
    """
    drafts = read_drafts(files)
    laid_out = {one.file for one in drafts}
    return [one for one in compare_drafts(view, drafts) if one.change != REMOVED and one.file in laid_out]
