"""Whether a file is whole and only what it says: its structure, walked without decoding anything.

A file that is two kinds at once (a picture that is also an archive, a PDF with an archive behind it) is a way past
whoever looks at one of the kinds only; it is refused.  Decoding is left to the limited renderer.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

MAX_PIXELS = 120_000_000
"""An A4 page in colour at 1,200 dpi; more is a bomb or a mistake."""
MAX_MEMBERS = 2_000
MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 200
"""Office documents pack XML about 10 to 40 times; a bomb thousands of times."""

_TAIL = 65_557
"""An archive's end record is at most this far from the end of the file."""
_FOREIGN = (b"%PDF-", b"MZ\x90", b"\x7fELF", b"<html", b"<script", b"<!doctype", b"<?php")


def broken(media_type: str, content: bytes) -> str:
    """Return what is wrong with the structure of ``content`` in Chinese, or an empty text."""
    check = _CHECKS.get(media_type)
    if check is None:
        return ""
    try:
        return check(content)
    except Exception:  # noqa: BLE001 - a damaged file makes its reader raise anything, and all of it means: damaged
        return "文件不完整或已损坏"


def _pdf(content: bytes) -> str:
    end = content.rfind(b"%%EOF")
    if end < 0 or b" obj" not in content:
        return "文件不完整：PDF 没有结尾"
    if content[end + 5 :].strip(b"\r\n\t \x00"):
        return "PDF 结尾之后还有其他内容"
    return "文件同时是压缩包" if _ends_as_archive(content) else ""


def _jpeg(content: bytes) -> str:
    place, size = 2, len(content)
    while place < size:
        if content[place] != 0xFF:
            return "文件不完整或已损坏"
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == 0xDA:
            break
        length = struct.unpack(">H", content[place + 2 : place + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            if width * height > MAX_PIXELS:
                return "图像的像素过多"
        place += 2 + length
    end = content.rfind(b"\xff\xd9")
    if end < place:
        return "文件不完整：JPG 没有结尾"
    # Telephones write a short film or a second picture behind the first; what runs or unpacks is not theirs.
    return _foreign_tail(content, end + 2)


def _png(content: bytes) -> str:
    place = 8
    while place < len(content):
        length, kind = struct.unpack(">I4s", content[place : place + 8])
        body = content[place + 8 : place + 8 + length]
        crc = struct.unpack(">I", content[place + 8 + length : place + 12 + length])[0]
        if len(body) != length or zlib.crc32(kind + body) != crc:
            return "文件不完整或已损坏"
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
            if width * height > MAX_PIXELS:
                return "图像的像素过多"
        place += 12 + length
        if kind == b"IEND":
            return "PNG 结尾之后还有其他内容" if content[place:].strip(b"\x00") else ""
    return "文件不完整：PNG 没有结尾"


def _tiff(content: bytes) -> str:
    order = "<" if content[:2] == b"II" else ">"
    first = struct.unpack(f"{order}I", content[4:8])[0]
    entries = struct.unpack(f"{order}H", content[first : first + 2])[0]
    sizes = {}
    for number in range(entries):
        start = first + 2 + 12 * number
        tag, kind, _, value = struct.unpack(f"{order}HHI4s", content[start : start + 12])
        if tag in (256, 257):
            sizes[tag] = struct.unpack(f"{order}H" if kind == 3 else f"{order}I", value[: 2 if kind == 3 else 4])[0]
    if sizes.get(256, 0) * sizes.get(257, 0) > MAX_PIXELS:
        return "图像的像素过多"
    return "文件同时是压缩包" if _ends_as_archive(content) else ""


def _archive(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            return "文件内的部件过多"
        if any(member.flag_bits & 1 for member in members):
            return "文件有密码保护，请去掉密码后再上传"
        if any(_leaves(member.filename) for member in members):
            return "文件内有指向外部的路径"
        if len({member.filename for member in members}) != len(members):
            return "文件内有重名的部件"
        unpacked, packed = sum(one.file_size for one in members), sum(one.compress_size for one in members)
        if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 20_000):
            return "文件解开后过大"
        # The directory tells what it likes: what the members really hold is counted while they are read.
        return _really_unpacks(archive, members)


def _really_unpacks(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> str:
    left = MAX_UNPACKED
    for member in members:
        with archive.open(member) as part:
            while piece := part.read(1 << 20):
                left -= len(piece)
                if left < 0:
                    return "文件解开后过大"
    return ""


def _leaves(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/")


def _foreign_tail(content: bytes, end: int) -> str:
    tail = content[end:]
    if not tail.strip(b"\x00"):
        return ""
    start = tail[:4096].lower()
    if _ends_as_archive(content):
        return "文件同时是压缩包"
    return "图像之后还有其他内容" if any(sign.lower() in start for sign in _FOREIGN) else ""


def _ends_as_archive(content: bytes) -> bool:
    """Tell whether the file is also a ZIP archive: such a one is read from its end, whatever it begins with."""
    tail = content[-_TAIL:]
    place = tail.rfind(b"PK\x05\x06")
    while place >= 0:
        if place + 22 <= len(tail):
            comment = struct.unpack("<H", tail[place + 20 : place + 22])[0]
            if place + 22 + comment == len(tail):
                return True
        place = tail.rfind(b"PK\x05\x06", 0, place)
    return False


_OFFICE = "application/vnd.openxmlformats-officedocument"
_CHECKS: Mapping[str, Callable[[bytes], str]] = {
    "application/pdf": _pdf,
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/tiff": _tiff,
    "application/ofd": _archive,
    f"{_OFFICE}.wordprocessingml.document": _archive,
    f"{_OFFICE}.spreadsheetml.sheet": _archive,
}
