"""The sealer's hand: heads are sealed as they come, checkpoints kept apart, and every night all chains are checked."""

from __future__ import annotations

import hashlib
import logging
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from engine.door import Door
from engine.foundation.clock import CITY, Stopwatch, SystemClock, utc_text
from engine.foundation.errors import Refusal, Unavailable
from engine.foundation.hosts.queries import lease_fact
from engine.foundation.journal.sealing import queries
from engine.foundation.journal.sealing.outside import Outside
from engine.foundation.journal.sealing.proving import Tally, broken_chains, log_faults
from engine.foundation.journal.sealing.sealer import BATCH, SealRefused, change_key, keep_outside, seal_once
from engine.foundation.store.unit import Actor
from engine.oversight.audit.commands import RecordVerification, TellOfKey, TellOfSeal
from engine.oversight.audit.queries import verifications
from engine.registry.identity.rules import SYSTEM
from yichuang.reexecuting import ask_nightly

EVERY_SECONDS = 10.0
LOOK_EVERY = timedelta(minutes=5)
LEASE = "log_check"
"""The fact by which a host says that it makes the check of the night."""
LEASED = timedelta(hours=1)
NIGHT = range(1, 6)
"""In these hours of the city the whole is checked."""
DAILY, AT_LATEST = timedelta(hours=20), timedelta(hours=36)

LOG = logging.getLogger("yichuang.sealing")


def seal_all(door: Door, go_on: Callable[[], bool] = lambda: True) -> int:
    """Seal every head that waits and keep the checkpoints apart; return how many leaves the log grew by.

    Raises SealRefused, which stands in the log's row, in the journal and as an incident then; SealKeyMissing,
    SealKeyOther, SealKeyDamaged, CheckpointsUnwritable.
    """
    outside, leaves, looked = door.part(Outside), 0, False
    try:
        with door.read(SYSTEM) as view:
            more = queries.any_waiting(view.connection)
        while more and go_on():
            with door.housekeeping() as connection:
                sealed = seal_once(connection, outside, door.now())
            leaves, looked, more = leaves + sealed.leaves, True, sealed.taken == BATCH
        with door.read(SYSTEM) as view:
            keep_outside(view.connection, outside)
    except SealRefused as refusal:
        _tell(door, str(refusal.fields["why"]))
        raise
    if looked:
        _tell(door, "")
    return leaves


def _tell(door: Door, why: str) -> None:
    """Tell of a refusal, or that it is over, where that is news."""
    with door.read(SYSTEM) as view:
        log, now = queries.head_of_log(view.connection), view.now
    if log is not None and (log.refused or "") == why[:2000]:
        return
    mark = hashlib.sha256(why.encode()).hexdigest()[:24]
    # Another host sees the same and may tell it in the same minute.
    door.execute(TellOfSeal(why=why), SYSTEM, key=f"seal:{mark}:{now:%Y%m%d%H%M}")


def new_key(door: Door, actor: Actor) -> str:
    """Let a new key sign from now on; return its public half."""
    with door.housekeeping() as connection:
        key = change_key(connection, door.part(Outside), door.now())
    door.execute(TellOfKey(key=key), actor, key=f"seal-key:{uuid.uuid4().hex}")
    return key


# The check of the night ------------------------------------------------------------------------------------------


def verify_chains(door: Door, actor: Actor) -> list[str]:
    """Check every chain and the log, keep the result, and return what does not hold."""
    began, tally = door.now(), Tally()
    with door.read(SYSTEM) as view:
        found = [f"{one.root} 第 {one.seq} 条记录：{one.reason}" for one in broken_chains(view.connection, tally=tally)]
        found += log_faults(view.connection, door.part(Outside))
        log = queries.head_of_log(view.connection)
    record(door, actor, began, tally, found, extent="chains", size=0 if log is None else log.size)
    return found


def record(
    door: Door, actor: Actor, began: datetime, tally: Tally, found: list[str], *, extent: str, size: int
) -> None:
    """Keep what a check found."""
    command = RecordVerification(
        began_at=utc_text(began), extent=extent, chains=tally.chains, lines=tally.lines, size=size, found=len(found),
        first=found[0] if found else "",
    )  # fmt: skip
    door.execute(command, actor, key=f"verified:{uuid.uuid4().hex}")


def is_due(now: datetime, last: datetime | None) -> bool:
    """Tell whether the whole is to be checked ``now``: every night, or by day when no night came for long."""
    if last is None or now - last >= AT_LATEST or last > now:
        return True
    return now - last >= DAILY and now.astimezone(CITY).hour in NIGHT


def verify_if_due(door: Door) -> bool:
    """Check every chain when it is time and no other host is at it; return whether it was."""
    with door.read(SYSTEM) as view:
        last = next(iter(verifications(view.connection, 1)), None)
        now = view.now
    if not is_due(now, None if last is None else last.ended_at):
        return False
    machine_now = SystemClock().now()
    with door.housekeeping() as connection:
        if not lease_fact(connection, LEASE, machine_now, machine_now - LEASED):
            return False
    for told in verify_chains(door, SYSTEM):
        LOG.error("the check of the chains found: %s", told)
    # What the chains cannot tell: whether what they say is what the process, the calendar and the figures give.
    ask_nightly(door)
    return True


class Sealer:
    """A thread that seals what waits, every few seconds."""

    def __init__(self, door: Door, *, pause_seconds: float = EVERY_SECONDS) -> None:
        """Seal for ``door``."""
        self._door = door
        self._pause = pause_seconds
        self._stopping = threading.Event()
        self._looked = Stopwatch()
        self._warned = ""
        self.progress = Stopwatch()
        """When a round last ended."""
        self._thread = threading.Thread(target=self._run, name="sealer", daemon=True)

    def start(self) -> None:
        """Start sealing."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the batch at hand."""
        self._stopping.set()
        self._thread.join(timeout=30)

    def _go_on(self) -> bool:
        return not self._stopping.is_set()

    def _run(self) -> None:
        # The first seconds belong to whoever waits for the pages.
        while not self._stopping.wait(self._pause):
            try:
                self._round()
                self._warned = ""
            except Unavailable as refusal:  # the database may be away, or this host without the key: others may seal
                self._warn(refusal)
            except Refusal as refusal:
                self._warn(refusal)
            except Exception:
                LOG.exception("a round of the sealer failed")
            self.progress.note()

    def _round(self) -> None:
        try:
            seal_all(self._door, self._go_on)
        finally:
            if self._go_on() and not self._looked.within(LOOK_EVERY):
                self._looked.note()
                verify_if_due(self._door)

    def _warn(self, refusal: Refusal) -> None:
        if refusal.sentence != self._warned:
            LOG.error("nothing is sealed: %s: %s", refusal.code, refusal.sentence)
            self._warned = refusal.sentence
