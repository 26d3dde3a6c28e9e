"""Seed one defect into one shipped file, to see the check that should notice it notice."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from processes import library
from tests.processes.walk import BPMN, YC, Diagram, read_all

Edit = Callable[[etree._Element], None]


def shipped() -> dict[str, Diagram]:
    """Return the seven files as they are."""
    return read_all({identity: file.xml for identity, file in library.processes().items()})


def with_defect(process: str, edit: Edit) -> dict[str, Diagram]:
    """Return the seven files with ``edit`` done to one of them."""
    files = {identity: file.xml for identity, file in library.processes().items()}
    files[process] = edited(files[process], edit)
    return read_all(files)


def edited(xml: bytes, edit: Edit) -> bytes:
    """Return the file with ``edit`` done to its tree."""
    root = etree.fromstring(xml)
    edit(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def find(root: etree._Element, identity: str) -> etree._Element:
    """Return the element with the id."""
    found = next((element for element in root.iter() if element.get("id") == identity), None)
    assert found is not None, identity
    return found


def lead(flow: str, target: str) -> Edit:
    """Return an edit that leads a flow elsewhere."""

    def edit(root: etree._Element) -> None:
        find(root, flow).set("targetRef", target)

    return edit


def leave_out(element: str, attribute: str) -> Edit:
    """Return an edit that takes an attribute away."""

    def edit(root: etree._Element) -> None:
        del find(root, element).attrib[attribute]

    return edit


def take_away(element: str, *names: str) -> Edit:
    """Return an edit that takes our extension elements of these names away from an element."""

    def edit(root: etree._Element) -> None:
        for name in names:
            for child in list(find(root, element).iter(f"{YC}{name}")):
                parent = child.getparent()
                assert parent is not None
                parent.remove(child)

    return edit


def change(element: str, name: str, attribute: str, value: str) -> Edit:
    """Return an edit that sets an attribute of the extension element ``name`` of an element."""

    def edit(root: etree._Element) -> None:
        child = find(root, element).find(f".//{YC}{name}")
        assert child is not None
        child.set(attribute, value)

    return edit


def move_to_lane(node: str, lane: str | None) -> Edit:
    """Return an edit that puts a node into another lane, or into none."""

    def edit(root: etree._Element) -> None:
        for reference in root.iter(f"{BPMN}flowNodeRef"):
            if reference.text == node:
                parent = reference.getparent()
                assert parent is not None
                parent.remove(reference)
        if lane is not None:
            etree.SubElement(find(root, lane), f"{BPMN}flowNodeRef").text = node

    return edit
