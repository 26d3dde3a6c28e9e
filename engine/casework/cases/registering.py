"""Writing a received application down: applicant, application, and for each item a case with its materials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.casework.cases import queries
from engine.casework.cases.earlier import EarlierFile
from engine.casework.cases.file import queries as records
from engine.casework.cases.file.queries import MaterialRow
from engine.casework.cases.origin import queries as origins
from engine.casework.cases.origin.queries import Agent
from engine.casework.cases.origin.rules import mail_short, receive_region
from engine.casework.cases.queries import Applicant
from engine.foundation.blobs.queries import Upload, UploadMissing, refer_upload, take_uploads, usable_uploads
from engine.foundation.clock import CITY, city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.bpmn import Advance
from engine.process.bpmn.releases.queries import Release, release_at
from engine.process.tasks import progress
from engine.process.tasks.notifications.queries import notify
from engine.registry.items.queries import item_at
from engine.registry.organisation.queries import CENTER, seat_of
from processes.items import Item, Material

RECEIVED = tag("case.received", "{window}无差别收到“{item_name}”的申请材料，办件编号 {case_no}")
TAKEN_OVER = tag("material.taken_over", "沿用以往办件的电子材料 {files} 份（免予提交）")
MAIL_COUNTED = tag("mail.counted", "邮件 {mail_no} 由两人拆封清点：清单 {listed} 份，实收 {found} 份，{verdict}")
BACK_RECORDED = tag("case.back_recorded", "补录停机期间的纸质收件（登记簿 {register_no}），待监察员审批")

PROVIDED_FREE = ("共享",)
"""Sources from which the centre obtains a material itself, so that the applicant hands in nothing (免予提交)."""


@dataclass(frozen=True)
class Wanted:
    """One item of an application: its version, its release, and the checked answer to its pinned form."""

    digest: str
    item: Item
    release: Release
    answer: Mapping[str, Any]


@dataclass(frozen=True)
class Registered:
    """A case that was written down, and its open tasks' ids."""

    item_code: str
    case_no: str
    opened: tuple[str, ...]


def register_all(
    unit: Unit, wanted: Sequence[Wanted], earlier: Mapping[str, EarlierFile]
) -> tuple[str, list[Registered]]:
    """Write one application with a case for each of ``wanted`` and start their processes (3.3).

    ``earlier`` are files of the applicant's earlier cases that may be taken over, by digest.  Returns the
    application's id and the cases in order.
    """
    answer = wanted[0].answer
    who = applicant_from(answer)
    queries.put_applicant(unit, who)
    application_id = queries.new_id()
    common = {
        "channel": answer["channel"], "received_at": local_instant(answer["received_at"]),
        "first_responder": unit.actor.account, "receive_region": receive_region(answer),
    }  # fmt: skip
    note = answer.get("note") or None
    queries.put_application(unit, {"id": application_id, "applicant_id": who.id, "note": note, **common})
    files = _Files(usable_uploads(unit.connection, unit.actor.account, None), earlier)
    done = []
    for one in wanted:
        case_no, root_id = _case(unit, one, application_id, who, common)
        _origin(unit, root_id, one.answer, files)
        _take_materials(unit, root_id, one, files)
        done.append(Registered(one.item.code, case_no, () if answer.get("offline") else start_process(unit, root_id)))
    return application_id, done


def start_process(unit: Unit, root_id: str) -> tuple[str, ...]:
    """Start the process of the release that a registered case pinned; return the ids of its open tasks."""
    case = queries.case_by_root(unit.connection, root_id)
    item = item_at(unit.connection, case.item_digest)
    facts = {"case_no": case.case_no, "case_type": item.case_type, "site_visit_required": item.site_visit}
    release = release_at(unit.connection, case.release_id)
    advance: Advance = progress.start(unit, root_id, release, item.department, facts)
    return tuple(f"{case.case_no}-{one.task_no}" for one in advance.opened)


def local_instant(minute: str) -> datetime:
    """Return the aware instant of a form's local minute (``2026-03-02T09:05``, Asia/Shanghai)."""
    return datetime.fromisoformat(minute).replace(tzinfo=CITY)


def digests_in(files: Any) -> list[str]:
    """Return the digests of a form's file references."""
    return [file["digest"] for file in files or ()]


@dataclass(frozen=True)
class _Files:
    """What the actor may hand in here: files uploaded for this application, and files of earlier cases."""

    loose: Mapping[str, Upload]
    earlier: Mapping[str, EarlierFile]

    def take(self, unit: Unit, digests: Sequence[str], root_id: str) -> list[Upload]:
        """Bind files to a case; a file that another case of the application has taken is bound once more."""
        mine = usable_uploads(unit.connection, unit.actor.account, root_id)
        taken = []
        for digest in dict.fromkeys(digests):
            known = self.loose.get(digest) or (self.earlier[digest].upload if digest in self.earlier else None)
            if digest in mine:
                taken += take_uploads(unit, [digest], root_id)
            elif known is None:
                raise UploadMissing
            else:
                taken.append(refer_upload(unit, known, root_id))
        return taken


def _case(unit: Unit, one: Wanted, application_id: str, who: Applicant, common: Mapping[str, Any]) -> tuple[str, str]:
    item, answer = one.item, one.answer
    case_no = queries.next_case_number(unit, item.implement_code, city_date(unit.now))
    root_id = unit.create_root(f"case:{case_no}", "case").id
    queries.put_case(
        unit,
        {
            "root_id": root_id,
            "case_no": case_no,
            "application_id": application_id,
            "applicant_id": who.id,
            "applicant_name": who.name,
            "item_code": item.code,
            "item_name": item.name,
            "item_digest": one.digest,
            "release_id": one.release.id,
            "case_type": item.case_type,
            "department": item.department,
            "status": "awaiting_approval" if answer.get("offline") else "received",
            "handle_region": item.handle_region,
            "deemed": False,
            "visits": 1 if answer["channel"] == "1" else 0,
            "excluded_procedures": [],
            **common,
        },
    )
    seat = seat_of(unit.connection, unit.actor.account)
    unit.record(
        RECEIVED, root_id, case_no=case_no, item=item.code, item_name=item.name, item_digest=one.digest,
        release=one.release.id, channel=answer["channel"], received_at=answer["received_at"],
        application=application_id, undifferentiated=True, window=seat.name if seat else "综合窗口",
        receive_region=common["receive_region"], handle_region=item.handle_region,
        private={"application": dict(answer)},
    )  # fmt: skip
    return case_no, root_id


def _origin(unit: Unit, root_id: str, answer: Mapping[str, Any], files: _Files) -> None:
    seat = seat_of(unit.connection, unit.actor.account)
    origins.put_origin(
        unit,
        root_id,
        {
            "window": seat.id if seat else None,
            "remote_mode": answer.get("remote_mode") or "local",
            "mail_no": answer.get("mail_no") or None,
            "mail_witness": answer.get("mail_witness") or None,
            "mail_listed": answer.get("mail_listed"),
            "mail_found": answer.get("mail_found"),
            "offline_register_no": answer.get("offline_register_no") or None,
            "offline_reason": answer.get("offline_reason") or None,
            "offline_state": "waiting" if answer.get("offline") else None,
        },
    )
    if answer.get("by_agent"):
        letter = files.take(unit, digests_in(answer["agent_letter"]), root_id)
        origins.put_agent(unit, root_id, _agent(answer, [one.digest for one in letter]))
    if answer.get("mail_no"):
        _note_mail(unit, root_id, answer)
    if answer.get("offline"):
        unit.record(BACK_RECORDED, root_id, register_no=answer["offline_register_no"], reason=answer["offline_reason"])
        sentence = f"停机期间的纸质收件（登记簿 {answer['offline_register_no']}）已补录，请审批。"
        notify(unit, root_id, "supervisor", CENTER, "back_record", sentence)


def _note_mail(unit: Unit, root_id: str, answer: Mapping[str, Any]) -> None:
    listed, found = answer.get("mail_listed"), answer.get("mail_found")
    short = mail_short(listed, found)
    unit.record(
        MAIL_COUNTED, root_id, mail_no=answer["mail_no"], witness=answer["mail_witness"], listed=listed, found=found,
        verdict=f"缺 {short} 份，待补" if short else "相符",
    )  # fmt: skip


def _agent(answer: Mapping[str, Any], letter: Sequence[str]) -> Agent:
    return Agent(
        answer["agent_kind"], answer["agent_name"], answer["agent_id_no"], answer["agent_phone"], tuple(letter)
    )


def applicant_from(answer: Mapping[str, Any]) -> Applicant:
    """Return the applicant that a checked answer names, under a fresh id."""
    return Applicant(
        id=queries.new_id(),
        kind=answer["applicant_kind"],
        name=answer["applicant_name"],
        id_kind=answer["id_kind"],
        id_no=answer["id_no"],
        phone=answer["phone"],
        address=answer.get("address") or "",
        contact_name=answer.get("contact_name") or "",
        legal_representative=answer.get("legal_representative") or "",
    )


def _take_materials(unit: Unit, root_id: str, one: Wanted, files: _Files) -> None:
    given = {row["no"]: row for row in one.answer["materials"]}
    records.put_materials(unit, root_id, [material_row(known, given[str(known.no)]) for known in one.item.materials])
    reused = 0
    for known in one.item.materials:
        uploads = files.take(unit, digests_in(given[str(known.no)].get("files")), root_id)
        records.add_files(unit, root_id, known.no, uploads)
        for upload in uploads:
            if upload.digest in files.earlier and upload.digest not in files.loose:
                origins.mark_reused(unit, root_id, known.no, upload.digest, files.earlier[upload.digest].source_root)
                reused += 1
    if reused:
        unit.record(TAKEN_OVER, root_id, files=reused)


def _copies(one: Material, given: Mapping[str, Any]) -> int:
    """Return how many copies were handed in; a file on line is as many as are wanted, and nobody types a number."""
    if given.get("provided_form") == "electronic":
        return one.copies if given.get("files") else 0
    return 0 if given.get("provided_form", "none") == "none" else int(given.get("copies") or 0)


def material_row(one: Material, given: Mapping[str, Any]) -> MaterialRow:
    """Return a material as handed in by a row of the application form; without one, nothing was handed in."""
    nothing = given.get("provided_form", "none") == "none"
    return MaterialRow(
        no=one.no,
        name=one.name,
        form=one.form,
        copies_required=one.copies,
        required=one.required,
        deficiency_allowed=one.deficiency_allowed,
        source=one.source,
        provided_form=None if nothing else given["provided_form"],
        copies=_copies(one, given),
        original_checked=bool(given.get("original_checked")),
        shared=one.source in PROVIDED_FREE and given.get("provided_form") == "electronic",
        returned=one.returned,
        verdict=None,
        advice=None,
    )
