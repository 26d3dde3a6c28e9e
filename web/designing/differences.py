"""What differs between two releases as a page, a printout and a spreadsheet say it: signs, words, and both drawings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.oversight.publishing.comparing.changes import ADDED, REMOVED, Detail, Part
from engine.oversight.publishing.comparing.drafts import KINDS, FileChange
from engine.oversight.publishing.comparing.wording import worded
from engine.process.bpmn.releases.queries import Release, artifact_contents
from engine.registry.identity.reading import Reading
from web.diagram import view as diagrams
from web.diagram.flags import LOOKS, Look
from web.diagram.view import Diagram

HEADER = ("文件", "文件的变化", "标识", "名称", "变化", "属性", "原来", "现在")
ONLY_PICTURE = "只有图形位置、注释或者书写不同，办理不变"


@dataclass(frozen=True)
class Told:
    """A file that differs, in words; ``anchor`` is where it stands on the page."""

    change: FileChange

    @property
    def look(self) -> Look:
        """The sign and the word of the difference."""
        return LOOKS[self.change.change]

    @property
    def kind(self) -> str:
        """What kind of file it is, in words."""
        return KINDS[self.change.kind]

    @property
    def title(self) -> str:
        """What the file is called."""
        return self.change.title or self.change.name

    @property
    def anchor(self) -> str:
        """The id of its section."""
        return f"f-{self.change.kind}-{self.change.name}"

    def line(self, part: Part) -> str:
        """Return the id of the line of one of its parts."""
        return f"{self.anchor}-{part.id}"

    def name_of(self, part: Part) -> str:
        """Return what a part is called: its name, or its key in words."""
        return part.name or worded(self.change.kind, part.id) or "整体"

    def what(self, detail: Detail) -> str:
        """Return what differs in a part, in words."""
        return worded(self.change.kind, detail.what) or "值"


def told(changes: Sequence[FileChange]) -> list[Told]:
    """Return the files that differ as a page says them."""
    return [Told(one) for one in changes]


def look_of(change: str) -> Look:
    """Return the sign and the word of a difference."""
    return LOOKS[change]


def changed_elements(changes: Sequence[FileChange], before: Release) -> Mapping[tuple[str, str], str]:
    """Return how elements of the processes of ``before`` differ: by process and element, changed or removed."""
    return {
        (file.name, part.id): part.change
        for file in changes
        if file.kind == "process" and file.name in before.processes
        for part in file.parts
        if part.change != ADDED
    }


def gone_processes(changes: Sequence[FileChange]) -> frozenset[str]:
    """Return the processes that the newer release has no more: every element of them is gone."""
    return frozenset(one.name for one in changes if one.kind == "process" and one.change == REMOVED)


@dataclass(frozen=True)
class Pair:
    """Both drawings of a process, the older and the newer; None where that release has no such process."""

    process: str
    before: Diagram | None
    after: Diagram | None

    @property
    def wide(self) -> bool:
        """Whether the two stand one above the other."""
        return any(one.wide for one in (self.before, self.after) if one is not None)


def painted(view: Reading, told: Told, before: Release, after: Release) -> Pair:
    """Return both drawings of a process that differs, each painted with what differs on it."""
    name = told.change.name
    flags = {part.id: part.change for part in told.change.parts}
    digests = [release.processes.get(name, "") for release in (before, after)]
    contents = artifact_contents(view.connection, {one for one in digests if one})

    def drawn(digest: str, within: str, other: str) -> Diagram | None:
        if digest not in contents:
            return None
        mine = {id: change for id, change in flags.items() if change != other}
        return diagrams.compared(contents[digest], mine, within, f"{told.anchor}-")

    return Pair(name, drawn(digests[0], "old-", ADDED), drawn(digests[1], "new-", REMOVED))


def rows_of(changes: Sequence[FileChange]) -> Iterator[tuple[str, ...]]:
    """Yield the lines of a spreadsheet: one for each property that differs."""
    for one in map(Told, changes):
        file = (f"{one.kind} {one.title}（{one.change.name}）", one.look.word)
        if not one.change.parts:
            yield (*file, "", "", "", "", "", "" if one.change.change in (ADDED, REMOVED) else ONLY_PICTURE)
        for part in one.change.parts:
            head = (*file, part.id, one.name_of(part), look_of(part.change).word)
            for detail in part.details or (Detail("", "", ""),):
                yield (*head, one.what(detail) if part.details else "", detail.before, detail.after)
