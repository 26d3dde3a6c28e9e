"""Work after the commit: the outbox (documents, couriers, messages), and sweeping orphaned uploads."""

from __future__ import annotations

import hashlib
import logging
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

from engine.door import Door
from engine.foundation.blobs.checks import FileCheck, due_checks, next_look, preview_digests
from engine.foundation.blobs.previews import preview
from engine.foundation.blobs.queries import referenced_digests
from engine.foundation.blobs.scanner import Scanner, ScannerUnavailable
from engine.foundation.blobs.storage import BlobMissing, Blobs
from engine.foundation.clock import Stopwatch, SystemClock, utc_text
from engine.foundation.errors import Unavailable
from engine.foundation.outbox.queries import Message, due
from engine.foundation.tries.queries import drop_tries
from engine.process.documents.commands import DropLooseUploads, PutOff, RecordFileCheck, RecordRendering
from engine.process.documents.issuing import RENDER_TOPIC, digest_of, file_of
from engine.process.documents.queries import document_by_id, rendered_digests
from engine.process.tasks.messages.commands import ForgetMessages
from engine.process.tasks.shift.commands import TakeBackTask
from engine.process.tasks.shift.queries import stranded
from engine.registry.identity.rules import SYSTEM
from engine.registry.identity.sessions.queries import drop_ended_sessions as drop_sessions
from engine.registry.identity.sessions.queries import drop_old_addresses
from engine.registry.policies.commands import TakePolicies
from engine.registry.policies.queries import due_versions, figure
from yichuang import calendaring, conforming, laddering, outside, reexecuting, standing_still

LOOSE = timedelta(days=7)
"""How long an upload may wait in a draft before it is forgotten."""

UNREFERENCED = timedelta(days=1)
"""How long a file may lie in the store before something must refer to it."""

SWEEP_EVERY = timedelta(hours=1)

ADDRESSES_KEPT = timedelta(days=90)
"""How long an address is remembered from which nobody signed in or tried to."""

TRIES_KEPT = timedelta(hours=2)
"""How long counts of tries are kept: longer than any limit looks back."""

LOOK_EVERY = timedelta(minutes=1)
"""How often tasks are looked for whose holders may no longer work them."""

HOLD_EVERY = timedelta(seconds=20)
"""How often a batch of closed cases is held against their drawings."""

LOG = logging.getLogger("yichuang.worker")


def work_once(door: Door, go_on: Callable[[], bool] = lambda: True) -> int:
    """Do all work that is due; return how many messages were due.  ``go_on`` is asked before each whether to stop."""
    with door.read(SYSTEM) as view:
        messages = due(view.connection, view.now)
    for message in messages:
        if not go_on():
            break
        try:
            _do(door, message)
        except Exception as error:  # one message that fails must not hold up the others
            LOG.exception("message %s (%s) failed", message.id, message.topic)
            try:
                _put_off(door, message, error)
            except Exception:  # nor must one that cannot even be put off; the next round finds it again
                LOG.exception("message %s (%s) could not be put off", message.id, message.topic)
    return len(messages)


def _do(door: Door, message: Message) -> None:
    if message.topic == RENDER_TOPIC:
        _render(door, message)
    elif message.topic in outside.WORK:
        outside.WORK[message.topic](door, message)
    else:
        raise LookupError(f"no worker for {message.topic}")


def _render(door: Door, message: Message) -> None:
    with door.read(SYSTEM) as view:
        document = document_by_id(view.connection, message.payload["document"])
    sha256 = digest_of(file_of(document, door.part(Blobs)))
    command = RecordRendering(root_id=message.root_id, document_id=document.id, sha256=sha256, message_id=message.id)
    door.execute(command, SYSTEM, key=f"render:{document.id}")


def _put_off(door: Door, message: Message, error: Exception) -> None:
    command = PutOff(
        message_id=message.id, root_id=message.root_id, topic=message.topic, attempts=message.attempts,
        error=f"{type(error).__name__}: {error}",
    )  # fmt: skip
    door.execute(command, SYSTEM, key=f"put-off:{message.id}:{uuid.uuid4().hex}")


def check_files(door: Door) -> int:
    """Scan the files that came in and make their previews; return how many were looked at."""
    with door.read(SYSTEM) as view:
        found = due_checks(view.connection, view.now)
    for check in found:
        try:
            command = _examined(door, check)
        except BlobMissing:
            # Forgotten between the upload and now: there is nothing to look at.
            command = RecordFileCheck(digest=check.digest, scan=_settled(check), preview_note="文件已不在存储中")
        door.execute(command, SYSTEM, key=f"check:{check.digest}:{check.attempts}:{uuid.uuid4().hex[:8]}")
    return len(found)


def _examined(door: Door, check: FileCheck) -> RecordFileCheck:
    content, scan, threat = door.part(Blobs).get(check.digest), check.scan, ""
    if check.scan == "pending":
        try:
            threat = door.part(Scanner).scan(content).threat
            scan = "infected" if threat else "clean"
        except ScannerUnavailable as error:
            LOG.warning("%s was not scanned: %s", check.digest[:12], error.sentence)
            scan = "failed"
            if next_look(check.attempts + 1, door.now()) is not None:
                return RecordFileCheck(digest=check.digest, scan=scan)
    if scan == "infected" or check.preview is not None:
        return RecordFileCheck(digest=check.digest, scan=scan, threat=threat)
    made = preview(check.media_type, content)
    digest = door.part(Blobs).put(made.image) if made.image else ""
    return RecordFileCheck(digest=check.digest, scan=scan, threat=threat, preview=digest, preview_note=made.sentence)


def _settled(check: FileCheck) -> str:
    return "unscanned" if check.scan == "pending" else check.scan


def sweep_files(door: Door) -> int:
    """Forget uploads that no case took for a week, and remove files that nothing refers to; return how many."""
    now = door.now()
    command = DropLooseUploads(before=utc_text(now - LOOSE))
    door.execute(command, SYSTEM, key=f"drop-loose:{now.isoformat()}")
    with door.read(SYSTEM) as view:
        referenced = referenced_digests(view.connection) | rendered_digests(view.connection)
        referenced |= preview_digests(view.connection)
    return door.part(Blobs).sweep(referenced, older_than_seconds=UNREFERENCED.total_seconds())


def forget_messages(door: Door) -> int:
    """Delete internal messages older than the centre keeps them; return how many."""
    return int(door.execute(ForgetMessages(), SYSTEM, key=f"forget:{door.now().isoformat()}")["forgotten"])


def drop_old_tries(door: Door) -> int:
    """Delete the counts of tries that no limit asks for any more; return how many."""
    with door.housekeeping() as connection:
        return drop_tries(connection, SystemClock().now() - TRIES_KEPT)


def drop_ended_sessions(door: Door) -> int:
    """Delete the sessions that have ended, and addresses that nobody came from for long; return how many sessions."""
    with door.read(SYSTEM) as view:
        idle, long_ago = timedelta(minutes=figure(view.connection, "session_idle")), view.now - ADDRESSES_KEPT
    with door.housekeeping() as connection:
        drop_old_addresses(connection, long_ago)
        return drop_sessions(connection, machine_now=SystemClock().now(), idle=idle)


def take_policies(door: Door) -> int:
    """Let the figures hold whose day has come; return how many there were."""
    with door.read(SYSTEM) as view:
        found = due_versions(view.connection, view.now)
    if not found:
        return 0
    # The key is the lease: whichever host asks first takes them, the others get its answer.
    mark = ",".join(f"{one.key}:{one.version}" for one in found)
    key = f"policies:{hashlib.sha256(mark.encode()).hexdigest()[:24]}"
    return int(door.execute(TakePolicies(), SYSTEM, key=key)["taken"])


def take_tasks_back(door: Door) -> int:
    """Put back the tasks whose holders may no longer work them (T040); return how many."""
    with door.read(SYSTEM) as view:
        found = stranded(view.connection, view.now)
    taken = 0
    for task_id in found:
        outcome = door.execute(TakeBackTask(task_id=task_id), SYSTEM, key=f"take-back:{task_id}:{uuid.uuid4().hex}")
        taken += bool(outcome["taken"])
    return taken


class Worker:
    """A thread that does the outbox's work, a look every second."""

    def __init__(self, door: Door, *, pause_seconds: float = 1.0) -> None:
        """Work for ``door``."""
        self._door = door
        self._pause = pause_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self.progress = Stopwatch()
        """When the worker last went on to the next piece; a stale one means it is dead."""
        self._last_sweep = Stopwatch()
        self._last_look = Stopwatch()
        self._last_hold = Stopwatch()

    def start(self) -> None:
        """Start working."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the message at hand."""
        self._stopping.set()
        self._thread.join(timeout=30)

    def alive(self) -> bool:
        """Tell whether it went on lately."""
        return self.progress.within(timedelta(seconds=60))

    def _go_on(self) -> bool:
        self.progress.note()
        return not self._stopping.is_set()

    def _run(self) -> None:
        chores = (
            outside.ask_couriers, check_files, self._keep_calendar, self._stand_still, self._sweep_now_and_then,
            self._reexecute, self._hold_some,
        )  # fmt: skip
        while not self._stopping.is_set():
            try:
                work_once(self._door, self._go_on)
                for chore in chores:
                    if self._go_on():
                        chore(self._door)
                self._go_on()
            except Unavailable as refusal:  # the database may be away for a while; the next round tries again
                LOG.warning("a round of the worker failed: %s", refusal.code)
            except Exception:
                LOG.exception("a round of the worker failed")
            self._stopping.wait(self._pause)

    def _keep_calendar(self, door: Door) -> None:
        calendaring.keep_up(door, self._go_on)
        laddering.rearm(door, self._go_on)

    def _stand_still(self, door: Door) -> None:
        standing_still.carry_out(door, self._go_on)

    def _reexecute(self, door: Door) -> None:
        reexecuting.carry_out(door, self._go_on)

    def _hold_some(self, door: Door) -> None:
        if not self._last_hold.within(HOLD_EVERY):
            conforming.hold_some(door, self._go_on)
            self._last_hold.note()

    def _sweep_now_and_then(self, _door: Door) -> None:
        if not self._last_look.within(LOOK_EVERY):
            take_tasks_back(self._door)
            take_policies(self._door)
            self._last_look.note()
        if not self._last_sweep.within(SWEEP_EVERY):
            sweep_files(self._door)
            calendaring.warn_of_missing_year(self._door)
            forget_messages(self._door)
            drop_old_tries(self._door)
            drop_ended_sessions(self._door)
            self._last_sweep.note()
