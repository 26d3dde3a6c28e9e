"""Acts of the intake (6.1): formal review at the counter and from afar, acceptance, rejection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases import correcting, paperwork, queries
from engine.casework.cases.barring.handlers import bar_sentence
from engine.casework.cases.file import queries as records
from engine.casework.cases.file.queries import MaterialRow
from engine.casework.cases.outcomes import commands as outcome_commands
from engine.casework.cases.outcomes import fixing, letters, mistakes, pledging, promising
from engine.casework.cases.outcomes.queries import put_term
from engine.casework.cases.outcomes.rules import changed_outside
from engine.casework.cases.receiving import digests_in, usable_refs
from engine.casework.cases.rules import REMOTE, Reviewed, review_errors
from engine.casework.cases.saying import say
from engine.casework.cases.timing import CONFIRM, LIMIT_BOUNDARY, start_case_clocks, start_confirm_clock
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock
from engine.process.documents.issuing import issue
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.items.queries import item_at
from forms import Context

REVIEWED = tag("case.formally_reviewed", "形式审查结论：{conclusion_name}")
REREVIEWED = tag("case.review_widened", "补正后审查清单以外的材料，新出现的情况：{new_fact}")
ACCEPTED = tag("case.accepted", "收件（受理）：自 {accepted_on} 起算")
REJECTED = tag("case.rejected", "不予收件（受理）")

CONCLUSIONS = {
    "accept": "符合要求",
    "accept_deficient": "容缺受理",
    "accept_commitment": "告知承诺",
    "fix_on_site": "当场更正",
    "correct": "需要补齐补正",
    "reject": "不符合收件（受理）条件",
}
LISTED, KEPT = "需要审查", "补正清单以外，保留原意见"
"""What a material is to the review after a correction (T071: 补正后只复审清单内项)."""


# 形式审查 6.1.1 ------------------------------------------------------------------------------------------------


def prepare_formal_review(view: View, task: Task) -> Context:
    """Give the case's materials with what was received; only listed items are asked for (行政许可法 31)."""
    files = _files_by_material(view, task.root_id)
    rounds = _received_rounds(view, task.root_id)
    listed = _listed(view, task.root_id)
    materials = records.materials_of(view.connection, task.root_id)
    return Context(
        now=view.now,
        rows={"materials": [_review_row(one, files, not rounds or one.no in listed) for one in materials]},
        options={"formal_result": _conclusions(view, task)},
        values={"correction_round": rounds},
        uploads=usable_refs(view, task.root_id),
    )


def formal_review(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep the verdict on every material and the conclusion; refuse one that the materials contradict."""
    known = {str(one.no): one for one in records.materials_of(unit.connection, task.root_id)}
    rows = [_with_kept(row, known[row["no"]]) for row in answer["materials"]]
    conclusion = answer["formal_result"]
    _refuse_review(unit, task, conclusion, known, rows, bool(answer.get("wider")))
    for row in rows:
        no = int(row["no"])
        records.set_material(
            unit, task.root_id, no, copies=int(row["copies"]), original_checked=bool(row.get("original_checked")),
            verdict=row["verdict"], advice=row.get("advice") or None,
        )  # fmt: skip
        records.add_files(unit, task.root_id, no, take_uploads(unit, digests_in(row.get("files")), task.root_id))
    new_fact = answer.get("new_fact") or ""
    _drop_unconfirmed(unit, task.root_id)
    if conclusion == "correct":
        lines = [_correction_line(known[row["no"]], row) for row in rows if row["verdict"] in ("missing", "bad_form")]
        round = records.propose_correction(unit, task.root_id, lines)
        put_term(unit, task.root_id, round, new_fact=new_fact or None)
        queries.set_case(unit, task.root_id, status="awaiting_confirmation")
        start_confirm_clock(unit, task.root_id)
    say(unit, task, "formal_review", conclusion, new_fact or answer.get("opinion") or "")
    unit.record(REVIEWED, task.root_id, conclusion=conclusion, conclusion_name=CONCLUSIONS[conclusion])
    if new_fact:
        unit.record(REREVIEWED, task.root_id, new_fact=new_fact)
    return {"formal_result": conclusion}


def _drop_unconfirmed(unit: Unit, root_id: str) -> None:
    """Take back a list that the department has not confirmed: nobody was told of it, and the review is done anew."""
    rounds = records.corrections_of(unit.connection, root_id)
    if rounds and rounds[-1].state == "proposed":
        records.set_correction(unit, root_id, rounds[-1].round, state="taken_back")
        stop_clock(unit, root_id, CONFIRM, city_date(unit.now))
        queries.set_case(unit, root_id, status="received")


def prepare_prereview(view: View, task: Task) -> Context:
    """Start as the formal review, with the next step and the originals to bring already in words (T068)."""
    base = prepare_formal_review(view, task)
    materials = records.materials_of(view.connection, task.root_id)
    return Context(
        now=base.now, rows=base.rows, options=base.options, values=base.values, uploads=base.uploads,
        defaults={"next_step": letters.NEXT_STEP, "bring": letters.originals_to_bring(materials)},
    )  # fmt: skip


def prereview(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Review what came by net or mail, and tell the applicant how it stands and what comes next (6.1.2, 6.1.4)."""
    facts = formal_review(unit, task, answer)
    status = f"已预审：{CONCLUSIONS[answer['formal_result']]}"
    letters.tell_next_step(unit, task.root_id, status, answer["next_step"], answer["bring"])
    stop_clock(unit, task.root_id, "online_feedback", city_date(unit.now))
    return facts


# 收件（受理） 6.1.1 与附录B ---------------------------------------------------------------------------------------


def prepare_accept(view: View, task: Task) -> Context:
    """Say what the notice will say: how many materials, how many days, which procedures may be excluded."""
    case = queries.case_by_root(view.connection, task.root_id)
    item = item_at(view.connection, case.item_digest)
    allowed = list(item.special_procedures)
    return Context(
        now=view.now,
        options={"excluded_procedures": allowed},
        values={
            "material_count": paperwork.received_count(view, task.root_id),
            "commitment": paperwork.commitment_words(item),
            "no_special_procedure": not allowed,
            "cross_day": _crosses_a_day(view, case),
        },
        uploads=usable_refs(view, task.root_id),
    )


def accept(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Accept the application: issue Appendix B, end the notice clock, start the commitment and statutory clocks."""
    today = city_date(unit.now)
    excluded = list(answer.get("excluded_procedures") or ())
    queries.set_case(
        unit, task.root_id, status="accepted", accepted_at=unit.now, accepted_on=today,
        accepted_by=unit.actor.account, delay_reason=answer.get("delay_reason") or None, excluded_procedures=excluded,
    )  # fmt: skip
    stop_clock(unit, task.root_id, "correction_notice", today)
    case = queries.case_by_root(unit.connection, task.root_id)
    issue(unit, task.root_id, "acceptance_notice", paperwork.acceptance_notice(unit, case))
    start_case_clocks(unit, case, today)
    promising.start_deficiency_clock(unit, task.root_id, today)
    unit.record(ACCEPTED, task.root_id, accepted_on=today.isoformat(), excluded=excluded)
    say(unit, task, "accept", "accept", answer.get("opinion") or "")
    return {"intake_outcome": "accepted"}


# 不予收件（受理） 6.1.1 -------------------------------------------------------------------------------------------


def prepare_reject(view: View, task: Task) -> Context:
    """Fill in the item's remedies; they must be told with every refusal (行政许可法 38)."""
    case = queries.case_by_root(view.connection, task.root_id)
    item = item_at(view.connection, case.item_digest)
    return Context(now=view.now, defaults={"remedies": item.guide.remedy})


def reject(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Refuse the application with one notice of all reasons (一次性告知); the notice clock ends."""
    case = queries.case_by_root(unit.connection, task.root_id)
    issue(unit, task.root_id, "rejection_notice", paperwork.rejection_notice(unit, case, answer))
    stop_clock(unit, task.root_id, "correction_notice", city_date(unit.now))
    queries.set_case(unit, task.root_id, status="rejected", outcome="rejected")
    say(unit, task, "reject", "reject", answer["reasons"], answer["legal_basis"])
    unit.record(REJECTED, task.root_id, ground=answer["ground"])
    return {"intake_outcome": "rejected"}


# What the review works on ------------------------------------------------------------------------------------------


def _conclusions(view: View, task: Task) -> list[str]:
    """Return the conclusions that the item knows; the rules refuse one that the materials contradict."""
    item = item_at(view.connection, queries.case_by_root(view.connection, task.root_id).item_digest)
    barring = {
        "accept_deficient": not any(one.deficiency_allowed for one in item.materials),
        "accept_commitment": not item.notice_commitment,
        "fix_on_site": task.act == "cases.prereview",
    }
    return [one for one in CONCLUSIONS if not barring.get(one, False)]


def _refuse_review(
    unit: Unit, task: Task, conclusion: str, known: Mapping[str, MaterialRow], rows: list[dict[str, Any]], wider: bool
) -> None:
    case = queries.case_by_root(unit.connection, task.root_id)
    item = item_at(unit.connection, case.item_digest)
    waivable = {one.no for one in item.materials if one.waived_by_commitment}
    errors = review_errors(conclusion, [_reviewed(known[row["no"]], row, waivable) for row in rows])
    if conclusion in ("accept_deficient", "accept_commitment") and "formal_result" not in errors:
        sentence = bar_sentence(unit, case, conclusion)
        errors |= {"formal_result": sentence} if sentence else {}
    if _received_rounds(unit, task.root_id) and not wider:
        before = {one.no: one.verdict for one in known.values()}
        after = {int(row["no"]): row["verdict"] for row in rows}
        for no in changed_outside(_listed(unit, task.root_id), before, after):
            place = next(index for index, row in enumerate(rows) if int(row["no"]) == no)
            errors[f"materials[{place}].verdict"] = (
                f"“{known[str(no)].name}”不在上次一次性告知的清单内，补正后只复审清单内的材料；"
                "确有新出现的情况的，请勾选并写明（4.1.7、6.1.3）"
            )
    if errors:
        raise InvalidFields(errors)


def _with_kept(row: Mapping[str, Any], known: MaterialRow) -> dict[str, Any]:
    """Return the row, with what stands of the material where the review did not open it again."""
    if row.get("verdict") is not None:
        return dict(row)
    return {
        **row, "verdict": known.verdict, "copies": known.copies, "original_checked": known.original_checked,
        "advice": known.advice or "",
    }  # fmt: skip


def _listed(view: View, root_id: str) -> frozenset[int]:
    """Return the materials of the last notice that was answered."""
    answered = [one for one in records.corrections_of(view.connection, root_id) if one.state == "received"]
    return frozenset(int(line["no"]) for line in answered[-1].lines) if answered else frozenset()


def _received_rounds(view: View, root_id: str) -> int:
    return sum(1 for one in records.corrections_of(view.connection, root_id) if one.state == "received")


def _crosses_a_day(view: View, case: queries.CaseFile) -> bool:
    """Tell whether the counter owes a reason: 当场 is for who stands there, from the newest receipt (T064)."""
    if case.channel in REMOTE:
        return False
    answered = [one.received_at for one in records.corrections_of(view.connection, case.root_id) if one.received_at]
    return city_date(max([case.received_at, *answered])) != city_date(view.now)


def _review_row(one: MaterialRow, files: Mapping[int, list[dict[str, Any]]], listed: bool) -> dict[str, Any]:
    handed_in = one.provided_form is not None
    first = one.verdict or ("complete" if handed_in else "missing" if one.required else "not_needed")
    return {
        "no": str(one.no), "name": one.name, "necessity": "必要" if one.required else "非必要",
        "again": LISTED if listed else KEPT,
        "copies_required": one.copies_required, "copies": one.copies, "original_checked": one.original_checked,
        "verdict": first, "advice": one.advice or "", "files": files.get(one.no, []),
    }  # fmt: skip


def _files_by_material(view: View, root_id: str) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for file in records.files_of(view.connection, root_id):
        found.setdefault(file.no, []).append(
            {"digest": file.digest, "name": file.file_name, "size": file.size, "media_type": file.media_type}
        )
    return found


def _reviewed(known: MaterialRow, row: Mapping[str, Any], waivable: set[int]) -> Reviewed:
    return Reviewed(
        no=known.no, name=known.name, required=known.required, copies_required=known.copies_required,
        copies=int(row["copies"]), verdict=row["verdict"], advice=row.get("advice") or "", shared=known.shared,
        deficiency_allowed=known.deficiency_allowed, waivable=known.no in waivable,
    )  # fmt: skip


def _correction_line(known: MaterialRow, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "no": row["no"], "name": known.name, "copies_required": max(known.copies_required, 1),
        "verdict": row["verdict"], "advice": row["advice"],
    }  # fmt: skip


issue_correction_notice = correcting.issue_correction_notice
open_post_check = pledging.open_post_check

CLOCK_BOUNDARIES = frozenset({LIMIT_BOUNDARY})
"""The clock boundary that the correction round waits for."""

HANDLERS: Mapping[type[Command], Handler] = {
    outcome_commands.SupplyDeficient: promising.supply,
    outcome_commands.CorrectMaterial: mistakes.correct_material,
    outcome_commands.CorrectApplicant: mistakes.correct_applicant,
}
"""What the window may do to a case beside its tasks: take what was owed, put right what it entered."""

ACTS = (
    Act(
        "cases.formal_review", formal_review, prepare_formal_review, part="accept", facts=("formal_result",), again=True
    ),
    Act("cases.prereview", prereview, prepare_prereview, part="accept", facts=("formal_result",)),
    Act("cases.accept", accept, prepare_accept, part="accept", facts=("intake_outcome",)),
    Act("cases.reject", reject, prepare_reject, part="accept", facts=("intake_outcome",)),
    *correcting.ACTS,
    *promising.ACTS,
    *fixing.ACTS,
    *pledging.ACTS,
)
"""The acts of the intake; whoever reviews formally, accepts or rejects has played the part 受理."""
