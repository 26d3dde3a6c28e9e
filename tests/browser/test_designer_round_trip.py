"""File, browser, file: nothing is lost on the way through the real editor, neither of the standard nor of anybody's."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from processes import library
from tests.support.bpmn_meaning import meaning
from tests.support.designer import Office, problems_of

FOREIGN = (
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:x="urn:somebody:else"'
)
IMPORT = """async (text) => {
  const { modeler } = document.getElementById('yc-designer').ycDesk;
  const { warnings } = await modeler.importXML(text);
  const { xml } = await modeler.saveXML({ format: true });
  return { xml, warnings: warnings.map((each) => each.message) };
}"""


@pytest.fixture
def office() -> Office:
    """The office with a short process."""
    return Office(library.processes()["site_visit"].xml.decode(), "site_visit")


def through(editor: Page, text: str) -> str:
    """Return the file as the editor writes it after reading it, without a warning."""
    gone = editor.evaluate(IMPORT, text)
    assert gone["warnings"] == []
    xml: str = gone["xml"]
    return xml


def test_every_shipped_file_comes_back_with_its_meaning_and_the_same_findings(editor: Page) -> None:
    files = {name: file.xml.decode() for name, file in library.processes().items()}
    assert len(files) > 15

    for name, text in files.items():
        back = through(editor, text)

        assert meaning(back.encode()) == meaning(text.encode()), name
        assert problems_of(back) == problems_of(text) == [], name


def test_what_other_tools_wrote_stays_in_the_file(editor: Page) -> None:
    text = library.processes()["route_commitment"].xml.decode()
    text = text.replace("<bpmn:definitions ", f"<bpmn:definitions {FOREIGN} ", 1)
    text = text.replace(
        '<yc:task form="decide"',
        '<camunda:properties><camunda:property name="a" value="1"/></camunda:properties>'
        '<zeebe:taskDefinition type="t" retries="3"/><x:note kind="own"><x:line>文字 &lt;1&gt;</x:line></x:note>'
        '<yc:task form="decide"',
        1,
    )
    text = text.replace(
        '<bpmn:userTask id="ut_substantive"', '<bpmn:userTask camunda:asyncBefore="true" x:y="z" id="ut_substantive"', 1
    )
    assert text.count("x:") > 3

    back = through(editor, text)

    assert meaning(back.encode()) == meaning(text.encode())
    assert problems_of(back) == problems_of(text)
    assert any(problem["rule"] == "foreign-extension" for problem in problems_of(back))


def test_attributes_of_ours_that_nobody_knows_yet_stay_too(editor: Page) -> None:
    text = library.processes()["route_commitment"].xml.decode().replace("<yc:stage ", '<yc:stage colour="red" ', 1)

    back = editor.evaluate(IMPORT, text)

    assert back["warnings"] == ["unknown attribute <colour>"]
    assert meaning(back["xml"].encode()) == meaning(text.encode())


def test_a_multi_instance_keeps_its_list(editor: Page) -> None:
    text = library.processes()["route_joint"].xml.decode()

    back = through(editor, text)

    assert len(re.findall(r"<bpmn:loopDataInputRef>(branches|results)</bpmn:loopDataInputRef>", back)) == 2
    assert back.count("<bpmn:property ") == 2


@pytest.mark.parametrize(
    "lost",
    ['<yc:clause ref="6.2.1"/>', ' restart="true"', "<bpmn:loopDataInputRef>branches</bpmn:loopDataInputRef>"],
)
def test_the_comparison_sees_what_gets_lost(lost: str) -> None:
    text = library.processes()["route_joint"].xml.decode()
    text = text.replace("<yc:task ", '<yc:stage key="a" title="甲" restart="true"/><yc:task ', 1)
    assert lost in text

    assert meaning(text.replace(lost, "", 1).encode()) != meaning(text.encode())
