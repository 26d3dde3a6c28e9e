"""Pure rules of special procedures, hearings and extensions (附录B; 行政许可法 42, 45, 47, 48)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from engine.foundation.errors import Conflict, Invalid
from forms.procedures import SPECIAL_PROCEDURES

HEARING = "听证"

WORK: Mapping[str, str] = {
    "招标": "发布招标公告，组织开标、评标，确定中标人。",
    "拍卖": "委托拍卖人发布拍卖公告，组织拍卖，确认成交。",
    "检验": "按照技术标准送检验机构检验。",
    "检测": "委托检测机构按照技术标准检测。",
    "检疫": "由两名以上检疫人员实施检疫。",
    "鉴定": "委托指定的鉴定机构鉴定，由鉴定机构出具鉴定意见。",
    "专家评审": "组织专家评审，听取专家意见，形成评审结论。",
}
"""What is done in each kind but the hearing, which has steps of its own: the words a form starts with."""


class SpecialOverrun(Conflict):
    """“{kind}”已用{used}个工作日，超过预计的{expected}个工作日一半以上，须重新批准并重新书面告知（行政许可法第四十五条）。请选择“需要更多时间”。"""

    code = "SPECIAL_OVERRUN"


class NotExtendable(Conflict):
    """“{name}”的实施清单没有规定可以延长办理期限（行政许可法第四十二条），请在规定期限内办结。"""

    code = "NOT_EXTENDABLE"


class ExtendedAlready(Conflict):
    """本件的办理期限已经申请延长过，只能延长{times}次（行政许可法第四十二条），不能再次延长。请在延长后的期限内办结。"""

    code = "EXTENDED_ALREADY"


class ExtensionTooLong(Invalid):
    """最多可以延长{most}个工作日（行政许可法第四十二条），您填写的是{days}，请改正。"""

    code = "EXTENSION_TOO_LONG"


class ExtensionReasonMissing(Invalid):
    """延长办理期限应当将理由告知申请人（行政许可法第四十二条），请填写理由（不超过500字）。"""

    code = "EXTENSION_REASON_MISSING"


class ExtensionLate(Conflict):
    """法定期限已于{due}届满或者已经终止，延期只能在届满前申请（行政许可法第四十二条）。请尽快办结，并向申请对象说明原因。"""

    code = "EXTENSION_LATE"


class ExtensionPaused(Conflict):
    """本件正在进行特别程序、暂停计时，不能延长期限（行政许可法第四十二条、第四十五条）。请在恢复计时后再办理。"""

    code = "EXTENSION_PAUSED"


def special_errors(
    kind: str, basis: str, told_anew: bool, ticked: Collection[str], listed: Collection[str]
) -> dict[str, str]:
    """Return a sentence for each field that forbids to ask for a special procedure of ``kind``.

    Only the eight kinds of Appendix B stop a clock; one that was not ``ticked`` at acceptance must be told anew
    (T107), and one that is not ``listed`` by the item must rest on a named law (行政许可法 45).
    """
    if kind not in SPECIAL_PROCEDURES:
        return {"kind": f"“{kind}”不在附录B所列八类程序之内，不得停止计时（行政许可法第四十五条）；踏勘计入承诺时限"}
    errors = {}
    if kind not in ticked and not told_anew:
        errors["told_anew"] = (
            f"收件（受理）通知书没有勾选“{kind}”（附录B），须另行书面告知申请人后才能停止计时，请确认另行告知"
        )
    if kind not in listed and not ("《" in basis and "》" in basis):
        errors["legal_basis"] = f"事项的实施清单没有列明“{kind}”，请写明作为依据的法律、法规的名称（加书名号）和条款"
    return errors


def overrun(used: int, expected: int) -> bool:
    """Tell whether ``used`` working days are more than half over the ``expected`` ones: it is approved anew then."""
    return 2 * used > 3 * expected


def answer_errors(answer: str, told_on: date, answered_on: date, last: date, today: date) -> dict[str, str]:
    """Return what forbids to record the applicant's ``answer`` (asked, waived, lapsed) to the hearing rights.

    ``last`` is the last day on which a hearing may be asked for (行政许可法 47: within five days of being told).
    """
    if answer == "lapsed":
        if today <= last:
            return {"answer": f"申请人在{last.isoformat()}之前仍可以要求听证（行政许可法第四十七条），尚未逾期"}
        return {}
    if answered_on < told_on:
        return {"answered_on": "答复日期不能早于告知听证权利之日"}
    if answer == "asked" and answered_on > last:
        return {"answered_on": f"要求听证应当自被告知之日起五日内提出，最迟{last.isoformat()}（行政许可法第四十七条）"}
    return {}


def announcing_errors(today: date, held_on: date, last: date, notice_days: int) -> dict[str, str]:
    """Return what forbids to announce a hearing on ``held_on``: seven days ahead (48), and by ``last`` (47)."""
    earliest = today + timedelta(days=notice_days)
    if held_on < earliest:
        return {"held_at": f"应当于举行听证的七日前通知，最早可定在{earliest.isoformat()}（行政许可法第四十八条）"}
    if held_on > last:
        return {"held_at": f"应当在申请人提出听证申请后二十日内组织，最迟{last.isoformat()}（行政许可法第四十七条）"}
    return {}
