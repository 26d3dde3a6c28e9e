"""Pages: each leaf on its own, QR codes, the same bytes again, data that stays text, threads."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from forms import notices
from forms.notices.fonts import font_set
from forms.notices.typesetting import typeset
from tests.forms.notices.heads import HEAD
from tests.forms.notices.samples import DATA, data, page_texts, printed

KINDS = sorted(DATA)
NOTICES = ["acceptance_notice", "correction_notice", "rejection_notice"]


def codes(pdf: bytes, page: int = 0) -> list[tuple[str, bool]]:
    """The decoded QR codes of a page, each with whether it stands in the upper half."""
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=2).to_pil()
    found = zxingcpp.read_barcodes(picture)
    return sorted((code.text, code.position.top_left.y < picture.height / 2) for code in found)


def long_list(count: int) -> list[dict[str, Any]]:
    return [
        {"name": f"第{i}份材料（加盖公章的复印件）", "copies": i % 3 + 1, "advice": "请补充完整后重新提交"}
        for i in range(1, count + 1)
    ]


def test_every_kind_of_the_contract_is_here():
    assert sorted(notices.KINDS) == KINDS


@pytest.mark.parametrize("kind", NOTICES)
def test_T109_an_ordinary_notice_is_two_pages_the_first_copy_and_the_stub_each_with_its_code(kind):
    pdf = printed(kind)
    first, stub = page_texts(pdf)
    assert "监督投诉电话" in first
    assert "监督投诉电话" not in stub
    assert "申请人（签字）" in stub
    assert "申请人（签字）" not in first
    assert codes(pdf, 0) == codes(pdf, 1) == [(HEAD["qr_url"], True)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_code_is_also_printed_for_whoever_cannot_scan_it(kind):
    assert "核验码：0123456789abcdef办件编号：" in page_texts(printed(kind))[0]


@pytest.mark.parametrize("kind", ["handover_slip", "delivery_receipt"])
def test_a_slip_is_one_sheet_with_one_code(kind):
    pdf = printed(kind)
    assert len(page_texts(pdf)) == 1
    assert codes(pdf) == [(HEAD["qr_url"], True)]


def test_thirty_materials_put_each_copy_on_pages_of_its_own():
    pdf = printed("correction_notice", materials=long_list(30))
    pages = page_texts(pdf)
    assert len(pages) == 4
    first, stub = "".join(pages[:2]), "".join(pages[2:])
    for text in (first, stub):
        assert all(f"{i}.第{i}份材料" in text for i in range(1, 31))
    assert "监督投诉电话" in first
    assert "存根" not in first
    assert "监督投诉电话" not in stub
    assert "申请人（签字）：" in stub
    assert [page[-6:] for page in pages] == ["第1页共4页", "第2页共4页", "第3页共4页", "第4页共4页"]
    assert codes(pdf, 0) == codes(pdf, 2) == [(HEAD["qr_url"], True)]
    assert codes(pdf, 1) == []


@pytest.mark.parametrize("count", [1, 4, 5, 6, 8, 12, 17, 100])
def test_no_list_loses_a_line_wherever_it_breaks(count):
    pages = page_texts(printed("correction_notice", materials=long_list(count)))
    text = "".join(pages)
    for index in range(1, count + 1):
        assert text.count(f"{index}.第{index}份材料（") == 2
    sealed = [page for page in pages if "承办窗口（章）" in page]
    assert text.count("承办窗口（章）") == 2
    assert all("请您将上述材料尽快补齐补正后送本窗口。特此告知" in page for page in sealed), "no seal stands alone"


def test_a_slip_of_a_hundred_lines_repeats_its_header_on_every_page():
    rows = [{"name": f"材料{i}", "copies": 1} for i in range(1, 101)]
    pages = page_texts(printed("handover_slip", rows=rows))
    assert len(pages) > 2
    assert all("材料名称移交份数" in page for page in pages[:-1])
    assert "100材料1001" in "".join(pages)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_data_gives_the_same_bytes_and_other_data_others(kind):
    frozen = notices.freeze(kind, data(kind))
    first = notices.render(kind, frozen.data)
    assert notices.render(kind, frozen.data) == first
    assert notices.render(kind, data(kind)) == first, "freezing adds nothing that is printed"
    assert notices.render(kind, {**frozen.data, "number": "安审批（受理）〔2026〕000124号"}) != first
    assert notices.render(kind, {**frozen.data, "issued_at": "2026-03-02T09:18:01+08:00"}) != first


def test_the_date_is_the_day_in_shanghai_whatever_the_offset():
    text = "".join(page_texts(printed("acceptance_notice", issued_at="2026-03-01T23:30:00+00:00")))
    assert text.count("2026年3月2日") == 2
    (receipt,) = page_texts(printed("delivery_receipt", delivered_at="2026-03-08T17:00:00+00:00"))
    assert "送达时间：2026年3月9日01:00" in receipt


@pytest.mark.parametrize(
    "nasty",
    [
        '<script>#read("/etc/passwd")</script>',
        '#import "@preview/x:1.0.0"',
        "*粗* _斜_ $x$ `代码` @ref <label> // 注释",
        "{{ n.number }}{% raw %}",
        '"}, "title": "伪造',
        "\\u{41}#panic()",
    ],
)
def test_data_stays_text_whatever_it_looks_like(nasty):
    text, _ = page_texts(printed("acceptance_notice", applicant=nasty, item=nasty))
    bare = nasty.replace(" ", "")
    assert f"{bare}：" in text
    assert f"申请办理的{bare}事项" in text


def test_lines_in_a_reason_become_paragraphs_and_lines_in_a_name_do_not():
    text, _ = page_texts(printed("rejection_notice", reasons="一、甲。\n二、乙。", applicant="王\n建国"))
    assert "理由：一、甲。二、乙。依据" in text
    assert "王建国：" in text


def test_a_sheet_that_cannot_be_set_is_refused_with_the_reason():
    with pytest.raises(notices.NoticeFailed, match="排版失败"):
        typeset({"layout": "slip", "title": "残缺的单据"}, HEAD["qr_url"], 0, font_set())


def test_many_threads_print_the_same_bytes():
    jobs = [(kind, data(kind)) for kind in KINDS] * 6

    def digest(job: tuple[str, dict[str, Any]]) -> str:
        return hashlib.sha256(notices.render(*job)).hexdigest()

    with ThreadPoolExecutor(8) as pool:
        parallel = list(pool.map(digest, jobs))
    assert parallel == [digest(job) for job in jobs]
