"""告知承诺 (4.1.7, 国办发〔2020〕42 号): promised in writing, decided at once, checked later, revoked when untrue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from deadlines.law.months import add_months
from engine.casework.cases import queries
from engine.casework.cases.barring.handlers import bar_after_revocation
from engine.casework.cases.file import queries as records
from engine.casework.cases.handing import keep_signature
from engine.casework.cases.outcomes import letters
from engine.casework.cases.outcomes.queries import (
    NoticeCommitment,
    commitment_of,
    put_commitment,
    set_commitment,
)
from engine.casework.cases.receiving import digests_in, usable_refs
from engine.casework.cases.saying import say
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Recorded, Unit
from engine.process.clocks.ledgers import open_clock, stop_clock
from engine.process.clocks.rules import Terms
from engine.process.tasks import progress
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.items.queries import item_at
from forms import Context

COMMITTED = tag("case.committed", "告知承诺：申请人书面承诺，免予提交材料 {waived} 项（4.1.7）")
CHECK_OPENED = tag("commitment.check_opened", "凭承诺作出决定，{due} 前进行后续核查")
CHECKED = tag("commitment.checked", "后续核查：{result_name}")
REVOKED = tag("commitment.revoked", "与承诺不符，撤销准予决定，申请人列入失信记录")
KEPT = tag("commitment.kept", "与承诺不符，经整改已符合要求，不撤销")

WAIVED = "waived"
"""The verdict on a material that the promise stands for (凭承诺免予提交)."""

PROCESS = "post_check"
RESULTS = {"pass": "与承诺相符", "fail": "与承诺不符"}


# 告知与承诺 ----------------------------------------------------------------------------------------------------------


def prepare_notice_commit(view: View, task: Task) -> Context:
    """Give the text that is told, and the materials that the promise stands for."""
    case = queries.case_by_root(view.connection, task.root_id)
    item = item_at(view.connection, case.item_digest)
    return Context(
        now=view.now,
        rows={"waived": _waived(view, task.root_id)},
        values={"told": letters.told(item)},
        uploads=usable_refs(view, task.root_id),
    )


def notice_commit(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep what was told and promised; the materials it stands for are marked as waived (4.1.7, T030)."""
    waived = [{"no": row["no"], "name": row["name"]} for row in answer["waived"]]
    signature = keep_signature(unit, task.root_id, answer["signature"])
    put_commitment(
        unit, task.root_id, told=answer["told"], waived=waived, signature=signature,
        signed_at=unit.now, taken_by=unit.actor.account,
    )  # fmt: skip
    letters.commitment_letter(unit, task.root_id, signature)
    for row in waived:
        records.set_material(unit, task.root_id, int(row["no"]), verdict=WAIVED)
    say(unit, task, "notice_commit", "promised", "、".join(row["name"] for row in waived))
    unit.record(COMMITTED, task.root_id, waived=len(waived), materials=[int(row["no"]) for row in waived],
                promises=list(answer["promises"]))  # fmt: skip
    return {}


def _waived(view: View, root_id: str) -> list[dict[str, Any]]:
    return [
        {"no": str(one.no), "name": one.name, "advice": one.advice or "凭承诺免予提交"}
        for one in records.materials_of(view.connection, root_id)
        if one.verdict in ("missing", "bad_form")
    ]


# 后续核查 ------------------------------------------------------------------------------------------------------------


def open_post_check(unit: Unit, event: Recorded) -> None:
    """After a grant on a promise, start the check and its clock (a subscriber of the decision; T030: 核查任务)."""
    known = commitment_of(unit.connection, event.root)
    if event.data.get("decision") != "grant" or known is None or known.check_due is not None:
        return
    case = queries.case_by_root(unit.connection, event.root)
    months = item_at(unit.connection, case.item_digest).post_check_months or 1
    today = city_date(unit.now)
    due = add_months(today, months)
    set_commitment(unit, event.root, check_due=due)
    unit.record(CHECK_OPENED, event.root, due=due.isoformat(), months=months)
    open_clock(unit, event.root, Terms("commit_check", today, months, "month"))
    progress.start_beside(unit, event.root, PROCESS, {"case_no": case.case_no})


def prepare_post_check(view: View, task: Task) -> Context:
    """Give what was promised and by when it is to be checked."""
    known = _known(view, task.root_id)
    return Context(
        now=view.now,
        rows={"waived": [dict(row) for row in known.waived]},
        values={"told": known.told, "check_due": known.check_due.isoformat() if known.check_due else ""},
        uploads=usable_refs(view, task.root_id),
    )


def post_check(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep what the check found; whoever accepted the application may not check it (S1)."""
    result = answer["check_result"]
    files = take_uploads(unit, digests_in(answer.get("files")), task.root_id)
    set_commitment(
        unit, task.root_id, checked_on=date.fromisoformat(answer["checked_on"]), checked_by=unit.actor.account,
        check_result=result, findings=answer["findings"],
    )  # fmt: skip
    stop_clock(unit, task.root_id, "commit_check", city_date(unit.now))
    say(unit, task, "post_check", result, answer["findings"])
    unit.record(CHECKED, task.root_id, result=result, result_name=RESULTS[result], files=[one.digest for one in files])
    letters.check_letter(unit, task.root_id, result == "pass", answer["findings"])
    if result == "fail":
        case = queries.case_by_root(unit.connection, task.root_id)
        sentence = f"“{case.item_name}”后续核查与承诺不符，请作出处理决定。"
        notify(unit, task.root_id, "dept_head", case.department, "check_failed", sentence)
    return {"check_passed": result == "pass"}


def prepare_revoke(view: View, task: Task) -> Context:
    """Give what the check found."""
    case = queries.case_by_root(view.connection, task.root_id)
    item = item_at(view.connection, case.item_digest)
    values = {"findings": _known(view, task.root_id).findings or ""}
    return Context(now=view.now, values=values, defaults={"remedies": item.guide.remedy})


def revoke(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The head revokes the grant, and the applicant is barred; or keeps it when it was put right meanwhile."""
    case = queries.case_by_root(unit.connection, task.root_id)
    decision = answer["revocation"]
    say(unit, task, "revocation", decision, answer["reason"], answer.get("legal_basis") or None)
    if decision == "keep":
        unit.record(KEPT, task.root_id)
        return {}
    bar_after_revocation(unit, case)
    set_commitment(unit, task.root_id, revoked_at=unit.now, revoked_by=unit.actor.account)
    letters.revocation_letter(unit, task.root_id, answer)
    queries.set_case(unit, task.root_id, status="revoked")
    unit.record(REVOKED, task.root_id)
    notify(unit, task.root_id, "window_clerk", "center", "revoked", f"“{case.item_name}”的准予决定已撤销。")
    return {}


def _known(view: View, root_id: str) -> NoticeCommitment:
    found = commitment_of(view.connection, root_id)
    if found is None:
        raise LookupError(f"{root_id} has no commitment to check")
    return found


ACTS = (
    Act("cases.notice_commit", notice_commit, prepare_notice_commit, part="accept"),
    Act("cases.post_check", post_check, prepare_post_check, part="review", facts=("check_passed",)),
    Act("cases.revoke", revoke, prepare_revoke, part="decide"),
)
"""The acts of 告知承诺 and of its later check; whoever took the promise may neither check nor revoke (S1)."""
