"""Which files may enter: what a file is, is read from its bytes; its name and its sender have no say in it."""

from __future__ import annotations

import contextlib
import io
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.foundation.blobs.rules import (
    MAX_BYTES,
    MAX_NAME,
    FileBroken,
    FileEmpty,
    FileForbidden,
    FileMismatch,
    FileTooLarge,
    admit,
    safe_name,
    sm3_of,
)
from engine.foundation.errors import Refusal


def packed(*members: str, content: bytes = b"<x/>") -> bytes:
    """Return a ZIP archive with ``members``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member in members:
            archive.writestr(member, content)
    return buffer.getvalue()


def image(kind: str, size: tuple[int, int] = (20, 30)) -> bytes:
    """Return a whole picture."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, kind)
    return buffer.getvalue()


PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj<<>>endobj\n%%EOF\n"
PNG, JPEG, TIFF = image("PNG"), image("JPEG"), image("TIFF")
EXE = b"MZ\x90\x00\x03" + b"\0" * 60
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
DOCX = packed("[Content_Types].xml", "word/document.xml")
XLSX = packed("[Content_Types].xml", "xl/workbook.xml")
OFD = packed("OFD.xml", "Doc_0/Document.xml")

WELCOME = [
    ("扫描件.pdf", PDF, "application/pdf"),
    ("扫描件.PDF", PDF, "application/pdf"),
    ("照片.jpg", JPEG, "image/jpeg"),
    ("照片.jpeg", JPEG, "image/jpeg"),
    ("签名.png", PNG, "image/png"),
    ("传真.tif", TIFF, "image/tiff"),
    ("传真.tiff", TIFF, "image/tiff"),
    ("证照.ofd", OFD, "application/ofd"),
    ("说明.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("清单.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
]


@pytest.mark.parametrize("name, content, media_type", WELCOME, ids=[one[0] for one in WELCOME])
def test_the_kinds_of_the_counter_are_admitted(name: str, content: bytes, media_type: str):
    assert admit(name, content) == (name, media_type)


FORBIDDEN = {
    "a program that calls itself a PDF": ("材料.pdf", EXE),
    "a page that calls itself a picture": ("照片.png", HTML),
    "a page that says PDF further down": ("材料.pdf", HTML + PDF),
    "a PDF behind white space": ("材料.pdf", b"  \n" + PDF),
    "a bare archive that calls itself a text": ("说明.docx", packed("a.txt")),
    "an archive with nothing in it": ("说明.docx", packed()),
    "half an archive": ("说明.docx", DOCX[: len(DOCX) // 2]),
    "a program with a document behind it": ("说明.docx", EXE + DOCX),
    "a text with macros": ("说明.docx", packed("word/document.xml", "word/vbaProject.bin")),
    "a text with macros in capitals": ("说明.docx", packed("word/document.xml", "word/VBAPROJECT.BIN")),
    "a table with macros elsewhere": ("清单.xlsx", packed("xl/workbook.xml", "customUI/vbaProject.bin")),
    "a Java archive": ("程序.jar", packed("META-INF/MANIFEST.MF")),
    "an old Word text": ("说明.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100),
    "a vector drawing with scripts": ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
    "a moving picture": ("图.gif", b"GIF89a" + b"\0" * 20),
    "plain text": ("说明.txt", "申请说明".encode()),
    "a shell script": ("a.pdf", b"#!/bin/sh\nrm -rf /\n"),
    "one byte": ("a.pdf", b"%"),
    "half a signature": ("a.png", PNG[:7]),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_everything_else_is_refused_and_the_allowed_kinds_are_named(what: str):
    with pytest.raises(FileForbidden) as refused:
        admit(*FORBIDDEN[what])
    assert "PDF" in refused.value.sentence


MISMATCH = [
    ("材料.png", PDF, "PDF"), ("材料.pdf", PNG, "PNG"), ("材料.pdf", JPEG, "JPG"), ("材料.docx", XLSX, "XLSX"),
    ("材料.pdf", DOCX, "DOCX"), ("材料", PDF, "PDF"), ("材料.pdf.exe", PDF, "PDF"), ("材料.html", PNG, "PNG"),
    ("pdf", PDF, "PDF"), ("材料.pdf ", PNG, "PNG"),
]  # fmt: skip


@pytest.mark.parametrize("name, content, kind", MISMATCH, ids=[one[0] for one in MISMATCH])
def test_a_name_that_contradicts_the_content_is_refused_and_the_real_kind_told(name: str, content: bytes, kind: str):
    with pytest.raises(FileMismatch) as refused:
        admit(name, content)
    assert kind in refused.value.sentence


POLYGLOTS = {
    "a PDF with an archive behind it": ("材料.pdf", PDF + DOCX),
    "a PDF with an archive inside its end": ("材料.pdf", PDF[:-6] + DOCX[:-2] + b"\x06\x00%%EOF\n"),
    "a PDF with a page behind it": ("材料.pdf", PDF + HTML),
    "a picture with a page behind it": ("照片.png", PNG + HTML),
    "a photograph with a page behind it": ("照片.jpg", JPEG + HTML),
    "a photograph with an archive behind it": ("照片.jpg", JPEG + DOCX),
    "a photograph with a program behind it": ("照片.jpg", JPEG + EXE),
    "a fax with an archive behind it": ("传真.tif", TIFF + DOCX),
}


@pytest.mark.parametrize("what", POLYGLOTS)
def test_a_file_that_is_two_things_at_once_is_refused(what: str):
    with pytest.raises(FileBroken) as refused:
        admit(*POLYGLOTS[what])
    assert refused.value.sentence.endswith("请重新扫描、拍照或导出后再上传。")


BROKEN = {
    "half a PDF": ("材料.pdf", PDF[:-7]),
    "a PDF without any object": ("材料.pdf", b"%PDF-1.7\n%%EOF\n"),
    "half a photograph": ("照片.jpg", JPEG[: len(JPEG) // 2]),
    "half a picture": ("照片.png", PNG[: len(PNG) // 2]),
    "a picture with a changed byte": ("照片.png", PNG[:40] + b"\xff\xff" + PNG[42:]),
    "half a fax": ("传真.tif", TIFF[:6]),
    "an archive with a changed member": ("说明.docx", DOCX.replace(b"<x/>", b"<y/>", 1)),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_damaged_file_is_refused(what: str):
    with pytest.raises(FileBroken):
        admit(*BROKEN[what])


def test_a_photograph_with_a_film_behind_it_is_a_photograph():
    # Telephones write one when they take "living" photographs.
    assert admit("照片.jpg", JPEG + b"\0\0\0\x18ftypmp42" + b"\1" * 400)[1] == "image/jpeg"


def test_a_picture_of_too_many_pixels_is_refused_before_anybody_decodes_it():
    head = PNG[:16] + (60_000).to_bytes(4, "big") * 2 + PNG[24:29]
    bomb = head + zlib.crc32(head[12:29]).to_bytes(4, "big") + PNG[33:]
    with pytest.raises(FileBroken) as refused:
        admit("照片.png", bomb)
    assert "像素过多" in refused.value.sentence


@pytest.mark.parametrize("size", [5 * 1024 * 1024, 80 * 1024 * 1024])
def test_an_archive_that_unpacks_to_far_more_than_it_is_is_refused(size: int):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * size)
    with pytest.raises(FileBroken) as refused:
        admit("说明.docx", buffer.getvalue())
    assert "解开后过大" in refused.value.sentence


@pytest.mark.parametrize("member", ["../../etc/cron.d/x", "/etc/passwd", "C:\\x", "a/../../b"])
def test_an_archive_with_a_path_that_leaves_it_is_refused(member: str):
    with pytest.raises(FileBroken) as refused:
        admit("说明.docx", packed("word/document.xml", member))
    assert "外部的路径" in refused.value.sentence


def test_an_archive_with_a_password_is_refused_with_the_reason():
    locked = bytearray(DOCX)
    place = 0
    while (place := locked.find(b"PK\x01\x02", place)) >= 0:
        locked[place + 8] |= 1
        place += 4
    with pytest.raises(FileBroken) as refused:
        admit("说明.docx", bytes(locked))
    assert "密码" in refused.value.sentence


def test_T059_the_sm3_digest_is_the_one_of_the_standard():
    # GB/T 32905-2016, appendix A.1.
    assert sm3_of(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_an_empty_file_is_refused():
    with pytest.raises(FileEmpty):
        admit("材料.pdf", b"")


def test_twenty_megabytes_are_the_limit():
    assert admit("材料.pdf", PDF.ljust(MAX_BYTES, b"\0"))[0] == "材料.pdf"
    with pytest.raises(FileTooLarge) as refused:
        admit("材料.pdf", PDF.ljust(MAX_BYTES + 1, b"\0"))
    assert "20 MB" in refused.value.sentence


def test_an_archive_that_only_a_newer_reader_opens_is_refused_and_does_not_crash():
    newer = bytearray(DOCX)
    place = newer.rindex(b"PK\x01\x02")
    newer[place + 6 : place + 8] = (255).to_bytes(2, "little")
    with pytest.raises(FileForbidden):
        admit("说明.docx", bytes(newer))


@given(st.binary(max_size=200))
def test_any_bytes_are_admitted_or_refused_and_never_crash_the_reader(content: bytes):
    _admit_or_refuse(b"PK\x03\x04" + content)
    _admit_or_refuse(content)


@given(st.integers(0, len(DOCX) - 1), st.integers(0, 255), st.integers(0, len(DOCX)))
def test_a_damaged_archive_is_admitted_or_refused_and_never_crashes_the_reader(place: int, byte: int, end: int):
    damaged = bytearray(DOCX)
    damaged[place] = byte
    _admit_or_refuse(bytes(damaged))
    _admit_or_refuse(bytes(damaged[:end]))


def _admit_or_refuse(content: bytes) -> None:
    with contextlib.suppress(Refusal):
        admit("说明.docx", content)


# Names ----------------------------------------------------------------------------------------------------------

NAMES = [
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("..\\..\\windows\\a.pdf", "a.pdf"),
    ("C:\\扫描\\材料.pdf", "材料.pdf"),
    ("/绝对/路径.pdf", "路径.pdf"),
    ("a\x00b.pdf", "ab.pdf"),
    ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
    ("材料\u202efdp.exe.pdf", "材料fdp.exe.pdf"),
    ("a\u200bb\ufeff.pdf", "ab.pdf"),
    ('a"b<c>|?*.pdf', "abc.pdf"),
    ("\ud800x.pdf", "x.pdf"),
    ("", "未命名"),
    ("目录/", "未命名"),
    ("\x07\x08", "未命名"),
    (".pdf", "未命名.pdf"),
    ("   .pdf", "未命名.pdf"),
    ("...pdf", "未命名.pdf"),
    ("..", "未命名"),
    (" 材料 .pdf", "材料.pdf"),
]


@pytest.mark.parametrize("name, kept", NAMES, ids=[ascii(one[0]) for one in NAMES])
def test_a_name_loses_its_folders_and_whatever_would_deceive(name: str, kept: str):
    assert safe_name(name) == kept


@given(st.text(max_size=400))
def test_any_name_becomes_a_short_printable_one_that_stays_as_it_is(name: str):
    kept = safe_name(name)
    assert 0 < len(kept) <= MAX_NAME
    assert kept.isprintable()
    assert not set(kept) & set('/\\:*?"<>|')
    assert safe_name(kept) == kept


@pytest.mark.parametrize("name", ["长" * 500 + ".pdf", "a." + "b" * 500, "长" * 500, "." * 500])
def test_a_long_name_is_cut_and_keeps_its_kind(name: str):
    kept = safe_name(name)
    assert len(kept) <= MAX_NAME
    assert kept.endswith(".pdf") == name.endswith(".pdf")
