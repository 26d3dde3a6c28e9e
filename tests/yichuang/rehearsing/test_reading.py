"""Files as people hand them in for a rehearsal: which kind each is, by what it holds."""

from __future__ import annotations

import json

import pytest

import forms
from processes import library
from tests.support.decisions import TABLE
from yichuang.rehearsing.reading import FileTwice, gathered, kind_and_name

ROUTE = library.processes()["route_instant"].xml
ITEM = (library.SHIPPED / "items" / "I06.json").read_bytes()
MESSAGE = next(iter(library.messages().values())).text


@pytest.mark.parametrize(
    "path, content, found",
    [
        ("任意名.bpmn", ROUTE, ("process", "route_instant")),
        ("x.dmn", TABLE.encode(), ("decisions", "review_depth")),
        ("x.json", ITEM, ("item", "I06")),
        ("x.json", MESSAGE, ("message", next(iter(library.messages())))),
        ("dir/accept.json", forms.source("accept"), ("form", "accept")),
        ("broken.bpmn", b"<", ("process", "broken")),
        ("broken.dmn", b"<", ("decisions", "broken")),
        ("I99.json", b"{}", ("item", "I99")),
        ("I98.json", b"\xff", ("item", "I98")),
        ("I97.json", b"[]", ("item", "I97")),
    ],
)  # fmt: skip
def test_a_file_is_known_by_what_it_holds_and_an_unreadable_one_by_its_name(
    path: str, content: bytes, found: tuple[str, str]
) -> None:
    assert kind_and_name(path, content) == found


def test_two_files_of_one_name_are_refused_and_others_are_gathered() -> None:
    assert set(gathered({"a.bpmn": ROUTE, "b.json": ITEM})) == {("process", "route_instant"), ("item", "I06")}
    with pytest.raises(FileTwice, match="流程“route_instant”"):
        gathered({"a.bpmn": ROUTE, "b.bpmn": ROUTE + b"\n"})


def test_a_form_of_the_centres_own_is_known_by_its_components() -> None:
    text = json.dumps({**forms.load("accept"), "id": "own"}).encode()
    assert kind_and_name("own.json", text) == ("form", "own")
