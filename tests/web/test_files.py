"""Files of a case: scanned, pictured, opened safely; one with a virus stays closed everywhere (5.3.1)."""

from __future__ import annotations

import hashlib

import pytest

from engine.foundation.blobs.checks import FileCheck, FileInfected, checks_of
from engine.foundation.blobs.scanner import Scanner
from engine.process.documents.handlers import UploadsFull
from engine.registry.identity.rules import SYSTEM
from engine.registry.policies.tables import policy
from tests.engine.foundation.test_blobs_rules import DOCX, image
from tests.support.clamd import EICAR, Clamd
from tests.support.house import PERSON, House
from tests.support.site import Site
from yichuang.worker import check_files, sweep_files

PHOTO = image("JPEG", (800, 600))
VIRUS = b"%PDF-1.4\n1 0 obj<<>>endobj\n" + EICAR + b"\n%%EOF\n"


@pytest.fixture
def scanned(sqlite_house: House, clamd: Clamd) -> House:
    """A house whose files are scanned."""
    parts = dict(sqlite_house.door._parts)
    parts[Scanner] = Scanner(clamd.address, seconds=1)
    sqlite_house.door._parts = parts
    return sqlite_house


def check(house: House, digest: str) -> FileCheck:
    with house.door.read(SYSTEM) as view:
        return checks_of(view.connection, [digest])[digest]


def received(house: House, content: bytes, name: str) -> tuple[str, str]:
    """Return a case with one file, and the file's digest."""
    file = house.upload("W01", name, content)
    row = [{"no": "1", "provided_form": "original", "copies": 1, "original_checked": True, "files": [file]}]
    return house.receive("W01", "I06", {**PERSON, "materials": row}), str(file["digest"])


def test_without_a_scanner_a_file_is_unscanned_and_usable(sqlite_house: House):
    case_no, digest = received(sqlite_house, PHOTO, "照片.jpg")
    check_files(sqlite_house.door)
    assert check(sqlite_house, digest).scan == "unscanned"
    assert Site(sqlite_house).visitor("W01").open(f"/cases/{case_no}/files/{digest}").status == 200


def test_a_file_that_waits_for_the_scanner_opens_when_it_was_found_clean(scanned: House):
    case_no, digest = received(scanned, PHOTO, "照片.jpg")
    visitor = Site(scanned).visitor("W01")
    waiting = visitor.open(f"/cases/{case_no}/files/{digest}")
    assert waiting.status == 409
    assert "正在查毒" in waiting.main
    assert check_files(scanned.door) >= 1
    assert check(scanned, digest).scan == "clean"
    assert visitor.open(f"/cases/{case_no}/files/{digest}").status == 200
    assert check_files(scanned.door) == 0


def test_a_virus_closes_the_file_everywhere_and_is_reported(scanned: House):
    case_no, digest = received(scanned, VIRUS, "材料.pdf")
    check_files(scanned.door)
    assert (check(scanned, digest).scan, check(scanned, digest).threat) == ("infected", "Win.Test.EICAR_HDB-1")
    visitor = Site(scanned).visitor("W01")
    for address in (f"/cases/{case_no}/files/{digest}", f"/cases/{case_no}/files/{digest}/preview"):
        answer = visitor.open(address)
        assert answer.status == 409
        assert "发现病毒（Win.Test.EICAR_HDB-1）" in answer.main
    told = "“材料.pdf”查毒发现病毒（Win.Test.EICAR_HDB-1），已隔离，不能打开或使用"
    assert told in [line.sentence for line in scanned.journal(f"case:{case_no}")]
    assert told in Site(scanned).visitor("A01").open("/messages").main
    assert not visitor.open(f"/cases/{case_no}").all("a[download]")
    assert scanned.violations() == []


def test_a_loose_file_with_a_virus_cannot_be_handed_in(scanned: House):
    file = scanned.upload("W01", "材料.pdf", VIRUS)
    check_files(scanned.door)
    row = [{"no": "1", "provided_form": "original", "copies": 1, "original_checked": True, "files": [file]}]
    with pytest.raises(FileInfected) as refused:
        scanned.receive("W01", "I06", {**PERSON, "materials": row})
    assert "请在干净的设备上重新取得后再上传" in refused.value.sentence
    assert any("查毒发现病毒" in line.sentence for line in scanned.journal("access:W01"))


@pytest.mark.parametrize("mood", ["error", "silent", "slow"])
def test_a_scanner_that_fails_is_asked_again_and_given_up_after_a_while(scanned: House, clamd: Clamd, mood: str):
    clamd.mood = mood
    _, digest = received(scanned, PHOTO, "照片.jpg")
    check_files(scanned.door)
    assert (check(scanned, digest).scan, check(scanned, digest).attempts) == ("pending", 1)
    assert check_files(scanned.door) == 0
    if mood == "slow":
        clamd.released.set()
        clamd.mood = "ok"
    for _ in range(8):
        scanned.wait(minutes=5)
        check_files(scanned.door)
    final = check(scanned, digest)
    assert (final.scan, final.wake_at) == (("clean" if mood == "slow" else "failed"), None)
    assert final.preview is not None


def test_the_picture_of_a_file_is_shown_on_the_case_and_is_never_the_file_itself(sqlite_house: House):
    case_no, digest = received(sqlite_house, PHOTO, "照片.jpg")
    visitor = Site(sqlite_house).visitor("W01")
    assert visitor.open(f"/cases/{case_no}/files/{digest}/preview").status == 404
    check_files(sqlite_house.door)
    page = visitor.open(f"/cases/{case_no}")
    [picture] = [one.get("src") for one in page.all(".yc-file img")]
    answer = visitor.open(picture)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.response.data.startswith(b"\xff\xd8\xff")
    assert answer.response.data != PHOTO


def test_a_file_without_a_picture_says_why_and_stays_usable(sqlite_house: House):
    case_no, digest = received(sqlite_house, DOCX, "说明.docx")
    check_files(sqlite_house.door)
    page = Site(sqlite_house).visitor("W01").open(f"/cases/{case_no}")
    assert "这种格式没有预览，请下载后查看" in page.main
    assert page.visitor.open(f"/cases/{case_no}/files/{digest}").status == 200


def test_pictures_are_for_those_who_see_the_case(sqlite_house: House):
    case_no, digest = received(sqlite_house, PHOTO, "照片.jpg")
    check_files(sqlite_house.door)
    site = Site(sqlite_house)
    address = f"/cases/{case_no}/files/{digest}/preview"
    assert site.visitor("D61").open(address).status == 200
    assert site.visitor("D11").open(address).status == 404
    assert site.visitor().open(address, follow=False).status == 302


def test_a_loose_file_is_pictured_for_its_owner_only(sqlite_house: House):
    digest = sqlite_house.upload("W01", "照片.jpg", PHOTO)["digest"]
    check_files(sqlite_house.door)
    site = Site(sqlite_house)
    assert site.visitor("W01").open(f"/uploads/{digest}/preview").status == 200
    assert site.visitor("W02").open(f"/uploads/{digest}/preview").status == 404


def test_T059_a_photograph_has_its_sm3_digest_from_the_moment_it_came_in(sqlite_house: House):
    site = Site(sqlite_house)
    visitor = site.visitor("W01")
    form = visitor.open("/applications/new/I06").form("/applications/new/I06")
    form.attach("materials[0].files", "照片.jpg", PHOTO).press("refresh")
    digest = hashlib.sha256(PHOTO).hexdigest()
    assert check(sqlite_house, digest).sm3 == hashlib.new("sm3", PHOTO).hexdigest()


def test_the_sweeper_leaves_pictures_and_takes_what_nothing_refers_to(sqlite_house: House):
    case_no, digest = received(sqlite_house, PHOTO, "照片.jpg")
    check_files(sqlite_house.door)
    sweep_files(sqlite_house.door)
    assert Site(sqlite_house).visitor("W01").open(f"/cases/{case_no}/files/{digest}/preview").status == 200


def test_the_days_measure_of_uploads_ends_with_a_sentence(sqlite_house: House):
    with sqlite_house.unit() as unit:
        unit.connection.execute(policy.update().where(policy.c.key == "upload_files_day").values(value=2))
    sqlite_house.upload("W01")
    sqlite_house.upload("W01", "另.pdf", b"%PDF-1.4 1 0 obj<<>>endobj 2 %%EOF")
    with pytest.raises(UploadsFull):
        sqlite_house.upload("W01", "三.pdf", b"%PDF-1.4 1 0 obj<<>>endobj 3 %%EOF")
    sqlite_house.upload("W02")
    sqlite_house.wait(days=1)
    sqlite_house.upload("W01", "三.pdf", b"%PDF-1.4 1 0 obj<<>>endobj 3 %%EOF")
