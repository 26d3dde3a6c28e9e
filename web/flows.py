"""流程: the published processes as anybody may look at them, each version by its number (4.1.3, Appendix A)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from engine.foundation.errors import NotFound
from engine.process.bpmn import Definition
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import (
    Version,
    artifact_content,
    current_processes,
    releases_of,
    versions_of,
)
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import SYSTEM
from web.diagram import view as diagrams
from web.security import public
from web.sessions import door

blueprint = Blueprint("flows", __name__)

MAIN_PROCESS = "one_window_main"
"""Appendix A, also reached as ``main``."""


class ProcessMissing(NotFound):
    """没有名为“{id}”的已发布流程，请从流程列表中选择。"""

    code = "PROCESS_MISSING"


@dataclass(frozen=True)
class Published:
    """A process in the list."""

    id: str
    name: str
    title: str
    version: Version
    items: list[str]


@blueprint.get("/processes")
@public
def listing() -> str:
    """List the processes that new cases are handled by."""
    with door().read(SYSTEM) as view:
        current = current_processes(view.connection, view.now)
        users = _users(view, current)
        rows = [_published(view, id, digest, users.get(id, [])) for id, digest in sorted(current.items())]
    rows.sort(key=lambda row: (row.id != MAIN_PROCESS, -len(row.items), row.id))
    every = len({item for row in rows for item in row.items})
    return render_template("flows.html", rows=rows, every=every)


@blueprint.get("/processes/<process_id>")
@public
def show(process_id: str) -> str:
    """Show a process as a picture and in words; ``version`` chooses an older one."""
    with door().read(SYSTEM) as view:
        version, versions, current = _chosen(view, process_id)
        definition = view.part(Bundles).definition(view.connection, version.digest)
        shown = diagrams.of_version(view.connection, version, definition.xml, definition.documentation)
    return render_template(
        "flow.html", diagram=shown, versions=versions, current=current, definition=definition,
        clauses=_clauses(definition),
    )  # fmt: skip


@blueprint.get("/processes/<process_id>.bpmn")
@public
def file(process_id: str) -> Response:
    """Send the file itself, byte for byte as it was published."""
    with door().read(SYSTEM) as view:
        version, _, _ = _chosen(view, process_id)
        content = artifact_content(view.connection, version.digest)
    response = make_response(content)
    response.headers["Content-Type"] = "application/xml; charset=utf-8"
    name = f"{version.process}.v{version.number}.bpmn"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _chosen(view: Reading, process_id: str) -> tuple[Version, list[Version], str]:
    """Return the asked version, all versions, and the digest in force; raise :class:`ProcessMissing`."""
    id = MAIN_PROCESS if process_id == diagrams.MAIN else process_id
    versions = versions_of(view.connection, id)
    if not versions:
        raise ProcessMissing(id=process_id[:60])
    current = current_processes(view.connection, view.now).get(id, versions[-1].digest)
    asked = request.args.get("version", "")
    for version in versions:
        if asked == str(version.number) or (not asked and version.digest == current):
            return version, versions, current
    raise ProcessMissing(id=f"{process_id[:60]} 第 {asked[:6]} 版")


def _published(view: Reading, id: str, digest: str, items: list[str]) -> Published:
    definition = view.part(Bundles).definition(view.connection, digest)
    version = next(one for one in versions_of(view.connection, id) if one.digest == digest)
    return Published(id, definition.name, definition.title, version, items)


def _users(view: Reading, current: dict[str, str]) -> dict[str, list[str]]:
    """Return which items' newest releases use a process."""
    users: dict[str, list[str]] = {}
    begun = [one for one in releases_of(view.connection) if one.effective_from <= view.now]
    newest = {release.item_code: release for release in reversed(begun)}
    for code, release in sorted(newest.items()):
        for id in current.keys() & release.processes.keys():
            users.setdefault(id, []).append(code)
    return users


def _clauses(definition: Definition) -> list[str]:
    found = {clause for element in definition.elements.values() for clause in element.clauses}
    return sorted(found, key=lambda clause: [int(part) for part in clause.split(".") if part.isdigit()])
