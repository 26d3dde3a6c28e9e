"""Short words for drafts: started, filled with files, saved, sent for review, approved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.oversight.publishing.drafting import queries
from engine.oversight.publishing.drafting.commands import ApproveDraft, SaveFile, StartDraft, SubmitDraft, TakeFile
from engine.oversight.publishing.drafting.queries import Draft, DraftFile
from engine.oversight.publishing.files import content_of, digests_in_force
from engine.registry.identity.rules import SYSTEM
from tests.support.house import House

DESIGNER, SECOND = "P61", "P62"
REASON = "按新修订的办法调整"
ROUTE = ("process", "route_commitment")


def start(house: House, title: str = "承诺件路由调整", account: str = DESIGNER) -> str:
    """Start a draft and return its id."""
    return str(house.execute(account, StartDraft(title=title, reason=REASON))["draft"])


def take(house: House, id: str, kind: str, name: str, account: str = DESIGNER, **given: str) -> Mapping[str, Any]:
    """Take a file into a draft."""
    return house.execute(account, TakeFile(draft_id=id, kind=kind, name=name, **given))


def file(house: House, id: str, kind: str, name: str) -> DraftFile:
    """Return a file of a draft."""
    with house.door.read(SYSTEM) as view:
        return queries.file_of(view.connection, id, kind, name)


def draft(house: House, id: str) -> Draft:
    """Return a draft."""
    with house.door.read(SYSTEM) as view:
        return queries.draft_of(view.connection, id)


def save(house: House, id: str, kind: str, name: str, text: str, account: str = DESIGNER, **given: Any):
    """Save a file over the version that stands there, unless another ``version`` is given."""
    version = given.pop("version", None) or file(house, id, kind, name).version
    return house.execute(
        account, SaveFile(draft_id=id, kind=kind, name=name, version=version, text=text, **given)
    )


def drafted(house: House, *files: tuple[str, str, str], account: str = DESIGNER) -> str:
    """Return a draft that holds files (kind, name, text), each taken in from what is in force, or new."""
    id = start(house, account=account)
    for kind, name, text in files:
        take(house, id, kind, name, account, text=text)
    return id


def submitted(house: House, *files: tuple[str, str, str], emergency: str = "") -> str:
    """Return a draft that holds files and was sent for review by its first designer."""
    id = drafted(house, *files)
    house.execute(DESIGNER, SubmitDraft(draft_id=id, emergency=emergency))
    return id


def approve(house: House, id: str, account: str = SECOND, **given: Any) -> Mapping[str, Any]:
    """Approve a draft as it stands, as the second designer unless another is named."""
    return house.execute(account, ApproveDraft(draft_id=id, version=draft(house, id).version, **given))


def state(house: House, id: str) -> str:
    """Return how a draft stands now."""
    return draft(house, id).stands(house.clock.now())


def in_force(house: House, kind: str, name: str) -> bytes:
    """Return the bytes of what cases that are received now go by."""
    with house.door.read(SYSTEM) as view:
        digest = digests_in_force(view.connection, view.now)[kind][name]
        return content_of(view.connection, kind, name, digest)
