"""Letters of the counter: deficiencies, corrections on the spot, promises, one-time lists, the next step."""

from __future__ import annotations

from datetime import date
from typing import Final

from forms.notices.letters.model import (
    APPLICANT_SIGNS,
    DEPARTMENT,
    SIGNATURE,
    SIGNATURE_MODE,
    SIGNED,
    Column,
    Field,
    Letter,
    Values,
)

_MATERIALS: Final = Field(
    "materials", "材料清单", "rows", 100,
    columns=(Column("name", "材料名称"), Column("copies", "份数（0为电子件）", 999, kind="number", width=36)),
)  # fmt: skip


def _supply_later(values: Values, issued_on: date) -> dict[str, str]:
    late = values["supply_by"] and date.fromisoformat(values["supply_by"]) < issued_on
    return {"supply_by": "补齐期限不能早于出具之日（4.1.7）"} if late else {}


DEFICIENCY_NOTICE: Final = Letter(
    "deficiency_notice", "容缺受理通知书", "容缺", "4.1.7",
    (
        ("您申请办理的{{ item }}事项，主要申请材料齐全并符合法定形式，尚缺下列可以容缺的材料。"
         "根据您的书面承诺，现予容缺受理："),
    ),
    (
        _MATERIALS,
        Field("supply_by", "补齐期限", "date"),
        Field(
            "consequence", "逾期后果", "lines", 500,
            law="缺少逾期后果：容缺受理应当一次告知逾期未补齐的处理（4.1.7）",
        ),
    ),
    after=("请于{{ supply_by }}前将上列材料补齐并送本窗口。", "逾期未补齐的：{{ consequence }}"),
    two_leaves=True, check=_supply_later,
)  # fmt: skip
DEFICIENCY_PROMISE: Final = Letter(
    "deficiency_promise", "容缺受理承诺书", "容缺承诺", "4.1.7",
    (
        "本申请人申请办理{{ item }}事项，因下列材料暂未提交，自愿申请容缺受理：",
    ),
    (_MATERIALS, Field("supply_by", "补齐期限", "date"), SIGNATURE, SIGNATURE_MODE),
    to="{{ signatory }}：",
    after=(
        ("本申请人承诺：已知悉应当补齐的材料和期限；于{{ supply_by }}前补齐；所提交的材料真实、合法、有效；"
         "逾期未补齐的，"
        "接受依法终止办理等处理，并自行承担由此产生的后果。"),
        SIGNED,
    ),
    closing="", signs=APPLICANT_SIGNS, check=_supply_later,
)  # fmt: skip
FIX_RECORD: Final = Letter(
    "fix_record", "当场更正记录", "更正", "6.1.3",
    (
        ("{{ applicant }}申请办理{{ item }}事项，所送申请材料存在可以当场更正的错误。"
         "依照《中华人民共和国行政许可法》第三十二条，"
        "窗口允许申请人当场更正，更正内容如下："),
    ),
    (
        Field("rows", "更正内容", "rows", 100, columns=(Column("what", "更正的材料及内容"), Column("how", "更正结果"))),
        SIGNATURE,
        SIGNATURE_MODE,
    ),
    to="", after=("上列内容由申请人本人当场更正，更正后的材料与申请人确认一致。", SIGNED),
    closing="", signs=APPLICANT_SIGNS,
)  # fmt: skip
COMMITMENT_NOTICE: Final = Letter(
    "commitment_notice", "告知承诺书", "告知承诺", "4.1.7",
    (
        "一、告知内容。您申请办理的{{ item }}事项实行告知承诺。办理本事项应当符合的条件为：",
    ),
    (
        Field("conditions", "应当符合的条件", "texts", 50),
        Field(
            "legal_consequence", "法律责任", "lines", 1000,
            law="缺少法律责任：告知承诺应当书面告知不实承诺的法律责任（4.1.7）",
        ),
        Field("check_months", "核查期限（月）", "number", 36),
        SIGNATURE,
        SIGNATURE_MODE,
    ),
    side=DEPARTMENT,
    after=(
        "行政机关将在作出决定后{{ check_months }}个月内，对承诺内容进行核查。",
        ("二、承诺内容。申请人承诺：已经知晓告知的全部内容；自身能够满足上列条件；所填写的信息和提交的材料真实、准确；"
        "愿意接受核查，并承担不实承诺的法律责任。以上承诺是申请人的真实意思表示。"),
        "三、法律责任。{{ legal_consequence }}",
        SIGNED,
    ),
    closing="", signs=APPLICANT_SIGNS,
)  # fmt: skip
ONETIME_LIST: Final = Letter(
    "onetime_list", "一次性告知单", "告知", "6.1.1、6.1.3",
    ("您咨询（申请）办理的{{ item }}事项，需要提交下列材料，现一次性告知：",),
    (
        Field(
            "materials", "材料清单", "rows", 100,
            columns=(
                Column("name", "材料名称"), Column("copies", "份数（0为电子件）", 999, kind="number", width=36),
                Column("note", "要求", 300, needed=False, width=60),
            ),
        ),
        Field("conditions", "办理条件", "lines", 1000, needed=False),
        Field("time_limit", "办理时限", needed=False, limit=100),
        Field("place", "办理地点", needed=False, limit=200),
    ),
    after=(
        "{% if conditions %}办理条件：{{ conditions }}{% endif %}",
        "{% if time_limit %}办理时限：{{ time_limit }}{% endif %}",
        "{% if place %}办理地点：{{ place }}{% endif %}",
    ),
)  # fmt: skip
NEXT_STEPS: Final = Letter(
    "next_steps", "下一步办理告知", "下一步", "6.1.2",
    (
        "您申请办理的{{ item }}事项，当前状态：{{ status }}。",
        "下一步：{{ next_step }}",
        "需要携带的原件：{{ originals }}",
        "窗口地址：{{ window_address }}",
    ),
    (
        Field("status", "当前状态", limit=100, law="缺少当前状态：反馈应当告知收件（受理）情况（6.1.2）"),
        Field("next_step", "下一步", "lines", 500, law="缺少下一步：反馈应当告知下一步办理流程（6.1.2）"),
        Field("originals", "需要携带的原件", "lines", 500, law="缺少需要携带的原件：没有时请写“无”（6.1.2）"),
        Field("window_address", "窗口地址", law="缺少窗口地址：反馈应当告知到哪里办理（6.1.2）"),
    ),
)  # fmt: skip
LAPSE_NOTICE: Final = Letter(
    "lapse_notice", "逾期未补正告知书", "逾期", "6.1.3",
    (
        ("您申请办理的{{ item }}事项，本窗口于{{ notified_on }}一次性告知需要补齐补正的全部内容。至{{ due_on }}，"
        "尚未收到补齐补正的材料。"),
        "{{ consequence }}",
        "您仍需办理的，可以在材料齐备后重新提出申请；已提交的材料可以到本窗口取回。",
    ),
    (
        Field("notified_on", "一次性告知的日期", "date"),
        Field("due_on", "补正期限届满日", "date"),
        Field("consequence", "处理结果", "lines", 500),
    ),
)  # fmt: skip
WITHDRAWAL_NOTICE: Final = Letter(
    "withdrawal_notice", "撤回申请确认书", "撤回", "6.2.1",
    (
        "您于{{ withdrawn_on }}书面提出撤回{{ item }}事项的申请，理由：{{ reason }}",
        "经确认，本次申请自即日起终止办理，已提交的材料按下列方式处理：{{ materials_returned }}",
        "撤回申请不影响您以后再次提出申请。",
        SIGNED,
    ),
    (
        Field("withdrawn_on", "提出撤回的日期", "date"),
        Field("reason", "撤回理由", "lines", 500),
        Field("materials_returned", "材料处理", "lines", 500),
        SIGNATURE,
        SIGNATURE_MODE,
    ),
    two_leaves=True,
)  # fmt: skip

LETTERS: Final = (
    DEFICIENCY_NOTICE, DEFICIENCY_PROMISE, FIX_RECORD, COMMITMENT_NOTICE, ONETIME_LIST, NEXT_STEPS, LAPSE_NOTICE,
    WITHDRAWAL_NOTICE,
)  # fmt: skip
