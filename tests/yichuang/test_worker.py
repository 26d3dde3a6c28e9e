"""Work after the commit: documents are rendered and kept, what fails is put off, what nobody wants is swept."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from engine.foundation.blobs.queries import referenced_digests
from engine.foundation.blobs.storage import Blobs
from engine.foundation.clock import SystemClock, utc_text
from engine.foundation.outbox.queries import MAX_ATTEMPTS
from engine.foundation.outbox.tables import outbox
from engine.process.documents.commands import RecordRendering
from engine.process.documents.issuing import digest_of, render
from engine.registry.identity.commands import SignIn
from engine.registry.identity.rules import SYSTEM
from engine.registry.identity.tables import session
from tests.support.house import PDF, PERSON, House
from tests.support.threads import in_threads, results
from yichuang.worker import Worker, drop_ended_sessions, sweep_files, work_once

PATIENCE = 120.0
OTHER_PDF = PDF.replace(b"trailer", b"% another\ntrailer")


def messages(house: House) -> list[tuple[str, int]]:
    """Return (state, attempts) of every message, oldest first."""
    with house.door.read(SYSTEM) as view:
        query = sa.select(outbox.c.state, outbox.c.attempts).order_by(outbox.c.id)
        return [(row.state, row.attempts) for row in view.connection.execute(query)]


def last_error(house: House) -> str:
    """Return why the newest message failed."""
    with house.door.read(SYSTEM) as view:
        query = sa.select(outbox.c.last_error).order_by(outbox.c.id.desc()).limit(1)
        return str(view.connection.execute(query).scalar_one())


@contextmanager
def disk_in_trouble(house: House) -> Iterator[None]:
    """Put a file where the folder of files should be: nothing can be stored meanwhile."""
    folder = house.settings.blobs
    aside = folder.with_name("aside")
    folder.rename(aside)
    folder.write_text("")
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


def until(happened: Callable[[], bool]) -> None:
    """Look again and again until ``happened``."""
    ticks, rounds = threading.Event(), int(PATIENCE / 0.02)
    assert any(happened() or ticks.wait(0.02) for _ in range(rounds)), f"not within {PATIENCE} s"


def path_of(house: House, digest: str) -> Path:
    """Return where a file lies."""
    return house.settings.blobs / digest[:2] / digest


def make_old(house: House, digest: str) -> None:
    """Let a file look as if it was stored two days ago."""
    then = (SystemClock().now() - timedelta(days=2)).timestamp()
    os.utime(path_of(house, digest), (then, then))


# Rendering -------------------------------------------------------------------------------------------------------


def test_the_documents_of_a_case_are_rendered_and_their_digests_kept(house: House):
    case_no = house.accepted_instant()
    issued = house.documents(case_no)
    assert issued
    assert all(one.sha256 is None for one in issued)
    assert work_once(house.door) == len(issued)
    for one in house.documents(case_no):
        assert one.sha256 is not None
        content = house.door.part(Blobs).get(one.sha256)
        assert content.startswith(b"%PDF-")
        assert hashlib.sha256(content).hexdigest() == one.sha256
        assert content == render(one), "the same bytes again"
        assert one.rendered_at == house.clock.now()
    assert messages(house) == [("done", 0)] * len(issued)
    lines = [line for line in house.journal(f"case:{case_no}") if line.type == "document.rendered"]
    assert [line.data["sha256"] for line in lines] == [one.sha256 for one in house.documents(case_no)]
    assert (work_once(house.door), house.violations()) == (0, [])


def test_a_render_that_fails_is_put_off_and_done_later(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    with disk_in_trouble(sqlite_house):
        assert work_once(sqlite_house.door) == 1
        assert messages(sqlite_house) == [("open", 1)]
        assert last_error(sqlite_house).startswith("FilesUnwritable: ")
        assert work_once(sqlite_house.door) == 0, "not again at once"
        sqlite_house.wait(seconds=2)
        assert work_once(sqlite_house.door) == 1
        assert messages(sqlite_house) == [("open", 2)]
    assert sqlite_house.documents(case_no)[0].sha256 is None
    sqlite_house.wait(seconds=4)
    assert work_once(sqlite_house.door) == 1
    assert messages(sqlite_house) == [("done", 2)]
    assert sqlite_house.documents(case_no)[0].sha256 is not None
    assert sqlite_house.violations() == []


def test_it_is_given_up_as_an_incident_after_many_tries(sqlite_house: House):
    sqlite_house.accepted_instant()
    with disk_in_trouble(sqlite_house):
        for attempts in range(1, MAX_ATTEMPTS + 1):
            assert work_once(sqlite_house.door) == 1
            assert messages(sqlite_house) == [("failed" if attempts == MAX_ATTEMPTS else "open", attempts)]
            sqlite_house.wait(hours=1)
        assert work_once(sqlite_house.door) == 0


def test_one_message_that_nobody_understands_does_not_hold_up_the_others(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    with sqlite_house.door.database.writing() as connection:
        connection.execute(
            outbox.insert().values(
                root_id=f"case:{case_no}",
                topic="no.such.work",
                payload={},
                state="open",
                attempts=0,
                wake_at=sqlite_house.clock.now(),
            )
        )
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    sqlite_house.complete("W01", case_no, "ut_accept", {})
    assert work_once(sqlite_house.door) == 2
    assert messages(sqlite_house) == [("open", 1), ("done", 0)]
    assert sqlite_house.documents(case_no)[0].sha256 is not None


def test_workers_at_once_render_each_document_once(house: House):
    cases = [house.accepted_instant() for _ in range(2)]
    results(in_threads(3, lambda _: work_once(house.door)))
    assert messages(house) == [("done", 0)] * 2
    for case_no in cases:
        rendered = [line for line in house.journal(f"case:{case_no}") if line.type == "document.rendered"]
        assert len(rendered) == 1
    assert house.violations() == []


def test_a_document_that_was_shown_before_the_worker_came_is_only_ticked_off(sqlite_house: House):
    case_no = sqlite_house.accepted_instant()
    [document] = sqlite_house.documents(case_no)
    content = render(document)
    sqlite_house.door.part(Blobs).put(content)
    command = RecordRendering(root_id=f"case:{case_no}", document_id=document.id, sha256=digest_of(content))
    sqlite_house.door.execute(command, SYSTEM, key="shown")
    assert work_once(sqlite_house.door) == 1
    assert messages(sqlite_house) == [("done", 0)]
    lines = [line for line in sqlite_house.journal(f"case:{case_no}") if line.type == "document.rendered"]
    assert len(lines) == 1


# Sweeping --------------------------------------------------------------------------------------------------------


def test_an_upload_that_no_case_took_is_forgotten_after_a_week(sqlite_house: House):
    digest = sqlite_house.upload("W01")["digest"]
    make_old(sqlite_house, digest)
    sqlite_house.wait(days=6)
    assert sweep_files(sqlite_house.door) == 0
    assert path_of(sqlite_house, digest).exists(), "a draft may still refer to it"
    sqlite_house.wait(days=2)
    assert sweep_files(sqlite_house.door) == 1
    assert not path_of(sqlite_house, digest).exists()
    with sqlite_house.door.read(SYSTEM) as view:
        assert referenced_digests(view.connection) == set()


def test_files_of_cases_stay_however_old(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    while work_once(sqlite_house.door):
        pass
    with sqlite_house.door.read(SYSTEM) as view:
        kept = referenced_digests(view.connection)
    kept |= {one.sha256 for one in sqlite_house.documents(case_no) if one.sha256 is not None}
    assert len(kept) >= 2
    for digest in kept:
        make_old(sqlite_house, digest)
    sqlite_house.wait(days=400)
    assert sweep_files(sqlite_house.door) == 0
    assert all(path_of(sqlite_house, digest).exists() for digest in kept)
    assert sqlite_house.violations() == []


def test_a_file_that_nothing_refers_to_goes_when_it_is_a_day_old(sqlite_house: House):
    digest = sqlite_house.door.part(Blobs).put(OTHER_PDF)
    assert sweep_files(sqlite_house.door) == 0, "whoever stored it may be about to refer to it"
    make_old(sqlite_house, digest)
    assert sweep_files(sqlite_house.door) == 1
    assert not sqlite_house.door.part(Blobs).has(digest)


# The thread ------------------------------------------------------------------------------------------------------


def test_the_thread_works_and_sweeps_until_it_is_stopped(sqlite_house: House):
    orphan = sqlite_house.door.part(Blobs).put(OTHER_PDF)
    make_old(sqlite_house, orphan)
    case_no = sqlite_house.accepted_instant()
    worker = Worker(sqlite_house.door, pause_seconds=0.02)
    assert not worker.alive(), "it has not been started"
    worker.start()
    try:
        until(lambda: worker.alive() and sqlite_house.documents(case_no)[0].sha256 is not None)
        until(lambda: not sqlite_house.door.part(Blobs).has(orphan))
    finally:
        worker.stop()
    after = sqlite_house.accepted_instant()
    assert sqlite_house.documents(after)[0].sha256 is None, "nobody works any more"


def test_sessions_that_have_ended_are_swept_and_open_ones_stay(sqlite_house: House):
    now = SystemClock().now()
    for name, opened in (("a", now), ("b", now - timedelta(minutes=31)), ("c", now - timedelta(hours=13))):
        command = SignIn(
            token_hash=name * 64, csrf="c", machine_now=utc_text(opened), ends_at=utc_text(opened + timedelta(hours=12))
        )
        sqlite_house.execute({"a": "W01", "b": "W02", "c": "W03"}[name], command)
    assert drop_ended_sessions(sqlite_house.door) == 2
    with sqlite_house.door.read(SYSTEM) as view:
        assert list(view.connection.scalars(sa.select(session.c.account))) == ["W01"]
    assert drop_ended_sessions(sqlite_house.door) == 0
