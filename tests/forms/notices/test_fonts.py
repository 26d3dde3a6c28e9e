"""Fonts: found in order, characters known before the number is taken, digests that follow the files."""

from __future__ import annotations

import shutil
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pylopdf_fonts_zh_cn
import pytest

from forms import notices
from forms.notices.cover import characters
from forms.notices.fonts import FontSet, FontShelf, find_font_files, font_set, load_fonts
from tests.forms.notices.samples import data, leaves, page_texts, printed

SERIF, SANS = pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path()
NOWHERE = Path("/nonexistent")


def test_rare_characters_of_personal_names_are_printed():
    name = "䶮玥𬱖㛃𠅤龘"
    above, below = leaves(printed("acceptance_notice", applicant=name))
    assert f"{name}：" in above
    assert f"{name}：" in below


@pytest.mark.parametrize("kind", ["acceptance_notice", "correction_notice"])
def test_a_character_that_no_font_has_is_refused_before_the_number_is_taken(kind):
    with pytest.raises(notices.MissingGlyph, match="𩽹") as caught:
        notices.freeze(kind, data(kind, applicant="李𩽹", handler="𪉖𩽹"))
    assert caught.value.characters == ("𩽹", "𪉖")
    assert "U+29F79" in str(caught.value)
    assert caught.value.code == "NOTICE_MISSING_GLYPH"


def test_every_text_of_a_document_is_looked_at():
    rows = [{"name": "材料", "copies": 1, "advice": "意见𩽹"}]
    with pytest.raises(notices.MissingGlyph):
        notices.freeze("correction_notice", data("correction_notice", materials=rows))
    with pytest.raises(notices.MissingGlyph):
        notices.freeze("handover_slip", data("handover_slip", rows=[{"name": "𩽹", "copies": 1}]))
    with pytest.raises(notices.MissingGlyph):
        notices.freeze("handover_slip", data("handover_slip", to_unit="𩽹"))


def test_an_invisible_character_is_named_in_words():
    with pytest.raises(notices.MissingGlyph, match="不可见字符"):
        notices.freeze("acceptance_notice", data("acceptance_notice", applicant="王\ue000"))


def test_what_the_cover_promises_typst_prints():
    cover = sorted(font_set().shown)
    sample = [chr(code) for code in cover[:: len(cover) // 400] if code > 0x2FFF and not chr(code).isspace()]
    for start in range(0, len(sample), 100):
        text = "".join(sample[start : start + 100])
        assert text[:50] in page_texts(printed("acceptance_notice", item=text))[0]


def test_the_cover_counts_only_characters_with_a_glyph():
    serif = characters(SERIF)
    assert {0x4E00, 0x9FA5, 0x4DAE, 0x2CC56} <= serif
    assert 0x29F79 not in serif
    assert len(serif) > 28_000


def tiny_font(groups: list[tuple[int, int, int]], segments: list[tuple[int, int, int, int]]) -> bytes:
    """A file with a cmap and nothing else: formats 12 and 4."""
    twelve = struct.pack(">HHIII", 12, 0, 16 + 12 * len(groups), 0, len(groups))
    twelve += b"".join(struct.pack(">III", *group) for group in groups)
    columns = list(zip(*segments, strict=True))
    count = len(segments)
    four = struct.pack(">HHHHHHH", 4, 16 + 8 * count + 2, 0, 2 * count, 0, 0, 0)
    four += struct.pack(f">{count}H", *columns[1]) + b"\0\0" + struct.pack(f">{count}H", *columns[0])
    four += struct.pack(f">{count}H", *columns[2]) + struct.pack(f">{count}H", *columns[3])
    four += struct.pack(">HH", 0, 9)
    cmap = struct.pack(">HH", 0, 2) + struct.pack(">HHI", 3, 10, 20) + struct.pack(">HHI", 3, 1, 20 + len(twelve))
    head = struct.pack(">IHHHH", 0x00010000, 1, 0, 0, 0) + struct.pack(">4sIII", b"cmap", 0, 28, 0)
    return head + cmap + twelve + four


def test_the_cmap_formats_are_read_as_the_specification_says(tmp_path):
    path = tmp_path / "tiny.otf"
    # A group from glyph 0 lacks its first character; the range offset 4 leads to the glyph array (0, 9).
    segments = [(0x61, 0x63, 1, 0), (0x70, 0x71, 5, 4), (0xFFFF, 0xFFFF, 1, 0)]
    path.write_bytes(tiny_font([(0x20000, 0x20002, 0), (0x30000, 0x30001, 7)], segments))
    assert characters(path) == {0x20001, 0x20002, 0x30000, 0x30001, 0x61, 0x62, 0x63, 0x71}


def test_a_collection_shows_what_any_of_its_faces_shows(tmp_path):
    first = tiny_font([(0x20000, 0x20000, 3)], [(0xFFFF, 0xFFFF, 1, 0)])
    second = tiny_font([(0x30000, 0x30000, 3)], [(0xFFFF, 0xFFFF, 1, 0)])
    start = 12 + 2 * 4
    faces = [_moved(first, start), _moved(second, start + len(first))]
    head = b"ttcf" + struct.pack(">III", 0x00010000, 2, start) + struct.pack(">I", start + len(first))
    path = tmp_path / "both.ttc"
    path.write_bytes(head + b"".join(faces))
    assert characters(path) == {0x20000, 0x30000}


def _moved(font: bytes, start: int) -> bytes:
    """A tiny font whose table offset counts from the beginning of its collection, as it must."""
    tag, check, offset, length = struct.unpack_from(">4sIII", font, 12)
    return font[:12] + struct.pack(">4sIII", tag, check, offset + start, length) + font[28:]


@pytest.mark.parametrize("content", [b"", b"font", b"ttcf" + b"\xff" * 20, b"\0\1\0\0\0\1" + b"\0" * 6 + b"cmap"])
def test_a_file_that_is_no_font_is_refused(tmp_path, content):
    path = tmp_path / "broken.ttf"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"broken\.ttf is no OpenType font"):
        characters(path)


def test_the_offices_own_fonts_come_first_then_the_package(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    shutil.copy(SERIF, own / "A.otf")
    (own / "说明.txt").write_text("不是字体")
    files = find_font_files(own, SERIF.parent, NOWHERE)
    assert [path.name for path in files] == ["A.otf", SANS.name, SERIF.name]


def test_without_the_package_the_system_fonts_are_taken(tmp_path):
    for name in ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc"):
        (tmp_path / "opentype").mkdir(exist_ok=True)
        (tmp_path / "opentype" / name).write_bytes(b"x")
    assert [path.name for path in find_font_files(None, None, tmp_path)] == [
        "NotoSerifCJK-Regular.ttc",
        "NotoSansCJK-Regular.ttc",
    ]


@pytest.mark.parametrize("present", [[], ["NotoSerifCJK-Regular.ttc"]])
def test_without_any_complete_family_the_error_says_what_to_install(tmp_path, present):
    for name in present:
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(notices.FontsMissing, match="pylopdf-fonts-zh-cn"):
        find_font_files(None, None, tmp_path)


def test_a_package_without_a_chinese_family_is_not_enough(tmp_path):
    (tmp_path / "other.otf").write_bytes(b"no font at all")
    with pytest.raises(notices.FontsMissing):
        load_fonts(None, tmp_path, NOWHERE)


def test_the_digest_follows_names_and_contents(tmp_path):
    base = load_fonts(None, SERIF.parent, NOWHERE)
    assert base.digest == font_set().digest == load_fonts(None, SERIF.parent, NOWHERE).digest
    shutil.copy(SERIF, tmp_path / "Own.otf")
    more = load_fonts(tmp_path, SERIF.parent, NOWHERE)
    assert more.digest != base.digest
    assert more.shown == base.shown


def test_a_folder_of_the_office_is_used_when_freezing_and_rendering(tmp_path):
    shutil.copy(SERIF, tmp_path / "Own.otf")
    frozen = notices.freeze("acceptance_notice", data("acceptance_notice"), fonts=tmp_path)
    assert frozen.font_digest != notices.freeze("acceptance_notice", data("acceptance_notice")).font_digest
    assert notices.render("acceptance_notice", frozen.data, fonts=tmp_path).startswith(b"%PDF-1.7")


def test_the_fonts_are_loaded_once_even_when_many_ask_at_once():
    started, loads = Barrier(8), []

    def slow(folder: Path | None) -> FontSet:
        loads.append(folder)
        Event().wait(0.05)  # long enough for the others to arrive at the shelf
        return font_set()

    shelf = FontShelf(slow)

    def ask(_: int) -> FontSet:
        started.wait()
        return shelf.take(None)

    with ThreadPoolExecutor(8) as pool:
        assert {id(one) for one in pool.map(ask, range(8))} == {id(font_set())}
    assert loads == [None]
