"""Taking out of a picture what a camera adds: the place and time of the photograph, the device, a second picture.

A photograph from a telephone tells where it was taken (GPS).  Whoever may see a case must not learn from its files
where the applicant lives; so only the picture is kept, with its turning and its colours.  No pixel changes: the
segments of the file are copied or left out.  Source: 个人信息保护法第六条 (as little as the purpose needs).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

SOS, EOI, EXIF = 0xDA, 0xD9, 0xE1

_LEFT_OUT = frozenset({*range(0xE1, 0xF0), 0xFE})
"""APP1 to APP15 and comments; APP0 (JFIF) stays, and of the others what :data:`_NEEDED` names."""

_NEEDED = ((0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
"""What a decoder needs to show the colours right."""

_NEXT_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)
"""The end of compressed data: a marker that is neither a stuffed byte nor a restart."""

_EXIF_SIGN = b"Exif\0\0"
_ORIENTATION = 0x0112
_PNG_SIGN = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"bKGD", b"hIST", b"pHYs",
    b"sPLT",
})  # fmt: skip


class PictureDamaged(ValueError):
    """The picture ends too early, or its parts do not follow one another."""


def without_metadata(media_type: str, content: bytes) -> bytes:
    """Return ``content`` without what its camera added; other kinds than JPEG and PNG are returned as they are.

    The same picture always gives the same bytes.  Raises :class:`PictureDamaged`.
    """
    strip = {"image/jpeg": _jpeg, "image/png": _png}.get(media_type)
    try:
        return content if strip is None else strip(content)
    except (struct.error, IndexError) as error:
        raise PictureDamaged("the picture ends too early") from error


def orientation_of(content: bytes) -> int:
    """Return how a JPEG is to be turned: 1 to 8 as EXIF says, 1 (upright) when it says nothing readable.

    Raises :class:`PictureDamaged`, ``struct.error`` or ``IndexError`` for a damaged file.
    """
    for marker, body in _segments(content):
        if marker == EXIF and body.startswith(_EXIF_SIGN):
            return _turn(body[len(_EXIF_SIGN) :])
        if marker == SOS:
            break
    return 1


def _jpeg(content: bytes) -> bytes:
    turn = orientation_of(content)
    kept = [b"\xff\xd8"]
    for marker, body in _segments(content):
        if marker == EXIF and turn != 1:
            kept.append(_segment(EXIF, _EXIF_SIGN + _only_turn(turn)))
            turn = 1
        elif marker not in _LEFT_OUT or any(marker == one and body.startswith(sign) for one, sign in _NEEDED):
            kept.append(_segment(marker, body))
    return b"".join(kept)


def _segment(marker: int, body: bytes) -> bytes:
    # The body of a start of scan brings its own length, for its compressed data is not counted in it.
    length = b"" if marker in (SOS, EOI) else struct.pack(">H", len(body) + 2)
    return bytes((0xFF, marker)) + length + body


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (marker, body) up to the end of the first picture; what telephones write behind it is not read.

    The body of a start of scan holds its length, its header and its compressed data.
    """
    place = 2
    while True:
        if content[place] != 0xFF:
            raise PictureDamaged("no marker where one must be")
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == EOI:
            yield EOI, b""
            return
        length = struct.unpack(">H", content[place + 2 : place + 4])[0]
        end = place + 2 + length
        if marker == SOS:
            found = _NEXT_MARKER.search(content, end)
            if found is None:
                raise PictureDamaged("the compressed data has no end")
            yield SOS, content[place + 2 : found.start()]
            place = found.end() - 2
            continue
        if length < 2 or end > len(content):
            raise PictureDamaged("a segment is longer than the file")
        yield marker, content[place + 4 : end]
        place = end


def _turn(exif: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        start = struct.unpack(f"{order}I", exif[4:8])[0]
        count = struct.unpack(f"{order}H", exif[start : start + 2])[0]
        for number in range(count):
            place = start + 2 + 12 * number
            tag, kind, _, value = struct.unpack(f"{order}HHIH", exif[place : place + 10])
            if tag == _ORIENTATION and kind == 3:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _only_turn(turn: int) -> bytes:
    """Return EXIF of one entry: the turning."""
    return b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", _ORIENTATION, 3, 1, turn, 0) + b"\0\0\0\0"


def _png(content: bytes) -> bytes:
    kept, place = [_PNG_SIGN], len(_PNG_SIGN)
    while True:
        length, kind = struct.unpack(">I4s", content[place : place + 8])
        end = place + 12 + length
        if end > len(content):
            raise PictureDamaged("a chunk is longer than the file")
        if kind in _PNG_KEPT:
            kept.append(content[place:end])
        place = end
        if kind == b"IEND":
            return b"".join(kept)
