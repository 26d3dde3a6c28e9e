"""Drawn signatures: a PNG data URL from the browser becomes a stored file before anything is checked."""

from __future__ import annotations

import base64
import binascii
import copy
import struct
from collections.abc import Callable, Mapping
from typing import Any, Final

from forms.context import Data, UploadRef
from forms.model import SIGNATURE, flat, read_form

MAX_BYTES: Final = 256 * 1024
MAX_SIDE: Final = 3000
_PREFIX: Final = "data:image/png;base64,"
_MAGIC: Final = b"\x89PNG\r\n\x1a\n"


def png_bytes(data_url: object) -> bytes | None:
    """Return the PNG in ``data_url``, or None when it is not one of a sensible size."""
    if not isinstance(data_url, str) or not data_url.startswith(_PREFIX):
        return None
    if len(data_url) > len(_PREFIX) + MAX_BYTES * 4 // 3 + 4:
        return None
    try:
        image = base64.b64decode(data_url[len(_PREFIX) :], validate=True)
    except (binascii.Error, ValueError):
        return None
    return image if is_signature_png(image) else None


def is_signature_png(image: bytes) -> bool:
    """Return whether ``image`` starts as a PNG and is at most 3000 pixels wide and high."""
    if len(image) > MAX_BYTES or len(image) < 33 or image[:8] != _MAGIC or image[12:16] != b"IHDR":
        return False
    sides: tuple[int, int] = struct.unpack(">II", image[16:24])
    return all(0 < side <= MAX_SIDE for side in sides)


def keep_signatures(
    schema: Mapping[str, Any], data: Mapping[str, Any], keep: Callable[[str, bytes], UploadRef]
) -> Data:
    """Return ``data`` with each drawn signature stored by ``keep(field key, png bytes)``.

    Call it after ``read_html`` or ``read_json``. What is no PNG is left as it is, for ``validate``
    to report.
    """
    result = copy.deepcopy(dict(data))
    for part in flat(read_form(schema).parts):
        image = png_bytes(result.get(part.key)) if part.kind == SIGNATURE else None
        if image is not None:
            result[part.key] = {"mode": "drawn", "files": [keep(part.key, image).as_data()]}
    return result
