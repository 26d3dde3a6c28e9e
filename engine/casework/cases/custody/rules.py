"""Where each paper of a case is: a fold over what was handed in, handed over, disputed and given back.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.foundation.errors import Conflict, Invalid, NotFound

PARTIES: Mapping[str, str] = {
    "applicant": "申请对象",
    "window": "综合窗口",
    "department": "业务主管部门",
    "archive": "部门档案",
    "gone": "已核销",
}
"""Who may hold a paper; ``gone`` is a copy that never was or is lost, both sides having signed for it."""

RESOLUTIONS: Mapping[str, str] = {
    "found": "已找到，补交接收方",
    "corrected": "移交单份数有误，按实收更正",
    "asked_anew": "原材料遗失，已请申请对象重新提供",
}
"""How a difference may end (T075)."""

STATES: Mapping[str, str] = {"open": "待查明", "proposed": "待接收方确认", "resolved": "已解决"}

DIRECTIONS: Mapping[str, tuple[str, str]] = {
    "materials": ("window", "department"),
    "return": ("department", "window"),
    "give_back": ("window", "applicant"),
}
"""From whom to whom each kind of slip carries papers."""


class HandoverRefused(Conflict):
    """这次移交已被拒收，不能签收。请等移交方重新移交后，按新的移交单清点签收（6.1.5、6.3.1）。"""

    code = "HANDOVER_REFUSED"


class NothingToRefuse(Conflict):
    """没有等待签收的移交，不能拒收。请刷新页面查看现在的交接情况。"""

    code = "NOTHING_TO_REFUSE"


class NothingRefused(Conflict):
    """上一次移交没有被拒收，无需重新移交。请刷新页面查看现在的交接情况。"""

    code = "NOTHING_REFUSED"


class NotThisSide(Conflict):
    """这次交接请由另一方办理：纸质材料由综合窗口移交、业务主管部门签收，结果由业务主管部门移交、综合窗口签收。"""

    code = "NOT_THIS_SIDE"


class HandoverReasonMissing(Invalid):
    """请写明理由或说明（至少 4 个字），会写入交接记录（6.1.5）。"""

    code = "HANDOVER_REASON_MISSING"


class NothingHandedOver(Invalid):
    """重新移交的材料至少要有一项一份（6.1.5）。材料已全部退还申请对象的，请先办理补正或者撤回。"""

    code = "NOTHING_HANDED_OVER"


class DifferenceMissing(NotFound):
    """没有找到第 {number} 号差异，请刷新页面。"""

    code = "DIFFERENCE_MISSING"


class DifferenceNotWaiting(Conflict):
    """第 {number} 号差异现在是“{state}”，不能这样办理。请刷新页面。"""

    code = "DIFFERENCE_NOT_WAITING"


class SameHand(Conflict):
    """提出处理意见的人不能自己确认，请由另一人确认：差异须由移交、接收双方各一人签认（6.1.5）。"""

    code = "DIFFERENCE_SAME_HAND"


class PapersNotThere(Invalid):
    """“{name}”在{party}只有 {held} 份，不能交出 {wanted} 份。请核对原件保管清单。"""

    code = "PAPERS_NOT_THERE"


class OriginalUnaccounted(Conflict):
    """还有原件下落不明或留在综合窗口，不能归档（6.1.5、6.4.1）：{names}。请先归还申请对象、移交部门或解决差异；确有原因的，填写说明后归档。"""

    code = "ORIGINAL_UNACCOUNTED"


class SupplyOnTheWay(Conflict):
    """补交的材料已经移交，业务主管部门尚未签收，档案还不齐全，不能归纳（6.1.5、6.4.1）。请业务主管部门先清点签收。"""

    code = "SUPPLY_ON_THE_WAY"


class DifferenceOpen(Conflict):
    """纸质材料交接差异尚未解决，不能完成归纳（6.1.5、6.4.1）。请先处理差异。"""

    code = "DIFFERENCE_OPEN"


@dataclass(frozen=True)
class Paper:
    """A material that came on paper; ``form`` is original or copy."""

    no: int
    name: str
    form: str
    copies: int


@dataclass(frozen=True)
class Slip:
    """A handover: ``lines`` are (material number, copies sent, copies received or None)."""

    number: int
    subject: str
    lines: tuple[tuple[int, int, int | None], ...]
    given_at: datetime
    taken_at: datetime | None
    refused: bool


@dataclass(frozen=True)
class Missing:
    """A difference: copies that the slip names and nobody counted."""

    slip: int
    no: int
    copies: int
    resolution: str | None
    at: datetime


@dataclass(frozen=True)
class Move:
    """Copies of a paper passing from one hand to another; ``slip`` is the handover's number, 0 for none."""

    no: int
    copies: int
    giver: str
    taker: str
    at: datetime
    slip: int
    why: str


@dataclass(frozen=True)
class Holding:
    """Who holds how many copies of a paper, since when, by which slip; ``open`` says what is still unsettled."""

    no: int
    name: str
    form: str
    party: str
    copies: int
    since: datetime
    slip: int
    open: str = ""

    @property
    def accounted(self) -> bool:
        """Whether the copies are where a closed file may have them."""
        return self.party in ("applicant", "department", "archive") and not self.open


def moves(
    papers: Sequence[Paper], received_at: datetime, slips: Sequence[Slip], missing: Sequence[Missing],
    archived_at: datetime | None,
) -> list[Move]:  # fmt: skip
    """Return every move of the case's papers in order of time."""
    found = [Move(one.no, one.copies, "applicant", "window", received_at, 0, "收件") for one in papers]
    for slip in slips:
        if slip.taken_at is None or slip.refused:
            continue
        giver, taker = DIRECTIONS[slip.subject]
        found += [
            Move(no, count, giver, taker, slip.taken_at, slip.number, "交接签收")
            for no, _, count in slip.lines
            if count
        ]
    for one in missing:
        found += _resolved(one)
    found.sort(key=lambda move: move.at)
    if archived_at is not None:
        found += [
            Move(one.no, one.copies, "department", "archive", archived_at, 0, "归档")
            for one in _held(papers, found)
            if one.party == "department"
        ]
    return found


def holdings(
    papers: Sequence[Paper], received_at: datetime, slips: Sequence[Slip], missing: Sequence[Missing],
    archived_at: datetime | None = None,
) -> list[Holding]:  # fmt: skip
    """Return who holds each paper now, one line for each hand it lies in (6.1.5)."""
    held = _held(papers, moves(papers, received_at, slips, missing, archived_at))
    return [_with_open(one, slips, missing) for one in held]


def unaccounted(held: Iterable[Holding], excused: Iterable[int] = ()) -> list[Holding]:
    """Return the originals that keep a case from being filed (6.4.1), without those that were excused."""
    allowed = set(excused)
    return [one for one in held if one.form == "original" and not one.accounted and one.no not in allowed]


def receipt_errors(receipt: str, lines: Sequence[tuple[str, int, int]]) -> dict[str, str]:
    """Return a sentence for each line of a count that contradicts how it is signed for (T075).

    ``lines`` are (name, copies sent, copies received).  Signed for as whole, every count must agree; signed for
    with a difference, at least one must not; more than the slip says is for a new slip.
    """
    errors = {}
    for row, (name, sent, received) in enumerate(lines):
        field = f"materials[{row}].copies_received"
        if received > sent:
            errors[field] = f"“{name}”移交{sent}份，实收{received}份，多于移交单。请拒收并由移交方重新出具移交单"
        elif received < sent and receipt == "all":
            choose = "请核对，或选择“有差异，按实收签收”（6.1.5）"
            errors[field] = f"“{name}”应有{sent}份，实收{received}份，份数不符。{choose}"
    if receipt == "difference" and all(sent == received for _, sent, received in lines):
        errors["receipt"] = "份数全部一致，没有差异。请选择“份数一致，全部签收”"
    return errors


def again_errors(lines: Sequence[tuple[str, int, int]]) -> dict[str, str]:
    """Return a sentence for each line that hands over more than there is.

    ``lines`` are (name, copies the window holds, copies to hand over).
    """
    return {
        f"materials[{row}].copies_sent": f"“{name}”在综合窗口只有{held}份，不能移交{sent}份。"
        "申请对象另行补交的，请先登记收到的份数（6.1.5）"
        for row, (name, held, sent) in enumerate(lines)
        if sent > held
    }


def again_note(number: int, lines: Sequence[tuple[str, int, int]]) -> str:
    """Return what the new slip says of the refused one ``number``; ``lines`` are (name, copies before, copies now)."""
    changed = "，".join(f"“{name}”由{before}份改为{now}份" for name, before, now in lines if before != now)
    return f"第{number}号移交单被拒收后重新移交" + (f"：{changed}" if changed else "，份数未变")


def _resolved(one: Missing) -> list[Move]:
    if one.resolution == "found":
        return [Move(one.no, one.copies, "window", "department", one.at, one.slip, "差异已找到")]
    if one.resolution == "corrected":
        return [Move(one.no, one.copies, "window", "gone", one.at, one.slip, "份数更正")]
    if one.resolution == "asked_anew":
        return [
            Move(one.no, one.copies, "window", "gone", one.at, one.slip, "遗失核销"),
            Move(one.no, one.copies, "applicant", "department", one.at, one.slip, "重新提供"),
        ]
    return []


def _held(papers: Sequence[Paper], passed: Sequence[Move]) -> list[Holding]:
    counts: dict[tuple[int, str], int] = {}
    latest: dict[tuple[int, str], Move] = {}
    for move in passed:
        giver, taker = (move.no, move.giver), (move.no, move.taker)
        if move.giver != "applicant":  # what the applicant has besides is not ours to count
            counts[giver] = counts.get(giver, 0) - move.copies
        counts[taker] = counts.get(taker, 0) + move.copies
        latest[taker] = move
    return [
        Holding(one.no, one.name, one.form, party, counts[one.no, party], latest[one.no, party].at,
                latest[one.no, party].slip)
        for one in papers
        for party in PARTIES
        if counts.get((one.no, party), 0) > 0
    ]  # fmt: skip


def _with_open(one: Holding, slips: Sequence[Slip], missing: Sequence[Missing]) -> Holding:
    words = []
    if one.party == "window" and any(each.no == one.no and each.resolution is None for each in missing):
        words.append("交接差异待查明")
    for slip in slips:
        waiting = slip.taken_at is None and not slip.refused and any(no == one.no for no, _, _ in slip.lines)
        if waiting and DIRECTIONS[slip.subject][0] == one.party:
            words.append("已移交，待签收")
    return Holding(one.no, one.name, one.form, one.party, one.copies, one.since, one.slip, "，".join(words))
