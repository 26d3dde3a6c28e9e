"""Letters about time and hearings: special procedures, hearings, extension (行政许可法 42, 45 to 48)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from forms.notices.letters.model import DEPARTMENT, LEGAL_BASIS, Field, Letter, Values
from forms.procedures import SPECIAL_PROCEDURES

HEARING_NOTICE_DAYS: Final = 7
"""Calendar days by which the hearing must be announced before it is held (行政许可法 48)."""


def _ends_after_start(values: Values, issued_on: date) -> dict[str, str]:
    if values["starts_on"] and values["expected_end"] and values["expected_end"] < values["starts_on"]:
        return {"expected_end": "预计结束日不能早于开始日（行政许可法第四十五条）"}
    return {}


def _seven_days_ahead(values: Values, issued_on: date) -> dict[str, str]:
    held = values["held_on"]
    if held and date.fromisoformat(held[:10]) < issued_on + timedelta(days=HEARING_NOTICE_DAYS):
        return {"held_on": "听证应当于举行的七日前通知（行政许可法第四十八条），请改定举行时间"}
    return {}


def _later_due(values: Values, issued_on: date) -> dict[str, str]:
    if values["new_due"] and date.fromisoformat(values["new_due"]) < issued_on:
        return {"new_due": "延长后的期限不能早于出具之日（行政许可法第四十二条）"}
    return {}


COUNTING: Final = Field("counting", "期限的计算", "lines", 1000, needed=False)
"""How the limits are counted, in the words of the ledger; letters issued before it was told have none."""

SPECIAL_PROCEDURE: Final = Letter(
    "special_procedure_notice", "特别程序告知书", "特别程序", "6.2.1、附录B",
    (
        "您申请办理的{{ item }}事项，依法需要进行{{ procedure }}。",
        "理由：{{ reason }}",
        "依据：{{ legal_basis }}",
        ("{{ procedure }}自{{ starts_on }}开始，预计需要{{ expected_days }}个工作日，至{{ expected_end }}结束。依照"
        "《中华人民共和国行政许可法》第四十五条，所需时间不计算在办理期限内。"),
        "{{ procedure }}结束后，办理期限继续计算。",
        "{{ counting }}",
    ),
    (
        Field(
            "procedure", "特别程序", "choice", choices=tuple((one, one) for one in SPECIAL_PROCEDURES),
            law="缺少特别程序：只能是听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审之一（附录B）",
        ),
        Field("reason", "理由", "lines", 500),
        LEGAL_BASIS,
        Field(
            "expected_days", "预计所需工作日数", "number", 999,
            law="缺少预计所需工作日数：应当将所需时间书面告知申请人（行政许可法第四十五条）",
        ),
        Field("starts_on", "开始日", "date"),
        Field("expected_end", "预计结束日", "date"),
        COUNTING,
    ),
    side=DEPARTMENT, two_leaves=True, check=_ends_after_start,
)  # fmt: skip
HEARING_RIGHTS: Final = Letter(
    "hearing_rights_notice", "听证权利告知书", "听证权利", "6.2.1",
    (
        "您申请办理的{{ item }}事项涉及下列内容：{{ matter }}",
        ("依照《中华人民共和国行政许可法》第四十七条，在作出决定前，您享有要求听证的权利。要求听证的，请在收到本告知书之日起"
        "五日内提出申请；逾期未提出的，视为放弃。提出申请的，本机关将在二十日内组织听证，您不承担组织听证的费用。"),
    ),
    (Field("matter", "听证涉及的内容", "lines", 1000),),
    side=DEPARTMENT, two_leaves=True,
)  # fmt: skip
HEARING_NOTICE: Final = Letter(
    "hearing_notice", "听证通知书", "听证", "6.2.1",
    (
        "就{{ item }}事项，本机关决定举行听证：",
        "听证内容：{{ matter }}",
        "举行时间：{{ held_on }}",
        "举行地点：{{ place }}",
        "主持人：{{ host }}",
        ("您可以亲自参加，也可以委托一至二人代理；认为主持人与该事项有直接利害关系的，有权申请回避。无正当理由不到场的，"
        "视为放弃听证。"),
    ),
    (
        Field("held_on", "举行时间", "moment"),
        Field("place", "举行地点"),
        Field("host", "主持人", limit=60),
        Field("matter", "听证内容", "lines", 1000),
    ),
    side=DEPARTMENT, two_leaves=True, check=_seven_days_ahead,
)  # fmt: skip
HEARING_RECORD: Final = Letter(
    "hearing_record", "听证笔录摘要", "听证笔录", "6.2.1",
    (
        "事项：{{ item }}　申请人：{{ applicant }}",
        "听证时间：{{ held_on }}　听证地点：{{ place }}",
        "主持人：{{ host }}　记录人：{{ recorder }}",
        "参加人：{{ participants }}",
        "审查人员的意见、证据和理由：{{ review_side }}",
        "申请人、利害关系人的陈述、申辩和质证：{{ applicant_side }}",
        "听证结论：{{ conclusion }}",
        "依照《中华人民共和国行政许可法》第四十八条，听证笔录应当交听证参加人确认无误后签字或者盖章，行政机关根据听证笔录作出决定。",
    ),
    (
        Field("held_on", "听证时间", "moment"),
        Field("place", "听证地点"),
        Field("host", "主持人", limit=60),
        Field("recorder", "记录人", limit=60),
        Field("participants", "参加人", "lines", 500),
        Field("review_side", "审查人员的意见", "lines", 2000),
        Field("applicant_side", "申请人的陈述", "lines", 2000),
        Field("conclusion", "听证结论", "lines", 1000),
    ),
    side=DEPARTMENT, to="", closing="",
    signs=("听证参加人（签字）：", "主持人（签字）：", "签字日期：　　　　年　　月　　日"),
)  # fmt: skip
EXTENSION_NOTICE: Final = Letter(
    "extension_notice", "延长办理期限告知书", "延期", "6.2.1",
    (
        ("您申请办理的{{ item }}事项，在规定期限内不能作出决定。经{{ approved_by }}批准，"
         "依照《中华人民共和国行政许可法》第四十二条，"
        "办理期限延长{{ days }}个工作日，延长后的期限届满日为{{ new_due }}。"),
        "延长期限的理由：{{ reason }}",
        "{{ counting }}",
    ),
    (
        Field("days", "延长的工作日数", "number", 45),
        Field(
            "reason", "延长期限的理由", "lines", 500,
            law="缺少理由：延长期限应当将理由告知申请人（行政许可法第四十二条）",
        ),
        Field("new_due", "延长后的期限", "date"),
        Field("approved_by", "批准人", limit=60),
        COUNTING,
    ),
    side=DEPARTMENT, check=_later_due,
)  # fmt: skip

LETTERS: Final = (SPECIAL_PROCEDURE, HEARING_RIGHTS, HEARING_NOTICE, HEARING_RECORD, EXTENSION_NOTICE)
