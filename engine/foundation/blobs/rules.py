"""Which files may enter: decided by their content, never by their name or the browser's word."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes

from engine.foundation.blobs.structure import broken
from engine.foundation.errors import Invalid, TooLarge

MAX_BYTES = 20 * 1024 * 1024
MAX_NAME = 120
MAX_SUFFIX = 10


class FileForbidden(Invalid):
    """“{name}”不是可以接收的文件类型。请上传 PDF、JPG、PNG、TIFF、OFD、DOCX 或 XLSX 文件。"""

    code = "FILE_FORBIDDEN"


class FileMismatch(Invalid):
    """“{name}”的内容是 {kind}，与文件名的后缀不符。请改正后缀或重新导出后再上传。"""

    code = "FILE_MISMATCH"


class FileTooLarge(TooLarge):
    """“{name}”超过 20 MB。请降低扫描分辨率或拆分后再上传。"""

    code = "FILE_TOO_LARGE"


class FileEmpty(Invalid):
    """“{name}”是空文件，请重新选择。"""

    code = "FILE_EMPTY"


class FileBroken(Invalid):
    """“{name}”不能接收：{why}。请重新扫描、拍照或导出后再上传。"""

    code = "FILE_BROKEN"


@dataclass(frozen=True)
class Sniffed:
    """What a file really is."""

    media_type: str
    suffixes: tuple[str, ...]


_PDF = Sniffed("application/pdf", (".pdf",))
_JPEG = Sniffed("image/jpeg", (".jpg", ".jpeg"))
_PNG = Sniffed("image/png", (".png",))
_TIFF = Sniffed("image/tiff", (".tif", ".tiff"))
_OFD = Sniffed("application/ofd", (".ofd",))
_DOCX = Sniffed("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
_XLSX = Sniffed("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",))

_SIGNATURES = (
    (b"%PDF-", _PDF),
    (b"\xff\xd8\xff", _JPEG),
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"II*\x00", _TIFF),
    (b"MM\x00*", _TIFF),
)
_PACKED = (("OFD.xml", _OFD), ("word/document.xml", _DOCX), ("xl/workbook.xml", _XLSX))


def admit(name: str, content: bytes) -> tuple[str, str]:
    """Return (safe file name, media type) of an upload.

    Raises :class:`FileEmpty`, :class:`FileTooLarge`, :class:`FileForbidden`, :class:`FileMismatch`, or
    :class:`FileBroken` for one that is damaged, a bomb, or two kinds at once.
    """
    shown = safe_name(name)
    if not content:
        raise FileEmpty(name=shown)
    if len(content) > MAX_BYTES:
        raise FileTooLarge(name=shown)
    found = sniff(content)
    if found is None:
        raise FileForbidden(name=shown)
    if not shown.lower().endswith(found.suffixes):
        raise FileMismatch(name=shown, kind=found.suffixes[0].removeprefix(".").upper())
    why = broken(found.media_type, content)
    if why:
        raise FileBroken(name=shown, why=why)
    return shown, found.media_type


def sm3_of(content: bytes) -> str:
    """Return the hex SM3 digest of ``content`` (GB/T 32905), taken at entry (5.3.1)."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()


def sniff(content: bytes) -> Sniffed | None:
    """Return the kind of ``content`` when it is on the allow-list, else None."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    return None


def safe_name(name: str) -> str:
    """Return ``name`` without folders, control characters and reserved characters, at most 120 characters.

    Dots and spaces at its ends go too: they hide a file, or its kind, on one system or another.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in ':*?"<>|')
    stem, dot, suffix = kept.rpartition(".")
    if not dot:
        stem, suffix = kept, ""
    kind = f".{suffix.strip()[:MAX_SUFFIX]}".rstrip(" .")
    return (stem.strip(" .")[: MAX_NAME - len(kind)].rstrip(" .") or "未命名") + kind


def _packed(content: bytes) -> Sniffed | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, struct.error):
        return None  # a damaged archive, or one that only a newer reader opens
    if "vbaproject.bin" in {name.rsplit("/", 1)[-1].lower() for name in names}:
        return None  # part names have no case (ECMA-376 part 2), so neither has a macro's
    return next((kind for member, kind in _PACKED if member in names), None)
