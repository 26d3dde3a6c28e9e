"""The one door by which XML comes in."""

from __future__ import annotations

import pytest

from engine.process.bpmn import BpmnRefused, Vocabulary, check, parse_definition
from engine.process.bpmn.xml import MAX_BYTES, MAX_DEPTH, read_xml
from tests.engine.process.bpmn.dsl import chain, end, process, start, user

GOOD = process(start(), user("a"), end(), chain("s", "a", "e"))
ENTITY = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LAUGHS = b"<!DOCTYPE d [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
) + b"]>"  # fmt: skip


def rule(xml: bytes) -> str:
    with pytest.raises(BpmnRefused) as refused:
        read_xml(xml)
    (problem,) = refused.value.problems
    assert problem.level == "error" and problem.sentence.endswith("。")
    assert check(xml, Vocabulary()) == (problem,)
    with pytest.raises(BpmnRefused):
        parse_definition(xml)
    return problem.rule


@pytest.mark.parametrize(
    "xml",
    [
        ENTITY + GOOD,
        LAUGHS + GOOD,
        b'<?xml version="1.0"?>' + ENTITY + GOOD,
        b'<!DOCTYPE d SYSTEM "http://localhost:1/x.dtd">' + GOOD,
        b"<!DOCTYPE definitions>" + GOOD,
        GOOD.replace(b"</process>", b"<!-- <!DOCTYPE x> --></process>"),
    ],
)
def test_a_document_type_declaration_is_refused_before_anything_is_read(xml: bytes) -> None:
    assert rule(xml) == "xml-doctype"


def test_a_declaration_hidden_by_an_encoding_is_refused_all_the_same() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>' + (ENTITY + GOOD).decode()
    assert rule(text.encode("utf-16")) == "xml-broken"
    shifted = '<?xml version="1.0" encoding="IBM037"?>' + (ENTITY + GOOD).decode().encode("ascii", "ignore").decode()
    assert rule(shifted.encode("cp037")) in ("xml-doctype", "xml-broken")


@pytest.mark.parametrize("encoding", ["GB18030", "ISO-8859-1", "UTF-7"])
def test_another_encoding_than_utf8_is_refused(encoding: str) -> None:
    assert rule(f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + b"<a/>") in ("xml-encoding", "xml-broken")


def test_a_byte_order_mark_is_harmless() -> None:
    assert read_xml(b"\xef\xbb\xbf" + GOOD).tag.endswith("definitions")


@pytest.mark.parametrize("xml", [b"", b" ", b"\x00", b"<a>", b"<a></b>", b"hello", b"PK\x03\x04", b"<a>&x;</a>", b"{}"])
def test_what_is_no_xml_is_refused_with_a_sentence(xml: bytes) -> None:
    assert rule(xml) == "xml-broken"


def test_the_sentence_about_broken_xml_tells_the_line() -> None:
    with pytest.raises(BpmnRefused) as refused:
        read_xml(b"<a>\n<b>\n</a>")
    assert "第 3 行" in refused.value.sentence


def test_a_file_of_more_than_two_megabytes_is_refused_unread() -> None:
    assert rule(b"<a>" + b" " * MAX_BYTES + b"</a>") == "file-too-large"


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 200, 5_000])
def test_elements_nested_too_deep_are_refused(depth: int) -> None:
    assert rule(b"<a>" * depth + b"</a>" * depth) in ("xml-depth", "xml-broken")


def test_elements_nested_as_deep_as_allowed_are_read() -> None:
    assert read_xml(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH).tag == "a"


def test_comments_and_processing_instructions_are_dropped() -> None:
    xml = GOOD.replace(b"</process>", b"<!-- x --><?php echo 1 ?></process>")
    assert all(isinstance(node.tag, str) for node in read_xml(b"<?xml-stylesheet href='x'?>" + xml).iter())
    assert parse_definition(xml).elements.keys() == {"s", "a", "e"}


def test_an_include_is_not_followed() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>'
    xml = process(start(), user("a"), end(), chain("s", "a", "e"), extra=include)
    assert b"hostname" in xml and parse_definition(xml).elements.keys() == {"s", "a", "e"}
