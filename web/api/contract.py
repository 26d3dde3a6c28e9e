"""An operation of the API, written once: routes, checks and /api/openapi.json are made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.door import Door, KeyReused, StoreFull, StoreUnavailable
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.store.unit import Actor, LostRace
from engine.registry.identity.queries import AccountDisabled
from web.api.refusals import BodyTooLarge, BodyUnreadable, Crash, RouteUnknown, TokenMissing, TokenUnknown
from web.api.schema import Schema
from web.errors import BadRequest, MediaTypeRefused

JSON = "application/json"
PROBLEM = "application/problem+json"
MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class Parameter:
    """A parameter of the query, or of the header for what no log may keep: what it may be, and when left out."""

    name: str
    schema: Schema
    about: str
    default: Any = None
    place: str = "query"


@dataclass(frozen=True)
class Call:
    """A request that was let in: who asks, with which checked parameters and body, under which key."""

    door: Door
    actor: Actor
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    key: str
    """The idempotency key: the caller's, or a fresh one."""


@dataclass(frozen=True)
class Reply:
    """What an operation answers: JSON, or the bytes of a file."""

    body: Mapping[str, Any] | bytes
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


View: TypeAlias = Callable[..., Reply]
"""Takes the call and the path's parameters by name."""


@dataclass(frozen=True)
class Operation:
    """One method of one path below /api."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    view: View
    answer: Schema
    status: int = 200
    open: bool = False
    """Whether it may be asked without a token."""
    query: tuple[Parameter, ...] = ()
    body: Schema | None = None
    body_type: str = JSON
    body_optional: bool = False
    refusals: tuple[type[Refusal], ...] = ()
    """The refusals of its own; the ones that every such operation has are added by :meth:`all_refusals`."""
    also: Mapping[str, Schema] = field(default_factory=dict)
    """Further media types of the answer."""

    @property
    def writes(self) -> bool:
        """Whether it changes something, and so takes an idempotency key."""
        return self.method != "GET"

    def all_refusals(self) -> tuple[type[Refusal], ...]:
        """Return every refusal that this operation may answer with."""
        found: list[type[Refusal]] = [*self.refusals, Crash, StoreUnavailable, StoreFull]
        if "{" in self.path:
            found += [RouteUnknown]
        if not self.open:
            found += [TokenMissing, TokenUnknown, AccountDisabled]
        # A query parameter that is not listed is refused too, so every operation may answer this.
        found += [InvalidFields]
        if self.writes:
            found += [KeyReused, LostRace]
        if self.body is not None:
            found += [MediaTypeRefused, BodyTooLarge, BodyUnreadable if self.body_type == JSON else BadRequest]
        return tuple(dict.fromkeys(found))
