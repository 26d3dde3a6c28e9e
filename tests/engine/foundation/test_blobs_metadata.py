"""Photographs lose what the camera adds, above all the place, and nothing else."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from engine.foundation.blobs.metadata import PictureDamaged, orientation_of, without_metadata
from engine.foundation.blobs.structure import broken

NORTH, PLACE, MAKER, TURN, GPS = 1, (36.0, 6.0, 1.5), 0x010F, 0x0112, 0x8825
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photograph(turn: int | None = None, **more: object) -> bytes:
    """Return a JPEG as a telephone makes it: with its place, maker and turning."""
    exif = Image.Exif()
    exif[MAKER] = "Telephone"
    if turn is not None:
        exif[TURN] = turn
    place = exif.get_ifd(GPS)
    place[NORTH], place[2] = "N", PLACE
    buffer = io.BytesIO()
    picture = Image.linear_gradient("L").resize((40, 60)).convert("RGB")
    picture.save(buffer, "JPEG", exif=exif, quality=90, **more)
    return buffer.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def pixels(content: bytes) -> bytes:
    return opened(content).convert("RGB").tobytes()


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def behind_start(content: bytes, *segments: bytes) -> bytes:
    return content[:2] + b"".join(segments) + content[2:]


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("turn", [None, 1, 3, 6, 8])
def test_place_and_maker_go_and_the_pixels_stay_bit_for_bit(turn: int | None, progressive: bool):
    sent = photograph(turn, progressive=progressive)
    assert opened(sent).getexif().get_ifd(GPS)
    kept = without_metadata("image/jpeg", sent)
    assert dict(opened(kept).getexif().get_ifd(GPS)) == {}
    assert MAKER not in opened(kept).getexif()
    assert b"Telephone" not in kept
    assert pixels(kept) == pixels(sent)
    assert broken("image/jpeg", kept) == ""


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_is_shown_the_same_way_up_as_before(turn: int):
    sent = photograph(turn)
    kept = without_metadata("image/jpeg", sent)
    assert orientation_of(sent) == orientation_of(kept) == turn
    assert ImageOps.exif_transpose(opened(kept)).tobytes() == ImageOps.exif_transpose(opened(sent)).tobytes()


def test_the_same_picture_gives_the_same_bytes_and_cleaning_twice_changes_nothing():
    sent = photograph(6)
    kept = without_metadata("image/jpeg", sent)
    assert kept == without_metadata("image/jpeg", sent) == without_metadata("image/jpeg", kept)


@pytest.mark.parametrize(
    "what, body",
    [
        ("an XMP packet", segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:GPSLatitude>36</x>")),
        ("IPTC words", segment(0xED, b"Photoshop 3.0\0secret place")),
        ("a comment", segment(0xFE, b"secret place")),
        ("the list of further pictures", segment(0xE2, b"MPF\0secret place")),
        ("a maker's own segment", segment(0xEF, b"secret place")),
    ],
)
def test_other_ways_to_tell_a_place_go_too(what: str, body: bytes):
    kept = without_metadata("image/jpeg", behind_start(photograph(), body))
    assert b"secret" not in kept, what
    assert b"GPS" not in kept, what


def test_a_film_or_second_picture_behind_the_first_goes_with_its_own_place():
    sent = photograph()
    assert without_metadata("image/jpeg", sent + photograph(6)) == without_metadata("image/jpeg", sent)


def test_the_colours_stay():
    sent = photograph(icc_profile=SRGB)
    kept = without_metadata("image/jpeg", sent)
    assert opened(kept).info["icc_profile"] == SRGB
    adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\0")
    assert adobe in without_metadata("image/jpeg", behind_start(photograph(), adobe))


def test_restart_markers_within_the_data_are_no_end():
    sent = photograph(restart_marker_blocks=1)
    assert b"\xff\xd0" in sent
    assert pixels(without_metadata("image/jpeg", sent)) == pixels(sent)


def test_a_png_keeps_its_picture_and_loses_its_words():
    words = PngInfo()
    words.add_text("Comment", "secret place")
    words.add_itxt("XML:com.adobe.xmp", "<exif:GPSLatitude>secret</exif:GPSLatitude>")
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[MAKER] = "secret"
    Image.new("RGBA", (7, 5), (1, 2, 3, 4)).save(buffer, "PNG", pnginfo=words, exif=exif)
    sent = buffer.getvalue()
    assert sent.count(b"secret") == 3
    kept = without_metadata("image/png", sent)
    assert b"secret" not in kept
    assert opened(kept).tobytes() == opened(sent).tobytes()
    assert broken("image/png", kept) == ""


def test_other_kinds_are_left_as_they_are():
    assert without_metadata("application/pdf", b"%PDF-1.4 anything") == b"%PDF-1.4 anything"


@pytest.mark.parametrize("length", [2, 3, 10, 100, 300, 600])
def test_a_torn_jpeg_is_refused(length: int):
    with pytest.raises(PictureDamaged):
        without_metadata("image/jpeg", photograph(6)[:length])


@pytest.mark.parametrize(
    "content",
    [b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\x00", b"\xff\xd8\x00\x00", b"\xff\xd8\xff\xe1\x00\x01\xff\xd9",
     b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 99, b"IHDR") + b"x"],
)  # fmt: skip
def test_a_damaged_file_is_refused_as_damaged(content: bytes):
    with pytest.raises(PictureDamaged):
        without_metadata("image/png" if content.startswith(b"\x89") else "image/jpeg", content)


@given(st.binary(max_size=300))
@example(b"Exif\0\0MM\0*\xff\xff\xff\xff")
@example(b"Exif\0\0II*\0\x08\0\0\0\xff\xff")
@example(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x63\0\0\0\0\0\0")
def test_whatever_stands_where_the_camera_writes_the_picture_survives(body: bytes):
    sent = behind_start(photograph(), segment(0xE1, body))
    kept = without_metadata("image/jpeg", sent)
    assert pixels(kept) == pixels(photograph())
    assert orientation_of(kept) in range(1, 9)


@given(st.binary(max_size=200))
def test_any_bytes_are_answered_or_refused(content: bytes):
    for media_type, sign in (("image/jpeg", b"\xff\xd8\xff"), ("image/png", b"\x89PNG\r\n\x1a\n")):
        try:
            without_metadata(media_type, sign + content)
        except PictureDamaged:
            continue


def test_a_wrong_chunk_of_a_png_is_found_by_the_structure_check_not_here():
    body = b"IHDR" + struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body) ^ 1)
    sent = b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    assert without_metadata("image/png", sent) == sent
    assert broken("image/png", sent) == "文件不完整或已损坏"
