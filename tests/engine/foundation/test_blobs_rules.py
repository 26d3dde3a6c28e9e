"""Which files may enter: what a file is, is read from its bytes; its name and its sender have no say in it."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.blobs.rules import (
    MAX_BYTES,
    MAX_NAME,
    FileEmpty,
    FileForbidden,
    FileMismatch,
    FileTooLarge,
    admit,
    safe_name,
)
from engine.foundation.errors import Refusal


def packed(*members: str, content: bytes = b"<x/>") -> bytes:
    """Return a ZIP archive with ``members``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member in members:
            archive.writestr(member, content)
    return buffer.getvalue()


PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj<<>>endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
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
    ("传真.tif", b"II*\x00rest", "image/tiff"),
    ("传真.tiff", b"MM\x00*rest", "image/tiff"),
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


def test_a_file_that_is_two_things_counts_as_what_it_begins_with():
    # Whoever serves it says so with nosniff; the second thing never runs.
    assert admit("材料.pdf", PDF + DOCX)[1] == "application/pdf"
    assert admit("照片.png", PNG + HTML)[1] == "image/png"
    with pytest.raises(FileMismatch):
        admit("材料.docx", PDF + DOCX)


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
