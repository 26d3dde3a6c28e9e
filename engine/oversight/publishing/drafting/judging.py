"""A draft beside what is in force: its problems file by file, what differs, and what has moved meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.oversight.publishing.checking import found_in
from engine.oversight.publishing.comparing.changes import ADDED, CHANGED, Part
from engine.oversight.publishing.comparing.contents import differences
from engine.oversight.publishing.drafting.queries import DraftFile
from engine.oversight.publishing.files import KINDS, Files, Key, content_of, digests_in_force
from engine.process.bpmn import Problem
from engine.process.tasks.registry import View


@dataclass(frozen=True)
class Difference:
    """A file of a draft beside what is in force: ``change`` is added, changed or empty for the same bytes.

    ``parts`` is None where a version cannot be read, empty where only the picture or the writing differs.
    """

    file: DraftFile
    change: str
    parts: tuple[Part, ...] | None


@dataclass(frozen=True)
class Drift:
    """A file whose base is not in force any more: what is now, and what changed there since it was taken.

    ``digest`` is empty, and ``content`` None, when nothing is in force under its name any more.
    """

    file: DraftFile
    digest: str
    content: bytes | None
    parts: tuple[Part, ...] | None


def problems_by_file(view: View, contents: Mapping[Key, bytes]) -> dict[Key, tuple[Problem, ...]]:
    """Return the problems of files by kind and name, seen together with each other and with what is in force.

    A process in force that could not go on with them stands there under its own name.
    """
    found: dict[Key, list[Problem]] = {}
    for key, problem in found_in(view, Files.of(contents)):
        found.setdefault(key, []).append(problem)
    return {key: tuple(dict.fromkeys(problems)) for key, problems in found.items()}


def contents_of(files: Iterable[DraftFile]) -> dict[Key, bytes]:
    """Return the bytes of a draft's files by kind and name."""
    return {one.key: one.content for one in files}


def compare(view: View, files: Iterable[DraftFile]) -> list[Difference]:
    """Return how each file of a draft differs from what is in force."""
    there, found = digests_in_force(view.connection), []
    for one in files:
        digest = there[one.kind].get(one.name)
        if digest is None:
            found.append(Difference(one, ADDED, ()))
        elif digest == one.digest:
            found.append(Difference(one, "", ()))
        else:
            before = content_of(view.connection, one.kind, one.name, digest)
            found.append(Difference(one, CHANGED, differences(one.kind, before, one.content)))
    return found


def drifts(view: View, files: Iterable[DraftFile]) -> list[Drift]:
    """Return the files whose base is no longer in force, with what changed there meanwhile."""
    there, found = digests_in_force(view.connection), []
    for one in files:
        digest = there[one.kind].get(one.name, "")
        # What has become in force word for word needs no merging.
        if digest not in (one.base_digest, one.digest):
            found.append(_drift(view, one, digest))
    return found


def _drift(view: View, one: DraftFile, digest: str) -> Drift:
    now = content_of(view.connection, one.kind, one.name, digest) if digest else None
    if now is None:
        return Drift(one, digest, None, ())
    if not one.base_digest:
        return Drift(one, digest, now, ())
    before = content_of(view.connection, one.kind, one.name, one.base_digest)
    return Drift(one, digest, now, differences(one.kind, before, now))


def named(one: Key) -> str:
    """Return a file as a sentence names it: 流程“route_commitment”."""
    return f"{KINDS[one[0]]}“{one[1]}”"
