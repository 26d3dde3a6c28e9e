"""Official documents: numbers without a gap, data that stays as it was, the same file whenever asked."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import sqlalchemy as sa

from engine.foundation.blobs.storage import Blobs
from engine.foundation.journal.queries import private_value
from engine.foundation.outbox.queries import put
from engine.foundation.outbox.tables import outbox
from engine.foundation.vault import Vault
from engine.process.documents.commands import RecordRendering
from engine.process.documents.issuing import digest_of, file_of, issue, render
from engine.process.documents.queries import document_by_code, document_by_id, documents_of, next_number, put_document
from engine.process.documents.rules import (
    KINDS,
    Document,
    DocumentIncomplete,
    DocumentMissing,
    GlyphMissing,
    RenderingChanged,
    number_text,
)
from engine.process.documents.tables import document
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM
from tests.engine.foundation.units import Store
from tests.forms.notices.samples import DATA
from tests.support.house import House
from tests.support.threads import in_threads, results
from yichuang.worker import work_once

ROOT = "case:1"
SLIPS = ("result_slip", "difference_slip", "return_slip")
"""Kinds that are laid out like the slip of a handover."""
ADDED = ("number", "qr_url", "issued_at")
"""What issuing itself adds to a document's data."""


def data_of(kind: str, **changed: Any) -> dict[str, Any]:
    whole = DATA["handover_slip" if kind in SLIPS else kind]
    return {**{key: value for key, value in whole.items() if key not in ADDED}, **changed}


def issue_one(house: House, kind: str = "acceptance_notice", root: str = ROOT, **changed: Any) -> Document:
    with house.unit(root) as unit:
        return issue(unit, root, kind, data_of(kind, **changed))


def kept(house: House, id: str) -> Document:
    with house.door.read(SYSTEM) as view:
        return document_by_id(view.connection, id)


# Numbers ----------------------------------------------------------------------------------------------------------


def test_numbers_count_up_in_each_series_and_year(store: Store):
    with store.unit() as unit:
        taken = [next_number(unit, series, year) for series, year in
                 (("受理", 2026), ("受理", 2026), ("补正", 2026), ("受理", 2027), ("受理", 2026))]  # fmt: skip
    assert taken == [1, 2, 1, 1, 3]


def test_a_number_of_a_unit_that_failed_is_taken_by_the_next(store: Store):
    def fails() -> None:
        with store.unit() as unit:
            next_number(unit, "受理", 2026)
            raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            fails()
    with store.unit() as unit:
        assert next_number(unit, "受理", 2026) == 1


def test_eight_clerks_at_once_leave_no_gap_though_some_of_them_fail(store: Store):
    def take(number: int) -> list[int]:
        taken = []
        for round in range(6):
            try:
                with store.unit() as unit:
                    one = next_number(unit, "受理", 2026)
                    if (number + round) % 3 == 0:
                        raise ZeroDivisionError
                taken.append(one)
            except ZeroDivisionError:
                continue
        return taken

    taken = sorted(number for mine in results(in_threads(8, take)) for number in mine)
    assert taken == list(range(1, 33)), "8 times 6, of which a third failed"


def test_a_number_reads_as_the_offices_of_the_city_write_them():
    assert number_text("受理", 2026, 123) == "安审批（受理）〔2026〕000123号"
    assert len({kind.series for kind in KINDS.values()}) == len(KINDS), "no two kinds share a series"


def test_the_year_of_a_number_is_the_citys_year(sqlite_house: House):
    sqlite_house.at(2026, 12, 31, 23, 59)
    assert "〔2026〕000001号" in issue_one(sqlite_house).number
    sqlite_house.at(2027, 1, 1, 0, 0)
    assert "〔2027〕000001号" in issue_one(sqlite_house).number


# Issuing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_kept_with_its_data_its_number_and_the_digests_of_its_layout(kind: str, sqlite_house: House):
    made = issue_one(sqlite_house, kind)
    found = kept(sqlite_house, made.id)
    assert found == made
    assert (found.kind, found.state, found.position, found.sha256) == (kind, "issued", 1, None)
    assert found.number == number_text(KINDS[kind].series, 2026, 1) == found.data["number"]
    assert found.data["qr_url"].endswith(f"/verify/{found.verify_code}")
    assert len(found.template_digest) == len(found.font_digest) == 64


def test_the_line_of_a_document_names_it_and_keeps_its_data_erasable(house: House):
    made = issue_one(house)
    [line] = house.journal(ROOT)
    assert (line.type, line.data["number"], line.data["document"]) == ("document.issued", made.number, made.id)
    assert "王建国" not in str(line.data)
    with house.door.read(SYSTEM) as view:
        digest = line.data["data"]["digest"]
        assert private_value(view.connection, house.door.part(Vault), ROOT, digest) == made.data


def test_documents_of_a_case_are_counted_and_found_by_the_code_on_them(house: House):
    made = [issue_one(house, kind) for kind in ("correction_notice", "acceptance_notice")]
    other = issue_one(house, root="case:2")
    with house.door.read(SYSTEM) as view:
        assert documents_of(view.connection, ROOT) == made
        assert [one.position for one in made] == [1, 2]
        assert document_by_code(view.connection, other.verify_code) == other
        for look, name in ((document_by_id, "x"), (document_by_code, "x")):
            with pytest.raises(DocumentMissing):
                look(view.connection, name)
    assert len({one.verify_code for one in (*made, other)}) == 3


def test_a_letter_no_font_has_is_told_and_takes_no_number(house: House):
    with pytest.raises(GlyphMissing) as refused:
        issue_one(house, applicant="王\U0001f600")
    assert "U+1F600" in refused.value.sentence or "\U0001f600" in refused.value.sentence
    assert issue_one(house).number.endswith("000001号")


def test_a_document_that_says_too_little_is_refused_and_takes_no_number(house: House):
    with pytest.raises(DocumentIncomplete):
        issue_one(house, applicant="")
    with house.door.read(SYSTEM) as view:
        assert documents_of(view.connection, ROOT) == []
    assert issue_one(house).number.endswith("000001号")


def test_two_documents_never_bear_one_number(sqlite_house: House):
    made = issue_one(sqlite_house)
    with pytest.raises(sa.exc.IntegrityError), sqlite_house.unit(ROOT) as unit:
        put_document(unit, Document(**{**vars(made), "id": "x", "verify_code": "y", "position": 2}))


# Files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_is_the_same_bytes_whenever_asked(kind: str, sqlite_house: House):
    made = issue_one(sqlite_house, kind)
    first = render(made)
    assert first.startswith(b"%PDF-")
    sqlite_house.wait(days=400)
    assert render(kept(sqlite_house, made.id)) == first


def test_after_the_commit_the_file_is_rendered_kept_and_its_digest_written_down(house: House):
    made = issue_one(house)
    assert work_once(house.door) == 1
    found = kept(house, made.id)
    content = render(made)
    assert found.sha256 == hashlib.sha256(content).hexdigest() == digest_of(content)
    assert found.rendered_at == house.clock.now()
    assert house.door.part(Blobs).get(str(found.sha256)) == content
    line = house.journal(ROOT)[-1]
    assert (line.type, line.account, line.data["sha256"]) == ("document.rendered", "system", found.sha256)
    assert work_once(house.door) == 0


def test_a_document_of_a_unit_that_failed_is_never_rendered(house: House):
    def fails() -> None:
        with house.unit(ROOT) as unit:
            issue(unit, ROOT, "acceptance_notice", data_of("acceptance_notice"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert work_once(house.door) == 0


def test_two_workers_render_a_document_once_between_them(house: House):
    made = [issue_one(house) for _ in range(3)]
    doors = (house.door, house.neighbour().door)
    results(in_threads(2, lambda number: work_once(doors[number])))
    assert [kept(house, one.id).sha256 for one in made] == [digest_of(render(one)) for one in made]
    assert [line.type for line in house.journal(ROOT)].count("document.rendered") == 3
    assert _states(house) == ["done"] * 3


def test_what_was_first_rendered_is_shown_for_good(sqlite_house: House):
    made = issue_one(sqlite_house)
    work_once(sqlite_house.door)
    found, blobs = kept(sqlite_house, made.id), sqlite_house.door.part(Blobs)
    # As after a release that lays documents out anew: the row says more than the file.
    changed = Document(**{**vars(found), "data": {**found.data, "handler": "别人"}})
    assert digest_of(file_of(changed, blobs)) == found.sha256
    assert digest_of(render(changed)) != found.sha256


def test_another_rendering_is_not_written_over_the_first(sqlite_house: House):
    made = issue_one(sqlite_house)
    work_once(sqlite_house.door)
    other = RecordRendering(root_id=ROOT, document_id=made.id, sha256="f" * 64)
    with pytest.raises(RenderingChanged) as refused:
        sqlite_house.door.execute(other, SYSTEM, key="other")
    assert made.number in refused.value.sentence
    assert kept(sqlite_house, made.id).sha256 == digest_of(render(made))


# A worker in trouble ----------------------------------------------------------------------------------------------


def _states(house: House) -> list[str]:
    with house.door.database.reading() as connection:
        return list(connection.scalars(sa.select(outbox.c.state).order_by(outbox.c.id)))


def _spoil(house: House, made: Document, data: dict[str, Any]) -> None:
    with house.door.database.writing() as connection:
        connection.execute(document.update().where(document.c.id == made.id).values(data=data))


def test_a_rendering_that_fails_holds_up_no_other_and_is_done_when_it_can_be(house: House):
    broken, healthy = issue_one(house), issue_one(house)
    _spoil(house, broken, {})
    assert work_once(house.door) == 2
    assert (kept(house, broken.id).sha256, kept(house, healthy.id).sha256) == (None, digest_of(render(healthy)))
    assert work_once(house.door) == 0, "it waits before it is tried again"
    house.wait(seconds=2)
    assert work_once(house.door) == 1
    _spoil(house, broken, dict(broken.data))
    house.wait(seconds=3)
    assert work_once(house.door) == 0
    house.wait(seconds=1)
    assert work_once(house.door) == 1
    assert kept(house, broken.id).sha256 == digest_of(render(broken))
    assert _states(house) == ["done", "done"]


def test_a_rendering_given_up_is_an_incident_for_the_administrator_and_in_the_case(house: House):
    broken = issue_one(house)
    _spoil(house, broken, {})
    tries = 0
    while _states(house) == ["open"]:
        tries += work_once(house.door)
        house.wait(minutes=11)
    assert (tries, _states(house)) == (8, ["failed"])
    administrator = house.actor("A01")
    with house.door.read(administrator) as view:
        [told] = notifications_for(view.connection, administrator)
    assert (told.kind, told.root_id) == ("incident", ROOT)
    assert house.journal(ROOT)[-1].type == "document.given_up"
    assert work_once(house.door) == 0


def test_work_nobody_knows_is_put_off_like_any_failure(sqlite_house: House):
    with sqlite_house.unit(ROOT) as unit:
        put(unit, "telegram", ROOT, {})
    issue_one(sqlite_house)
    assert work_once(sqlite_house.door) == 2
    assert _states(sqlite_house) == ["open", "done"]


def test_two_workers_that_fail_at_one_message_do_not_stumble_over_each_other(house: House):
    broken = [issue_one(house) for _ in range(2)]
    for one in broken:
        _spoil(house, one, {})
    doors = (house.door, house.neighbour().door)
    results(in_threads(2, lambda number: work_once(doors[number])))
    assert _states(house) == ["open", "open"]
