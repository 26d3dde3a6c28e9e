"""Photographs from a telephone: who opens a link, until when it holds, what comes in by it and whose it is."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.foundation.blobs.queries import usable_uploads
from engine.foundation.blobs.rules import sm3_of
from engine.foundation.blobs.storage import Blobs
from engine.foundation.store.types import METADATA
from engine.foundation.store.unit import RootMissing
from engine.foundation.vault import token_hash
from engine.process.documents.handlers import UploadsFull
from engine.process.tasks.commands import ClaimTask, CompleteTask, ReleaseTask
from engine.process.tasks.phone.commands import ClosePhoneLink, OpenPhoneLink, ReceivePhoto, RemovePhoto, TakePhotos
from engine.process.tasks.phone.queries import files_of, link_by_id, link_by_token, links_of_task
from engine.process.tasks.phone.rules import (
    PhoneFull,
    PhoneLink,
    PhoneLinkGone,
    PhotoTaken,
    new_token,
)
from engine.process.tasks.rules import TaskDone, TaskHeld, TaskMissing, TaskNotYours
from engine.process.tasks.shift.commands import HandOverTasks
from engine.registry.identity.rules import SYSTEM, NotYourAction
from engine.registry.policies.tables import policy
from tests.engine.foundation.test_blobs_metadata import photograph
from tests.support.figures import change_figure
from tests.support.house import COMPANY, PERSON, House
from tests.support.threads import in_threads

PHOTO, OTHER = photograph(6), photograph(3)


def formal(house: House, item: str = "I06") -> str:
    """Return the formal review task of a new case."""
    case_no = house.receive("W01", item, PERSON if item == "I06" else COMPANY)
    return house.task(case_no, "ut_formal").id


def opened(house: House, task_id: str = "", account: str = "W01", **more: Any) -> tuple[PhoneLink, str]:
    """Open a link; return it with its token."""
    token = new_token()
    root_id = f"case:{task_id.rpartition('-')[0]}" if task_id else ""
    values: dict[str, Any] = {"field": "materials[0].files", "title": "居民身份证", "about": "社会保障卡补领",
                              "root_id": root_id, "task_id": task_id, **more}  # fmt: skip
    outcome = house.execute(account, OpenPhoneLink(token_hash=token_hash(token), **values))
    with house.door.read(SYSTEM) as view:
        return link_by_id(view.connection, outcome["link_id"]), token


def sent(house: House, known: PhoneLink, content: bytes = PHOTO, key: str | None = None) -> dict[str, Any]:
    """Send a photograph as the public page does."""
    command = ReceivePhoto(
        root_id=known.root_id, link_id=known.id, digest=house.door.part(Blobs).put(content), media_type="image/jpeg",
        size=len(content), sm3=sm3_of(content), sent_sha256="0" * 64, address="203.0.*.*",
    )  # fmt: skip
    return dict(house.door.execute(command, SYSTEM, key=key or uuid.uuid4().hex))


def removed(house: House, known: PhoneLink, number: int = 1) -> None:
    command = RemovePhoto(root_id=known.root_id, link_id=known.id, number=number, address="203.0.*.*")
    house.door.execute(command, SYSTEM, key=uuid.uuid4().hex)


def taken(house: House, known: PhoneLink, *numbers: int, account: str = "W01") -> list[dict[str, Any]]:
    command = TakePhotos(root_id=known.root_id, link_id=known.id, numbers=numbers)
    return list(house.execute(account, command)["files"])


def states(house: House, known: PhoneLink) -> list[str]:
    with house.door.read(SYSTEM) as view:
        return [file.state for file in files_of(view.connection, [known.id]).get(known.id, [])]


def holds(house: House, token: str) -> bool:
    with house.door.read(SYSTEM) as view:
        found = link_by_token(view.connection, token)
        return found is not None and found.open_at(view.now)


def loose(house: House, account: str) -> set[str]:
    with house.door.read(SYSTEM) as view:
        return {one.file_name for one in usable_uploads(view.connection, account, None).values()}


def told(house: House, root_id: str, kind: str) -> list[Any]:
    return [line for line in house.journal(root_id) if line.type == kind]


def test_the_journal_says_who_opened_a_link_for_which_field_of_which_task(house: House):
    task_id = formal(house)
    known, token = opened(house, task_id)
    (line,) = told(house, known.root_id, "phone.opened")
    assert line.sentence == "打开手机拍照二维码：居民身份证（10 分钟内有效）"
    assert (line.account, line.data["task"], line.data["field"]) == ("W01", task_id, "materials[0].files")
    assert known.expires_at == house.clock.now() + timedelta(minutes=10)
    assert token not in str(house.journal(known.root_id))
    assert house.violations() == []


def test_of_the_token_only_the_hash_is_kept_anywhere_in_the_database(house: House):
    known, token = opened(house, formal(house))
    with house.door.database.reading() as connection:
        rows = {table.name: str(connection.execute(table.select()).all()) for table in METADATA.sorted_tables}
    assert known.id in rows["phone_link"]
    assert token_hash(token) in rows["phone_link"]
    assert [name for name, kept in rows.items() if token in kept] == []


def test_the_journal_says_what_came_in_its_digest_its_size_and_the_masked_address(house: House):
    known, _ = opened(house, formal(house))
    assert sent(house, known) == {"number": 1, "again": False}
    (line,) = told(house, known.root_id, "phone.received")
    assert line.sentence == "手机传来“居民身份证 手机1.jpg”（居民身份证）"
    digest = hashlib.sha256(PHOTO).hexdigest()
    assert (line.account, line.data["sha256"], line.data["size"]) == ("system", digest, len(PHOTO))
    assert (line.data["address"], line.data["sent_sha256"]) == ("203.0.*.*", "0" * 64)


def test_what_came_in_belongs_to_the_links_person_and_goes_into_the_case_like_any_upload(house: House):
    task_id = formal(house)
    known, _ = opened(house, task_id)
    sent(house, known)
    assert loose(house, "W01") == {"居民身份证 手机1.jpg"}
    assert loose(house, "W02") == set()
    (file,) = taken(house, known, 1)
    assert file == {"digest": hashlib.sha256(PHOTO).hexdigest(), "name": "居民身份证 手机1.jpg", "size": len(PHOTO),
                    "media_type": "image/jpeg"}  # fmt: skip
    rows = [{"no": "1", "verdict": "complete", "files": [file]}]
    case_no = task_id.rpartition("-")[0]
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept", "materials": rows})
    with house.door.read(SYSTEM) as view:
        assert file["digest"] in usable_uploads(view.connection, "", known.root_id)
    assert loose(house, "W01") == set()
    assert house.violations() == []


def test_the_same_photograph_sent_twice_is_kept_once(house: House):
    known, _ = opened(house, formal(house))
    assert sent(house, known, key="one")["number"] == 1
    assert sent(house, known, key="two") == {"number": 1, "again": True}
    assert sent(house, known, OTHER, key="three")["number"] == 2
    assert states(house, known) == ["arrived", "arrived"]
    assert len(told(house, known.root_id, "phone.received")) == 2


def test_a_removed_photograph_may_be_sent_again(house: House):
    known, _ = opened(house, formal(house))
    sent(house, known, key="one")
    removed(house, known)
    assert loose(house, "W01") == set()
    assert sent(house, known, key="two") == {"number": 2, "again": False}
    assert states(house, known) == ["removed", "arrived"]


def test_what_was_removed_on_the_telephone_is_not_put_into_the_form(house: House):
    known, _ = opened(house, formal(house))
    sent(house, known)
    removed(house, known)
    removed(house, known)  # pressed twice: nothing more happens
    assert taken(house, known, 1) == []
    assert [line.sentence for line in told(house, known.root_id, "phone.removed")] == [
        "手机上删除“居民身份证 手机1.jpg”（居民身份证）"
    ]
    assert told(house, known.root_id, "phone.taken") == []


def test_what_the_desk_has_taken_cannot_be_removed_on_the_telephone(house: House):
    known, _ = opened(house, formal(house))
    sent(house, known)
    taken(house, known, 1)
    with pytest.raises(PhotoTaken, match="窗口已经收下"):
        removed(house, known)
    assert states(house, known) == ["taken"]
    assert loose(house, "W01") == {"居民身份证 手机1.jpg"}


def test_only_what_was_seen_is_taken(house: House):
    known, _ = opened(house, formal(house))
    sent(house, known, PHOTO)
    sent(house, known, OTHER)
    assert [file["name"] for file in taken(house, known, 2)] == ["居民身份证 手机2.jpg"]
    assert states(house, known) == ["arrived", "taken"]
    assert taken(house, known, 2, 7) == []
    (line,) = told(house, known.root_id, "phone.taken")
    assert (line.data["count"], line.data["sha256"]) == (1, [hashlib.sha256(OTHER).hexdigest()])


def test_a_removed_file_that_was_also_uploaded_at_the_counter_stays_there(house: House):
    known, _ = opened(house, formal(house))
    house.upload("W01", "窗口扫描.jpg", PHOTO)
    sent(house, known)
    removed(house, known)
    assert loose(house, "W01") == {"窗口扫描.jpg"}


# How a link ends ----------------------------------------------------------------------------------------------------


def test_a_link_ends_after_its_minutes_by_policy(house: House):
    change_figure(house, "phone_link_minutes", 3)
    known, token = opened(house, formal(house))
    house.wait(minutes=2, seconds=59)
    assert holds(house, token)
    house.wait(seconds=1)
    assert not holds(house, token)
    with pytest.raises(PhoneLinkGone):
        sent(house, known)
    assert states(house, known) == []


def test_a_link_ends_when_its_person_ends_it(house: House):
    known, token = opened(house, formal(house))
    for _ in range(2):
        house.execute("W01", ClosePhoneLink(root_id=known.root_id, link_id=known.id))
    assert not holds(house, token)
    assert [line.sentence for line in told(house, known.root_id, "phone.closed")] == ["结束手机拍照：居民身份证"]


def test_a_link_ends_when_its_task_is_completed_by_its_person(house: House):
    task_id = formal(house)
    _, token = opened(house, task_id)
    house.complete("W01", task_id.rpartition("-")[0], "ut_formal", {"formal_result": "accept"})
    assert not holds(house, token)


def test_a_link_ends_when_another_completes_the_task_and_what_came_in_late_is_refused(house: House):
    task_id = formal(house)
    known, token = opened(house, task_id)
    house.complete("W02", task_id.rpartition("-")[0], "ut_formal", {"formal_result": "accept"})
    assert not holds(house, token)
    with pytest.raises(PhoneLinkGone):
        sent(house, known)
    assert loose(house, "W01") == set()


def test_a_link_ends_when_the_task_is_given_back(house: House):
    task_id = formal(house)
    house.execute("W01", ClaimTask(task_id=task_id))
    _, token = opened(house, task_id)
    house.execute("W01", ReleaseTask(task_id=task_id))
    assert not holds(house, token)


def test_a_link_ends_when_the_task_goes_to_a_colleague_and_holds_when_its_person_takes_the_task(house: House):
    task_id = formal(house)
    _, token = opened(house, task_id)
    house.execute("W01", ClaimTask(task_id=task_id))
    assert holds(house, token)
    house.execute("W01", HandOverTasks(task_ids=(task_id,), to_account="W02"))
    assert not holds(house, token)


def test_a_link_takes_no_more_files_than_the_policy_says(house: House):
    change_figure(house, "phone_link_files", 2)
    known, _ = opened(house, formal(house))
    sent(house, known, PHOTO)
    removed(house, known)
    sent(house, known, OTHER)
    with pytest.raises(PhoneFull, match="已收满 2 个文件"):
        sent(house, known, photograph(8))
    assert states(house, known) == ["removed", "arrived"]


def test_two_telephones_at_once_bring_no_more_than_the_policy_says_and_one_photograph_once(house: House):
    change_figure(house, "phone_link_files", 2)
    known, _ = opened(house, formal(house))
    shots = [PHOTO, PHOTO, OTHER, photograph(8), photograph(2), PHOTO]
    outcomes = in_threads(len(shots), lambda number: sent(house, known, shots[number]))
    numbers = {one["number"] for one in outcomes if isinstance(one, dict)}
    assert states(house, known) == ["arrived", "arrived"]
    assert numbers == {1, 2}
    assert {type(one) for one in outcomes} <= {dict, PhoneFull}
    assert len(told(house, known.root_id, "phone.received")) == 2
    assert house.violations() == []


def test_a_new_link_for_a_field_ends_the_earlier_one_and_no_other(house: House):
    task_id = formal(house)
    first, token = opened(house, task_id)
    _, beside = opened(house, task_id, field="materials[1].files")
    opened(house, task_id, replaces=(first.id,))
    assert not holds(house, token)
    assert holds(house, beside)


def test_another_persons_link_cannot_be_replaced(house: House):
    task_id = formal(house)
    first, token = opened(house, task_id)
    opened(house, task_id, account="W02", replaces=(first.id,))
    assert holds(house, token)


def test_files_come_in_by_the_days_measure_of_the_links_person(house: House):
    known, _ = opened(house, formal(house))
    with house.door.database.writing() as connection:  # less than anybody may set: a day is soon full
        connection.execute(policy.update().where(policy.c.key == "upload_files_day").values(value=1))
    sent(house, known, PHOTO)
    with pytest.raises(UploadsFull):
        sent(house, known, OTHER)
    assert states(house, known) == ["arrived"]


# Who may ------------------------------------------------------------------------------------------------------------


def test_a_form_that_is_no_tasks_has_its_link_in_its_persons_own_journal(house: House):
    known, token = opened(house, account="W02")
    assert (known.root_id, known.task_id) == ("access:W02", None)
    assert holds(house, token)
    sent(house, known)
    assert [line.type for line in house.journal("access:W02")] == ["phone.opened", "phone.received"]


def test_a_form_about_a_case_has_its_link_in_the_cases_journal(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    known, _ = opened(house, root_id=f"case:{case_no}")
    assert (known.root_id, known.task_id) == (f"case:{case_no}", None)
    assert [line.account for line in told(house, known.root_id, "phone.opened")] == ["W01"]


@pytest.mark.parametrize(
    "account, refusal", [("W03", TaskNotYours), ("D61", TaskNotYours), ("D11", TaskMissing), ("S51", NotYourAction)]
)
def test_who_may_not_take_the_task_opens_no_link(house: House, account: str, refusal: type[Exception]):
    task_id = formal(house)
    with pytest.raises(refusal):
        opened(house, task_id, account=account)
    with house.door.read(SYSTEM) as view:
        assert links_of_task(view.connection, task_id, account) == []


def test_a_task_in_anothers_hands_or_done_opens_no_link(house: House):
    task_id = formal(house)
    house.execute("W02", ClaimTask(task_id=task_id))
    with pytest.raises(TaskHeld):
        opened(house, task_id)
    house.execute("W02", CompleteTask(task_id=task_id, answer={"formal_result": "accept"}, partial=True))
    with pytest.raises(TaskDone):
        opened(house, task_id)


def test_a_case_of_another_department_opens_no_link(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    with pytest.raises(RootMissing):
        opened(house, root_id=f"case:{case_no}", account="D11")


@pytest.mark.parametrize("command", [ClosePhoneLink, TakePhotos])
def test_another_persons_link_is_not_found(house: House, command: Any):
    known, token = opened(house, formal(house))
    sent(house, known)
    more = {"numbers": (1,)} if command is TakePhotos else {}
    with pytest.raises(PhoneLinkGone):
        house.execute("W02", command(root_id=known.root_id, link_id=known.id, **more))
    assert holds(house, token)
    assert states(house, known) == ["arrived"]


def test_a_link_is_used_only_with_the_root_that_tells_of_it(house: House):
    known, _ = opened(house, formal(house))
    other, _ = opened(house, account="W02")
    with pytest.raises(PhoneLinkGone):
        sent(house, replace(known, root_id=other.root_id))
    assert states(house, known) == []


def test_nobody_signed_in_sends_by_a_link(house: House):
    known, _ = opened(house, formal(house))
    with pytest.raises(NotYourAction):
        house.execute("W01", RemovePhoto(root_id=known.root_id, link_id=known.id, number=1, address=""))
