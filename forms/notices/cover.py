"""Which characters a font file can show: the cmap table, read directly.

Typst refuses a document with a missing glyph only when it is compiled, after the unit of work; the
clerk must hear of it before the running number is taken.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_COLLECTION: Final = b"ttcf"
_UNICODE_TABLES: Final = {(0, 3), (0, 4), (0, 6), (3, 1), (3, 10)}


def characters(path: Path) -> frozenset[int]:
    """Return the code points that some face of the font file shows; raise ValueError for other files."""
    data = path.read_bytes()
    try:
        return frozenset(code for start in _faces(data) for code in _face(data, start))
    except (struct.error, IndexError) as error:
        raise ValueError(f"{path.name} is no OpenType font") from error


def _faces(data: bytes) -> tuple[int, ...]:
    if data[:4] != _COLLECTION:
        return (0,)
    (count,) = struct.unpack_from(">I", data, 8)
    offsets: tuple[int, ...] = struct.unpack_from(f">{count}I", data, 12)
    return offsets


def _face(data: bytes, start: int) -> Iterator[int]:
    (tables,) = struct.unpack_from(">H", data, start + 4)
    for index in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * index)
        if tag == b"cmap":
            yield from _cmap(data, offset)


def _cmap(data: bytes, start: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">H", data, start + 2)
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * index)
        if (platform, encoding) in _UNICODE_TABLES:
            (kind,) = struct.unpack_from(">H", data, start + offset)
            if kind == 4:
                yield from _segments(data, start + offset)
            elif kind == 12:
                yield from _groups(data, start + offset)


def _segments(data: bytes, start: int) -> Iterator[int]:
    """Format 4: segments of the basic plane; a glyph number 0 means that the character is missing."""
    (double,) = struct.unpack_from(">H", data, start + 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", data, start + 14)
    begins = struct.unpack_from(f">{count}H", data, start + 16 + double)
    deltas = struct.unpack_from(f">{count}H", data, start + 16 + 2 * double)
    at = start + 16 + 3 * double
    ranges = struct.unpack_from(f">{count}H", data, at)
    for index, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        for code in range(begin, min(end, 0xFFFE) + 1):
            glyph = code
            if ranges[index]:
                (glyph,) = struct.unpack_from(">H", data, at + 2 * index + ranges[index] + 2 * (code - begin))
            if glyph and (glyph + deltas[index]) % 65536:
                yield code


def _groups(data: bytes, start: int) -> Iterator[int]:
    """Format 12: groups of consecutive characters on all planes."""
    (count,) = struct.unpack_from(">I", data, start + 12)
    for index in range(count):
        begin, end, glyph = struct.unpack_from(">III", data, start + 16 + 12 * index)
        yield from range(begin if glyph else begin + 1, end + 1)
