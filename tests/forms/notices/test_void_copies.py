"""A void document's copy: 作废 on every page, above it since when and why, and still fit for the archive."""

from __future__ import annotations

import pypdfium2
import pytest

from forms import notices
from tests.forms.notices.samples import DATA, data, page_texts
from tests.forms.notices.test_archive_level import faults

MARK = notices.VoidMark("2026年3月3日", "申请人姓名写错", "安审批（受理）〔2026〕000124号")


def void_copy(kind: str, mark: notices.VoidMark = MARK, **changes: object) -> bytes:
    return notices.render(kind, notices.freeze(kind, data(kind, **changes)).data, void=mark)


@pytest.mark.parametrize("kind", sorted(DATA))
def test_every_kind_bears_it_above_its_own_words_and_is_fit_for_the_archive(kind: str):
    pdf = void_copy(kind)
    pages = page_texts(pdf)
    for page in pages:
        assert "本文书已于2026年3月3日作废，文书号保留。" in page
        assert "重新出具的文书：安审批（受理）〔2026〕000124号" in page
        assert "作废理由：申请人姓名写错" in page
    original = "".join(page_texts(notices.render(kind, data(kind))))
    assert "本文书已于" not in original
    assert faults(pdf) == []
    assert void_copy(kind) == pdf


def test_the_stamp_is_seen_across_the_page():
    plain = notices.render("acceptance_notice", data("acceptance_notice"))
    red = [_red(pdf) for pdf in (plain, void_copy("acceptance_notice"))]
    assert red[0] == 0
    assert red[1] > 5_000


def _red(pdf: bytes) -> int:
    """Count the reddish points of the first page, below the lines on top."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
    points = picture.crop((0, 100, picture.width, picture.height)).tobytes()
    colours = zip(points[0::3], points[1::3], points[2::3], strict=True)
    return sum(1 for red, green, blue in colours if red > green + 25 and red > blue + 25)


def test_without_a_successor_none_is_named():
    text = "".join(page_texts(void_copy("denial_decision", notices.VoidMark("2026年3月3日", "重复出具", ""))))
    assert "重新出具" not in text
    assert "作废理由：重复出具" in text


def test_the_longest_reason_meets_no_other_word():
    mark = notices.VoidMark("2026年12月31日", "理由" * 60, "安审批（不予受理）〔2026〕000124号")
    page = pypdfium2.PdfDocument(void_copy("correction_notice", mark))[0]
    text = page.get_textpage()
    last = text.search("理由", index=0)
    places = []
    while (found := last.get_next()) is not None:
        places.append(text.get_charbox(found[0])[1])
    number, _ = text.search("文书号：安审批").get_next()
    assert min(places) > text.get_charbox(number)[3], "the reason ends above the number"
    assert max(places) < page.get_height() - 10, "and begins on the page"


def test_a_void_document_of_many_pages_bears_it_on_each():
    rows = [{"name": f"材料{i}", "copies": 1, "advice": "请补正"} for i in range(40)]
    pages = page_texts(void_copy("correction_notice", materials=rows))
    assert len(pages) > 3
    assert all("作废" in page for page in pages)


def test_a_reason_that_no_font_shows_is_refused():
    notices.refuse_missing("申请人姓名写错", "")
    with pytest.raises(notices.MissingGlyph):
        notices.refuse_missing("好", "\U00029f79")
