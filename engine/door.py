"""The one door: every change is one command, one permission, one transaction, one journal.

``execute`` does, in this order: the action's permission, the idempotency key, the locks, the handler, the
journal lines, the subscribers, the commit.  A command repeated with its key gets the answer of the first.
``read`` gives a view of one state of the database with the reader's scope.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.foundation.clock import Clock
from engine.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Unavailable
from engine.foundation.journal.rules import canonical
from engine.foundation.journal.tags import tag
from engine.foundation.journal.writing import write_journal
from engine.foundation.logs import scene, tell
from engine.foundation.store.behind import put
from engine.foundation.store.commands import Command, Handler, Subscriber
from engine.foundation.store.database import Database
from engine.foundation.store.failures import first_line, is_full
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.tables import epoch, idempotency
from engine.foundation.store.unit import Actor, LostRace, Unit, locked, read_epochs
from engine.registry.identity import rules as identity
from engine.registry.identity.reading import Reading

Part = TypeVar("Part")

LOG = logging.getLogger("yichuang.door")

REFUSED = tag("access.refused", "办理“{command}”被拒绝：{code}")
MISSED = tag("access.missed", "查找不属于本人范围或不存在的内容：{target}")
VIEWED = tag("access.viewed", "查看 {target}")


class KeyReused(Conflict):
    """同一提交编号已用于另一项内容不同的办理，请刷新页面后重新填写。"""

    code = "IDEMPOTENCY_KEY_REUSED"


class ContentUnwritable(Invalid):
    """提交的内容中有过程记录不能保存的数字或字符，请删去过大的数字或残缺的字符后再提交。"""

    code = "CONTENT_UNWRITABLE"


class StoreUnavailable(Unavailable):
    """数据库暂时没有应答，请稍后重试；已填写的内容不会丢失。"""

    code = "STORE_UNAVAILABLE"


class StoreFull(StoreUnavailable):
    """存储空间已满，暂时不能写入；已填写的内容不会丢失。请系统管理员清理或扩大磁盘，腾出空间后再提交。"""

    code = "STORE_FULL"


Reloader = Callable[[Connection], None]

_STORE_FAILURES = (IntegrityError, OperationalError, InterfaceError, PoolTimeout)
"""What a database in trouble, or another unit in the way, raises; anything else is a fault of the program."""


class Watch(Protocol):
    """Whoever counts what passes the door."""

    def ended(self, command: str, result: str, seconds: float) -> None:
        """Note that a command ended: ``done``, ``refused``, ``conflict``, ``unavailable`` or ``fault``."""

    def conflicted(self, command: str, then: str) -> None:
        """Note that a command met another at the same thing, and was tried again (``retried``) or ``given_up``."""


class _Nobody:
    """Counts nothing."""

    def ended(self, command: str, result: str, seconds: float) -> None:
        """Do nothing."""

    def conflicted(self, command: str, then: str) -> None:
        """Do nothing."""


class Door:
    """Executes commands and opens readings."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        handlers: Mapping[type[Command], Handler],
        parts: Mapping[type, object],
        subscribers: Mapping[str, tuple[Subscriber, ...]] | None = None,
        reloaders: Mapping[str, Reloader] | None = None,
        watch: Watch | None = None,
    ) -> None:
        """``reloaders`` refresh this host's cached copy of what an epoch names; compose gives all of these.

        ``watch`` is told of every command and how it ended.
        """
        self.database = database
        self._clock = clock
        self._handlers = handlers
        self._parts = parts
        self._subscribers = subscribers or {}
        self._reloaders = reloaders or {}
        self._watch = watch or _Nobody()
        self._epochs: dict[str, int] = {}
        self._refreshing = threading.Lock()

    def part(self, kind: type[Part]) -> Part:
        """Return the concrete part of type ``kind``."""
        return cast(Part, self._parts[kind])

    def execute(self, command: Command, actor: Actor, *, key: str) -> Mapping[str, Any]:
        """Carry out ``command`` for ``actor`` exactly once under the idempotency ``key``; return its outcome.

        Raises the refusals of the handler, :class:`KeyReused`, :class:`ContentUnwritable`, :class:`LostRace`
        after one retry, :class:`RootBusy` for a command that does not wait, and :class:`StoreUnavailable`; then nothing
        has happened.
        """
        name, began, result = type(command).__name__, time.perf_counter(), "fault"
        with scene(command=name, key=key, root=next(iter(command.roots()), "")):
            _tell_of(actor)
            try:
                identity.require(actor, command.action)
                outcome = self._twice_at_most(command, actor, key)
                result = "done"
                return outcome
            except Refusal as refusal:
                result = _kind_of(refusal)
                if isinstance(refusal, (Forbidden, NotFound)):
                    self._note_refusal(actor, name, refusal)
                raise
            finally:
                self._watch.ended(name, result, time.perf_counter() - began)

    def answer_to(self, kind: type[Command], actor: Actor, key: str) -> Mapping[str, Any] | None:
        """Return what the actor's command of ``kind`` under ``key`` answered, or None when there was none.

        A page asks this before it looks at a form sent twice: what the first sending used up is gone by then.
        """
        mine = (idempotency.c.account == actor.account) & (idempotency.c.key == key)
        query = sa.select(idempotency.c.outcome).where(mine, idempotency.c.command == kind.__name__)
        with self._reading() as connection:
            return connection.execute(query).scalar_one_or_none()

    @contextmanager
    def read(self, actor: Actor, *, action: str | None = None) -> Iterator[Reading]:
        """Open a reading; with ``action`` its permission is required first.

        A reader who asks for something outside the scope gets NotFound, and that is journalled.  Raises
        :class:`StoreUnavailable` when the database does not answer.
        """
        _tell_of(actor)
        try:
            if action is not None:
                identity.require(actor, action)
            with self._reading() as connection:
                self._refresh(connection)
                yield Reading(connection, self._clock.now(), actor, identity.scope_of(actor), self._parts)
        except (Forbidden, NotFound) as refusal:
            self._note_refusal(actor, action or "read", refusal)
            raise

    def note_view(self, actor: Actor, target: str) -> None:
        """Journal in the reader's own chain that ``target`` was looked at (its version does not change)."""
        self._note(actor, VIEWED, target=target)

    @contextmanager
    def housekeeping(self) -> Iterator[Connection]:
        """Give a writing connection for what is no part of a case and of no journal: tries counted, sessions used.

        Raises :class:`StoreUnavailable`.
        """
        try:
            with self.database.writing() as connection:
                yield connection
        except _STORE_FAILURES as error:
            raise _unavailable(error) from error

    def now(self) -> datetime:
        """Return the instant that the next unit would see; raise :class:`StoreUnavailable`."""
        with self._reading() as connection:
            self._refresh(connection)
        return self._clock.now()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self.database.reading() as connection:
                yield connection
        except _STORE_FAILURES as error:
            raise _unavailable(error) from error

    def _twice_at_most(self, command: Command, actor: Actor, key: str) -> Mapping[str, Any]:
        for last in (False, True):
            try:
                return self._once(command, actor, key)
            except LostRace:
                self._watch.conflicted(type(command).__name__, "given_up" if last else "retried")
                if last:
                    raise
            except _STORE_FAILURES as error:
                self._watch.conflicted(type(command).__name__, "given_up" if last else "retried")
                if last or not _worth_a_retry(error):
                    LOG.warning("%s was given up: %s", type(command).__name__, first_line(error))
                    raise (LostRace() if isinstance(error, IntegrityError) else _unavailable(error)) from error
        raise AssertionError("the last try returns or raises")

    def _once(self, command: Command, actor: Actor, key: str) -> Mapping[str, Any]:
        name = type(command).__name__
        digest = hashlib.sha256(f"{name}{_content(command)}".encode()).hexdigest()
        with self.database.writing() as connection:
            roots = locked(connection, command.roots(), waiting=command.waits)
            known = self._opened(connection, actor.account, key)
            unit = Unit(connection, now=self._clock.now(), actor=actor, parts=self._parts, roots=roots)
            # Two with one key and a root wait for each other at the root; without one they wait at the key itself.
            if known is None and not roots:
                known = _claim(unit, key, name, digest)
            if known is not None:
                return _first_answer(known, name, digest)
            outcome = dict(self._handlers[type(command)](command, unit))
            # A subscriber's own events are told, too: a clock it moves moves the list's date as any other does.
            for event in unit.events:
                for subscriber in self._subscribers.get(event.type, ()):
                    subscriber(unit, event)
            _keep_outcome(unit, key, name, digest, outcome, claimed=not roots)
            write_journal(unit, command=name, key=key)
            tell(root=_subject(unit))
        for afterwards in unit.after_commit:
            try:
                afterwards()
            except Exception:  # it is done and acknowledged; what follows may not turn it into a failure
                LOG.exception("after %s", name)
        return outcome

    def _opened(self, connection: Connection, account: str, key: str) -> Any:
        """Refresh this host's copies and return the row of the account's ``key``, or None, by one statement."""
        epochs, known = {}, None
        for row in connection.execute(_OPENING, {"of_account": account, "of_key": key}):
            if row.value is None:
                known = row
            else:
                epochs[row.name] = row.value
        self._refresh(connection, epochs)
        return known

    def _refresh(self, connection: Connection, found: Mapping[str, int] | None = None) -> None:
        """Drop the cached copies whose epoch (of those ``found``) has moved on.

        One thread at a time, and never back: a reader that sees an older state must not put its copy in the place
        of a newer one.
        """
        found = read_epochs(connection) if found is None else found
        with self._refreshing:
            for name, value in found.items():
                if value > self._epochs.get(name, 0):
                    if name in self._reloaders:
                        self._reloaders[name](connection)
                    self._epochs[name] = value

    def _note_refusal(self, actor: Actor, command: str, refusal: Refusal) -> None:
        if actor.channel == "system":
            return
        if isinstance(refusal, NotFound):
            self._note(actor, MISSED, target=refusal.sentence, code=refusal.code, command=command)
        else:
            self._note(actor, REFUSED, code=refusal.code, command=command, sentence=refusal.sentence)

    def _note(self, actor: Actor, event: str, **data: Any) -> None:
        try:
            with self.database.writing() as connection:
                unit = Unit(connection, now=self._clock.now(), actor=actor, parts=self._parts)
                chain = unit.lock_or_create(f"access:{actor.account}", "access").id
                unit.record(event, chain, **data)
                write_journal(unit, command="Note", key="")
        except _STORE_FAILURES as error:
            raise _unavailable(error) from error


def _unavailable(error: Exception) -> StoreUnavailable:
    return StoreFull() if is_full(error) else StoreUnavailable()


def _tell_of(actor: Actor) -> None:
    """Let the log know who acts; the machinery's own readings say nothing about a person's request."""
    if actor.channel != "system":
        tell(account=actor.account)


def _subject(unit: Unit) -> str:
    """Return the root that the log names: the case, when there is one among those of the unit."""
    return next((id for id in unit.roots if id.startswith("case:")), next(iter(unit.roots), ""))


def _kind_of(refusal: Refusal) -> str:
    if isinstance(refusal, Conflict):
        return "conflict"
    return "unavailable" if isinstance(refusal, Unavailable) else "refused"


_MINE = (idempotency.c.account == sa.bindparam("of_account")) & (idempotency.c.key == sa.bindparam("of_key"))
_OPENING = sa.union_all(
    sa.select(
        epoch.c.name,
        epoch.c.value,
        sa.null().label("digest"),
        sa.type_coerce(sa.null(), idempotency.c.outcome.type).label("outcome"),
    ),
    sa.select(idempotency.c.command, sa.null(), idempotency.c.digest, idempotency.c.outcome).where(_MINE),
)
"""Every epoch, and what a key was used for (then without a value)."""

_KEEP = idempotency.insert()
_KNOWN = sa.select(idempotency.c.command.label("name"), idempotency.c.digest, idempotency.c.outcome).where(_MINE)
_ANSWER = idempotency.update().where(_MINE).values(outcome=sa.bindparam("told"), lines=sa.bindparam("left"))


def _claim(unit: Unit, key: str, name: str, digest: str) -> Any:
    """Claim the key in this transaction; return its row when it was used before."""
    account = unit.actor.account
    values = {"account": account, "key": key, "command": name, "digest": digest, "outcome": {}, "at": unit.now}
    if insert_if_missing(unit.connection, idempotency, values):
        return None
    return unit.connection.execute(_KNOWN, {"of_account": account, "of_key": key}).one()


def _first_answer(known: Any, name: str, digest: str) -> Mapping[str, Any]:
    """Return what the first command under the key answered; raise :class:`KeyReused` when it was another one."""
    if (known.name, known.digest) != (name, digest):
        raise KeyReused
    return cast(Mapping[str, Any], known.outcome)


def _keep_outcome(
    unit: Unit, key: str, name: str, digest: str, outcome: Mapping[str, Any], *, claimed: bool
) -> None:
    account, lines = unit.actor.account, len(unit.events)
    if claimed:
        told = {"of_account": account, "of_key": key, "told": outcome, "left": lines}
        put(unit.connection, _ANSWER, told)
    else:
        values = {"account": account, "key": key, "command": name, "digest": digest, "outcome": outcome}
        put(unit.connection, _KEEP, {**values, "at": unit.now, "lines": lines})


def _content(command: Command) -> str:
    try:
        return canonical(asdict(command))
    except TypeError as error:
        raise ContentUnwritable from error


def _worth_a_retry(error: SQLAlchemyError) -> bool:
    """A deadlock, a lock that came too late or a dropped connection is worth one more try; a full disk is not."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in {"40001", "40P01", "55P03", "23505", "57P01", "08006", "08003"}
    return isinstance(error, IntegrityError) or error.connection_invalidated or "locked" in str(error.orig)
