"""Working on a draft: files are taken in, saved version by version, and nobody's work is written over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.foundation.errors import Refusal
from engine.oversight.publishing.drafting import queries, rules
from engine.oversight.publishing.drafting.commands import (
    CommentDraft,
    CopyDraft,
    DropFile,
    RenameDraft,
    SaveFile,
    SettleComment,
    StartDraft,
    TakeFile,
)
from engine.oversight.publishing.drafting.editing import readable
from engine.oversight.publishing.drafting.judging import contents_of, problems_by_file
from engine.oversight.publishing.files import KINDS, content_of, digests_in_force
from engine.registry.identity.rules import SYSTEM, NotYourAction
from processes import library
from tests.engine.oversight.publishing.test_releases import shipped, without
from tests.support.drafting import DESIGNER, REASON, ROUTE, SECOND, draft, drafted, file, save, start, take
from tests.support.house import House


def problems(house: House, id: str):
    with house.door.read(SYSTEM) as view:
        return problems_by_file(view, contents_of(queries.files_of(view.connection, id)))


def test_a_file_comes_into_the_draft_byte_for_byte_and_nothing_in_force_changes(house: House):
    id = start(house)
    assert id == "d-1"
    assert take(house, id, *ROUTE) == {"kind": "process", "name": "route_commitment", "version": 1}
    one = file(house, id, *ROUTE)
    assert one.content == library.processes()["route_commitment"].xml
    assert one.base_digest == one.digest
    save(house, id, *ROUTE, without("route_commitment", "ut_dept_opinion"))
    with house.door.read(SYSTEM) as view:
        assert digests_in_force(view.connection)["process"]["route_commitment"] == one.digest
    assert file(house, id, *ROUTE).version == 2
    assert house.violations() == []


def test_every_kind_of_file_in_force_can_be_taken_in_and_has_no_problem(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        there = digests_in_force(view.connection)
    # Tables are in force only where a process asks one.
    chosen = [(kind, min(there[kind])) for kind in KINDS if there[kind] and kind not in ("form", "message")]
    chosen.append(("form", "application"))
    id = start(sqlite_house)
    for kind, name in chosen:
        take(sqlite_house, id, kind, name)
    assert {kind for kind, _ in chosen} >= {"process", "item", "form"}
    errors = {key: [one for one in found if one.level == "error"] for key, found in problems(sqlite_house, id).items()}
    assert not any(errors.values())


def test_the_second_designer_is_told_who_saved_and_when_and_nothing_is_lost(house: House):
    id = drafted(house, (*ROUTE, shipped("route_commitment")))
    opened = file(house, id, *ROUTE).version
    house.clock.advance(timedelta(minutes=7))
    save(house, id, *ROUTE, without("route_commitment", "ut_dept_opinion"), SECOND)
    with pytest.raises(rules.DraftMoved) as refused:
        save(house, id, *ROUTE, shipped("route_commitment").replace("实质审查", "书面审查"), version=opened)
    assert "流程设计师二" in refused.value.sentence
    assert "03月02日 09:12" in refused.value.sentence
    assert (refused.value.by, refused.value.version) == ("流程设计师二", 2)
    there = file(house, id, *ROUTE)
    assert there.version == 2
    assert "书面审查" not in there.content.decode()


def test_the_same_text_makes_no_version(sqlite_house: House):
    id = drafted(sqlite_house, (*ROUTE, shipped("route_commitment")))
    assert save(sqlite_house, id, *ROUTE, shipped("route_commitment")) == {"version": 1, "changed": False}
    crlf = shipped("route_commitment").replace("\n", "\r\n")
    assert save(sqlite_house, id, *ROUTE, crlf)["changed"] is False


def test_a_file_put_out_keeps_its_versions_and_comes_back_with_the_next_number(sqlite_house: House):
    house = sqlite_house
    id = drafted(house, (*ROUTE, shipped("route_commitment")))
    house.execute(DESIGNER, DropFile(draft_id=id, kind=ROUTE[0], name=ROUTE[1]))
    with pytest.raises(rules.DraftFileMissing):
        file(house, id, *ROUTE)
    assert take(house, id, *ROUTE)["version"] == 2
    with house.door.read(SYSTEM) as view:
        assert [one.version for one in queries.history(view.connection, id)] == [2, 1]


@pytest.mark.parametrize("kind", ["process", "decisions", "form", "message"])
def test_a_new_file_can_be_read_and_its_problems_say_what_is_missing(sqlite_house: House, kind: str):
    id = start(sqlite_house)
    take(sqlite_house, id, kind, "brand_new")
    found = [one for ones in problems(sqlite_house, id).values() for one in ones]
    unused = {"decisions-unused", "form-unused", "message-unused", "process-unused"}
    assert {one.rule for one in found} <= {*unused, "process-title"}
    assert not [one for one in found if "unreadable" in one.rule]


def test_a_copy_stands_under_its_new_name(sqlite_house: House):
    id = start(sqlite_house)
    take(sqlite_house, id, "process", "route_quick", copy_of="route_commitment")
    text = file(sqlite_house, id, "process", "route_quick").content.decode()
    assert 'id="route_quick"' in text
    assert '"route_commitment"' not in text
    take(sqlite_house, id, "item", "I99", copy_of="I02")
    assert b'"I99"' in file(sqlite_house, id, "item", "I99").content
    found = problems(sqlite_house, id).get(("process", "route_quick"), ())
    assert [one for one in found if one.level == "error"] == []


def test_another_draft_begins_with_the_same_files_and_the_same_base(sqlite_house: House):
    house = sqlite_house
    id = drafted(house, (*ROUTE, without("route_commitment", "ut_dept_opinion")))
    other = house.execute(SECOND, CopyDraft(draft_id=id, title="另一份", reason=REASON))["draft"]
    assert draft(house, other).copied_from == id
    assert file(house, other, *ROUTE).content == file(house, id, *ROUTE).content
    assert file(house, other, *ROUTE).base_digest == file(house, id, *ROUTE).base_digest


@pytest.mark.parametrize(
    "kind, text",
    [("process", "<not xml"), ("process", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), ("form", "{"), ("item", "[1]"),
     ("decisions", ""), ("message", "\ud800")],
)  # fmt: skip
def test_a_text_that_cannot_be_opened_again_is_refused_with_its_reason(kind: str, text: str):
    with pytest.raises(rules.TextUnreadable) as refused:
        readable(kind, text)
    assert refused.value.problems
    assert refused.value.problems[0].sentence in refused.value.sentence


def test_a_file_has_a_largest_size_and_a_draft_most_files(sqlite_house: House, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(rules.DraftFileTooLarge):
        readable("form", '{"a": "' + "x" * rules.MOST_BYTES + '"}')
    monkeypatch.setattr(rules, "MOST_FILES", 1)
    id = drafted(sqlite_house, (*ROUTE, shipped("route_commitment")))
    with pytest.raises(rules.DraftFull):
        take(sqlite_house, id, "process", "intake")


@pytest.mark.parametrize(
    "command, refusal",
    [
        (StartDraft(title=" ", reason=REASON), rules.DraftTitleWrong),
        (StartDraft(title="长" * 81, reason=REASON), rules.DraftTitleWrong),
        (StartDraft(title="好", reason=" "), rules.DraftReasonMissing),
        (RenameDraft(draft_id="d-1", title="", reason=REASON), rules.DraftTitleWrong),
        (RenameDraft(draft_id="d-1", title="好", reason=""), rules.DraftReasonMissing),
        (TakeFile(draft_id="d-1", kind="process", name="route_commitment"), rules.DraftFileTwice),
        (TakeFile(draft_id="d-1", kind="item", name="I77"), rules.FileUnknown),
        (TakeFile(draft_id="d-1", kind="poem", name="x"), rules.FileUnknown),
        (TakeFile(draft_id="d-1", kind="process", name="x", copy_of="nothing"), rules.FileUnknown),
        (TakeFile(draft_id="d-1", kind="process", name="../x"), rules.FileNameWrong),
        (TakeFile(draft_id="d-1", kind="process", name="1x", text="<a/>"), rules.FileNameWrong),
        (SaveFile(draft_id="d-1", kind="process", name="intake", version=1, text=""), rules.DraftFileMissing),
        (DropFile(draft_id="d-1", kind="process", name="intake"), rules.DraftFileMissing),
        (CommentDraft(draft_id="d-1", text=" "), rules.CommentMissing),
        (CommentDraft(draft_id="d-1", text="长" * 1001), rules.CommentMissing),
        (CommentDraft(draft_id="d-1", text="好", kind="process", name="intake"), rules.DraftFileMissing),
        (SettleComment(draft_id="d-1", number=1), rules.CommentUnknown),
        (SaveFile(draft_id="d-1", kind="process", name="route_commitment", version=1, text="<a/>",
                  merged_with="0" * 64), rules.MergedWithOther),
        (CopyDraft(draft_id="d-1", title="", reason=REASON), rules.DraftTitleWrong),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_changes(sqlite_house: House, command, refusal: type[Refusal]):
    drafted(sqlite_house, (*ROUTE, shipped("route_commitment")))
    before = draft(sqlite_house, "d-1")
    with pytest.raises(refusal) as refused:
        sqlite_house.execute(DESIGNER, command)
    assert refused.value.sentence.endswith("。") or "”" in refused.value.sentence
    assert draft(sqlite_house, "d-1") == before


@pytest.mark.parametrize("account", ["W01", "A01", "C01", "U81", "S51"])
def test_nobody_but_a_designer_drafts(sqlite_house: House, account: str):
    with pytest.raises(NotYourAction):
        sqlite_house.execute(account, StartDraft(title="好", reason=REASON))


def test_remarks_stand_on_the_draft_a_file_or_an_element_and_are_settled_once(house: House):
    id = drafted(house, (*ROUTE, shipped("route_commitment")))
    house.execute(SECOND, CommentDraft(draft_id=id, text="理由写得太短"))
    house.execute(SECOND, CommentDraft(draft_id=id, text="为什么不要意见", kind=ROUTE[0], name=ROUTE[1],
                                       element_id="ut_dept_opinion"))  # fmt: skip
    house.execute(DESIGNER, SettleComment(draft_id=id, number=1))
    with pytest.raises(rules.CommentUnknown):
        house.execute(DESIGNER, SettleComment(draft_id=id, number=1))
    with house.door.read(SYSTEM) as view:
        all = queries.comments_of(view.connection, id)
        there = queries.comments_of(view.connection, id, *ROUTE)
    assert [(one.text, one.settled_by) for one in all] == [("理由写得太短", DESIGNER), ("为什么不要意见", None)]
    assert [one.element_id for one in there] == ["ut_dept_opinion"]


def test_who_has_a_file_open_is_there_for_two_minutes_after_the_last_word(house: House):
    id = drafted(house, (*ROUTE, shipped("route_commitment")))

    def note(account: str) -> None:
        with house.door.housekeeping() as connection:
            queries.note_presence(connection, id, ROUTE, account, house.clock.now())

    def there() -> list[tuple[str, int]]:
        with house.door.read(SYSTEM) as view:
            found = queries.present(view.connection, id, ROUTE, view.now)
        return [(account, int((house.clock.now() - since).total_seconds())) for account, since in found]

    note(DESIGNER)
    house.clock.advance(timedelta(seconds=90))
    note(SECOND)
    note(DESIGNER)
    assert there() == [(DESIGNER, 90), (SECOND, 0)]
    house.clock.advance(timedelta(seconds=121))
    assert there() == []
    note(DESIGNER)
    assert there() == [(DESIGNER, 0)]


def test_what_stood_under_a_digest_can_be_read_again(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        for kind, names in digests_in_force(view.connection).items():
            for name, digest in names.items():
                content = content_of(view.connection, kind, name, digest)
                assert library.digest(content) == digest
